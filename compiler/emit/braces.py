"""Two braces that are to stay text, so that what is read back is what was there."""

from enum import Enum, auto

from compiler.desired.json import Json
from compiler.environment.placeholder import Braces, Reference, parse_placeholder, placeholders
from compiler.environment.template import AT_RUN_TIME, ON_SERVER

_BRACES = "{{ '{{' }}"
_OURS = ("$", "vars.")


class Place(Enum):
    """Where a text stands, and so what in braces is left alone there."""

    PLAIN = auto()
    JOB_VARIABLES = auto()
    STEPS = auto()


def escaped(text: str, place: Place) -> str:
    """The text as it has to be written for a file to mean it."""
    done, at = [], 0
    while (found := next(placeholders(text[at:]), None)) is not None:
        start, end = at + found.start, at + found.end
        if _stays(found.inner, place):
            done.append(text[at:end])
            at = end
        else:
            done += (text[at:start], _BRACES)
            at = start + 2
    return "".join((*done, text[at:]))


def _stays(inner: str, place: Place) -> bool:
    """Whether a file's template of this content is left as it is where it stands."""
    match parse_placeholder(inner):
        case Braces():
            return False
        case Reference(name=name) if name.startswith(_OURS):
            return False
        case _:
            by_workers = place is not Place.PLAIN and inner.startswith(ON_SERVER)
            return place is Place.STEPS or by_workers or inner.startswith(AT_RUN_TIME)


def asks_server(value: Json) -> bool:
    """Whether a text refers to a variable or block, which a plan would fill in.

    No braces can be written that keep it from that.
    """
    match value:
        case str():
            return any(each.inner.startswith(ON_SERVER) for each in placeholders(value))
        case dict():
            return any(map(asks_server, value.values()))
        case list() | tuple():
            return any(map(asks_server, value))
        case _:
            return False
