"""What speaks against a plan."""

from dataclasses import replace

import pytest

from compiler.desired.address import Address, deployment, work_pool, work_queue
from compiler.desired.policy import Limits, Policy
from compiler.desired.resources import Resource
from compiler.diagnostics import Report
from compiler.plan.build import Allowed, build
from compiler.plan.guards import guard
from compiler.state.observed import Observed, ObservedState
from tests.support.builders import (
    ELSEWHERE,
    MARK,
    ORIGIN,
    desired,
    ledger,
    pool,
    server,
    there,
    wanted,
)

LOCAL = work_pool("local")
HIGH = work_queue("other", "high")
USUAL = Policy()


def findings(
    *resources: Resource,
    state: ObservedState,
    uses: tuple[str, ...] = (),
    policy: Policy = USUAL,
    **allowed: bool,
) -> list[str]:
    report = Report()
    state_wanted = replace(desired(*resources, uses=uses), policy=policy)
    may = Allowed(
        adopt=allowed.pop("adopt", False),
        take_over=allowed.pop("take_over", False),
        force=allowed.pop("force", False),
    )
    assert not allowed
    plan = build(state_wanted, state, ORIGIN, may)
    guard(plan, state_wanted, state, allowed=may, report=report)
    return [f"{found.rule.code} {found.message}" for found in report]


def deployments(number: int) -> dict[Address, Observed]:
    return {deployment("etl", f"d{n}"): there(str(n)) for n in range(number)}


def test_an_ordinary_plan_is_not_spoken_against() -> None:
    assert findings(wanted("nightly"), state=server({})) == []


@pytest.mark.parametrize(
    ("owned", "kept", "refused"),
    [
        pytest.param(4, 1, False, id="three of four: too few to count"),
        pytest.param(5, 4, False, id="one of five"),
        pytest.param(5, 3, True, id="two of five"),
        pytest.param(10, 7, False, id="three of ten"),
        pytest.param(10, 6, True, id="four of ten"),
        pytest.param(1, 0, True, id="the last one"),
        pytest.param(3, 0, True, id="all three"),
    ],
)
def test_too_many_deletions_are_refused(*, owned: int, kept: int, refused: bool) -> None:
    resources = [wanted(f"d{n}") for n in range(kept)]

    found = findings(*resources, state=server(deployments(owned)))

    assert [each[:6] for each in found] == ["DEP601"] * refused
    assert findings(*resources, state=server(deployments(owned)), force=True) == []


@pytest.mark.parametrize(
    ("owned", "kept", "limits", "refused"),
    [
        pytest.param(10, 6, Limits(share=0.4), False, id="four of ten, where that is the share"),
        pytest.param(10, 5, Limits(share=0.4), True, id="five of ten"),
        pytest.param(10, 9, Limits(share=0), True, id="not even one"),
        pytest.param(10, 1, Limits(exempt_below=11), False, id="nine of ten: too few to count"),
        pytest.param(11, 2, Limits(exempt_below=11), True, id="nine of eleven"),
        pytest.param(10, 0, Limits(share=1), True, id="all, whatever the share"),
        pytest.param(10, 0, Limits(are_off=True), False, id="all, where that is meant"),
    ],
)
def test_the_policy_says_how_many_deletions_are_too_many(
    *, owned: int, kept: int, limits: Limits, refused: bool
) -> None:
    resources = [wanted(f"d{n}") for n in range(kept)]
    policy = Policy(limits=limits)

    found = findings(*resources, state=server(deployments(owned)), policy=policy)

    assert [each[:6] for each in found] == ["DEP601"] * refused


def test_any_number_of_deletions_is_no_leave_to_delete_a_pool() -> None:
    policy = Policy(limits=Limits(are_off=True))

    found = findings(state=server({LOCAL: Observed(id="1", fields={})}), policy=policy)

    assert found == ["DEP606 work-pool/local left the files and would be deleted"]


@pytest.mark.parametrize("leaving", [deployment("etl", "d0"), LOCAL, HIGH])
def test_what_is_protected_is_deleted_only_with_force(leaving: Address) -> None:
    things = {leaving: there("1"), deployment("etl", "stays"): there("2")}
    made = ledger({address: each.id for address, each in things.items()})
    state = server(things, ledger=replace(made, protected=frozenset({leaving})))

    found = findings(wanted("stays"), state=state)

    assert f"DEP609 {leaving} is protected, and would be deleted" in found
    assert findings(wanted("stays"), state=state, force=True) == []


def test_what_is_protected_may_be_changed() -> None:
    nightly = deployment("etl", "nightly")
    made = replace(ledger({nightly: "1"}), protected=frozenset({nightly}))
    state = server({nightly: there("1", tags=["a", MARK])}, ledger=made)

    assert findings(wanted("nightly", tags=["b"], parameters={}), state=state) == []


