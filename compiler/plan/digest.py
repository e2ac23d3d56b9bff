"""The digest of a plan: what somebody approved, in sixty-four letters."""

import json
from collections.abc import Iterator, Mapping
from hashlib import sha256
from typing import assert_never

from compiler.desired.json import Json
from compiler.desired.secret import Secret
from compiler.desired.secret_shape import is_secret_name
from compiler.desired.steps import Recipe
from compiler.plan.action import Action, Adopt, Create, Delete, Protect, Update
from compiler.plan.build import Plan


def digest(plan: Plan) -> str:
    """`sha256:` and the hash of all that the plan does, and to which objects.

    Versions, commits, run impact and times are not in it: the same change from
    another commit is the same change. So is, of a block, another secret: whoever tried
    might find one out by its digest.  What has to run first, and waits for it, is in it.
    """
    content: dict[str, object] = {
        "stack": plan.stack,
        "takes over": plan.takes_over,
        "actions": [dict(_told(action)) for action in plan.actions],
    }
    if plan.recipes or plan.awaited:
        content["steps"] = [_steps(each) for each in plan.recipes]
        content["awaited"] = [[str(each.address), each.unbuilt.paths] for each in plan.awaited]
    text = json.dumps(content, sort_keys=True, separators=(",", ":"), default=_plain)
    return f"sha256:{sha256(text.encode()).hexdigest()}"


def _steps(recipe: Recipe) -> list[Json]:
    """Steps with what they are given, but for secrets; not where: that differs with the call."""
    return [
        [[step.section, step.function, _open(step.inputs)] for step in recipe.steps],
        sorted(map(str, recipe.users)),
    ]


def _open(inputs: Mapping[str, Json]) -> Mapping[str, Json]:
    return {name: None if is_secret_name(name) else value for name, value in inputs.items()}


def _told(action: Action) -> Iterator[tuple[str, Json]]:
    yield "address", str(action.address)
    yield "does", type(action).__name__
    match action:
        case Create(resource, replaces):
            yield "fields", {**resource.initial, **resource.fields, "version": None}
            yield "replaces", replaces.id if replaces is not None else None
        case Update(_, observed, changes, adopts):
            yield "id", observed.id
            yield "adopts", adopts
            yield "changes", [[each.field, each.before, each.after] for each in changes]
        case Adopt(_, observed) | Delete(_, observed):
            yield "id", observed.id
        case Protect(_, observed, is_on):
            yield "id", observed.id
            yield "protects", is_on
        case _:
            assert_never(action)


def _plain(value: object) -> object:
    if isinstance(value, Secret):
        return {"secret": None}
    return dict(value) if isinstance(value, Mapping) else list(value)  # type: ignore[call-overload]  # Json has no others
