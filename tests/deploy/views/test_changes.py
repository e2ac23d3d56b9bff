"""How a plan and its outcomes read."""

from compiler.desired.address import deployment, work_pool
from compiler.desired.json import Json
from compiler.diff.compare import compare
from compiler.plan.action import Adopt, Create, Delete, Update
from compiler.plan.build import Allowed, Plan, build
from deploy.views.changes import render_outcomes, render_plan
from deploy.views.mask import Mask
from deploy.views.next_steps import next_steps
from reconciler.apply.walker import Done, Failed, Skipped
from reconciler.pipeline import Outcomes
from tests.support.builders import (
    ELSEWHERE,
    KNOWN,
    MARK,
    ORIGIN,
    desired,
    ledger,
    pool,
    server,
    there,
    wanted,
)

NIGHTLY = deployment("etl", "nightly")
LOCAL = work_pool("local")


def plan_of(*actions: Create | Update | Adopt | Delete) -> Plan:
    after: dict[object, frozenset[object]] = {action.address: frozenset() for action in actions}
    return Plan(stack="shop", mark=MARK, origin=ORIGIN, actions=actions, after=after)  # type: ignore[arg-type]  # addresses all


def test_an_empty_plan_is_one_line() -> None:
    assert render_plan(plan_of(), Mask()) == "0 to create, 0 to change, 0 to delete; 0 unchanged"


def test_a_new_thing_shows_what_it_will_be() -> None:
    schedules: list[Json] = [
        {"cron": "0 3 * * *", "timezone": "Europe/Berlin", "slug": "night", "parameters": {}},
        {"interval": 3600.0, "parameters": {"n": 1}, "active": False},
    ]
    resource = wanted(
        "nightly", description="Load.\nMore.", schedules=schedules, parameters={}, tags=["a"]
    )

    assert render_plan(plan_of(Create(resource)), Mask()) == (
        "+ deployment/etl/nightly\n"
        '    description: "Load. …"\n'
        '    schedule: night: cron "0 3 * * *" (Europe/Berlin)\n'
        '    schedule: interval 3600 s (UTC) with {"n": 1} inactive\n'
        '    tags: ["a"]\n'
        "\n"
        "1 to create, 0 to change, 0 to delete; 0 unchanged"
    )


def test_a_change_shows_each_place_before_and_after() -> None:
    live = there(parameters={"n": 1, "old": 2}, paused=False)
    resource = wanted("nightly", parameters={"n": 2, "new": "x"}, paused=True)
    update = Update(resource, live, compare(resource, live, KNOWN))

    assert render_plan(plan_of(update), Mask()) == (
        "~ deployment/etl/nightly\n"
        "    parameters.n: 1 → 2\n"
        '    parameters.new: + "x"\n'
        "    parameters.old: - 2\n"
        "    paused: false → true\n"
        "\n"
        "0 to create, 1 to change, 0 to delete; 0 unchanged"
    )


def test_a_schedule_that_is_new_or_gone_is_named() -> None:
    live = there(schedules=[{"id": "1", "slug": "old", "cron": "0 1 * * *", "parameters": {}}])
    resource = wanted("nightly", schedules=[{"cron": "0 2 * * *", "slug": "new", "parameters": {}}])
    update = Update(resource, live, compare(resource, live, KNOWN))

    text = render_plan(plan_of(update), Mask())

    assert "    schedules[new]: + " in text
    assert "    schedules[old]: - " in text


def test_a_deletion_and_an_adoption_say_why() -> None:
    text = render_plan(plan_of(Adopt(pool("local"), there()), Delete(NIGHTLY, there())), Mask())

    assert text == (
        "= work-pool/local  (adopted into 'shop', unchanged)\n"
        "- deployment/etl/nightly  (left the files)\n"
        "\n"
        "0 to create, 0 to change, 1 to adopt, 1 to delete; 0 unchanged"
    )


def test_a_stack_that_moves_says_from_where() -> None:
    state = server({}, ledger=ledger({}, ELSEWHERE))

    text = render_plan(build(desired(), state, ORIGIN, Allowed(take_over=True)), Mask())

    assert "the stack moves here from deploy.yaml of example.com/other/flows" in text


def test_outcomes_name_what_did_not_end_well_and_its_root() -> None:
    plan = plan_of(Create(pool("local")), Create(wanted("nightly")))
    outcomes = Outcomes(of={LOCAL: Failed(OSError()), NIGHTLY: Skipped(LOCAL)}, verified=True)

    assert render_outcomes(outcomes, plan) == (
        "! work-pool/local  failed\n"
        "! deployment/etl/nightly  skipped, since work-pool/local failed\n"
        "0 done, 1 failed, 1 skipped"
    )


def test_what_ended_well_is_only_counted() -> None:
    plan = plan_of(Create(pool("local")))

    assert render_outcomes(Outcomes(of={LOCAL: Done("1")}, verified=True), plan) == "1 done"


def test_next_steps_name_a_deployment_that_is_not_paused() -> None:
    plan = plan_of(
        Create(wanted("a", paused=True, work_pool_name="p")),
        Create(wanted("b c", work_pool_name="my pool")),
    )

    assert next_steps(plan, embedded=False) == (
        "\nNext:\n"
        "  prefect worker start --pool 'my pool'\n"
        "  prefect deployment run 'etl/b c' --watch"
    )


def test_an_embedded_server_has_to_be_served_first() -> None:
    assert "prefect server start" in next_steps(plan_of(Create(wanted("a"))), embedded=True)


def test_there_are_no_next_steps_when_nothing_is_new() -> None:
    assert next_steps(plan_of(Delete(NIGHTLY, there())), embedded=True) == ""
