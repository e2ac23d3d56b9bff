"""Ctrl-C: what is under way is finished, told of, and remembered; once more, and it ends."""

import asyncio
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from reconciler.apply.walker import Halt

INTERRUPTED = "interrupted"  # why the walk was ended
_SIGNALS = (signal.SIGINT, signal.SIGTERM)  # a pipeline that is cancelled sends either
_TOLD = "interrupted: finishing what is under way; once more ends at once, in the middle of it"


@contextmanager
def finishing(halt: Halt, tell: Callable[[str], None]) -> Iterator[None]:
    """While the block lasts, the first signal calls `halt`, and the second ends the block.

    Raises:
        KeyboardInterrupt: there was a second signal.
    """

    def finish() -> None:
        halt.call(INTERRUPTED)
        tell(_TOLD)

    with heeding_signals(finish):
        yield


@contextmanager
def heeding_signals(first: Callable[[], None]) -> Iterator[None]:
    """While the block lasts, `first` is called at the first signal, and the second ends the block.

    A signal that whoever started this process has set to be ignored is ignored.

    Raises:
        KeyboardInterrupt: there was a second signal.
    """
    loop, task = asyncio.get_running_loop(), asyncio.current_task()
    assert task is not None
    heard: list[str] = []

    def hear() -> None:
        if heard:
            task.cancel()
        else:
            first()
        heard.append(INTERRUPTED)

    before = {each: signal.getsignal(each) for each in _SIGNALS}
    listened = [each for each in _SIGNALS if before[each] is not signal.SIG_IGN]
    for each in listened:
        _listen(loop, each, hear)
    try:
        yield
    except asyncio.CancelledError:
        if len(heard) > 1:
            raise KeyboardInterrupt from None
        raise
    finally:
        for each in listened:
            _forget(loop, each)
            signal.signal(each, before[each] or signal.SIG_DFL)


def _listen(loop: asyncio.AbstractEventLoop, number: int, hear: Callable[[], None]) -> None:
    try:
        loop.add_signal_handler(number, hear)
    except NotImplementedError:  # the loop of Windows knows no signals
        signal.signal(number, lambda *_: loop.call_soon_threadsafe(hear))


def _forget(loop: asyncio.AbstractEventLoop, number: int) -> None:
    try:
        loop.remove_signal_handler(number)
    except NotImplementedError:  # as above: there it was `signal.signal`, which is set back
        return
