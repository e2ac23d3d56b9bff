"""Flows are read, never run."""

from pathlib import Path

import pytest

from tests.support.stage import Stage

pytestmark = [pytest.mark.server, pytest.mark.slow]

FLOW = """\
from prefect import flow
{spell}

@flow
def load(source: str = "web") -> None: ...
"""
TEXT = """
    stack: shop
    work_pools: [{name: ours, type: process}]
    deployments:
      - name: nightly
        entrypoint: ENTRYPOINT
        work_pool: {name: ours}
"""
SPELLS = {
    "deletes a file": "import pathlib; pathlib.Path({canary!r}).unlink()",
    "ends the process": "import os; os.unlink({canary!r}); os._exit(7)",
}
_SHADOWS = (
    "yaml",
    "git",
    "httpx",
    "click",
    "prefect",
    "compiler",
    "reconciler",
    "controller",
    "json",
)


@pytest.fixture
def canary(tmp_path: Path) -> Path:
    canary = tmp_path / "canary"
    canary.touch()
    return canary


def run_all(stage: Stage) -> list[int]:
    """Exit codes of everything that reads the file."""
    return [
        stage.deploy("validate").code,
        stage.deploy("plan").code,
        stage.deploy().code,
    ]


@pytest.mark.parametrize("spell", SPELLS.values(), ids=SPELLS.keys())
def test_a_flow_file_is_not_imported(spell: str, stage: Stage, canary: Path) -> None:
    stage.write(FLOW.format(spell=spell.format(canary=str(canary))), "flows.py")
    stage.write(TEXT.replace("ENTRYPOINT", "flows.py:load"))

    codes = run_all(stage)

    assert codes == [0, 0, 0]
    assert canary.exists()


def test_a_module_of_a_package_is_not_imported(stage: Stage, canary: Path) -> None:
    spell = SPELLS["deletes a file"].format(canary=str(canary))
    stage.write(spell, "shop/__init__.py")
    stage.write(FLOW.format(spell=spell), "shop/flows.py")
    stage.write(TEXT.replace("ENTRYPOINT", "shop.flows:load"))

    codes = run_all(stage)

    assert codes == [0, 0, 0]
    assert canary.exists()


def test_what_a_flow_file_takes_from_its_neighbours_is_not_imported(
    stage: Stage, canary: Path
) -> None:
    spell = SPELLS["deletes a file"].format(canary=str(canary))
    stage.write(f"{spell}\nfrom enum import Enum\nclass Size(Enum):\n    BIG = 'big'\n", "sizes.py")
    stage.write(
        "from prefect import flow\nfrom sizes import Size\n\n"
        "@flow\ndef load(size: Size = Size.BIG) -> None: ...\n",
        "flows.py",
    )
    stage.write(TEXT.replace("ENTRYPOINT", "flows.py:load"))

    codes = run_all(stage)

    assert codes == [0, 0, 0]
    assert canary.exists()


def test_files_that_are_named_like_our_libraries_are_not_imported(
    stage: Stage, canary: Path
) -> None:
    spell = SPELLS["deletes a file"].format(canary=str(canary))
    for name in _SHADOWS:
        stage.write(spell, f"{name}.py")
    stage.write(TEXT.replace("ENTRYPOINT", "flows.py:load"))

    codes = run_all(stage)

    assert codes == [0, 0, 0]
    assert canary.exists()
