"""When Python looks for garbage that only holds itself: not while files are compiled.

A compilation makes hundreds of thousands of values without cycles, most of which stay until the
process ends.  To look through all of them again and again took up to a third of its time, and
found nothing.  What talks to a server for long does make cycles: an answer holds its stream.
"""

import gc


def look_for_none() -> None:
    """Leave garbage in cycles where it is, until further notice."""
    gc.disable()


def look_for_garbage(*, every: int) -> None:
    """Look for it whenever so many objects are new; what is there by now stays as it is."""
    gc.freeze()
    gc.set_threshold(every)
    gc.enable()


def leave_it() -> None:
    """Look no more, not even at the end, where it would take a sixth of a run."""
    gc.freeze()