def test_all_that_speaks_against_a_plan_is_said_at_once() -> None:
    things = {**deployments(9), LOCAL: Observed(id="p", fields={})}
    made = ledger({address: each.id for address, each in things.items()}, ELSEWHERE)
    copy = {deployment("etl", "copy"): there("c"), deployment("etl", "theirs"): there(tags=[])}
    state = server({**things, **copy}, ledger=made)

    found = findings(wanted("d0"), wanted("theirs"), state=state, uses=("nope",))

    codes = [each[:6] for each in found]
    assert sorted(codes) == ["DEP501", "DEP601", "DEP601", "DEP602", "DEP604", "DEP606", "DEP607"]


def test_the_last_one_may_be_replaced() -> None:
    assert findings(wanted("new"), state=server(deployments(1))) == []


def test_another_origin_is_refused_and_named() -> None:
    state = server(deployments(1), ledger=ledger({deployment("etl", "d0"): "0"}, ELSEWHERE))

    assert findings(wanted("d0"), state=state) == [
        (
            "DEP604 the stack 'shop' is applied from deploy.yaml of example.com/other/flows; "
            "this is deploy.yaml of example.com/shop/flows"
        )
    ]
    assert findings(wanted("d0"), state=state, take_over=True) == []


def test_what_exists_and_is_not_ours_is_refused_with_its_owner() -> None:
    things = {
        deployment("etl", "theirs"): there(tags=["deploy:other"]),
        deployment("etl", "nobodys"): there(tags=[]),
        LOCAL: Observed(id="3", fields={"type": "process"}),
    }
    state = server(things, made=False, owners={LOCAL: "infra"})

    assert findings(wanted("theirs"), wanted("nobodys"), pool("local"), state=state) == [
        "DEP602 deployment/etl/nobodys exists and was not made by this stack",
        "DEP602 deployment/etl/theirs exists and belongs to the stack 'other'",
        "DEP602 work-pool/local exists and belongs to the stack 'infra'",
    ]


def test_adoption_does_not_cover_what_another_stack_owns() -> None:
    things = {deployment("etl", "theirs"): there(tags=["deploy:other", MARK + "2"])}

    found = findings(wanted("theirs"), state=server(things, made=False), adopt=True)

    assert found == ["DEP602 deployment/etl/theirs exists and belongs to the stack 'other'"]


def test_a_pool_that_nobody_has_is_an_error() -> None:
    assert findings(wanted("nightly"), state=server({}), uses=("nope",)) == [
        "DEP501 the server has no work pool 'nope', and these files declare none"
    ]


@pytest.mark.parametrize("known", [frozenset({"k8s"}), frozenset()])
def test_a_pool_may_be_the_servers_or_the_files(known: frozenset[str]) -> None:
    declared = () if known else (pool("k8s", base_job_template={}),)

    assert findings(*declared, state=server({}, pools=known), uses=("k8s",)) == []


def test_a_pool_type_that_the_server_does_not_know_is_an_error() -> None:
    state = server({}, templates={"process": {}})

    assert findings(pool("local"), state=state) == []
    assert findings(
        Resource(address=LOCAL, fields={"type": "proces"}, written_at=pool("local").written_at),
        state=state,
    ) == ["DEP504 the server knows no work pool type 'proces'"]


def test_a_pools_type_cannot_change() -> None:
    state = server({LOCAL: Observed(id="1", fields={"type": "docker"})})

    assert findings(pool("local"), state=state) == [
        "DEP505 the type of the work pool 'local' cannot change from 'docker' to 'process'"
    ]


def test_deleting_a_pool_needs_force() -> None:
    things = {LOCAL: Observed(id="1", fields={}), work_pool("other"): Observed(id="2", fields={})}
    kept = pool("other")

    found = findings(kept, state=server(things))

    assert "DEP606 work-pool/local left the files and would be deleted" in found


def test_a_pool_that_others_use_is_not_deleted_even_with_force() -> None:
    state = server({LOCAL: Observed(id="1", fields={})}, users={LOCAL: ("a", "b", "c", "d")})

    assert findings(state=state, force=True) == [
        "DEP605 work-pool/local is used outside of this stack, by a, b, c …"
    ]


def test_a_copy_with_our_tag_is_reported_and_left() -> None:
    state = server({deployment("etl", "copy"): there("9")}, made=False, ledger=ledger({}))

    assert findings(state=state) == [
        (
            "DEP607 deployment/etl/copy carries this stack's tag but was not made by it; "
            "it is left alone"
        )
    ]


def test_a_pool_that_a_wanted_deployment_runs_in_is_not_deleted() -> None:
    state = server({LOCAL: Observed(id="1", fields={})})

    assert findings(wanted("nightly", work_pool_name="local"), state=state, force=True) == [
        "DEP605 deployment/etl/nightly uses work-pool/local, which left the files"
    ]


def test_nothing_is_deleted_for_a_file_that_was_not_wholly_understood() -> None:
    state = server(deployments(9))
    doubtful = replace(desired(*(wanted(f"d{n}") for n in range(8))), is_understood=False)
    report = Report()

    plan = build(doubtful, state, ORIGIN, Allowed())
    guard(plan, doubtful, state, allowed=Allowed(), report=report)

    assert [found.message for found in report] == [
        "parts of the files were skipped, and this would delete 1"
    ]
