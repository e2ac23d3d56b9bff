"""Two queues of a work pool share a priority.

What it finds:
    A priority that an earlier queue of the same work pool has.

Why it matters:
    The server keeps the priorities of a pool's queues distinct and moves one of
    them on: the file would say one thing and the server another, for ever.

Example:
    work_pools:
      - name: local
        work_queues:
          - {name: fast, priority: 1}
          - {name: slow, priority: 1}

Use instead:
    work_pools:
      - name: local
        work_queues:
          - {name: fast, priority: 1}
          - {name: slow, priority: 2}

Known limits:
    Queues that the file does not declare are not seen; the server moves those on.
"""

from compiler.diagnostics import Label, Report, Rule, Severity, Span
from compiler.manifest.manifest import Placed, queues_of
from compiler.manifest.model import WorkPool

RULE = Rule(code="DEP212", name="duplicate-priority", severity=Severity.ERROR, page=__doc__)


def check(pool: Placed[WorkPool], report: Report) -> None:
    """Report a priority that an earlier queue of the pool has."""
    seen: dict[int, Span] = {}
    for queue in queues_of(pool):
        priority, at = queue.value.priority, queue.at("priority")
        if priority is not None and priority in seen:
            report.add(
                RULE,
                f"two queues of {pool.value.name!r} have the priority {priority}",
                at,
                hint="the server would move one of them on",
                related=[Label(seen[priority], "first given here")],
            )
        elif priority is not None:
            seen[priority] = at
