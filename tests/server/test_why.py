"""`deploy why` follows a value from its line to the decision."""

import pytest

from tests.support.stage import Stage

pytestmark = [pytest.mark.server, pytest.mark.slow]
FILE = """\
stack: shop
vars: {rows: 5}
work_pools: [{name: local, type: process}]
environments:
  dev:
    stack: shop-dev
    deployments: [{name: nightly, tags: [dev]}]
deployments:
  - name: nightly
    entrypoint: flows.py:load
    parameters: {rows: "{{ vars.rows }}", source: web}
    tags: [shop]
    work_pool: {name: local, job_variables: {env: {API_TOKEN: "{{ $TOKEN }}"}}}
    ignore: [parameters.source]
    schedules: [{slug: night, cron: "0 3 * * *"}]
"""


def why(stage: Stage, *arguments: str) -> dict[str, str]:
    """What is said behind each label; what several lines have is the last one's."""
    token = {"TOKEN": "zq93hd72hs82"}
    ended = stage.deploy("why", *arguments, environment=token)
    assert ended.code == 0, ended.text
    assert token["TOKEN"] not in ended.text
    lines = ended.stdout.splitlines()[1:]
    return {line[:18].strip(): line[18:] for line in lines}


@pytest.fixture
def shop(stage: Stage) -> Stage:
    stage.write(FILE)
    ended = stage.deploy("--yes", environment={"TOKEN": "zq93hd72hs82"})
    assert ended.code == 0, ended.text
    return stage


def test_what_is_as_it_should_be(shop: Stage) -> None:
    assert why(shop, "load/nightly", "parameters.rows") == {
        "written": 'deploy.yaml:11:24  parameters: {rows: "{{ vars.rows }}", source: web}',
        "filled in from": "deploy.yaml:2:14  vars: {rows: 5}",
        "wanted": "5",
        "on the server": "5",
        "decision": "nothing: the server holds what the files want",
    }


def test_what_somebody_has_changed(shop: Stage) -> None:
    shop.change("load/nightly", parameters={"rows": 9, "source": "theirs"})

    found = why(shop, "nightly", "parameters.rows")

    assert (found["last applied"], found["on the server"]) == ("5", "9")
    assert found["decision"] == "it is written: the server has moved since the last apply"
    ignored = why(shop, "nightly", "parameters.source")
    assert ignored["on the server"] == '"theirs"'
    assert ignored["decision"] == "nothing: 'ignore' leaves it to the server"


def test_what_an_environment_lays_over_the_file(shop: Stage) -> None:
    found = why(shop, "nightly", "tags", "-e", "dev", "--stack", "shop")

    assert found["written"].startswith("deploy.yaml:7:41")
    assert found["in place of"].startswith("deploy.yaml:12:11")
    assert found["wanted"] == '["dev"]'
    assert found["decision"] == "it is written: the files have moved since the last apply"


def test_what_nobody_writes_and_what_is_new(shop: Stage) -> None:
    assert why(shop, "nightly", "version")["decision"].startswith("nothing: it goes along when")
    assert why(shop, "nightly", "paused")["decision"].startswith("nothing: the files do not say it")
    assert "no such" not in why(shop, "nightly", "schedules.night.cron")["decision"]
    assert why(shop, "nightly", "nonsense")["decision"].endswith("know such a field")

    new = why(shop, "nightly", "tags", "--stack", "other", "--set", "deployments.nightly.tags=[x]")
    assert new["on the server"] == '["shop", "deploy:shop"]'


def test_what_a_new_deployment_gets(stage: Stage) -> None:
    stage.write(FILE)

    assert why(stage, "nightly", "tags")["decision"].startswith("it is made with the deployment")
    assert why(stage, "nightly", "work_pool")["wanted"] == '"local"'
    default = why(stage, "nightly", "concurrency_limit")["decision"]
    assert (
        default == "nothing: the files do not say it, and the deployment gets the server's default"
    )
    assert why(stage, "nightly", "nonsense")["decision"].endswith("know such a field")


def test_secrets_are_not_shown(shop: Stage) -> None:
    found = why(shop, "nightly", "work_pool.job_variables.env.API_TOKEN")

    assert "(secret" in found["wanted"]
    assert "(secret" in found["on the server"]


def test_a_name_that_is_none_says_which_there_are(shop: Stage) -> None:
    ended = shop.deploy("why", "nightli", "tags", environment={"TOKEN": "zq93hd72hs82"})

    assert ended.code == 1
    assert "there are: load/nightly" in ended.stderr
