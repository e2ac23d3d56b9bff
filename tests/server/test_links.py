"""Links go to terminals, and to nothing else."""

import pytest

from tests.support.stage import Stage
from tests.support.terminal import at_a_terminal

pytestmark = [pytest.mark.server, pytest.mark.slow]

FILE = """
    stack: shop
    deployments: [{name: nightly, entrypoint: "flows.py:load", parameters: {rows: 1}}]
"""


def test_links_go_to_a_terminal_that_may_know_them(stage: Stage) -> None:
    stage.write(FILE)
    stage.apply()
    stage.write(FILE.replace("rows: 1", "rows: 2"))
    id = stage.deployments()["load/nightly"]["id"]
    page = f"{stage.proxy.url.removesuffix('/api')}/deployments/deployment/{id}"

    seen = at_a_terminal(stage, "plan").screen

    assert f"\x1b]8;;{page}\x1b\\deployment/load/nightly\x1b]8;;\x1b\\" in seen
    for environment in ({"NO_COLOR": "1"}, {"TERM": "dumb"}, {"TERM": "linux"}):
        assert "\x1b]8" not in at_a_terminal(stage, "plan", environment=environment).screen
    assert "\x1b" not in stage.deploy("plan").text


def test_a_finding_leads_to_its_file(stage: Stage) -> None:
    stage.write(FILE.replace("rows", "rowz"))

    seen = at_a_terminal(stage, "validate").screen

    assert f"{stage.folder.resolve().as_posix()}/deploy.yaml\x1b\\deploy.yaml:" in seen
    assert "\x1b" not in stage.deploy("validate").text
