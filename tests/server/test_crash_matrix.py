"""A sample of `docs/explanation/crash-matrix.md`; `make crash-matrix` tries every cell."""

import random
from pathlib import Path

import pytest

from tests.support.crash_matrix import WAYS, prepare, tried
from tests.support.crash_scenario import scenario
from tests.support.prefect_server import PrefectServer

pytestmark = [pytest.mark.server, pytest.mark.slow]

_CELLS = 24


async def test_a_run_that_goes_wrong_anywhere_is_put_right_by_the_next(
    server: PrefectServer, tmp_path: Path
) -> None:
    prepared = await prepare(server, scenario(tmp_path), tmp_path)
    cells = [(number, way) for number in range(1, len(prepared.requests) + 1) for way in WAYS]

    wrong = {
        f"request {number} ({prepared.requests[number - 1]}), {way}": found
        for number, way in random.Random(5).sample(cells, _CELLS)
        if (found := await tried(prepared, WAYS[way](number)))
    }

    assert wrong == {}
