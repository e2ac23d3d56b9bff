"""What is kept of a server's answers."""

from pathlib import Path

import pytest

from compiler.diagnostics import Report
from compiler.plan.build import Allowed, Plan
from reconciler import pipeline
from reconciler.api.client import PrefectClient
from tests.support import compiling
from tests.support.builders import ORIGIN, STAMP

pytestmark = pytest.mark.server
FLOW = """\
from prefect import flow


@flow
def etl(day: str, rows: int = {rows}, tables: list[str] | None = None) -> None: ...
"""


async def test_a_schema_that_is_wanted_and_there_is_one_object(
    client: PrefectClient, tmp_path: Path
) -> None:
    applied = await planned(client, tmp_path, rows=1)
    same = await planned(client, tmp_path, rows=1)
    other = await planned(client, tmp_path, rows=2)

    assert applied.actions
    assert schemas(same)[0] is schemas(same)[1]
    assert schemas(other)[0] != schemas(other)[1]
    assert [each.field for each in other.actions[0].changes] == ["parameter_openapi_schema"]  # type: ignore[union-attr]


async def planned(client: PrefectClient, folder: Path, *, rows: int) -> Plan:
    """The plan of a stack, which is applied if the server has nothing yet."""
    (folder / "etl.py").write_text(FLOW.format(rows=rows), encoding="utf-8")
    entry = {"name": "a", "entrypoint": "etl.py:etl"}
    desired = compiling.compiled(folder, {"stack": "shop", "deployments": [entry]})
    report, allowed = Report(), Allowed()
    made = await pipeline.plan(desired, client, ORIGIN, allowed=allowed, report=report)
    if made.ledger is None:
        await pipeline.apply(made, desired, client, STAMP, report=report)
    return made


def schemas(plan: Plan) -> tuple[object, object]:
    """The schema that is wanted, and the one that is there."""
    assert plan.seen is not None
    (resource,) = plan.wanted
    there = plan.seen.things[resource.address]
    field = "parameter_openapi_schema"
    return resource.fields[field], there.fields[field]
