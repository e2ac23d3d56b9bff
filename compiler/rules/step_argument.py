"""A step is given what it does not take, or not what it needs.

What it finds:
    An argument that one of Prefect's own steps does not have, one that it needs and is not
    given, and two of `git_clone` that exclude each other.

Why it matters:
    The step fails when it runs: for a pull step, in every run, on the worker.

Example:
    pull:
      - prefect.deployments.steps.git_clone:
          repo: https://example.com/shop/flows.git
    deployments:
      - {name: nightly, entrypoint: "flows/etl.py:etl"}

Use instead:
    pull:
      - prefect.deployments.steps.git_clone:
          repository: https://example.com/shop/flows.git
    deployments:
      - {name: nightly, entrypoint: "flows/etl.py:etl"}

Known limits:
    The steps that pass arguments on to a library, such as `build_docker_image`, may be given
    anything. A later version of Prefect may take more than 3.8 does.
"""

from compiler.diagnostics import Report, Rule, Severity
from compiler.diagnostics.spelling import nearest
from compiler.manifest.manifest import Manifest
from compiler.manifest.misspelt import misspelt
from compiler.manifest.step_functions import FUNCTIONS, Function
from compiler.manifest.steps import RESERVED, Step, steps_of
from compiler.source.locate import key_span
from compiler.source.nodes import Scalar

RULE = Rule(code="DEP231", name="step-argument", severity=Severity.WARNING, page=__doc__)
_EXCLUSIVE = (("branch", "commit_sha"), ("access_token", "credentials"))


def check(manifest: Manifest, report: Report) -> None:
    """Report arguments that are unknown, missing, or too many."""
    for step in steps_of(manifest):
        function = FUNCTIONS.get(step.function)
        if function is not None:
            _check_known(step, function, report)
            _check_needed(step, function, report)
            _check_exclusive(step, report)


def _check_known(step: Step, function: Function, report: Report) -> None:
    if function.arguments is None:
        return
    given = [name for name, _ in step.inputs if name not in RESERVED]
    for name, near, fix in misspelt(step.inputs, (), given, function.arguments, cutoff=0.5):
        report.add(
            RULE,
            f"{_short(step)!r} takes no argument {name!r}",
            key_span(step.inputs, (name,)),
            hint=f"did you mean {near!r}?" if near else _taken(function),
            fix=fix,
        )


def _check_needed(step: Step, function: Function, report: Report) -> None:
    given = [name for name, _ in step.inputs]
    others = [name for name in given if name not in function.needs]
    for name in function.needs:
        is_misspelt = bool(nearest(name, others, cutoff=0.5))
        if name not in given and not is_misspelt:
            message = f"{_short(step)!r} needs the argument {name!r}"
            report.add(RULE, message, step.name.span)


def _check_exclusive(step: Step, report: Report) -> None:
    if not step.function.endswith("git_clone"):
        return
    for first, second in _EXCLUSIVE:
        at = step.inputs.key(second)
        if at is not None and _is_given(step, first) and _is_given(step, second):
            message = f"'git_clone' takes {first!r} or {second!r}, not both"
            report.add(RULE, message, at.span)


def _is_given(step: Step, name: str) -> bool:
    """Whether it has a value: one that is empty is as good as none."""
    value = step.inputs.get(name)
    return value is not None and not (isinstance(value, Scalar) and not value.value)


def _short(step: Step) -> str:
    return step.function.rpartition(".")[2]


def _taken(function: Function) -> str:
    return f"it takes {', '.join(function.arguments or ())}"
