"""How a plan and its outcomes read."""

from compiler.desired.address import deployment, work_pool
from compiler.plan.action import Adopt, Create, Delete, Update
from compiler.plan.build import Plan
from deploy.views.next_steps import next_steps
from deploy.views.outcomes import render_outcomes
from reconciler.apply.walker import Done, Failed, Skipped
from reconciler.pipeline import Outcomes
from tests.support.builders import (
    MARK,
    ORIGIN,
    pool,
    there,
    wanted,
)

NIGHTLY = deployment("etl", "nightly")
LOCAL = work_pool("local")


def plan_of(*actions: Create | Update | Adopt | Delete) -> Plan:
    after: dict[object, frozenset[object]] = {action.address: frozenset() for action in actions}
    return Plan(stack="shop", mark=MARK, origin=ORIGIN, actions=actions, after=after)  # type: ignore[arg-type]  # addresses all


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
