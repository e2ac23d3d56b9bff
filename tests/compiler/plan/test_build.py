"""What is planned, for whom, and in which order."""

from dataclasses import replace

import pytest

from compiler.desired.address import Address, deployment, work_pool, work_queue
from compiler.desired.policy import Policy
from compiler.plan.action import Adopt, Create, Delete, Update
from compiler.plan.build import Allowed, Plan, build
from compiler.plan.claim import kept_unwanted
from compiler.state.ledger import Origin
from compiler.state.observed import Observed, ObservedState
from tests.support.builders import (
    MARK,
    ORIGIN,
    desired,
    ledger,
    pool,
    queue,
    server,
    there,
    wanted,
)

NIGHTLY = deployment("etl", "nightly")
LOCAL = work_pool("local")


def plan_of(*resources: object, state: ObservedState, **allowed: bool) -> Plan:
    return build(desired(*resources), state, ORIGIN, Allowed(**allowed))  # type: ignore[arg-type]  # resources only


def test_what_is_not_there_is_created() -> None:
    plan = plan_of(wanted("nightly"), state=server({}))

    assert [type(action) for action in plan.actions] == [Create]


def test_what_is_as_wanted_is_kept() -> None:
    plan = plan_of(wanted("nightly"), state=server({NIGHTLY: there()}))

    assert plan.is_empty
    assert [each.address for each in plan.kept] == [NIGHTLY]


def test_what_left_the_files_is_deleted() -> None:
    plan = plan_of(state=server({NIGHTLY: there()}))

    assert [(type(action), action.address) for action in plan.actions] == [(Delete, NIGHTLY)]


def test_nothing_is_deleted_where_the_policy_prunes_nothing() -> None:
    state = server({NIGHTLY: there(), LOCAL: Observed(id="2", fields={})})
    keeping = replace(desired(), policy=Policy(prunes=False))

    plan = build(keeping, state, ORIGIN, Allowed())

    assert plan.is_empty
    assert kept_unwanted(keeping, state) == (LOCAL, NIGHTLY)
    assert kept_unwanted(desired(), state) == ()


def test_what_was_never_the_stacks_is_not_kept_by_its_policy() -> None:
    foreign = server({NIGHTLY: there(tags=[])}, ledger=ledger({}))

    assert kept_unwanted(replace(desired(), policy=Policy(prunes=False)), foreign) == ()


def test_a_copy_that_carries_the_tag_is_not_deleted() -> None:
    plan = plan_of(state=server({NIGHTLY: there("2")}, made=False, ledger=ledger({})))

    assert plan.actions == ()


def test_a_thing_made_anew_under_an_old_name_is_not_deleted() -> None:
    state = server({LOCAL: Observed(id="2", fields={})}, ledger=ledger({LOCAL: "1"}))

    assert plan_of(state=state).actions == ()


@pytest.mark.parametrize("adopt", [False, True])
def test_a_foreign_thing_is_touched_only_when_adoption_is_allowed(*, adopt: bool) -> None:
    state = server({NIGHTLY: there(tags=["mine"])}, made=False)

    plan = plan_of(wanted("nightly"), state=state, adopt=adopt)

    assert [isinstance(action, Update) and action.adopts for action in plan.actions] == [
        True
    ] * adopt


@pytest.mark.parametrize(
    "state",
    [
        pytest.param(server({NIGHTLY: there(tags=["deploy:other"])}, made=False), id="by its tag"),
        pytest.param(
            server({NIGHTLY: there(tags=[])}, made=False, owners={NIGHTLY: "other"}),
            id="by its ledger",
        ),
    ],
)
def test_what_another_stack_owns_is_in_no_plan(state: ObservedState) -> None:
    assert plan_of(wanted("nightly"), state=state, adopt=True, force=True).actions == ()


def test_a_wanted_deployment_with_the_tag_is_ours_without_a_ledger() -> None:
    plan = plan_of(wanted("nightly"), state=server({NIGHTLY: there()}, made=False))

    assert [type(action) for action in plan.actions] == [Adopt]


def test_a_thing_written_ahead_is_ours() -> None:
    state = server(
        {LOCAL: Observed(id="1", fields={"type": "process"})}, ledger=ledger({LOCAL: None})
    )

    assert [type(action) for action in plan_of(pool("local"), state=state).actions] == [Adopt]


