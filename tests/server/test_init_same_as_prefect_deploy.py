"""What `deploy init` writes leaves a server as `prefect deploy` leaves it, in every layout.

Prefect's own command is run on the files as they are, `deploy init` and `deploy` on a copy in
the same place, against the same real server. What may differ is written down in `comparable`.
Every third layout, or all of them with `LAYOUTS=whole` (`make layouts`).
"""

import json
import os
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.support.as_prefect import SECRET, automations, differences, prepare, run, snapshot
from tests.support.layouts import LAYOUTS, Layout, write
from tests.support.live_server import LiveServer

pytestmark = [
    pytest.mark.server,
    pytest.mark.slow,
    pytest.mark.own_prefect(
        "what it is compared with is the command of this environment's Prefect"
    ),
]
PREFECT = [sys.executable, "-m", "prefect", "--no-prompt", "deploy"]
OURS = [str(Path(sys.executable).with_name("deploy"))]
DEPLOYED = {name: each for name, each in LAYOUTS.items() if each.deployments}
TRIED = list(DEPLOYED)[:: 1 if os.environ.get("LAYOUTS") == "whole" else 3]


@pytest.fixture
def api(live_server: LiveServer) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=live_server.url, timeout=60) as client:
        yield client


@pytest.mark.parametrize("name", TRIED)
def test_the_first_file_makes_what_prefect_makes(
    name: str, live_server: LiveServer, tmp_path: Path, api: httpx.Client
) -> None:
    layout, folder = DEPLOYED[name], tmp_path / "shop"
    write(folder, layout.files)
    prepare(api)
    with_prefect(layout, live_server, folder)
    theirs, their_automations = snapshot(api), automations(api)
    live_server.wipe()
    shutil.rmtree(folder)  # of whatever Prefect left in it
    write(folder, layout.files)
    if layout.calls:
        prepare(api)

    run([*OURS, "init", "--yes", "--stack", "shop"], live_server, folder)
    run([*OURS, "--yes"], live_server, folder)

    assert differences(snapshot(api), without_secret(theirs)) == {}
    assert automations(api) == their_automations
    assert {each: theirs[each]["entrypoint"] for each in theirs} == layout.deployments


def without_secret(theirs: dict[str, Any]) -> dict[str, Any]:
    """Prefect writes a secret into job variables in clear; we leave its reference to workers."""
    reference = "{{ prefect.blocks.secret.token }}"
    found: dict[str, Any] = json.loads(json.dumps(theirs).replace(SECRET, reference))
    return found


def with_prefect(layout: Layout, server: LiveServer, folder: Path) -> None:
    """Deploy it as people do who have Prefect's command alone."""
    for place, words in layout.calls.items():
        run([*PREFECT, *words.split()], server, folder / place)
    for name, entrypoint in () if layout.calls else layout.deployments.items():
        called = ("--name", name.rpartition("/")[2], "--pool", "local")
        run([*PREFECT, entrypoint, *called], server, folder)
