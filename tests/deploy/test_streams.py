"""Files that are no files: what a shell hands over, pipes, devices, rings of links."""

import os
import subprocess
from pathlib import Path

import pytest

from tests.support.command import command, deploy, surroundings

WRONG = "stack: shop\ndeploymnts: []\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "project"
    folder.mkdir()
    return folder


def in_bash(folder: Path, words: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        ["bash", "-c", f"{command()[0]} {words}"],
        cwd=folder,
        env=surroundings(),
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


@pytest.mark.parametrize(
    ("words", "name"),
    [
        ("validate --format concise -f <(cat wrong.yaml)", "<f 1>"),
        ("validate --format concise -f /dev/stdin < wrong.yaml", "<stdin>"),
        ("validate --format concise -f - < wrong.yaml", "<stdin>"),
        ("validate --format concise -f /dev/fd/0 < wrong.yaml", "<f 1>"),
    ],
)
def test_what_a_shell_hands_over_is_read_as_a_file_of_this_folder(
    words: str, name: str, folder: Path
) -> None:
    (folder / "wrong.yaml").write_text(WRONG, encoding="utf-8")

    done = in_bash(folder, words)

    assert done.stdout == f"{name}:2:1: DEP101 'deploymnts' is no key of a deployment file\n"


def test_inputs_may_come_from_a_pipe(folder: Path) -> None:
    (folder / "deploy.yaml").write_text(
        'vars: {tag: {required: true}}\ndefinitions: "{{ vars.tag }}"\n', encoding="utf-8"
    )

    done = in_bash(folder, "validate --var-file <(echo 'tag: one')")

    assert (done.returncode, done.stdout) == (0, "")


def test_a_stream_cannot_be_mended(folder: Path) -> None:
    (folder / "wrong.yaml").write_text(WRONG, encoding="utf-8")

    done = in_bash(folder, "validate --fix --unsafe-fixes -f <(cat wrong.yaml)")

    assert done.returncode == 1
    assert "a stream cannot be mended; '--diff' shows how it would be" in done.stderr


def test_a_device_that_never_ends_is_refused(folder: Path) -> None:
    ended = deploy(folder, "validate", "-f", "/dev/zero")

    assert ended.code == 1
    assert ended.stderr.startswith("error: '/dev/zero' has more than 64 MB\n")


@pytest.mark.parametrize("arguments", [["-f", "deploy.yaml"], ["--everywhere"]])
def test_a_link_to_itself_is_no_file(arguments: list[str], folder: Path) -> None:
    (folder / "deploy.yaml").symlink_to("deploy.yaml")

    ended = deploy(folder, "validate", "--diff", *arguments)
    told = deploy(folder, "validate", "--format", "concise", *arguments)

    assert ended.code == 1
    assert told.stdout == "deploy.yaml:1:1: DEP005 this is no file that can be read\n"


def test_a_pipe_that_is_included_is_not_waited_for(folder: Path) -> None:
    os.mkfifo(folder / "pipe.yaml")
    (folder / "deploy.yaml").write_text("include: [pipe.yaml]\n", encoding="utf-8")

    ended = deploy(folder, "validate", "--format", "concise")

    assert ended.stdout == "deploy.yaml:1:11: DEP109 'pipe.yaml' includes no file\n"
