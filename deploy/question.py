"""The question before a write."""

import asyncio
import sys

import click

from deploy.streams import say


async def agrees(question: str) -> bool:
    """Whether the person at the terminal says yes; no answer at all is no.

    The answer is waited for in the event loop: a Ctrl-C that comes just before a
    blocking read begins would be heard only after the next key.

    Raises:
        click.Abort: the terminal has hung up.
    """
    while True:
        say(f"{question} [y/N]: ", nl=False, err=True)
        answer = (await _line()).strip().lower()
        if answer in {"y", "yes"}:
            return True
        if answer in {"", "n", "no"}:
            return False
        say("say y or n", err=True)


async def _line() -> str:
    loop, ready = asyncio.get_running_loop(), asyncio.Event()
    try:
        loop.add_reader(sys.stdin, ready.set)
    except NotImplementedError:  # the loop of Windows watches no console
        return _read()
    try:
        await ready.wait()
    finally:
        loop.remove_reader(sys.stdin)
    return _read()


def _read() -> str:
    line = sys.stdin.readline()
    if not line:
        raise click.Abort
    return line
