"""Every check on what a manifest means, named explicitly."""

from collections.abc import Iterator, Mapping
from pathlib import Path

from compiler.desired.json import Json
from compiler.diagnostics import Report, Span
from compiler.entrypoints.names import Names, names_of
from compiler.entrypoints.read import Declared
from compiler.manifest.ignoring import entries_of
from compiler.manifest.manifest import Manifest, Placed, queues_of, schedules_of, triggers_of
from compiler.manifest.model import Deployment
from compiler.manifest.values import values_of
from compiler.manifest.waiting import all_actions, all_triggers
from compiler.rules import (
    action_shape,
    ambiguous_name,
    anchor_in_digits,
    anchor_syntax,
    beside_its_file,
    block_cycle,
    block_source,
    boolean_in_disguise,
    broken_braces,
    clock_change,
    cron_syntax,
    cron_with_seconds,
    curly_quotes,
    date_in_disguise,
    day_and_weekday,
    duplicate_priority,
    duplicate_schedule,
    duplicate_slug,
    duplicate_step_id,
    endless_trigger,
    env_not_text,
    idle_automation_key,
    idle_ignore,
    idle_max_runs,
    idle_schedule_key,
    idle_tag,
    interval_syntax,
    interval_too_short,
    invisible_character,
    job_template,
    machine_path,
    many_schedules,
    missing_parameter,
    name_refused,
    never_ignored,
    no_pool,
    no_runs_at_all,
    none_in_disguise,
    number_in_disguise,
    parameters_too_large,
    password_in_url,
    path_outside,
    renamed_from_declared,
    renamed_from_itself,
    renamed_twice,
    reserved_label,
    reserved_name,
    reserved_pool,
    reserved_tag,
    rrule_phase,
    rrule_syntax,
    schedule_kind,
    schedule_never_fires,
    schedules_alike,
    secret_in_clear,
    shell_variable,
    short_month,
    sla_kind,
    step_argument,
    step_shape,
    too_many_tags,
    trigger_shape,
    trigger_time,
    two_policies,
    two_schedule_keys,
    undeclared_pool,
    undeclared_queue,
    uneven_step,
    unfilled_reference,
    unfinished_automation,
    unknown_block,
    unknown_ignore,
    unknown_ignored_schedule,
    unknown_job_variable,
    unknown_model_key,
    unknown_output,
    unknown_parameter,
    unknown_step,
    unknown_timezone,
    unusable_reference,
    variable_too_large,
    wrong_job_variable,
    wrong_parameter,
    zone_without_summer,
)

SCHEDULE_CHECKS = (
    schedule_kind.check,
    cron_syntax.check,
    schedule_never_fires.check,
    interval_syntax.check,
    anchor_syntax.check,
    rrule_syntax.check,
    unknown_timezone.check,
    interval_too_short.check,
    idle_schedule_key.check,
    anchor_in_digits.check,
    rrule_phase.check,
    clock_change.check,
    zone_without_summer.check,
    cron_with_seconds.check,
    short_month.check,
    day_and_weekday.check,
    uneven_step.check,
    idle_max_runs.check,
)
DEPLOYMENT_CHECKS = (
    two_schedule_keys.check,
    duplicate_slug.check,
    duplicate_schedule.check,
    many_schedules.check,
    schedules_alike.check,
    reserved_tag.check,
    too_many_tags.check,
    idle_tag.check,
    reserved_label.check,
    parameters_too_large.check,
    unusable_reference.check,
    unfilled_reference.check,
)
VALUE_CHECKS = (
    boolean_in_disguise.check,
    number_in_disguise.check,
    date_in_disguise.check,
    none_in_disguise.check,
    curly_quotes.check,
    env_not_text.check,
    shell_variable.check,
    broken_braces.check,
    secret_in_clear.check,
    password_in_url.check,
)
MANIFEST_CHECKS = (
    invisible_character.check,
    unknown_step.check,
    step_argument.check,
    step_shape.check,
    duplicate_step_id.check,
    unknown_output.check,
    no_pool.check,
    sla_kind.check,
)
TRIGGER_CHECKS = (
    trigger_shape.check,
    trigger_time.check,
    idle_automation_key.check,
    endless_trigger.check,
)
ACTION_CHECKS = (
    action_shape.check,
    trigger_time.check_run,
    idle_automation_key.check_action,
)
_POOLS = ("work_pool", "work_queue")
POOL_CHECKS = (duplicate_priority.check, reserved_pool.check, no_runs_at_all.check)
RENAME_CHECKS = (renamed_from_itself.check, renamed_from_declared.check, renamed_twice.check)
IGNORE_CHECKS = (
    unknown_ignore.check,
    never_ignored.check,
    unknown_ignored_schedule.check,
    idle_ignore.check,
)
FLOW_CHECKS = (
    unknown_parameter.check,
    wrong_parameter.check,
    missing_parameter.check,
    unknown_model_key.check,
    machine_path.check,
    path_outside.check,
)


