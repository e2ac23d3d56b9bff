"""Every check on what a manifest means, named explicitly."""

from compiler.diagnostics import Report
from compiler.entrypoints.read import Declared
from compiler.manifest.manifest import Manifest, Placed, queues_of, schedules_of
from compiler.manifest.model import Deployment
from compiler.rules import (
    anchor_syntax,
    cron_syntax,
    duplicate_priority,
    duplicate_slug,
    interval_syntax,
    name_refused,
    reserved_tag,
    rrule_syntax,
    schedule_kind,
    schedule_never_fires,
    two_schedule_keys,
    unknown_parameter,
    unknown_timezone,
    wrong_parameter,
)

SCHEDULE_CHECKS = (
    schedule_kind.check,
    cron_syntax.check,
    schedule_never_fires.check,
    interval_syntax.check,
    anchor_syntax.check,
    rrule_syntax.check,
    unknown_timezone.check,
)
DEPLOYMENT_CHECKS = (two_schedule_keys.check, duplicate_slug.check, reserved_tag.check)
FLOW_CHECKS = (unknown_parameter.check, wrong_parameter.check)


def check_all(
    manifests: tuple[Manifest, ...], declared: tuple[Declared, ...], report: Report
) -> None:
    """Report everything that the rules find, in all files."""
    for manifest in manifests:
        _check_names(manifest, report)
        for deployment in manifest.deployments:
            _check_deployment(deployment, report)
    for one in declared:
        for check_flow in FLOW_CHECKS:
            check_flow(one, report)
        if one.reading is not None:
            name_refused.check(one.reading.flow_name, one.deployment.at("entrypoint"), report)


def _check_deployment(deployment: Placed[Deployment], report: Report) -> None:
    for check_deployment in DEPLOYMENT_CHECKS:
        check_deployment(deployment, report)
    for schedule in schedules_of(deployment):
        for check_schedule in SCHEDULE_CHECKS:
            check_schedule(schedule, report)


def _check_names(manifest: Manifest, report: Report) -> None:
    for deployment in manifest.deployments:
        name_refused.check(deployment.value.name, deployment.at("name"), report)
    for pool in manifest.work_pools:
        duplicate_priority.check(pool, report)
        name_refused.check(pool.value.name, pool.at("name"), report)
        for queue in queues_of(pool):
            name_refused.check(queue.value.name, queue.at("name"), report)
