"""A plan for a server that does not let go of a value says so, and does not ask for it."""

from collections.abc import Mapping
from dataclasses import replace

import pytest

from compiler.desired.address import deployment
from compiler.desired.json import Json
from compiler.desired.resources import Resource
from compiler.diagnostics import Report
from compiler.diff.attribution import remembered
from compiler.plan.build import Allowed, Plan, build
from compiler.plan.guards import guard
from compiler.state.ledger import Ledger
from compiler.state.observed import Observed
from tests.support.builders import MARK, ORIGIN, desired, server, wanted

NIGHTLY = deployment("etl", "nightly")
OLD, NEW = "3.4.25", "3.8.8"
CRON: dict[str, Json] = {"slug": "night", "cron": "0 3 * * *", "day_or": True, "parameters": {}}


def planned(
    resource: Resource, version: str | None, fields: Mapping[str, Json], last: Ledger | None = None
) -> tuple[Plan, list[str]]:
    """The plan for one deployment, and what is said about it."""
    there = Observed(id="1", fields={"tags": [MARK], **fields})
    state = server({NIGHTLY: there}, server_version=version)
    state = state if last is None else replace(state, ledger=last)
    report, allowed, whole = Report(), Allowed(), desired(resource, uses=())
    plan = build(whole, state, ORIGIN, allowed)
    guard(plan, whole, state, allowed=allowed, report=report)
    return plan, [f"{each.rule.code} {each.message}" for each in report]


def changes(plan: Plan) -> dict[str, object]:
    """The new values."""
    return {
        change.field: change.after
        for action in plan.actions
        for change in getattr(action, "changes", ())
    }


@pytest.mark.parametrize(
    ("version", "after", "told"),
    [
        pytest.param(
            OLD,
            {"env": {}},
            [
                (
                    "DEP619 deployment/etl/nightly: Prefect 3.4.25 cannot clear "
                    "'work_pool.job_variables'; an empty 'env' is written, which means the same"
                )
            ],
            id="old",
        ),
        pytest.param(NEW, {}, [], id="new"),
        pytest.param(None, {"env": {}}, [], id="unknown"),
    ],
)
def test_job_variables_get_what_means_the_same(
    version: str | None, after: object, told: list[str]
) -> None:
    plan, said = planned(
        wanted("nightly", job_variables={}), version, {"job_variables": {"image": "x"}}
    )

    assert changes(plan) == {"job_variables": after}
    assert said == told


@pytest.mark.parametrize("there", [{}, {"env": {}}])
@pytest.mark.parametrize("version", [OLD, NEW, None])
def test_job_variables_that_are_as_good_as_empty_are_left(
    version: str | None, there: dict[str, Json]
) -> None:
    plan, said = planned(wanted("nightly", job_variables={}), version, {"job_variables": there})

    assert (plan.actions, said) == ((), [])


def test_a_pool_that_cannot_be_let_go_of_stays_with_its_queue() -> None:
    there: dict[str, Json] = {"work_pool_name": "local", "work_queue_name": "high"}
    resource = wanted("nightly", work_pool_name=None, work_queue_name=None)

    plan, said = planned(resource, OLD, there)

    assert plan.actions == ()
    assert said == [
        (
            "DEP619 deployment/etl/nightly: Prefect 3.4.25 cannot clear 'work_pool', "
            "which stays 'local'"
        )
    ]


@pytest.mark.parametrize("version", [NEW, None])
def test_a_pool_is_let_go_of_where_the_server_can(version: str | None) -> None:
    there: dict[str, Json] = {"work_pool_name": "local", "work_queue_name": "high"}
    resource = wanted("nightly", work_pool_name=None, work_queue_name=None)

    plan, said = planned(resource, version, there)

    assert changes(plan) == there | dict.fromkeys(there)
    assert said == []


def capped(number: int | None) -> dict[str, Json]:
    return {**CRON, "id": "7", "timezone": None, "active": True, "max_scheduled_runs": number}


def last_with(schedule: dict[str, Json], there: dict[str, Json]) -> Ledger:
    """What is remembered once a file with this schedule was applied."""
    resource = wanted("nightly", schedules=[schedule])
    fields = remembered(resource, {"schedules": [there]})
    return Ledger(origin=ORIGIN, ids={NIGHTLY: "1"}, applied={NIGHTLY: fields})


def test_a_schedules_cap_that_left_the_file_is_told() -> None:
    last = last_with({**CRON, "max_scheduled_runs": 5}, capped(5))

    plan, said = planned(wanted("nightly", schedules=[CRON]), NEW, {"schedules": [capped(5)]}, last)

    assert plan.actions == ()
    assert said == [
        (
            "DEP619 deployment/etl/nightly: 'max_scheduled_runs' of the schedule 'night' "
            "left the file and stays, since no server can clear it"
        )
    ]


@pytest.mark.parametrize(
    ("before", "now", "there"),
    [
        pytest.param(CRON, CRON, capped(5), id="never ours"),
        pytest.param({**CRON, "max_scheduled_runs": 5}, CRON, capped(None), id="gone"),
        pytest.param(
            {**CRON, "max_scheduled_runs": 5},
            {**CRON, "max_scheduled_runs": 5},
            capped(5),
            id="ours",
        ),
    ],
)
def test_any_other_cap_is_not(
    before: dict[str, Json], now: dict[str, Json], there: dict[str, Json]
) -> None:
    last = last_with(before, there)

    _, said = planned(wanted("nightly", schedules=[now]), NEW, {"schedules": [there]}, last)

    assert said == []
