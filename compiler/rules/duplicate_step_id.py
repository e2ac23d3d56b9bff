"""Two steps of a list have the same id.

What it finds:
    An `id` that an earlier step of the same `build`, `push` or `pull` has.

Why it matters:
    Outputs are kept by the step's id. The later step's replace the earlier one's, so that a
    template means another image or folder than it seems to.

Example:
    pull:
      - prefect.deployments.steps.run_shell_script: {id: get, script: echo a}
      - prefect.deployments.steps.run_shell_script: {id: get, script: echo b}
    deployments:
      - {name: nightly, entrypoint: "flows/etl.py:etl"}

Use instead:
    pull:
      - prefect.deployments.steps.run_shell_script: {id: first, script: echo a}
      - prefect.deployments.steps.run_shell_script: {id: second, script: echo b}
    deployments:
      - {name: nightly, entrypoint: "flows/etl.py:etl"}

Known limits:
    Steps of different lists are not compared.
"""

from compiler.diagnostics import Label, Report, Rule, Severity, Span
from compiler.manifest.manifest import Manifest
from compiler.manifest.steps import sections_of, steps_in

RULE = Rule(code="DEP233", name="duplicate-step-id", severity=Severity.WARNING, page=__doc__)


def check(manifest: Manifest, report: Report) -> None:
    """Report ids that an earlier step of the list has."""
    for _, section in sections_of(manifest):
        seen: dict[str, Span] = {}
        for step in steps_in(section):
            if step.id is None:
                continue
            name = str(step.id.value)
            if name in seen:
                related = [Label(seen[name], "first given here")]
                report.add(RULE, f"two steps have the id {name!r}", step.id.span, related=related)
            seen.setdefault(name, step.id.span)
