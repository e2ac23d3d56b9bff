"""Two stacks, three repositories and people in the UI, all at one server."""

import random
from pathlib import Path

import pytest

from tests.properties.conftest import SEEDS_OF_HANDS, STEPS_OF_HANDS
from tests.support.many_hands import FLOWS, Hands
from tests.support.prefect_server import PrefectServer
from tests.support.recording import Recorder

pytestmark = [pytest.mark.property, pytest.mark.server, pytest.mark.slow]


@pytest.mark.parametrize("seed", SEEDS_OF_HANDS)
async def test_nobody_touches_what_is_not_theirs(
    server: PrefectServer, tmp_path: Path, seed: int
) -> None:
    (tmp_path / "flows.py").write_text(FLOWS)
    recorder = Recorder(server.transport)
    async with server.connect(recorder) as http:
        hands = Hands(http, recorder, tmp_path, random.Random(seed))

        for _ in range(STEPS_OF_HANDS):
            await hands.step()

    assert hands.applied > STEPS_OF_HANDS // 10
    assert hands.refused > STEPS_OF_HANDS // 10
