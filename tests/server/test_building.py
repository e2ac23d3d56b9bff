"""Steps of `build` and `push` run before anything is written, through Prefect's own runner."""

import json
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.support.command import surroundings
from tests.support.stage import Stage
from tests.support.terminal import at_a_terminal

pytestmark = [
    pytest.mark.server,
    pytest.mark.slow,
    pytest.mark.own_prefect("steps are run by the Prefect of this environment"),
]

STEPS = '''\
"""Steps that a person wrote; each notes that it ran."""


def note(name: str, key: str = "", other: str = "") -> dict[str, object]:
    with open("ran.txt", "a", encoding="utf-8") as file:
        file.write(name + "\\n")
    print(f"{name} with {key} and {other}")
    return {"name": name, "count": 3, "parts": ["a", "b"]}


def refuse(key: str) -> None:
    raise ValueError(f"no way with {key}")
'''
SHOP = """
    stack: shop
    build:
      - prefect.deployments.steps.run_shell_script: {id: commit, script: "echo abc123"}
      - shop_steps.note:
          id: image
          name: "flows-{{ commit.stdout }}"
          key: "{{ $SHOP_TOKEN }}"
          other: "{{ prefect.blocks.secret.shop-token }}"
    push:
      - shop_steps.note: {name: "push {{ image.name }}"}
    work_pools: [{name: ours, type: docker}]
    deployments:
      - name: nightly
        entrypoint: flows.py:load
        parameters: {rows: "{{ image.count }}"}
        tags: ["commit:{{ commit.stdout }}"]
        work_pool: {name: ours, job_variables: {image: "shop/{{ image.name }}"}}
      - name: hourly
        entrypoint: flows.py:load
        push: [{shop_steps.note: {name: own push}}]
        work_pool: {name: ours, job_variables: {image: "shop/{{ name }}"}}
"""
ONE = """
    stack: shop
    build:
      - prefect.deployments.steps.run_shell_script: {id: image, script: "SCRIPT"}
    work_pools: [{name: ours, type: docker}]
    deployments:
      - name: nightly
        entrypoint: flows.py:load
        work_pool: {name: ours, job_variables: {image: "{{ image.stdout }}"}}
"""
_ENVIRONMENT = {"SHOP_TOKEN": "a key that nobody may see"}
_TOKEN = "a token that nobody may see"


def written(stage: Stage, text: str) -> None:
    stage.write(text)
    stage.write(STEPS, "shop_steps.py")


def secret_block(stage: Stage) -> None:
    [kind] = stage.read("/block_types/filter", block_types={"slug": {"any_": ["secret"]}})
    [schema] = stage.read(
        "/block_schemas/filter", block_schemas={"block_type_id": {"any_": [kind["id"]]}}
    )
    stage.make(
        "/block_documents/",
        name="shop-token",
        data={"value": _TOKEN},
        block_type_id=kind["id"],
        block_schema_id=schema["id"],
    )


def test_each_distinct_step_runs_once_and_fills_in_what_names_it(stage: Stage) -> None:
    written(stage, SHOP)
    secret_block(stage)

    ended = stage.deploy(environment=_ENVIRONMENT)

    found = stage.deployments()
    assert ended.code == 0, ended.text
    ran = Path(stage.folder, "ran.txt").read_text(encoding="utf-8").splitlines()
    assert ran == ["flows-abc123", "push flows-abc123", "own push"]
    nightly, hourly = found["load/nightly"], found["load/hourly"]
    assert nightly["job_variables"] == {"image": "shop/flows-abc123"}
    assert nightly["parameters"] == {"rows": 3}
    assert nightly["tags"] == ["commit:abc123", "deploy:shop"]
    assert hourly["job_variables"] == {"image": "shop/own push"}
    assert "flows-abc123 with (secret #" in ended.stderr
    assert "nobody may see" not in ended.text + json.dumps(stage.read("/block_documents/filter"))

    again = stage.deploy(environment=_ENVIRONMENT)

    assert again.code == 0, again.text
    assert "(known after build)" in again.stdout
    assert "0 to create, 0 to change, 0 to delete; 3 unchanged" in again.stdout
    assert stage.writes == []


