"""That a person has told a controller to write nothing to a stack: kept on the server.

So no restart, and no second controller, writes what somebody has stopped.  It is a variable,
which everybody may see and delete: there is nothing secret in it.
"""

from collections.abc import Collection, Mapping
from contextlib import suppress
from dataclasses import dataclass

from compiler.desired.json import Json
from reconciler.api.client import PrefectClient
from reconciler.api.errors import Conflict, NotFound

_BEGINNING = "deploy_suspended_"


@dataclass(frozen=True, slots=True, kw_only=True)
class Suspension:
    """Who has stopped a stack, and when, in RFC 3339; empty where that is not known."""

    who: str = ""
    at: str = ""


def variable_name(stack: str) -> str:
    """The name of a stack's variable, its own: there is no underscore in a stack's name."""
    return f"{_BEGINNING}{stack.replace('-', '_')}"


async def suspended(client: PrefectClient, stacks: Collection[str]) -> dict[str, Suspension]:
    """Those of the stacks that are suspended.  One request, however many there are.

    Raises:
        ApiError: the server could not be read.
    """
    names = {variable_name(each): each for each in stacks}
    there = await client.variables(sorted(names))
    return {names[each.name]: _read(each.value) for each in there if each.name in names}


async def suspend(client: PrefectClient, stack: str, by: Suspension) -> None:
    """Stop a stack, until somebody resumes it; one that is stopped stays so.

    Raises:
        ApiError: the server did not take it.
    """
    value: dict[str, Json] = {"who": by.who, "at": by.at}
    with suppress(Conflict):
        await client.create_variable(variable_name(stack), {"value": value})


async def resume(client: PrefectClient, stack: str) -> None:
    """Let a stack go on; one that was not stopped goes on anyway.

    Raises:
        ApiError: the server did not take it.
    """
    with suppress(NotFound):
        await client.delete_variable(variable_name(stack))


def _read(value: Json) -> Suspension:
    """Whatever the variable holds, it is there: the stack is suspended."""
    told = value if isinstance(value, Mapping) else {}
    return Suspension(who=str(told.get("who", "")), at=str(told.get("at", "")))
