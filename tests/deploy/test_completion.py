"""What a shell completes: asked as a shell asks, of the real program."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

FILE = """
stack: shop
include: [more.yaml]
environments: {prod: {}, preprod: {}, dev: {}}
deployments: [{name: nightly, entrypoint: "flows.py:load"}]
"""
DEPLOY = Path(sys.executable).parent / "deploy"


def completed(folder: Path, line: str) -> list[str]:
    """What bash would be offered for the last word of a line."""
    words = line.split(" ")
    environ = {
        **os.environ,
        "_DEPLOY_COMPLETE": "bash_complete",
        "COMP_WORDS": line,
        "COMP_CWORD": str(len(words) - 1),
    }
    done = subprocess.run(
        [DEPLOY], cwd=folder, env=environ, capture_output=True, text=True, check=False
    )
    assert done.stderr == ""
    return [each.partition(",")[2] for each in done.stdout.splitlines() if each]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "deploy.yaml").write_text(FILE, encoding="utf-8")
    more = "deployments: [{name: never, entrypoint: 'flows.py:load'}]\n"
    (tmp_path / "more.yaml").write_text(more, encoding="utf-8")
    return tmp_path


def test_commands_and_options_are_completed(folder: Path) -> None:
    assert completed(folder, "deploy val") == ["validate"]
    assert "--timezone" in completed(folder, "deploy schedule --time")


def test_environments_are_those_of_the_files(folder: Path) -> None:
    assert completed(folder, "deploy plan -e pr") == ["preprod", "prod"]
    assert completed(folder, "deploy -e d") == ["dev"]


def test_deployments_are_those_of_the_files_and_what_they_include(folder: Path) -> None:
    assert completed(folder, "deploy why n") == ["never", "nightly"]


def test_another_file_is_asked_where_the_line_names_one(folder: Path) -> None:
    assert completed(folder, "deploy why -f more.yaml n") == ["never"]


@pytest.mark.parametrize("text", ["", ": [", "deployments: 7", "environments: [a]\n"])
def test_a_file_that_is_wrong_completes_nothing_and_says_nothing(text: str, folder: Path) -> None:
    (folder / "deploy.yaml").write_text(text, encoding="utf-8")

    assert completed(folder, "deploy plan -e pr") == completed(folder, "deploy why n") == []


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_each_shell_gets_a_script_that_it_takes(shell: str, folder: Path) -> None:
    done = subprocess.run(
        [DEPLOY, "completion", shell], cwd=folder, capture_output=True, text=True, check=True
    )

    assert "_DEPLOY_COMPLETE" in done.stdout
    if shutil.which(shell):
        script = folder / "script"
        script.write_text(done.stdout, encoding="utf-8")
        subprocess.run([shell, "-n", script], check=True, capture_output=True)


def test_bash_completes_with_it(folder: Path) -> None:
    """The script is loaded, and the function that it registers is called as bash calls it."""
    words = (
        f'export PATH="{DEPLOY.parent}:$PATH"; eval "$(deploy completion bash)"; '
        "COMP_WORDS=(deploy plan -e pr); COMP_CWORD=3; "
        '_deploy_completion deploy pr -e; printf "%s\\n" "${COMPREPLY[@]}"'
    )
    done = subprocess.run(
        ["bash", "-c", words], cwd=folder, capture_output=True, text=True, check=True
    )

    assert done.stdout.split() == ["preprod", "prod"]