def test_a_step_that_fails_is_told_at_its_line_and_nothing_is_written(stage: Stage) -> None:
    written(
        stage,
        """
        stack: shop
        build:
          - shop_steps.note: {name: first}
          - shop_steps.refuse: {key: "{{ $SHOP_TOKEN }}"}
          - shop_steps.note: {name: last}
        deployments:
          - {name: nightly, entrypoint: "flows.py:load"}
          - {name: hourly, entrypoint: "flows.py:load", build: []}
        """,
    )

    ended = stage.deploy(environment=_ENVIRONMENT)

    assert ended.code == 1
    assert "DEP635 error: the step 'refuse' failed: ValueError: no way with (secret" in ended.stderr
    assert "--> deploy.yaml:5:5" in ended.stderr
    assert "shop_steps.py" in ended.stderr
    assert Path(stage.folder, "ran.txt").read_text(encoding="utf-8") == "first\n"
    assert stage.writes == []

    quiet = stage.deploy("--quiet", environment=_ENVIRONMENT)

    printed = [line for line in ended.stderr.splitlines() if line.startswith(("step ", "    "))]
    assert printed
    assert [line for line in printed if line not in quiet.stderr] == []
    assert "server: " not in quiet.stderr


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_what_a_step_has_started_ends_with_the_command(
    stage: Stage, number: signal.Signals
) -> None:
    stage.write(ONE.replace("SCRIPT", "sh -c 'echo $$; exec sleep 300'"))
    listening = "import signal; signal.signal(signal.SIGINT, signal.default_int_handler); "
    begin = "import sys; from deploy.main import main; sys.argv[0] = 'deploy'; main()"

    with subprocess.Popen(
        [sys.executable, "-P", "-c", listening + begin, "--yes"],
        cwd=stage.folder,
        env=surroundings(stage.proxy.url),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stderr is not None
        told = next(line for line in process.stderr if line.strip().isdigit())
        process.send_signal(number)
        process.communicate(timeout=30)

    assert process.returncode == (130 if number is signal.SIGINT else -number)
    assert is_gone(int(told))
    assert stage.writes == []


def is_gone(process: int) -> bool:
    """Whether a process ends within a few seconds."""
    for _ in range(100):
        state = subprocess.run(
            ["ps", "-o", "stat=", "-p", str(process)], capture_output=True, text=True, check=False
        ).stdout.strip()
        if not state or state.startswith("Z"):
            return True
        time.sleep(0.1)
    return False


def test_values_that_are_known_after_the_build_are_no_reason_to_write(stage: Stage) -> None:
    stage.write(ONE)
    assert stage.deploy("--no-build", "--set-output", "image.stdout=shop:1").code == 0

    planned = stage.deploy("plan", "--detailed-exitcode")
    as_json = json.loads(stage.deploy("plan", "--format", "json").stdout)
    set_again = stage.deploy("--no-build", "--set-output", "image.stdout=shop:1")

    assert planned.code == 2
    assert planned.stdout.splitlines()[:3] == [
        "* image: prefect.deployments.steps.run_shell_script  (build, for deployment/load/nightly)",
        "? deployment/load/nightly",
        '    job_variables.image: "shop:1" → (known after build)',
    ]
    assert as_json["actions"] == []
    assert as_json["steps"][0]["at"] == {"file": "deploy.yaml", "line": 4, "column": 5}
    assert [each["path"] for each in as_json["known_after_build"]] == ["job_variables.image"]
    assert set_again.code == 0
    assert stage.writes == []


def test_a_saved_plan_holds_what_the_steps_have_put_out(stage: Stage) -> None:
    stage.write(ONE.replace("SCRIPT", "echo shop:2"))

    unbuilt = stage.deploy("plan", "--out", "plan.json")
    was_saved = (stage.folder / "plan.json").exists()
    built = stage.deploy("plan", "--build", "--out", "plan.json")
    applied = stage.deploy("apply", "plan.json")

    assert unbuilt.code == 1
    assert "DEP320 error: a saved plan holds what the steps put out" in unbuilt.stderr
    assert not was_saved
    assert built.code == 0, built.text
    assert "(known after build)" not in built.stdout
    assert applied.code == 0, applied.text
    assert stage.deployments()["load/nightly"]["job_variables"] == {"image": "shop:2"}


def test_a_person_agrees_before_steps_run_and_is_not_asked_twice(stage: Stage) -> None:
    stage.write(ONE.replace("SCRIPT", "echo shop:3"))

    declined = at_a_terminal(stage, answer="n\n")
    agreed = at_a_terminal(stage, answer="y\n")

    assert "step 1 of 1" not in declined.screen
    assert agreed.code == 0, agreed.screen
    assert agreed.screen.count("[y/N]") == 1
    assert stage.deployments()["load/nightly"]["job_variables"] == {"image": "shop:3"}


def test_without_a_runner_the_steps_are_told_of(stage: Stage) -> None:
    stage.write(ONE)

    ended = stage.deploy(environment={"DEPLOY_STEPS_PYTHON": "/nowhere/python"})

    assert ended.code == 1
    assert "DEP636 error: nothing can run the steps of 'build' and 'push'" in ended.stderr
    assert "'/nowhere/python' cannot be started" in ended.stderr
    assert stage.writes == []


def test_an_output_that_a_step_does_not_put_out_is_told_of(stage: Stage) -> None:
    stage.write(ONE.replace("SCRIPT", "echo x").replace("image.stdout", "image.stdot"))

    ended = stage.deploy()

    assert ended.code == 1
    assert "DEP634 error: the steps have run, and put out no 'image.stdot'" in ended.stderr
    assert "hint: did you mean 'image.stdout'?" in ended.stderr
    assert stage.writes == []


def test_an_approved_plan_is_the_one_with_its_steps(stage: Stage) -> None:
    stage.write(ONE.replace("SCRIPT", "echo shop:4"))
    named = ("plan", "--format", "json", "-f", stage.folder.as_posix())
    digest = json.loads(stage.deploy(*named, folder=stage.folder.parent).stdout)["digest"]
    stage.write(ONE.replace("SCRIPT", "echo shop:5"))

    other = stage.deploy("--expect", digest)
    stage.write(ONE.replace("SCRIPT", "echo shop:4"))
    approved = stage.deploy("--expect", digest)

    assert other.code == 1
    assert "DEP603" in other.stderr
    assert approved.code == 0, approved.text


@pytest.mark.parametrize(
    "arguments", [("--build", "--no-build"), ("--set-output", "image.stdout=x")], ids=str
)
def test_options_that_say_nothing_together_are_refused(
    stage: Stage, arguments: tuple[str, ...]
) -> None:
    stage.write(ONE)

    ended = stage.deploy("plan", *arguments)

    assert ended.code == 1
    assert "--no-build" in ended.stderr
    assert "server: " not in ended.stderr
