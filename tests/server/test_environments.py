"""One stack in many files, for many places: what the server holds in the end."""

import pytest

from tests.support.stage import Stage

pytestmark = [pytest.mark.server, pytest.mark.slow]

SHOP = """
    stack: shop
    include: ["teams/*.yaml"]
    vars: {region: eu, rows: 5}
    work_pools: [{name: ours, type: process}]
    defaults: {tags: [shop], work_pool: {name: ours}}
    environments:
      dev:
        stack: shop-dev
        name_prefix: dev-
        vars: {region: test}
        deployments: [{name: nightly, paused: true}]
      test: {name_prefix: dev-}
      pinned:
        server: https://prefect.example.com/api
"""
TEAM = """
    deployments:
      - name: nightly
        entrypoint: flows.py:load
        parameters: {source: "{{ vars.region }}", rows: "{{ vars.rows }}"}
        tags: [nightly]
"""


@pytest.fixture
def shop(stage: Stage) -> Stage:
    stage.write(SHOP)
    stage.write(TEAM, "teams/data.yaml")
    return stage


def test_an_environment_stands_beside_the_others(shop: Stage) -> None:
    shop.apply()
    shop.apply("-e", "dev", "--var", "rows=7")

    found = shop.deployments()
    assert found["load/nightly"]["parameters"] == {"source": "eu", "rows": 5}
    assert found["load/dev-nightly"]["parameters"] == {"source": "test", "rows": 7}
    assert found["load/dev-nightly"]["work_pool_name"] == "dev-ours"
    assert found["load/dev-nightly"]["paused"]
    assert set(found["load/dev-nightly"]["tags"]) == {"shop", "nightly", "deploy:shop-dev"}
    assert shop.pending() == shop.pending("-e", "dev", "--var", "rows=7") == ""


def test_a_forgotten_environment_deletes_nothing(shop: Stage) -> None:
    shop.apply("--stack", "shop-dev", "-e", "dev")

    ended = shop.deploy("--stack", "shop-dev", "--force")

    assert ended.code == 1
    assert "DEP604" in ended.stderr
    assert "applied from deploy.yaml of a folder outside of Git (environment dev)" in ended.stderr
    assert "this is deploy.yaml of a folder outside of Git\n" in ended.stderr
    assert shop.writes == []


def test_another_environment_of_the_same_stack_is_refused(shop: Stage) -> None:
    shop.apply("-e", "dev")
    before = shop.ids()

    ended = shop.deploy("--stack", "shop-dev", "-e", "test", "--force")

    assert ended.code == 1
    assert "DEP604" in ended.stderr
    assert "applied from deploy.yaml of a folder outside of Git (environment dev)" in ended.stderr
    assert "this is deploy.yaml of a folder outside of Git (environment test)" in ended.stderr
    assert shop.writes == []
    assert shop.ids() == before


def test_an_environment_stays_on_its_server(shop: Stage) -> None:
    ended = shop.deploy("-e", "pinned")

    assert ended.code == 1
    assert "DEP608 error: the environment belongs to https://prefect.example" in ended.stderr
    assert "deploy.yaml:15:" in ended.stderr
    assert shop.writes == []


def test_a_value_from_the_call_is_planned(shop: Stage) -> None:
    shop.apply()

    shown = shop.pending("--set", "deployments.load/nightly.tags=[shop, other]")

    assert '"other"' in shown


def test_a_refusal_points_at_the_call(shop: Stage) -> None:
    ended = shop.deploy("--set", "deployments.nightly.parameters.rows=many")

    assert ended.code == 1
    assert "--> --set:1:37\n" in ended.stderr
    assert "1 | deployments.nightly.parameters.rows=many\n" in ended.stderr


def test_a_file_that_is_included_no_more_is_no_accident(shop: Stage) -> None:
    shop.apply()
    (shop.folder / "teams" / "data.yaml").unlink()

    ended = shop.deploy("--force")

    assert ended.code == 1
    assert "DEP109" in ended.stderr
    assert shop.writes == []


REFERENCES = """
    stack: shop
    work_pools: [{name: ours, type: process}]
    deployments:
      - name: nightly
        entrypoint: flows.py:load
        tags: ["{{ prefect.variables.team }}", "of {{ prefect.variables.team }}"]
        parameters:
          source: "{{ prefect.blocks.json-of-a-test.shop.place.name }}"
          rows: "{{ prefect.variables.rows }}"
        work_pool:
          name: ours
          job_variables: {env: {TEAM: "{{ prefect.variables.team }}"}}
"""


def make_references(stage: Stage) -> None:
    stage.make("/variables/", name="team", value="data")
    stage.make("/variables/", name="rows", value=7)
    kind = stage.make("/block_types/", name="JSON of a test", slug="json-of-a-test")["id"]
    schema = stage.make("/block_schemas/", block_type_id=kind, fields={"type": "object"})["id"]
    stage.make(
        "/block_documents/",
        name="shop",
        block_type_id=kind,
        block_schema_id=schema,
        data={"value": {"place": {"name": "eu"}}},
    )


def test_variables_and_blocks_are_filled_in_from_the_server(stage: Stage) -> None:
    make_references(stage)
    stage.write(REFERENCES)

    stage.apply()

    found = stage.deployments()["load/nightly"]
    assert found["parameters"] == {"source": "eu", "rows": 7}
    assert set(found["tags"]) == {"data", "of data", "deploy:shop"}
    assert found["job_variables"] == {"env": {"TEAM": "{{ prefect.variables.team }}"}}
    assert stage.pending() == ""


def test_a_variable_that_is_not_there_is_reported(stage: Stage) -> None:
    stage.write(REFERENCES)

    ended = stage.deploy()

    assert ended.code == 1
    assert "DEP516 error: the server has no 'prefect.variables.team'" in ended.stderr
    assert "deploy.yaml:7:" in ended.stderr
    assert stage.writes == []
