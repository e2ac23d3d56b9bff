"""No secret in any output: of a plan, an apply, a refusal."""

import subprocess

import pytest

from tests.support.command import Ended, deploy
from tests.support.listener import listening
from tests.support.stage import Stage

pytestmark = [pytest.mark.server, pytest.mark.slow]

SECRET = "swordfish-7f3a9c"
FIRST = """
    stack: shop
    work_pools: [{name: ours, type: process}]
    deployments:
      - name: nightly
        entrypoint: flows.py:load
        parameters: {source: "{{ $API_TOKEN }}"}
        work_pool:
          name: ours
          job_variables: {env: {TOKEN: "{{ $API_TOKEN }}", DSN: "db://me:{{ $API_TOKEN }}@db"}}
        schedules:
          - {slug: night, cron: "0 3 * * *", parameters: {source: "{{ $API_TOKEN }}"}}
        pull:
          - prefect.deployments.steps.git_clone:
              repository: "https://me:{{ $API_TOKEN }}@git.example.com/shop/flows.git"
"""
EVERYWHERE = """
    stack: shop
    deployments:
      - name: nightly
        entrypoint: flows.py:load
        tags: ["of {{ $API_TOKEN }}"]
        description: "{{ $API_TOKEN }}"
        version: "{{ $API_TOKEN }}"
"""


def run(stage: Stage, *arguments: str, secret: str = SECRET) -> Ended:
    return stage.deploy(*arguments, environment={"API_TOKEN": secret})


@pytest.mark.parametrize("text", [FIRST, EVERYWHERE], ids=["in its places", "everywhere"])
def test_no_run_shows_a_secret(text: str, stage: Stage) -> None:
    stage.write(text)

    ended = [
        run(stage, "validate"),
        run(stage, "plan"),
        run(stage),
        run(stage, "plan", secret="another-secret-1b"),
        run(stage, secret="another-secret-1b"),
        run(stage, "plan", secret="another-secret-1b"),
    ]

    assert [each.code for each in ended] == [0, 0, 0, 0, 0, 0], ended
    for each in ended:
        assert SECRET not in each.text
        assert "another-secret-1b" not in each.text
    assert "(secret #" in ended[1].stdout
    assert "1 to change" in ended[3].stdout
    assert "another-secret-1b" in str(stage.deployments()["load/nightly"])


def test_a_finding_shows_no_secret(stage: Stage) -> None:
    stage.write(FIRST.replace("source:", "sauce:", 1).replace("0 3 * * *", "{{ $API_TOKEN }}"))

    ended = run(stage)

    assert ended.code == 1
    assert "is no cron expression" in ended.stderr
    assert SECRET not in ended.text


def test_a_refusal_shows_no_secret(stage: Stage) -> None:
    stage.write(FIRST.replace("{env:", '{stream_output: "{{ $API_TOKEN }}{{ ctx.x }}", env:'))

    ended = run(stage)

    assert ended.code == 3
    assert "DEP701 error: deployment/load/nightly: " in ended.stderr
    assert SECRET not in ended.text


def test_what_the_pool_would_refuse_shows_no_secret(stage: Stage) -> None:
    stage.write(FIRST.replace("{env:", '{stream_output: "{{ $API_TOKEN }}", env:'))

    ended = run(stage)

    assert ended.code == 1
    assert "DEP622 error: the work pool refuses this value" in ended.stderr
    assert SECRET not in ended.text


def test_a_refusal_quotes_no_secret_of_the_file(stage: Stage) -> None:
    stage.write(FIRST.replace('TOKEN: "{{ $API_TOKEN }}"', f'TOKEN: [{SECRET}, "{{{{ ctx.x }}}}"]'))

    ended = run(stage, secret="another-secret-1b")

    assert ended.code == 3
    assert "DEP701 error: deployment/load/nightly: " in ended.stderr
    assert SECRET not in ended.text


@pytest.mark.parametrize("status", [400, 409, 422, 500])
def test_an_echoed_request_shows_no_secret(status: int, stage: Stage) -> None:
    stage.write(EVERYWHERE)
    echo = (
        '{"exception_message": "Invalid request received.", "exception_detail": '
        '[{"loc": ["body", "name"], "msg": "wrong: SECRET", "input": "SECRET"}], '
        '"request_body": {"x": "SECRET"}, "detail": "SECRET"}'
    ).replace("SECRET", SECRET)

    with listening(status, echo, kind="application/json") as server:
        ended = deploy(
            stage.folder,
            url=server.url,
            environment={"API_TOKEN": SECRET, "PREFECT_API_KEY": SECRET},
        )

    assert ended.code == 1
    assert SECRET not in ended.text


@pytest.mark.parametrize(
    "given",
    [
        {"PREFECT_API_KEY": f"pnu_{SECRET}"},
        {"PREFECT_API_AUTH_STRING": f"admin:{SECRET}"},
        {"PREFECT_CLIENT_CUSTOM_HEADERS": f'{{"X-Token": "{SECRET}"}}'},
        {"PREFECT_CLIENT_CUSTOM_HEADERS": f"{{X-Token: {SECRET}}}"},
        {"PREFECT_API_KEY": f"{SECRET}\n{SECRET}"},
    ],
    ids=["a key", "a password", "a header", "broken headers", "a key that cannot be sent"],
)
def test_credentials_are_not_shown(given: dict[str, str], stage: Stage) -> None:
    stage.write(EVERYWHERE.replace("{{ $API_TOKEN }}", "x"))

    ended = [
        stage.deploy("plan", environment=given),
        deploy(stage.folder, "plan", url="http://127.0.0.1:9/api", environment=given),
    ]

    assert ended[1].code == 1
    assert SECRET not in ended[0].text + ended[1].text


def test_a_password_in_the_address_is_not_shown(stage: Stage) -> None:
    stage.write(EVERYWHERE.replace("{{ $API_TOKEN }}", "x"))

    ended = [
        deploy(stage.folder, "plan", url=f"http://me:{SECRET}@127.0.0.1:9/api"),
        deploy(stage.folder, "plan", url=f"http://me:{SECRET}@[127.0.0.1:9/api"),
    ]

    assert [each.code for each in ended] == [1, 1]
    assert SECRET not in ended[0].text + ended[1].text


def test_a_token_in_the_remotes_address_is_not_shown(stage: Stage) -> None:
    stage.write(EVERYWHERE.replace("{{ $API_TOKEN }}", "x"))
    git = ["git", "-C", str(stage.folder)]
    subprocess.run([*git, "init", "--quiet"], check=True)
    remote = f"https://{SECRET}@git.example.com/shop/flows.git"
    subprocess.run([*git, "remote", "add", "origin", remote], check=True)
    applied = stage.deploy()
    moved = f"https://me:{SECRET}@git.example.com/shop/jobs.git"
    subprocess.run([*git, "remote", "set-url", "origin", moved], check=True)

    refused = stage.deploy()

    assert (applied.code, refused.code) == (0, 1)
    assert "git.example.com/shop/flows" in refused.stderr
    assert SECRET not in applied.text + refused.text
    documents = stage.read("/block_documents/filter", include_secrets=True)
    assert SECRET not in str(documents)
