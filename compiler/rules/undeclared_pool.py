"""A deployment or an automation names a work pool that its files do not list.

What it finds:
    A work pool that is neither under `work_pools` nor under `external.work_pools`, where the
    files have one of them.

Why it matters:
    The files say which pools there are, and this one is not among them: mostly a misspelling.
    Without that pool nothing runs.

Example:
    work_pools:
      - {name: local}
    deployments:
      - {name: nightly, entrypoint: "flows/etl.py:etl", work_pool: {name: locl}}

Use instead:
    work_pools:
      - {name: local}
    deployments:
      - {name: nightly, entrypoint: "flows/etl.py:etl", work_pool: {name: local}}

Known limits:
    Files that list no pools are left alone: whether the server has the pool is DEP501.
"""

from collections.abc import Iterable

from compiler.diagnostics import Report, Rule, Severity, Span
from compiler.diagnostics.spelling import nearest

RULE = Rule(
    code="DEP506", name="undeclared-pool", severity=Severity.ERROR, page=__doc__, is_opinion=True
)


def check(
    declared: frozenset[str],
    external: frozenset[str] | None,
    uses: Iterable[tuple[str, Span]],
    report: Report,
) -> None:
    """Report pools that are in none of the lists; `external` is None where none is given.

    `uses` are the names of those that are used, and where.
    """
    if not declared and external is None:
        return
    listed = declared | (external or frozenset())
    known = sorted(listed)
    for name, at in uses:
        if name in listed or "{{" in name:
            continue
        near = nearest(name, known)
        hint = f"did you mean {near[0]!r}?" if near else "list it under 'external.work_pools'"
        message = f"the work pool {name!r} is not one that these files list"
        report.add(RULE, message, at, hint=hint)
