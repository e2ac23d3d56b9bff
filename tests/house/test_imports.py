"""A command loads what it needs and no more: it is started a hundred times a day."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PROGRAM = """
import sys

sys.argv = ["deploy", *sys.argv[1:]]
from deploy.main import main

try:
    main()
except SystemExit as end:
    print("LOADED", *sorted({name.partition(".")[0] for name in sys.modules}))
    raise
"""


def loaded(*arguments: str) -> set[str]:
    """The top-level modules that a run of the command has loaded at its end."""
    run = subprocess.run(
        [sys.executable, "-c", PROGRAM, *arguments],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    return set(run.stdout.rpartition("LOADED ")[2].split())


SLOW = ("prefect", "httpx", "deepdiff", "git", "jsonschema", "pydantic", "yaml", "rich")


@pytest.mark.parametrize("option", ["--version", "--help"])
def test_what_needs_no_file_loads_no_library(option: str) -> None:
    assert loaded(option) & set(SLOW) == set()


def test_validate_loads_nothing_that_talks_to_a_server() -> None:
    modules = loaded("validate", "-f", "examples/quickstart/deploy.yaml")

    assert "yaml" in modules
    assert modules & {"prefect", "httpx", "deepdiff", "rich"} == set()
