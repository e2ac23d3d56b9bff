"""A variable, limit or block that is called like the server's or this program's own.

What it finds:
    A global concurrency limit whose name begins with `deployment:`, `tag:` or `deploy-lock:`,
    a variable whose name begins with `deploy_lock_` or `deploy_suspended_`, and a block of the
    type `deploy-ledger`.

Why it matters:
    These are the limits of deployments and of tags, as the server keeps them, what keeps two
    applies of a stack apart, what somebody has suspended, and the memory of stacks. To change
    them under these names would break what stands on them.

Example:
    concurrency_limits:
      - {name: "tag:gpu", limit: 2}

Use instead:
    tag_limits:
      - {tag: gpu, limit: 2}

Known limits:
    None.
"""

from compiler.diagnostics import Report, Rule, Severity, Span

RULE = Rule(code="DEP520", name="reserved-name", severity=Severity.ERROR, page=__doc__)
_LIMITS = {
    "deployment:": "write 'concurrency_limit' in the deployment",
    "tag:": "write it under 'tag_limits'",
    "deploy-lock:": "choose another name",
}
_LEDGER = "deploy-ledger"
_VARIABLES = dict.fromkeys(("deploy_lock_", "deploy_suspended_"), "choose another name")


def check_limit(name: str, at: Span, report: Report) -> None:
    """Report the name of a limit that is somebody's own."""
    _check(name, _LIMITS, at, report)


def check_variable(name: str, at: Span, report: Report) -> None:
    """Report the name of a variable that is somebody's own."""
    _check(name, _VARIABLES, at, report)


def check_block(type_slug: str, at: Span, report: Report) -> None:
    """Report the type of a block that is this program's own."""
    if type_slug == _LEDGER:
        message = f"blocks of the type {_LEDGER!r} are not for files to give"
        report.add(RULE, message, at, hint="they are the memory of stacks: leave them alone")


def _check(name: str, kept: dict[str, str], at: Span, report: Report) -> None:
    for beginning, hint in kept.items():
        if name.startswith(beginning):
            message = f"names that begin with {beginning!r} are not for files to give"
            report.add(RULE, message, at, hint=hint)
