"""A trigger makes runs on a server that really works, whatever is applied meanwhile."""

import time
from datetime import UTC, datetime
from uuid import uuid4

import pytest

from tests.support.stage import Stage

pytestmark = [pytest.mark.server, pytest.mark.slow]
SHOP = """
    stack: shop
    deployments:
      - name: nightly
        entrypoint: flows.py:load
        description: {description}
        triggers:
          - name: on every order
            expect: [shop.order.placed]
            within: {within}
            parameters: {{rows: "{{{{ event.payload.rows }}}}"}}
"""
_PATIENCE = 60.0


def happens(stage: Stage, rows: int) -> None:
    """Tell the server of an order."""
    event = {
        "id": str(uuid4()),
        "occurred": datetime.now(UTC).isoformat(),
        "event": "shop.order.placed",
        "resource": {"prefect.resource.id": f"shop.order.{rows}"},
        "payload": {"rows": rows},
    }
    stage.api.post("/events", json=[event]).raise_for_status()


def runs(stage: Stage, *, until: int) -> list[str]:
    """What the runs of the deployment were given, once there are so many."""
    deadline = time.monotonic() + _PATIENCE
    found: list[str] = []
    while len(found) < until and time.monotonic() < deadline:
        time.sleep(0.25)
        ids = {each["id"] for each in stage.read("/deployments/filter")}
        made = stage.read("/flow_runs/filter")
        found = [str(each["parameters"]["rows"]) for each in made if each["deployment_id"] in ids]
    return sorted(found)


def test_an_event_makes_a_run_also_after_the_next_applies(scheduling_stage: Stage) -> None:
    stage = scheduling_stage
    stage.write(SHOP.format(description="a", within=0))
    stage.apply()
    happens(stage, 1)
    assert runs(stage, until=1) == ["1"]

    stage.apply()
    happens(stage, 2)
    assert runs(stage, until=2) == ["1", "2"]

    for text in ({"description": "b", "within": 0}, {"description": "b", "within": 5}):
        stage.write(SHOP.format(**text))
        assert "1 to change" in stage.apply().stdout
    happens(stage, 3)
    assert runs(stage, until=3) == ["1", "2", "3"]
