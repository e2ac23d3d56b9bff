"""Whether the files here are those that the remote has, and workers clone."""

from collections.abc import Iterator, Mapping

from compiler.desired.json import Json, mappings
from compiler.desired.resources import DesiredState
from compiler.diagnostics import Report, Severity, Span
from compiler.diagnostics.pages import behind_remote, not_pushed
from reconciler.gitops.checkout import Checkout, normalised, read_behind, read_worktree
from reconciler.gitops.refusal import GitRefused

# The branch that a pull request is for, as pipelines call it.
_BASES = (
    "GITHUB_BASE_REF",
    "CI_MERGE_REQUEST_TARGET_BRANCH_NAME",
    "BITBUCKET_PR_DESTINATION_BRANCH",
    "SYSTEM_PULLREQUEST_TARGETBRANCH",
    "CHANGE_TARGET",
)
_HINT = "commit and push first"


def check_pushed(
    desired: DesiredState, checkout: Checkout, report: Report, *, strict: bool
) -> None:
    """Report what of this repository its remote does not have, if workers clone it from there."""
    if checkout.remote is None:
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


def check_behind(
    checkout: Checkout, environ: Mapping[str, str], report: Report, *, strict: bool
) -> None:
    """Report what the base has and these files lack."""
    if checkout.remote is None:
        return
    told = next((environ[name] for name in _BASES if environ.get(name)), None)
    behind = read_behind(checkout.root, told and told.removeprefix("refs/heads/"))
    if behind is None:
        return
    count = f"{behind.commits} commit{'' if behind.commits == 1 else 's'}"
    message = f"these files lack {count} of {behind.base}"
    hint = f"git fetch && git rebase {behind.base}"
    severity = Severity.ERROR if strict else None
    report.add(behind_remote.RULE, message, None, hint=hint, severity=severity)


def is_dirty(checkout: Checkout) -> bool | None:
    """Whether tracked files differ from the commit; None if Git cannot say."""
    try:
        return read_worktree(checkout.root).is_dirty
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
