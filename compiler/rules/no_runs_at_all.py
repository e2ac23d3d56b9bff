"""A limit of no runs at all.

What it finds:
    A `concurrency_limit` of 0 on a work pool or a work queue.

Why it matters:
    Nothing of that pool or queue ever runs. In other programs 0 means that there is no limit;
    here that is null.

Example:
    work_pools:
      - {name: local, concurrency_limit: 0}

Use instead:
    work_pools:
      - {name: local, concurrency_limit: null}

Known limits:
    To stop a pool for a while, `paused: true` says it better.
"""

from compiler.diagnostics import Report, Rule, Severity
from compiler.manifest.manifest import Placed, queues_of
from compiler.manifest.model import WorkPool, WorkQueue
from compiler.source.locate import node_at
from compiler.source.mend import rewritten

RULE = Rule(code="DEP514", name="no-runs-at-all", severity=Severity.WARNING, page=__doc__)


def check(pool: Placed[WorkPool], report: Report) -> None:
    """Report limits that let nothing run."""
    parts: tuple[Placed[WorkPool] | Placed[WorkQueue], ...] = (pool, *queues_of(pool))
    for part in parts:
        if part.value.concurrency_limit == 0:
            report.add(
                RULE,
                f"{part.value.name!r} runs nothing: its limit is 0",
                part.at("concurrency_limit"),
                hint="write null for no limit, or 'paused: true' to stop it",
                fix=rewritten(node_at(part.node, ("concurrency_limit",)), "null"),
            )
