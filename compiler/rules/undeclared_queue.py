"""A deployment names a queue that its work pool does not list.

What it finds:
    A `work_queue_name` that is not among the `work_queues` of the pool, where the files declare
    that pool with queues.

Why it matters:
    The server makes the queue by itself, with a priority and a limit that nobody chose. A
    misspelling is then a queue that no worker looks at.

Example:
    work_pools:
      - name: local
        work_queues: [{name: high, priority: 1}]
    deployments:
      - name: nightly
        entrypoint: flows/etl.py:etl
        work_pool: {name: local, work_queue_name: hihg}

Use instead:
    work_pools:
      - name: local
        work_queues: [{name: high, priority: 1}]
    deployments:
      - name: nightly
        entrypoint: flows/etl.py:etl
        work_pool: {name: local, work_queue_name: high}

Known limits:
    A pool that is declared without queues is left alone. The queue `default` is always there.
"""

from collections.abc import Iterable, Mapping

from compiler.diagnostics import Report, Rule, Severity
from compiler.diagnostics.spelling import nearest
from compiler.manifest.manifest import Placed
from compiler.manifest.model import Deployment

RULE = Rule(code="DEP507", name="undeclared-queue", severity=Severity.WARNING, page=__doc__)
_ALWAYS = "default"


def check(
    queues: Mapping[str, frozenset[str]], deployments: Iterable[Placed[Deployment]], report: Report
) -> None:
    """Report queues that are not listed; `queues` are the declared ones, by pool."""
    for deployment in deployments:
        pool = deployment.value.work_pool
        name = pool.work_queue_name if pool is not None else None
        known = queues.get(pool.name or "") if pool is not None else None
        if not name or not known or name in known or name == _ALWAYS:
            continue
        near = nearest(name, sorted(known))
        report.add(
            RULE,
            f"the work pool {pool.name if pool else ''!r} lists no queue {name!r}",
            deployment.at("work_pool", "work_queue_name"),
            hint=f"did you mean {near[0]!r}?" if near else "the server would make it",
        )
