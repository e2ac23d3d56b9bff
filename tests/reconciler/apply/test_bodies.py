"""What is sent for an action."""

from dataclasses import replace
from typing import Any

import pytest

from compiler.desired.json import Json
from compiler.desired.resources import Resource, Riding
from compiler.diff.compare import compare
from compiler.plan.action import Update
from reconciler.apply import bodies
from tests.support.builders import HERE, KNOWN, MARK, there, wanted

SCHEMA: Json = {"properties": {"n": {"type": "integer"}}}


def update(fields: dict[str, Json], observed: dict[str, Json]) -> Update:
    resource, live = wanted("nightly", **as_keywords(fields)), there(**as_keywords(observed))
    return Update(resource, live, compare(resource, live, KNOWN))


def as_keywords(fields: dict[str, Json]) -> dict[str, Any]:
    return fields


@pytest.mark.parametrize(
    ("fields", "observed", "body"),
    [
        pytest.param(
            {"description": "new"},
            {"description": "old"},
            {"description": "new", "version": "abc"},
            id="one field, and the version that rides along",
        ),
        pytest.param(
            {"parameters": {"n": 2}},
            {
                "parameters": {"n": 1},
                "parameter_openapi_schema": SCHEMA,
                "enforce_parameter_schema": True,
            },
            {
                "parameters": {"n": 2},
                "parameter_openapi_schema": SCHEMA,
                "enforce_parameter_schema": True,
                "version": "abc",
            },
            id="parameters go with their schema and whether it is enforced",
        ),
        pytest.param(
            {"job_variables": {"a": 1}},
            {"job_variables": {}, "work_pool_name": "p", "work_queue_name": "q"},
            {
                "job_variables": {"a": 1},
                "work_pool_name": "p",
                "work_queue_name": "q",
                "version": "abc",
            },
            id="job variables name pool and queue",
        ),
        pytest.param(
            {"work_pool_name": "new"},
            {"work_pool_name": "old", "work_queue_name": "q"},
            {"work_pool_name": "new", "version": "abc"},
            id="another pool leaves the old one's queue",
        ),
        pytest.param(
            {"work_queue_name": "r"},
            {"work_pool_name": "p", "work_queue_name": "q"},
            {"work_pool_name": "p", "work_queue_name": "r", "version": "abc"},
            id="a queue is never named alone",
        ),
        pytest.param(
            {"work_pool_name": None},
            {"work_pool_name": "p", "work_queue_name": "q"},
            {"work_pool_name": None, "work_queue_name": None, "version": "abc"},
            id="leaving a pool leaves its queue",
        ),
        pytest.param(
            {"concurrency": {"limit": 2, "collision_strategy": "CANCEL_NEW"}},
            {"concurrency": None},
            {
                "concurrency_limit": 2,
                "concurrency_options": {"collision_strategy": "CANCEL_NEW"},
                "version": "abc",
            },
            id="a limit in the two fields that the server takes",
        ),
        pytest.param(
            {"concurrency": None},
            {"concurrency": {"limit": 2}},
            {"concurrency_limit": None, "concurrency_options": None, "version": "abc"},
            id="a limit of its own is removed",
        ),
        pytest.param(
            {"concurrency": None},
            {"concurrency": {"shared": "everybodys"}},
            {"concurrency_options": None, "version": "abc"},
            id="a shared limit is not deleted",
        ),
    ],
)
def test_a_change_sends_what_must_go_together(
    fields: dict[str, Json], observed: dict[str, Json], body: dict[str, Json]
) -> None:
    assert bodies.changed_deployment(update(fields, observed)) == body


def test_a_default_pull_step_goes_along_with_the_entrypoint_only() -> None:
    steps: Json = [{"set_working_directory": {"directory": "/new"}}]
    resource = Resource(
        address=wanted("nightly").address,
        fields={"entrypoint": "new.py:f", "description": "new"},
        riding={"pull_steps": Riding(steps, along="entrypoint")},
        written_at=HERE,
    )
    moved = there(entrypoint="old.py:f", description="new")
    described = there(entrypoint="new.py:f", description="old")

    def body(live: Any) -> dict[str, Json]:
        return bodies.changed_deployment(Update(resource, live, compare(resource, live, KNOWN)))

    assert body(moved) == {"entrypoint": "new.py:f", "pull_steps": steps}
    assert body(described) == {"description": "new"}


