"""Where work is done that takes a processor, or a network, for a while."""

from collections.abc import Awaitable, Callable
from typing import Protocol, TypeVar

T = TypeVar("T")


class Aside(Protocol):
    """Does what takes a processor for a while where it keeps nobody waiting."""

    def __call__(self, work: Callable[[], T], /) -> Awaitable[T]: ...
