"""No scheduled run is lost by an apply, and none doubled."""

import os
from pathlib import Path

import pytest

from tests.support.live_server import LiveServer
from tests.support.slots import CHANGES, aim

pytestmark = [pytest.mark.server, pytest.mark.slow, pytest.mark.property]

APPLIES = 10 if os.environ.get("HYPOTHESIS_PROFILE") == "soak" else 3
STACKS = 6 if APPLIES > 3 else 4


async def test_every_slot_that_an_apply_is_aimed_at_has_its_run(
    scheduling_server: LiveServer, tmp_path: Path
) -> None:
    found = await aim(scheduling_server.url, tmp_path, stacks=STACKS, applies=APPLIES, seed=1)

    assert (found.lost, found.doubled) == ((), ())
    assert found.slots >= STACKS * APPLIES
    assert found.aimed.total() - found.aimed["nothing"] >= found.applies * 3 // 4
    assert len(found.aimed) >= min(len(CHANGES), found.applies) // 2