def check_all(
    manifests: tuple[Manifest, ...],
    declared: tuple[Declared, ...],
    report: Report,
    *,
    root: Path,
    templates: Mapping[str, Json],
) -> None:
    """Report everything that the rules find, in all files.

    `root` is the repository's; `templates` are the base job templates that the files
    give, by pool name.
    """
    for manifest in manifests:
        _check_names(manifest, report)
        for check_manifest in MANIFEST_CHECKS:
            check_manifest(manifest, report)
        values = values_of(manifest)
        for check_values in VALUE_CHECKS:
            check_values(values, report)
        for deployment in manifest.deployments:
            _check_deployment(deployment, report)
    _check_things(manifests, report)
    _check_automations(manifests, names_of(manifests, declared), report)
    _check_pools(manifests, templates, report)
    _check_policies(manifests, report)
    for check_renames in RENAME_CHECKS:
        check_renames(declared, report)
    for one in declared:
        for check_flow in FLOW_CHECKS:
            check_flow(one, report)
        beside_its_file.check(one, root, report)
        if one.reading is not None:
            name_refused.check(one.reading.flow_name, one.deployment.at("entrypoint"), report)


def _check_deployment(deployment: Placed[Deployment], report: Report) -> None:
    for schedule in schedules_of(deployment):
        for check_schedule in SCHEDULE_CHECKS:
            check_schedule(schedule, report)
    for check_deployment in DEPLOYMENT_CHECKS:
        check_deployment(deployment, report)


def _check_things(manifests: tuple[Manifest, ...], report: Report) -> None:
    """What stands alone under a name."""
    for variable in (each for manifest in manifests for each in manifest.variables):
        reserved_name.check_variable(variable.value.name, variable.at("name"), report)
        reserved_tag.check(variable, report)
        variable_too_large.check(variable, report)
    for limit in (each for manifest in manifests for each in manifest.concurrency_limits):
        name_refused.check(limit.value.name, limit.at("name"), report)
        reserved_name.check_limit(limit.value.name, limit.at("name"), report)
    for tagged in (each for manifest in manifests for each in manifest.tag_limits):
        name_refused.check(tagged.value.tag, tagged.at("tag"), report)
    _check_blocks(manifests, report)


def _check_blocks(manifests: tuple[Manifest, ...], report: Report) -> None:
    blocks = [each for manifest in manifests for each in manifest.blocks]
    named = {f"{each.value.type}/{each.value.name}": each for each in blocks}
    listed = [each.document.value.external for each in manifests]
    external = {path for each in listed if each for path in each.blocks or ()}
    for block in blocks:
        reserved_name.check_block(block.value.type, block.at("type"), report)
        block_source.check(block, report)
        unknown_block.check(block, named.keys() | external, report)
    block_cycle.check(named, report)


