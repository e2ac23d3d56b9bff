"""What a selection leaves of a plan."""

from dataclasses import replace
from typing import Any

import pytest

from compiler.desired.address import Address, deployment, work_pool, work_queue
from compiler.desired.resources import Resource
from compiler.diagnostics import Report
from compiler.plan.action import Create, Delete
from compiler.plan.build import Allowed, Plan, build
from compiler.plan.guards import guard
from compiler.plan.select import select
from compiler.plan.selection import parse_selection
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

LOCAL = work_pool("local")
HIGH = work_queue("local", "high")
ETL = wanted("nightly", tags=["etl"], parameters={"a": 1})
WEB = wanted("hourly", flow="web", tags=["web"], parameters={"a": 1})
SAME = wanted("same", tags=["etl"])
THINGS = {
    ETL.address: there("1", tags=["etl", MARK]),
    WEB.address: there("2", tags=["web", MARK]),
    SAME.address: there("3", tags=["etl", MARK]),
    deployment("etl", "old"): there("4", tags=["etl", MARK]),
    deployment("web", "old"): there("5", tags=["web", MARK]),
}


def cut(
    *resources: Resource,
    state: ObservedState,
    choose: tuple[str, ...] = (),
    exclude: tuple[str, ...] = (),
) -> tuple[Plan, list[str]]:
    """What is left of a plan, and what is found."""
    report = Report()
    planned = build(desired(*resources), state, ORIGIN, Allowed())
    selection = parse_selection(choose, exclude, report)
    left = select(planned, selection, report)
    return left, [f"{one.rule.code} {one.message} ({one.hint})" for one in report]


def steps(plan: Plan) -> set[str]:
    return {f"{type(each).__name__} {'/'.join(each.address.path)}" for each in plan.actions}


@pytest.mark.parametrize(
    ("choose", "exclude", "expected"),
    [
        (("tag:etl",), (), {"Update etl/nightly", "Delete etl/old"}),
        (("flow:web",), (), {"Update web/hourly", "Delete web/old"}),
        (("name:old",), (), {"Delete etl/old", "Delete web/old"}),
        (("tag:etl name:old",), (), {"Delete etl/old"}),
        (("tag:etl", "tag:web"), ("name:old",), {"Update etl/nightly", "Update web/hourly"}),
        ((), ("flow:etl",), {"Update web/hourly", "Delete web/old"}),
        (("name:same",), (), set()),
    ],
)
def test_only_what_is_selected_is_changed_or_deleted(
    choose: tuple[str, ...], exclude: tuple[str, ...], expected: set[str]
) -> None:
    plan, found = cut(ETL, WEB, SAME, state=server(THINGS), choose=choose, exclude=exclude)

    assert (steps(plan), found) == (expected, [])


def test_what_is_left_out_is_known_and_waited_for_by_nobody() -> None:
    plan, _ = cut(ETL, WEB, SAME, state=server(THINGS), choose=("tag:etl",))

    assert plan.after == {ETL.address: frozenset()}
    assert deployment("etl", "old") in {each.address for each in plan.actions}
    assert [each.address for each in plan.kept] == [SAME.address]
    assert {each.address for each in plan.left_out.actions} == {
        WEB.address,
        deployment("web", "old"),
    }
    assert plan.left_out.wanted == (WEB,)


def test_a_plan_without_a_selection_is_the_whole_one() -> None:
    state = server(THINGS)

    assert cut(ETL, WEB, state=state)[0] == build(desired(ETL, WEB), state, ORIGIN, Allowed())


