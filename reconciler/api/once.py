"""Make a thing that must not be made twice, though the answer may be lost."""

from collections.abc import Awaitable, Callable
from typing import TypeVar

from reconciler.api.errors import Conflict, Unanswered

T = TypeVar("T")


async def once(make: Callable[[], Awaitable[T]], find: Callable[[], Awaitable[T | None]]) -> T:
    """What `make` made.  After a lost answer it is looked for, and made only if it is not there.

    Raises:
        ApiError: the server said no, or the second answer was lost too.
    """
    try:
        return await make()
    except Unanswered:
        found = await find()
    if found is not None:
        return found
    try:
        return await make()
    except Conflict:  # the first one was still on its way
        found = await find()
        if found is None:
            raise
        return found
