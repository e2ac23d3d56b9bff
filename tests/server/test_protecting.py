"""What is protected, ignored or not pruned stays as it is on the server."""

from typing import Any

import pytest

from tests.support.stage import Stage

pytestmark = [pytest.mark.server, pytest.mark.slow]

OTHERS = """
    stack: shop
    deployments:
      - {name: hourly, entrypoint: "flows.py:load"}
"""
PROTECTED = OTHERS + '      - {name: nightly, entrypoint: "flows.py:load", protect: true}\n'
LIFTED = PROTECTED.replace("protect: true", "protect: false")


def test_protection_outlives_its_block(stage: Stage) -> None:
    stage.write(PROTECTED)
    stage.apply()
    stage.write(PROTECTED.replace(", protect: true", ""))
    stage.apply()
    stage.write(OTHERS)

    refused = stage.deploy()

    assert refused.code == 1
    assert "DEP609" in refused.stderr
    assert stage.writes == []
    assert "load/nightly" in stage.deployments()


def test_what_an_apply_has_unprotected_is_deleted(stage: Stage) -> None:
    stage.write(PROTECTED)
    stage.apply()
    stage.write(LIFTED)
    stage.apply()
    stage.write(OTHERS)

    stage.apply()

    assert set(stage.deployments()) == {"load/hourly"}
    assert is_settled(stage)


def test_force_deletes_what_is_protected(stage: Stage) -> None:
    stage.write(PROTECTED)
    stage.apply()
    stage.write(OTHERS)

    stage.apply("--force")

    assert set(stage.deployments()) == {"load/hourly"}


IGNORING = """
    stack: shop
    deployments:
      - name: nightly
        entrypoint: flows.py:load
        description: First.
        tags: [etl]
        parameters: {source: web, rows: 1}
        schedules: [{slug: night, cron: "0 3 * * *", active: true}]
        ignore: [tags, parameters.rows, schedules.night.active]
"""


def test_an_ignored_value_is_made_once_and_then_the_servers(stage: Stage) -> None:
    stage.write(IGNORING)
    stage.apply()
    made = stage.deployments()["load/nightly"]
    stage.change("load/nightly", tags=["theirs"], parameters={"source": "web", "rows": 9})
    switch_off(stage, made)
    stage.write(IGNORING.replace("First.", "Second.").replace("source: web", "source: shop"))

    stage.apply()

    after = stage.deployments()["load/nightly"]
    assert (set(made["tags"]), made["parameters"]) == (
        {"etl", "deploy:shop"},
        {"source": "web", "rows": 1},
    )
    assert after["description"] == "Second."
    assert after["parameters"] == {"source": "shop", "rows": 9}
    assert set(after["tags"]) == {"theirs", "deploy:shop"}
    assert [each["active"] for each in after["schedules"]] == [False]
    assert is_settled(stage)


def test_what_is_not_pruned_stays_and_stays_the_stacks(stage: Stage) -> None:
    keeping = OTHERS + "    policy: {prune: false}\n"
    stage.write(PROTECTED.replace(", protect: true", ""))
    stage.apply()
    stage.write(keeping)
    stage.apply()
    kept = set(stage.deployments())
    stage.write(OTHERS)

    stage.apply()

    assert kept == {"load/hourly", "load/nightly"}
    assert set(stage.deployments()) == {"load/hourly"}


def switch_off(stage: Stage, deployment: dict[str, Any]) -> None:
    """Make its only schedule inactive, as the UI does."""
    (there,) = deployment["schedules"]
    body = {name: there[name] for name in ("schedule", "parameters", "slug")}
    path = f"/deployments/{deployment['id']}/schedules/{there['id']}"
    stage.api.patch(path, json={**body, "active": False}).raise_for_status()


def is_settled(stage: Stage, *arguments: str) -> bool:
    """Whether another run would change nothing."""
    planned = stage.deploy("plan", "--detailed-exitcode", *arguments)
    assert planned.code in {0, 2}, planned.text
    return planned.code == 0
