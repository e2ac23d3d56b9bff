"""The whole command writes its journal, and it says what the server was asked."""

import json
import re
import signal
import subprocess
import time
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from tests.support.command import command, surroundings
from tests.support.stage import Stage

pytestmark = [pytest.mark.server, pytest.mark.slow]

SCHEMA = json.loads(
    (Path(__file__).resolve().parents[2] / "docs" / "journal.schema.json").read_text("utf-8")
)
FILE = """
    stack: shop
    work_pools: [{name: ours, type: process}]
    deployments:
      - name: nightly
        entrypoint: flows.py:load
        parameters: {source: swordfish, rows: 5}
        work_pool: {name: ours}
      - {name: weekly, entrypoint: "flows.py:report"}
"""


def lines(stage: Stage, name: str = "journal") -> list[dict[str, object]]:
    """The lines of a journal, each of which has to be as the schema says."""
    text = (stage.folder / name).read_text("utf-8")
    read = [json.loads(line) for line in text.splitlines()]
    for line in read:
        Draft202012Validator(SCHEMA).validate(line)
    return read


def test_each_request_and_each_step_is_in_the_journal(stage: Stage) -> None:
    stage.write(FILE)

    stage.apply("--journal", "journal")

    found = lines(stage)
    # Reads that need nothing of each other are under way at once: in which order a server sees
    # them is not the journal's to say. What is written is written in the journal's order.
    asked = {each["number"]: each for each in found if each["event"] == "request"}
    told = [
        (asked[each["number"]]["role"], asked[each["number"]]["method"],
         asked[each["number"]]["path"], each["status"])
        for each in found
        if each["event"] == "answer"
    ]  # fmt: skip
    seen = [(c.role, c.method, f"/api{c.path}", c.status) for c in stage.proxy.calls]
    assert len(asked) == len(seen)
    assert sorted(told, key=str) == sorted(seen, key=str)
    assert [each for each in told if each[0] != "read"] == [
        each for each in seen if each[0] != "read"
    ]
    (planned,) = (each for each in found if each["event"] == "planned")
    assert len(planned["actions"]) == 3  # type: ignore[arg-type]  # an object of the schema
    ended = [each["outcome"] for each in found if each["event"] == "action-ended"]
    assert ended == ["done", "done", "done"]
    assert (found[0]["event"], found[-1]["event"], found[-1]["exit"]) == (
        *("run-started", "run-ended"),
        0,
    )
    assert "swordfish" not in (stage.folder / "journal").read_text()


def test_every_verb_that_writes_goes_on_in_it(stage: Stage) -> None:
    stage.write(FILE)
    stage.make_deployment("load", "nightly")
    journal = ("--journal", "journal")

    stage.apply("adopt", *journal)
    stage.apply(*journal)
    stage.write(FILE.replace("rows: 5", "rows: 6"))
    stage.apply("plan", "--out", "plan.json")
    stage.apply("apply", "plan.json", *journal)
    stage.deploy("destroy", *journal)

    ended = [each["exit"] for each in lines(stage) if each["event"] == "run-ended"]
    assert ended == [0, 0, 0, 0]
    assert len({each["run"] for each in lines(stage)}) == 4


def test_nothing_is_done_where_it_cannot_be_written(stage: Stage) -> None:
    stage.write(FILE)

    ended = stage.deploy("--journal", "no/such/folder")

    assert ended.code == 1
    assert "error: the journal 'no/such/folder' cannot be written: No such file" in ended.stderr
    assert list(stage.proxy.calls) == []


def test_a_refusal_is_noted_without_its_words(stage: Stage) -> None:
    stage.write(
        FILE.replace(
            "work_pool: {name: ours}",
            'work_pool: {name: ours, job_variables: {env: "{{ ctx.perhaps }}"}}',
        )
    )

    assert stage.deploy("--journal", "journal").code == 3

    failed = [each for each in lines(stage) if each.get("outcome") == "failed"]
    assert [(each["error"], each["call"]) for each in failed] == [("Invalid", "POST /deployments/")]
    assert lines(stage)[-1]["exit"] == 3


def test_a_killed_run_leaves_a_journal_that_can_be_read(stage: Stage) -> None:
    deployments = "".join(
        f'\n      - {{name: n{number}, entrypoint: "flows.py:load"}}' for number in range(300)
    )
    stage.write(f"    stack: shop\n    deployments:{deployments}\n")
    path = stage.folder / "journal"
    run = subprocess.Popen(
        command("--journal", "journal"),
        cwd=stage.folder,
        env=surroundings(stage.proxy.url),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    while not (path.exists() and path.read_text().count("action-ended") > 3):
        assert run.poll() is None
        time.sleep(0.01)
    run.send_signal(signal.SIGKILL)
    run.wait()

    found = lines(stage)
    assert "run-ended" not in {each["event"] for each in found}
    done = {each["address"] for each in found if each["event"] == "action-ended"}
    made = {f"deployment/{name}" for name in stage.deployments()}
    assert done <= made
    assert len(made - done) <= 1
    check_that_the_next_run_says_so(stage, made=len(made))


def check_that_the_next_run_says_so(stage: Stage, *, made: int) -> None:
    told = stage.deploy("plan").stderr
    assert re.search(
        rf"an apply by \S+, started at 20[-\d]+ [:\d]+ UTC, did not end: "
        rf"{made} of 300 things are as it wanted\nnot yet: (\S+, ){{4}}\S+ and \d+ more",
        told,
    ), told
    assert "  did not end  +300 ~0 -0" in stage.deploy("history").stdout
    assert "did not end: " in stage.apply().stderr
    assert "did not end" not in stage.deploy("plan").stderr
    table = stage.deploy("history").stdout.splitlines()
    assert [line.split("  ")[3].strip() for line in table[1:]] == ["done", "did not end"]
