"""What `deploy controller` says before it begins."""

import socket
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from deploy.complaint import Complaint
from deploy.main import deploy

FILE = "stacks: [{name: shop, repository: 'https://example.com/shop.git'}]\n"
_WITHOUT = """
import sys
sys.modules["starlette"] = None
sys.argv = ["deploy", "controller"]
from deploy.main import main
main()
"""


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "controller.yaml").write_text(FILE, encoding="utf-8")
    return tmp_path


def run(*arguments: str) -> Result:
    return CliRunner().invoke(deploy, ["controller", *arguments])


def test_a_file_without_a_mistake_is_said_to_be_so() -> None:
    done = run("--check")

    assert (done.exit_code, done.stdout) == (0, "")
    assert done.stderr == "controller.yaml: 1 stack, nothing wrong\n"


def test_mistakes_are_shown_with_the_lines_they_stand_in(folder: Path) -> None:
    text = "stacks:\n  - {nmae: shop, repository: 'https://example.com/shop.git'}\n"
    (folder / "controller.yaml").write_text(text, encoding="utf-8")

    done = run("--check")

    assert done.exit_code == 1
    assert "DEP101 error: 'nmae' is no key of a stack" in done.stderr
    assert "--> controller.yaml:2:6" in done.stderr
    assert "= hint: did you mean 'name'?" in done.stderr


def test_a_server_has_to_be_named() -> None:
    done = run()

    assert isinstance(done.exception, Complaint)
    assert done.exception.hint == "set PREFECT_API_URL, or say --api-url"


def test_an_address_that_is_taken_is_named(folder: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        text = f"listen: 127.0.0.1:{port}\n{FILE}"
        (folder / "controller.yaml").write_text(text, encoding="utf-8")

        done = run("--api-url", "http://127.0.0.1:9/api")

    assert str(done.exception).startswith(f"nobody can listen at 127.0.0.1:{port}: ")


def test_without_the_extra_it_says_what_to_install() -> None:
    done = subprocess.run(
        [sys.executable, "-c", _WITHOUT],
        capture_output=True,
        text=True,
        check=False,
        env={"PYTHONPATH": str(Path(__file__).resolve().parents[2])},
    )

    assert done.returncode == 1
    assert done.stderr == (
        "error: the controller needs more than is installed: starlette\n"
        " = hint: pip install 'prefect-reconciler[controller]'\n"
    )
