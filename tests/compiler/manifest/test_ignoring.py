"""What the paths of `ignore` mean on the server."""

import pytest

from compiler.manifest.ignoring import Stranger, ignored, read_path, server_paths


@pytest.mark.parametrize(
    ("text", "steps"),
    [
        ("tags", ("tags",)),
        ("parameters.rows", ("parameters", "rows")),
        ('parameters["a.b"]', ("parameters", "a.b")),
        ('parameters."a.b".c', ("parameters", "a.b", "c")),
        ("schedules[night].active", ("schedules", "night", "active")),
        ('"tags"', ("tags",)),
        ("schedules.every night", ("schedules", "every night")),
    ],
)
def test_a_path_is_keys_with_dots_or_brackets(text: str, steps: tuple[str, ...]) -> None:
    assert read_path(text) == steps


@pytest.mark.parametrize(
    "text", ["", ".", ".tags", "tags.", "a..b", "a[", "a[]", "a]", 'a"b"', 'a."b', 'a[""]', "a.[b]"]
)
def test_what_is_no_path_means_nothing(text: str) -> None:
    assert read_path(text) is None
    assert ignored((text,)) == ()


@pytest.mark.parametrize(
    ("path", "means"),
    [
        ("description", [("description",)]),
        ("paused", [("paused",)]),
        ("enforce_parameter_schema", [("enforce_parameter_schema",)]),
        ("parameters.deep.inside", [("parameters", "deep", "inside")]),
        ("concurrency_limit", [("concurrency",)]),
        ("concurrency_limit.limit", [("concurrency", "limit")]),
        ("pull", [("pull_steps",)]),
        ("work_pool.name", [("work_pool_name",)]),
        ("work_pool.work_queue_name", [("work_queue_name",)]),
        ("work_pool.job_variables.env.X", [("job_variables", "env", "X")]),
        ("work_pool", [("work_pool_name",), ("work_queue_name",), ("job_variables",)]),
        ("schedule", [("schedules",)]),
        ("schedules", [("schedules",)]),
        ("schedules.night", [("schedules", "night")]),
        ("schedules.night.parameters.a", [("schedules", "night", "parameters", "a")]),
    ],
)
def test_a_path_means_fields_of_the_server(path: str, means: list[tuple[str, ...]]) -> None:
    assert server_paths(tuple(path.split("."))) == tuple(means)


@pytest.mark.parametrize(
    ("path", "place"),
    [
        ("entrypoint", 0),
        ("work_pool.queue", 1),
        ("tags.a", 1),
        ("schedules.night.slug", 2),
        ("schedules.night.cron.minute", 3),
        ("schedule.active", 1),
    ],
)
def test_a_path_that_leads_nowhere_ends_at_a_stranger(path: str, place: int) -> None:
    found = server_paths(tuple(path.split(".")))

    assert isinstance(found, Stranger)
    assert found.place == place


def test_several_paths_mean_each_field_once_and_in_order() -> None:
    assert ignored(("work_pool.name", "tags", "work_pool", "nothing.at all")) == (
        ("job_variables",),
        ("tags",),
        ("work_pool_name",),
        ("work_queue_name",),
    )
