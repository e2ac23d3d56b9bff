"""Runs build and push steps, in a process of its own: this file is started by its path.

It is the only place where steps, which are the user's code, are run.  It imports Prefect and
nothing of this project, so that another Python than ours may run it.

Requests and answers are JSON, a line each, on what were its standard input and output; steps
find the first empty, and what they print goes to standard error.  When whoever started it is
gone, it ends, and all that steps have started with it.

    {"step": {…}, "upstream": {…}, "folder": "/home"}  →  {"secrets": […]}
    {"go": true}  →  {"outputs": {…}, "folder": "/home"}  or  {"failed": "what happened"}
    {"end": true}
"""

import asyncio
import json
import os
import queue
import signal
import sys
import threading
import time
import traceback
from collections.abc import Iterator, Mapping
from typing import Any, TextIO

_PATIENCE = 5.0  # seconds that steps have to end by themselves
_ENDING = threading.Event()


def main() -> None:
    """Answer until there is nothing left to do."""
    signal.signal(signal.SIGTERM, _end_now)
    requests, answers = _own_streams()
    try:
        from prefect.deployments.steps.core import run_steps  # noqa: F401, PLC0415
    except ImportError as error:
        _say(answers, {"absent": str(error)})
        return
    _say(answers, {"ready": True})
    asked: queue.Queue[dict[str, Any]] = queue.Queue()
    threading.Thread(target=_listen, args=(requests, asked), daemon=True).start()
    while "step" in (request := asked.get()):
        _say(answers, {"secrets": asyncio.run(_secrets(request["step"]))})
        asked.get()
        done = _done(request)
        if _ENDING.is_set():
            time.sleep(2 * _PATIENCE)  # it does not get that far
        _say(answers, done)


def _own_streams() -> tuple[TextIO, TextIO]:
    """Where requests come from and answers go to; steps get other ones in their place."""
    requests = os.fdopen(os.dup(0), encoding="utf-8")
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.dup2(2, 1)
    sys.stdin = os.fdopen(os.dup(0), encoding="utf-8")
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(line_buffering=True)  # type: ignore[union-attr]
    return requests, answers


def _say(answers: TextIO, answer: Mapping[str, object]) -> None:
    answers.write(json.dumps(answer, default=str) + "\n")
    answers.flush()


def _listen(requests: TextIO, asked: "queue.Queue[dict[str, Any]]") -> None:
    for line in requests:
        asked.put(json.loads(line))
        if "end" in line and "step" not in json.loads(line):
            return
    _end_everything()


def _end_everything() -> None:
    """Nobody listens any more: end, with all that steps have started."""
    _ENDING.set()
    if os.name == "posix" and os.getpgid(0) == os.getpid():
        os.killpg(0, signal.SIGTERM)
        time.sleep(_PATIENCE)
        os.killpg(0, signal.SIGKILL)
    os._exit(1)


def _end_now(*_: object) -> None:
    """SIGTERM; not its own, with which it asks what steps have started to end."""
    if not _ENDING.is_set():
        os._exit(128 + signal.SIGTERM)


def _done(request: Mapping[str, Any]) -> dict[str, object]:
    """What came of a step: all outputs up to now, or why there are none."""
    from prefect.deployments.steps.core import run_steps  # noqa: PLC0415  # seconds to import

    folder = request["folder"]
    try:
        os.chdir(folder)
        if folder not in sys.path:
            sys.path.insert(0, folder)
        outputs = asyncio.run(
            run_steps([request["step"]], request["upstream"], print_function=_warn)
        )
    except Exception as error:  # noqa: BLE001  # whatever the user's code raises is its answer
        return {"failed": _reason(error)}
    except SystemExit as error:
        return {"failed": f"it ended the process with {error.code!r}"}
    return {"outputs": outputs, "folder": os.getcwd()}  # noqa: PTH109  # it is only passed on


def _warn(text: str, **_: object) -> None:
    """What Prefect's runner says, but for the name of the step, which was said before."""
    if not text.startswith(" > Running"):
        print(text, file=sys.stderr)  # noqa: T201  # the stream of what steps say


def _reason(error: Exception) -> str:
    """Why a step failed; where it is the fault of the user's own code, the places are told."""
    cause = error.__cause__ or error
    for frame in traceback.extract_tb(cause.__traceback__):
        if _is_own(frame.filename):
            place = f"{frame.filename}:{frame.lineno}, in {frame.name}: {frame.line}"
            print(place, file=sys.stderr)  # noqa: T201  # as above
    text = str(cause).strip()
    return f"{type(cause).__name__}: {text}" if text else type(cause).__name__


def _is_own(filename: str) -> bool:
    is_ours = filename == __file__ or "site-packages" in filename
    return not is_ours and not filename.startswith((sys.base_prefix, sys.prefix, "<"))


async def _secrets(step: Mapping[str, Any]) -> list[str]:
    """Texts that come out of blocks: they are hidden in what the step prints."""
    from prefect.utilities.templating import (  # noqa: PLC0415  # as above
        resolve_block_document_references,
    )

    [inputs] = step.values()
    if "prefect.blocks." not in json.dumps(inputs):
        return []
    try:
        resolved = await resolve_block_document_references(inputs)
    except Exception:  # noqa: BLE001  # the step itself will say so
        return []
    return list(_from_blocks(inputs, resolved))


def _from_blocks(written: object, resolved: object) -> Iterator[str]:
    if isinstance(written, str):
        if "prefect.blocks." in written:
            yield from _texts(resolved)
    elif isinstance(written, dict) and isinstance(resolved, dict):
        for name, item in written.items():
            yield from _from_blocks(item, resolved.get(name))
    elif isinstance(written, list) and isinstance(resolved, list):
        for one, other in zip(written, resolved, strict=False):
            yield from _from_blocks(one, other)


def _texts(value: object) -> Iterator[str]:
    if hasattr(value, "get_secret_value"):
        value = value.get_secret_value()
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for item in value.values():
            yield from _texts(item)
    elif isinstance(value, list):
        for item in value:
            yield from _texts(item)


if __name__ == "__main__":
    main()
