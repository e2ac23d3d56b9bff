"""A scheduled deployment without a work pool, among others that have one.

What it finds:
    A deployment with an active schedule and no work pool, in a file that gives one to others.

Why it matters:
    The server makes its runs, and no worker takes them: they stay late for ever, unless a
    process serves this deployment.

Example:
    deployments:
      - {name: hourly, entrypoint: "flows/etl.py:etl", work_pool: {name: k8s}}
      - name: nightly
        entrypoint: flows/etl.py:etl
        schedules:
          - cron: "0 3 * * *"

Use instead:
    deployments:
      - {name: hourly, entrypoint: "flows/etl.py:etl", work_pool: {name: k8s}}
      - name: nightly
        entrypoint: flows/etl.py:etl
        work_pool: {name: k8s}
        schedules:
          - cron: "0 3 * * *"

Known limits:
    A file without any work pool is left alone: all of it may be served. So is a deployment
    with `work_pool: null`, which says that `deploy serve` runs it.
"""

from compiler.diagnostics import Report, Rule, Severity
from compiler.manifest.manifest import Manifest, Placed, schedules_of
from compiler.manifest.model import Deployment

RULE = Rule(code="DEP512", name="no-pool", severity=Severity.WARNING, page=__doc__)


def check(manifest: Manifest, report: Report) -> None:
    """Report deployments whose scheduled runs nobody would take."""
    pools = [each.value.work_pool for each in manifest.deployments]
    if not any(pool is not None and pool.name for pool in pools):
        return
    for deployment, pool in zip(manifest.deployments, pools, strict=True):
        is_served = pool is None and deployment.has("work_pool")
        if (pool is None or not pool.name) and not is_served and _is_scheduled(deployment):
            name = deployment.value.name
            message = f"{name!r} is scheduled and has no work pool, so no worker takes its runs"
            hint = "add 'work_pool: {name: …}', or 'work_pool: null' where 'deploy serve' runs it"
            report.add(RULE, message, deployment.at("name"), hint=hint)


def _is_scheduled(deployment: Placed[Deployment]) -> bool:
    if deployment.value.paused is True:
        return False
    return any(schedule.value.active is not False for schedule in schedules_of(deployment))