def test_the_default_queue_of_our_pool_is_ours() -> None:
    default = work_queue("local", "default")
    state = server(
        {LOCAL: Observed(id="1", fields={"type": "process"}), default: Observed(id="2", fields={})},
        ledger=ledger({LOCAL: "1"}),
    )

    plan = plan_of(pool("local"), queue("local", "default"), state=state)

    assert [type(action) for action in plan.actions] == [Adopt]


def test_a_default_queue_that_left_the_files_is_not_deleted() -> None:
    default = work_queue("local", "default")
    things = {
        LOCAL: Observed(id="1", fields={"type": "process"}),
        default: Observed(id="2", fields={}),
    }

    assert plan_of(pool("local"), state=server(things)).actions == ()


def test_pools_come_before_queues_before_deployments() -> None:
    plan = plan_of(wanted("nightly"), queue("local", "high"), pool("local"), state=server({}))

    assert [str(action.address) for action in plan.actions] == [
        "work-pool/local",
        "work-queue/local/high",
        "deployment/etl/nightly",
    ]


def test_deletions_come_last_and_run_backwards() -> None:
    old = deployment("etl", "old")
    state = server({LOCAL: Observed(id="1", fields={"type": "process"}), old: there("2")})

    plan = plan_of(wanted("nightly"), state=state)

    assert [action.address for action in plan.actions] == [NIGHTLY, old, LOCAL]
    assert plan.after == {NIGHTLY: frozenset()}


def test_another_origin_makes_a_plan_only_when_taken_over() -> None:
    from tests.support.builders import ELSEWHERE

    state = server({NIGHTLY: there()}, ledger=ledger({NIGHTLY: "1"}, ELSEWHERE))

    assert plan_of(wanted("nightly"), state=state).is_empty
    assert not plan_of(wanted("nightly"), state=state, take_over=True).is_empty


def test_every_action_knows_what_it_waits_for() -> None:
    addresses: set[Address] = {NIGHTLY, LOCAL}
    plan = plan_of(wanted("nightly"), pool("local"), state=server({}))

    assert set(plan.after) == addresses
    assert plan.mark == MARK


def test_what_now_carries_another_stacks_tag_is_not_deleted() -> None:
    state = server({NIGHTLY: there(tags=["deploy:other"])})

    assert plan_of(state=state).actions == ()


def test_what_now_carries_another_stacks_tag_is_not_changed() -> None:
    state = server({NIGHTLY: there(tags=["deploy:other"])})

    assert plan_of(wanted("nightly", description="x"), state=state, adopt=True).actions == ()


def test_a_deployment_written_ahead_is_ours_only_with_the_tag() -> None:
    state = server({NIGHTLY: there(tags=[])}, ledger=ledger({NIGHTLY: None}))

    assert plan_of(wanted("nightly"), state=state).actions == ()


def test_what_a_killed_run_had_made_and_nobody_wants_any_more_is_deleted() -> None:
    marked, other = deployment("etl", "made"), deployment("etl", "of-somebody-else")
    things = {marked: there("1"), other: there("2", tags=[]), LOCAL: Observed(id="3", fields={})}
    state = server(things, ledger=ledger({marked: None, other: None, LOCAL: None}))

    plan = plan_of(state=state)

    assert [(type(each), each.address) for each in plan.actions] == [(Delete, marked)]


def test_a_run_that_knows_no_remote_does_not_forget_the_one_that_is_known() -> None:
    nowhere = Origin(remote=None, files=ORIGIN.files)

    plan = build(desired(), server({}), nowhere, Allowed())

    assert plan.origin == ORIGIN


def test_a_renaming_is_carried_out_where_nothing_is_pruned() -> None:
    old, other = deployment("etl", "old"), deployment("etl", "other")
    state = replace(desired(replace(wanted("new"), renamed_from=old)), policy=Policy(prunes=False))

    plan = build(state, server({old: there("1"), other: there("2")}), ORIGIN, Allowed())

    assert [(type(each), each.address) for each in plan.actions] == [
        (Create, deployment("etl", "new")),
        (Delete, old),
    ]
    assert [note.address for note in plan.notes] == [deployment("etl", "new"), other]