def _check_automations(manifests: tuple[Manifest, ...], names: Names, report: Report) -> None:
    for manifest in manifests:
        for automation in manifest.automations:
            name_refused.check_automation(automation.value.name, automation.at("name"), report)
            reserved_tag.check(automation, report)
            unfinished_automation.check(automation, report)
        for run in (run for each in manifest.deployments for run in triggers_of(each)):
            trigger_time.check_run(run, report)
            if run.value.name is not None:
                name_refused.check_automation(run.value.name, run.at("name"), report)
        for trigger in all_triggers(manifest):
            for check_trigger in TRIGGER_CHECKS:
                check_trigger(trigger, report)
        for action in all_actions(manifest):
            for check_action in ACTION_CHECKS:
                check_action(action, report)
        ambiguous_name.check(manifest, names, report)


def _check_policies(manifests: tuple[Manifest, ...], report: Report) -> None:
    two_policies.check(manifests, report)
    entries = entries_of(manifests)
    for check_entries in IGNORE_CHECKS:
        check_entries(entries, report)


def _check_names(manifest: Manifest, report: Report) -> None:
    for deployment in manifest.deployments:
        name_refused.check(deployment.value.name, deployment.at("name"), report)
        for name in ("name", "work_queue_name"):
            if used := getattr(deployment.value.work_pool, name, None):
                name_refused.check(used, deployment.at("work_pool", name), report)
    for pool in manifest.work_pools:
        name_refused.check(pool.value.name, pool.at("name"), report)
        for queue in queues_of(pool):
            name_refused.check(queue.value.name, queue.at("name"), report)


def _check_pools(
    manifests: tuple[Manifest, ...], templates: Mapping[str, Json], report: Report
) -> None:
    pools = [pool for manifest in manifests for pool in manifest.work_pools]
    deployments = [each for manifest in manifests for each in manifest.deployments]
    for pool in pools:
        for check_pool in POOL_CHECKS:
            check_pool(pool, report)
        job_template.check(templates.get(pool.value.name), pool, report)
    named = {pool.value.name: pool for pool in pools}
    queues = {
        name: frozenset(queue.value.name for queue in queues_of(pool))
        for name, pool in named.items()
    }
    uses = list(_pool_uses(manifests))
    undeclared_pool.check(frozenset(named), _external_pools(manifests), uses, report)
    undeclared_queue.check(queues, deployments, report)
    variables = {
        name: schema for name in named if (schema := _variables(templates.get(name))) is not None
    }
    for deployment in deployments:
        pool_use = deployment.value.work_pool
        schema = variables.get(pool_use.name or "") if pool_use is not None else None
        if schema is not None:
            unknown_job_variable.check(schema, deployment, report)
            wrong_job_variable.check(schema, deployment, report)


def _pool_uses(manifests: tuple[Manifest, ...]) -> Iterator[tuple[str, Span]]:
    """Pools that deployments and automations use, in the order of the files."""
    for manifest in manifests:
        for deployment in manifest.deployments:
            pool = deployment.value.work_pool
            if pool is not None and pool.name:
                yield pool.name, deployment.at("work_pool", "name")
        own = {each.value.name.removeprefix(manifest.prefix) for each in manifest.work_pools}
        acted = [(action, key) for action in all_actions(manifest) for key in _POOLS]
        for action, key in acted:
            name = (getattr(action.value, key) or "").partition("/")[0]
            if name and name not in own:
                yield name, action.at(key)


def _external_pools(manifests: tuple[Manifest, ...]) -> frozenset[str] | None:
    """Pools that the files refer to and another owner keeps; None where they say nothing of it."""
    listed = [each.document.value.external for each in manifests]
    pools = [each.work_pools for each in listed if each and each.work_pools is not None]
    return frozenset(name for names in pools for name in names) if pools else None


def _variables(template: Json) -> Mapping[str, Json] | None:
    variables = template.get("variables") if isinstance(template, Mapping) else None
    return variables if isinstance(variables, Mapping) and variables else None