@pytest.mark.parametrize(
    ("choose", "exclude", "found"),
    [
        (
            ("tag:elt",),
            (),
            "DEP611 --select 'tag:elt' means nothing of the stack (did you mean 'tag:etl'?)",
        ),
        (
            ("tag:etl", "flow:x"),
            (),
            "DEP611 --select 'flow:x' means nothing of the stack (by flow it has: etl, web)",
        ),
        (
            ("tag:etl",),
            ("name:nightyl",),
            (
                "DEP611 --exclude 'name:nightyl' means nothing of the stack "
                "(did you mean 'name:nightly'?)"
            ),
        ),
        (
            ("path:flows/**",),
            (),
            (
                "DEP611 --select 'path:flows/**' means nothing of the stack "
                "(see `deploy plan` for what the stack has)"
            ),
        ),
        (
            ("tag:etl flow:web",),
            (),
            (
                "DEP611 --select 'tag:etl flow:web' means nothing of the stack "
                "(see `deploy plan` for what the stack has)"
            ),
        ),
        (
            ("tag:etl",),
            ("flow:etl",),
            "DEP611 everything that is selected is excluded (see what --exclude means)",
        ),
    ],
)
def test_a_selection_that_means_nothing_is_an_error(
    choose: tuple[str, ...], exclude: tuple[str, ...], found: str
) -> None:
    _, findings = cut(ETL, WEB, state=server(THINGS), choose=choose, exclude=exclude)

    assert findings == [found]


def needing(name: str, *needs: Address) -> Resource:
    resource = wanted(name, work_pool_name="local", parameters={"a": 1})
    return replace(resource, needs=frozenset(needs))


def test_a_pool_that_is_needed_has_to_be_selected_to_be_made() -> None:
    resources = (pool("local"), queue("local", "high"), needing("nightly", LOCAL, HIGH))

    _, found = cut(*resources, state=server({}), choose=("name:nightly",))

    assert found == [
        (
            "DEP612 deployment/etl/nightly needs work-pool/local, which is not selected and would "
            "be created (add --select 'kind:work-pool name:local')"
        ),
        (
            "DEP612 deployment/etl/nightly needs work-queue/local/high, which is not selected and "
            "would be created (add --select 'kind:work-queue name:local/high')"
        ),
    ]


def test_what_selects_the_needed_thing_is_what_is_advised() -> None:
    resources = (pool("local"), needing("nightly", LOCAL))
    advised = ("name:nightly", "kind:work-pool name:local")

    plan, found = cut(*resources, state=server({}), choose=advised)

    assert (len(plan.actions), found) == (2, [])


def test_a_needed_thing_that_is_excluded_is_told_apart() -> None:
    resources = (pool("local"), needing("nightly", LOCAL))

    _, found = cut(*resources, state=server({}), exclude=("kind:work-pool",))

    assert found == [
        (
            "DEP612 deployment/etl/nightly needs work-pool/local, which is not selected and would "
            "be created (do not exclude it, or exclude both)"
        )
    ]


@pytest.mark.parametrize(
    ("there_now", "refused"),
    [({"type": "process", "description": "old"}, True), ({"type": "process"}, False)],
)
def test_a_pool_that_needs_no_change_need_not_be_selected(
    there_now: dict[str, str], *, refused: bool
) -> None:
    wanted_pool = pool("local", **({"description": "new"} if refused else {}))
    state = server({LOCAL: Observed(id="p", fields=there_now)})

    _, found = cut(wanted_pool, needing("nightly", LOCAL), state=state, choose=("name:n*",))

    needs = [each for each in found if each.startswith("DEP612")]
    assert bool(needs) is refused


@pytest.mark.parametrize(
    ("inside", "verb"),
    [
        (deployment("etl", "moving"), "changed"),
        (deployment("etl", "leaving"), "deleted"),
        (HIGH, "deleted"),
    ],
)
def test_a_pool_is_not_deleted_before_what_leaves_it(inside: Address, verb: str) -> None:
    uses = {"work_pool_name": "local", "work_queue_name": "high"}
    thing = Observed(id="q", fields={}) if inside == HIGH else there("1", **uses)
    state = server({LOCAL: Observed(id="p", fields={}), inside: thing})
    resources = [wanted("moving", work_pool_name="other")] if verb == "changed" else []

    _, found = cut(*resources, state=state, choose=("kind:work-pool",))

    assert len(found) == 1
    assert found[0].startswith(
        f"DEP612 work-pool/local needs {inside}, which is not selected and would be {verb}"
    )


def test_what_runs_elsewhere_does_not_keep_a_pool() -> None:
    things = {
        LOCAL: Observed(id="p", fields={}),
        work_queue("other", "high"): Observed(id="q", fields={}),
        deployment("etl", "a"): there("1", work_pool_name="other", work_queue_name="high"),
        deployment("etl", "b"): there("2"),
    }

    plan, found = cut(state=server(things), choose=("kind:work-pool",))

    assert ([each.address for each in plan.actions], found) == ([LOCAL], [])


