"""A step that is not one name with its arguments.

What it finds:
    A step with several keys, or with none below its name. Mostly the arguments are indented
    as far as the name, or `id` and `requires` stand beside it.

Why it matters:
    Prefect takes the last key for the step's name and fails: for a pull step, in every run.

Example:
    pull:
      - prefect.deployments.steps.git_clone:
        repository: https://example.com/shop/flows.git
        branch: main
    deployments:
      - {name: nightly, entrypoint: "flows/etl.py:etl"}

Use instead:
    pull:
      - prefect.deployments.steps.git_clone:
          repository: https://example.com/shop/flows.git
          branch: main
    deployments:
      - {name: nightly, entrypoint: "flows/etl.py:etl"}

Known limits:
    In a lenient file it is a warning, since Prefect takes the file. An empty step is skipped,
    as Prefect does.
"""

from compiler.diagnostics import Report, Rule, Severity
from compiler.manifest.manifest import Manifest
from compiler.manifest.steps import RESERVED, items_of, sections_of
from compiler.source.nodes import Mapping

RULE = Rule(
    code="DEP232", name="step-shape", severity=Severity.ERROR, page=__doc__, is_opinion=True
)


def check(manifest: Manifest, report: Report) -> None:
    """Report steps that cannot run since they are not one key with a mapping."""
    severity = Severity.WARNING if manifest.lenient else None
    for _, section in sections_of(manifest):
        for item in items_of(section):
            if isinstance(item, Mapping) and (found := _complaint(item)) is not None:
                message, hint = found
                report.add(RULE, message, item.entries[0][0].span, hint=hint, severity=severity)


def _complaint(step: Mapping) -> tuple[str, str] | None:
    names = [str(key.value) for key, _ in step.entries]
    if len(names) > 1:
        beside = [name for name in names if name in RESERVED]
        what = " and ".join(map(repr, beside)) if beside else "the arguments"
        return f"a step has one key, and this one has {len(names)}", f"indent {what} below its name"
    if names and not isinstance(step.entries[0][1], Mapping):
        return f"the step {names[0]!r} has no arguments", "write them below it, or {}"
    return None
