"""Whether the code that workers clone is the code that was read here."""

from collections.abc import Iterator, Mapping

from compiler.desired.json import Json, mappings
from compiler.desired.resources import DesiredState
from compiler.diagnostics import Report, Severity, Span
from compiler.diagnostics.pages import not_pushed
from reconciler.gitops.checkout import Checkout, normalised, read_worktree
from reconciler.gitops.refusal import GitRefused

_HINT = "commit and push first"


def check_pushed(
    desired: DesiredState, checkout: Checkout | None, report: Report, *, strict: bool
) -> None:
    """Report what of this repository its remote does not have, if workers clone it from there."""
    if checkout is None or checkout.remote is None:
        return
    at = next(_cloned(desired, checkout.remote), None)
    if at is None:
        return
    severity = Severity.ERROR if strict else None
    try:
        tree = read_worktree(checkout.root)
    except GitRefused as error:
        message = f"workers clone this repository, and Git does not say what it has: {error}"
        report.add(not_pushed.RULE, message, at, severity=severity)
        return
    if tree.is_dirty:
        message = "workers clone this repository, and it has changes that are not committed"
        report.add(not_pushed.RULE, message, at, hint=_HINT, severity=severity)
    if not tree.is_pushed:
        message = "workers clone this repository, and its commit is on no branch of the remote"
        report.add(not_pushed.RULE, message, at, hint=_HINT, severity=severity)


def is_dirty(checkout: Checkout | None) -> bool | None:
    """Whether tracked files differ from the commit; None outside of Git, or if Git cannot say."""
    try:
        return None if checkout is None else read_worktree(checkout.root).is_dirty
    except GitRefused:
        return None


def _cloned(desired: DesiredState, remote: str) -> Iterator[Span]:
    """Where a pull step clones that remote."""
    for resource in desired.resources:
        if any(_clones(step, remote) for step in mappings(resource.fields.get("pull_steps"))):
            yield resource.span_of("pull_steps")


def _clones(step: Mapping[str, Json], remote: str) -> bool:
    return any(
        "git_clone" in name
        and isinstance(inputs, Mapping)
        and isinstance(address := inputs.get("repository"), str)
        and normalised(address) == remote
        for name, inputs in step.items()
    )