def test_what_is_left_to_the_server_does_not_go_along() -> None:
    resource = replace(wanted("nightly", description="new"), ignored=(("version",),))
    live = there(description="old", version="theirs")
    changes = compare(resource, live, KNOWN)

    assert bodies.changed_deployment(Update(resource, live, changes)) == {"description": "new"}


def test_only_schedules_that_differ_are_touched() -> None:
    live: list[Json] = [schedule("1", "a", "0 1 * * *"), schedule("2", "b", "0 2 * * *")]
    live.append(schedule("3", "c", "0 3 * * *"))
    fields: list[Json] = [
        {"cron": "0 1 * * *", "day_or": True, "parameters": {}, "slug": "a"},
        {"cron": "0 9 * * *", "day_or": True, "parameters": {}, "slug": "b"},
        {"cron": "0 4 * * *", "day_or": True, "parameters": {}, "slug": "d"},
    ]

    steps = bodies.changed_schedules(update({"schedules": fields}, {"schedules": live}).changes)

    assert steps.removed == ("3",)
    assert [(id, body["schedule"]) for id, body in steps.edited] == [
        ("2", {"cron": "0 9 * * *", "day_or": True})
    ]
    assert [body["slug"] for body in steps.added] == ["d"]


def test_a_schedule_change_alone_patches_no_deployment() -> None:
    fields: list[Json] = [{"cron": "0 9 * * *", "day_or": True, "parameters": {}, "slug": "a"}]
    live: list[Json] = [schedule("1", "a", "0 1 * * *")]

    assert bodies.changed_deployment(update({"schedules": fields}, {"schedules": live})) == {}


@pytest.mark.parametrize(
    ("paused", "active", "fires"),
    [(False, True, True), (True, True, False), (False, False, False)],
)
def test_runs_are_asked_for_only_where_some_are_made(
    *, paused: bool, active: bool, fires: bool
) -> None:
    live = {**schedule("1", "a", "0 1 * * *"), "active": active}

    change = update({"description": "x"}, {"paused": paused, "schedules": [live]})

    assert bodies.fires(change) is fires


def test_a_new_deployment_says_everything_the_server_would_guess() -> None:
    body = bodies.new_deployment(wanted("nightly", tags=["a"]), "flow-id", MARK)

    assert body == {
        "name": "nightly",
        "flow_id": "flow-id",
        "version": "abc",
        "tags": ["a", MARK],
        "schedules": [],
    }


def schedule(id: str, slug: str, cron: str) -> dict[str, Json]:
    return {
        "id": id,
        "slug": slug,
        "cron": cron,
        "day_or": True,
        "timezone": None,
        "parameters": {},
        "active": True,
        "max_scheduled_runs": None,
    }


@pytest.mark.parametrize(
    ("there", "wanted", "writes"),
    [
        pytest.param({"a": 1, "b": 2}, {"a": 1, "b": 2}, (), id="all right already"),
        pytest.param({"a": 1, "b": 2}, {"a": 2, "b": 1}, (("b", 1),), id="one write swaps two"),
        pytest.param(
            {"default": 1, "a": 2, "b": 3}, {"a": 1, "b": 2}, (("a", 1), ("b", 2)), id="both move"
        ),
        pytest.param({"a": 5}, {"a": 3}, (("a", 3),), id="a gap is allowed"),
        pytest.param(
            {"a": 1, "b": 2, "c": 3}, {"c": 1, "a": 2, "b": 4}, (("c", 1), ("b", 4)), id="a chain"
        ),
    ],
)
def test_priorities_are_written_from_low_to_high(
    there: dict[str, int], wanted: dict[str, int], writes: tuple[tuple[str, int], ...]
) -> None:
    assert bodies.priority_writes(there, wanted) == writes


def test_a_reference_in_parameters_is_stored_as_written() -> None:
    reference: Json = {"__prefect_kind": "jinja", "template": "{{ x }}"}

    body = bodies.changed_deployment(update({"parameters": {"u": reference}}, {"parameters": {}}))

    assert body["parameters"] == {
        "u": {
            "__prefect_kind": "json",
            "value": '{"__prefect_kind": "jinja", "template": "{{ x }}"}',
        }
    }
