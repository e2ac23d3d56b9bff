"""Job variables are held against the template that their pool has on the server."""

from pathlib import Path
from typing import Any

import pytest

from compiler.diagnostics import Report, Severity
from compiler.plan.build import Allowed
from reconciler import pipeline
from reconciler.api.client import PrefectClient
from tests.support.builders import ORIGIN, STAMP
from tests.support.compiling import compiled

pytestmark = pytest.mark.server
FLOW = "from prefect import flow\n\n\n@flow\ndef etl(n: int = 1): ...\n"
TEMPLATE = {
    "job_configuration": {"image": "{{ image }}", "cpu": "{{ cpu }}", "env": "{{ env }}"},
    "variables": {
        "type": "object",
        "required": ["image"],
        "properties": {
            "image": {"type": "string"},
            "cpu": {"anyOf": [{"type": "integer"}, {"type": "null"}]},
            "env": {"type": "object", "additionalProperties": {"type": "string"}},
        },
    },
}


async def found(
    client: PrefectClient, folder: Path, job_variables: dict[str, Any], **document: Any
) -> list[str]:
    """What a plan says of a deployment with these; it is applied if no error is among it."""
    (folder / "f.py").write_text(FLOW)
    deployment = {
        "name": "d",
        "entrypoint": "f.py:etl",
        "work_pool": {"name": "ours", "job_variables": job_variables},
    }
    desired = compiled(folder, {"stack": "shop", "deployments": [deployment], **document})
    report, allowed = Report(), Allowed(force=True)
    planned = await pipeline.plan(desired, client, ORIGIN, allowed=allowed, report=report)
    if not report.has_errors:
        outcomes = await pipeline.apply(planned, desired, client, STAMP, report=report)
        assert outcomes.all_done, list(report)
    return [
        f"{each.rule.code} {each.message}" for each in report if each.severity is not Severity.INFO
    ]


@pytest.fixture
async def pool(client: PrefectClient) -> None:
    """A pool of somebody else's, with a template."""
    body: Any = {"name": "ours", "type": "process", "base_job_template": TEMPLATE}
    await client.create_work_pool(body)


@pytest.mark.usefixtures("pool")
@pytest.mark.parametrize(
    "fitting",
    [
        {},
        {"image": "a"},
        {"cpu": None, "env": {"A": "1"}},
        {"cpu": 2},
        {"image": "{{ prefect.variables.image }}"},
    ],
    ids=repr,
)
async def test_what_fits_is_written(
    fitting: dict[str, Any], client: PrefectClient, tmp_path: Path
) -> None:
    assert await found(client, tmp_path, fitting) == []


@pytest.mark.usefixtures("pool")
@pytest.mark.parametrize(
    ("wrong", "name"),
    [
        ({"image": 1}, "image"),
        ({"image": None}, "image"),
        ({"cpu": "much"}, "cpu"),
        ({"env": {"A": {"b": 1}}}, "env"),
    ],
    ids=repr,
)
async def test_what_the_server_would_refuse_is_refused_before(
    wrong: dict[str, Any], name: str, client: PrefectClient, tmp_path: Path
) -> None:
    refused = f"DEP622 the work pool refuses this value of the job variable {name!r}"

    assert refused in await found(client, tmp_path, wrong)
    assert await client.deployments({}) == []


@pytest.mark.usefixtures("pool")
async def test_what_no_worker_reads_is_told_where_it_is_written(
    client: PrefectClient, tmp_path: Path
) -> None:
    told = ["DEP623 the work pool has no job variable 'imagee'"]

    assert await found(client, tmp_path, {"imagee": "a"}) == told
    assert await found(client, tmp_path, {"imagee": "a"}) == []
    assert await found(client, tmp_path, {"imagee": "a", "cpu": 1}) == told


async def test_an_empty_template_checks_nothing(client: PrefectClient, tmp_path: Path) -> None:
    await client.create_work_pool({"name": "ours", "type": "custom"})

    assert await found(client, tmp_path, {"image": 1, "what": "ever"}) == []


async def test_of_a_new_pool_it_is_the_template_of_its_type(
    client: PrefectClient, tmp_path: Path
) -> None:
    pools = [{"name": "ours", "type": "process"}]

    assert await found(client, tmp_path, {"stream_output": "perhaps"}, work_pools=pools) == [
        "DEP622 the work pool refuses this value of the job variable 'stream_output'"
    ]
    assert await found(client, tmp_path, {"stream_output": False}, work_pools=pools) == []


async def test_where_the_files_give_the_template_they_are_asked(
    client: PrefectClient, tmp_path: Path
) -> None:
    pools = [{"name": "ours", "type": "process", "base_job_template": TEMPLATE}]

    told = await found(client, tmp_path, {"imagee": "a"}, work_pools=pools)

    assert told == []  # the compiler has said it (DEP508)
