"""Many stacks on one controller: memory, commits, requests, in a time that hurries.

`make controller-scale`, or `python -m benchmarks.controller --stacks 20 --each 10`.
"""

import argparse
import asyncio
import logging
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from benchmarks.plan import QUIET
from benchmarks.servers import sqlite
from controller.log import JsonLines
from reconciler.api.client import PrefectClient
from reconciler.api.connect import connect
from reconciler.api.trace import Hearer
from tests.support.many_stacks import Measured, Opening, Size, play


def main() -> None:
    """Run it, and print what was measured."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--stacks", type=int, default=200)
    parser.add_argument("--each", type=int, default=50)
    parser.add_argument("--repositories", type=int, default=20)
    parser.add_argument("--minutes", type=float, default=30)
    parser.add_argument("--speed", type=float, default=4)
    told = parser.parse_args()
    _log()
    size = Size(**vars(told))
    with tempfile.TemporaryDirectory(prefix="controller-") as temporary:
        folder = Path(temporary)
        with sqlite(folder / "server", QUIET) as server:
            show(size, asyncio.run(play(size, _opening(server.url), folder)))


def _log() -> None:
    """What the controller says, on standard error."""
    handler = logging.StreamHandler()
    handler.setFormatter(JsonLines(lambda line: line))
    for name in ("controller", "reconciler"):
        logging.getLogger(name).addHandler(handler)


def _opening(url: str) -> Opening:
    @asynccontextmanager
    async def opened(hearer: Hearer) -> AsyncIterator[PrefectClient]:
        async with connect(url) as http:
            yield PrefectClient(http, hearer=hearer)

    return opened


def show(size: Size, measured: Measured) -> None:
    """Print it as a table."""
    grown = (measured.after - measured.before) / 2**20
    rows = {
        "until all are in sync, seconds": f"{measured.first:.0f}",
        "commits applied, of those pushed": f"{measured.applied} of {measured.pushed}",
        "in sync at the end": f"{measured.in_sync} of {size.stacks}",
        "looks at a repository a minute": f"{measured.looks:.2f}",
        **{
            f"requests ({role}) of an idle stack a minute": f"{number:.2f}"
            for role, number in sorted(measured.requests.items())
        },
        "memory at the beginning, MB": f"{measured.before / 2**20:.0f}",
        "grown by, MB": f"{grown:+.1f}",
    }
    print(f"{size.stacks} stacks of {size.each}, {size.minutes:g} minutes, {size.speed:g} times")
    for name, value in rows.items():
        print(f"| {name} | {value} |")


if __name__ == "__main__":
    main()