@pytest.mark.parametrize(
    ("low", "refused"),
    [({"priority": 2}, True), ({"description": "new"}, False), ({"priority": 1}, False)],
)
def test_priorities_of_one_pool_change_together(low: dict[str, Any], *, refused: bool) -> None:
    things = {
        LOCAL: Observed(id="p", fields={"type": "process"}),
        work_queue("local", "low"): Observed(id="q", fields={"priority": 1}),
        work_queue("other", "low"): Observed(id="r", fields={"priority": 1}),
    }
    resources = (
        pool("local"),
        queue("local", "low", **low),
        queue("other", "low", priority=3),
        queue("local", "high", priority=1),
    )

    _, found = cut(*resources, state=server(things), choose=("name:high",))

    needs = "DEP612 work-queue/local/high needs work-queue/local/low, which is not selected"
    assert [each[: len(needs)] for each in found] == [needs] * refused


OLD = deployment("etl", "daily")


@pytest.mark.parametrize(
    ("choose", "found"),
    [
        ("name:nightly", "deployment/etl/nightly needs deployment/etl/daily"),
        ("name:daily", "deployment/etl/daily needs deployment/etl/nightly"),
        ("name:*ly", None),
    ],
)
def test_the_halves_of_a_renaming_go_together(choose: str, found: str | None) -> None:
    state = server({OLD: there("1")})

    plan, findings = cut(
        replace(wanted("nightly"), renamed_from=OLD), state=state, choose=(choose,)
    )

    assert [each.split(",")[0] for each in findings] == ([f"DEP612 {found}"] if found else [])
    assert {type(each) for each in (*plan.actions, *plan.left_out.actions)} == {Create, Delete}


def guarded(
    *resources: Resource, state: ObservedState, choose: str, uses: tuple[str, ...] = ()
) -> list[str]:
    report = Report()
    state_wanted = desired(*resources, uses=uses)
    planned = build(state_wanted, state, ORIGIN, Allowed())
    left = select(planned, parse_selection((choose,), (), report), report)
    guard(left, state_wanted, state, allowed=Allowed(), report=report)
    return [f"{found.rule.code} {found.message}" for found in report]


@pytest.mark.parametrize(
    ("kept", "choose", "refused"),
    [
        pytest.param(1, "name:d*", ["DEP601"], id="nine of ten"),
        pytest.param(1, "name:d9", [], id="one of the nine"),
        pytest.param(0, "name:d9", [], id="one of all: nine stay, selected or not"),
        pytest.param(0, "name:*", ["DEP601"], id="all of all"),
        pytest.param(7, "name:d[789]", [], id="three of ten"),
        pytest.param(6, "name:d[6789]", ["DEP601"], id="four of ten, however much was selected"),
    ],
)
def test_shares_count_against_all_that_the_stack_owns(
    kept: int, choose: str, refused: list[str]
) -> None:
    things = {deployment("etl", f"d{n}"): there(str(n)) for n in range(10)}
    resources = [wanted(f"d{n}") for n in range(kept)]

    found = guarded(*resources, state=server(things), choose=choose)

    assert [each[:6] for each in found] == refused


def test_guards_do_not_mind_what_is_not_selected() -> None:
    foreign = {deployment("web", "theirs"): there(tags=["deploy:other"])}
    state = server({**foreign, LOCAL: Observed(id="p", fields={})}, ledger=ledger({LOCAL: "p"}))
    resources = (
        wanted("nightly"),
        wanted("theirs", flow="web"),
        wanted("lost", flow="web", work_pool_name="nope"),
        pool("odd", type="proces"),
    )

    found = guarded(*resources, state=state, choose="flow:etl", uses=("nope",))

    assert found == []
    assert len(guarded(*resources, state=state, choose="name:*", uses=("nope",))) == 4


def test_a_pool_is_not_deleted_under_what_is_not_selected() -> None:
    state = server({LOCAL: Observed(id="p", fields={})})

    found = guarded(wanted("nightly", work_pool_name="local"), state=state, choose="kind:work-pool")

    assert "DEP605 deployment/etl/nightly uses work-pool/local, which left the files" in found
