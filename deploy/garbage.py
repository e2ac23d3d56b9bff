"""Where Python looks for garbage that holds itself: while files are compiled, among what is new.

A compilation makes hundreds of thousands of values that stay until the process ends.  To look
through all of them again and again took up to a third of its time, and found nothing: what is
garbage was so after moments, such as the trees of flows.  What talks to a server for long makes
garbage of what is old, too: an answer holds its stream.
"""

import gc

_NEW = 200_000  # objects that are looked through at once
_USUAL = 10, 10  # times, as Python has it
_NEVER = 1_000_000  # times, after which older ones are as well


def look_among_the_new() -> None:
    """Look no further than that, until further notice."""
    gc.set_threshold(_NEW, _NEVER)


def look_for_garbage(*, every: int) -> None:
    """Look for it everywhere, whenever so many objects are new, but not in what is there by now."""
    gc.freeze()
    gc.set_threshold(every, *_USUAL)


def leave_it() -> None:
    """Look no more, not even at the end, where it would take a sixth of a run."""
    gc.freeze()
