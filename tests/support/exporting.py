"""A workspace exported, adopted and planned; and put on a server that has nothing."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from compiler import Request, compile_project
from compiler.conversion.exported import Exported, export
from compiler.desired.address import Kind
from compiler.desired.resources import DesiredState
from compiler.diagnostics import Report
from compiler.emit.document import whole_text
from compiler.emit.secrets import LeftOut
from compiler.plan.build import Allowed
from compiler.source.sources import Sources
from reconciler import pipeline
from reconciler.observe.inventory import take_inventory
from tests.support.prefect_server import PrefectServer
from tests.support.rounds import Rounds, rounds_on
from tests.support.snapshot import snapshot


@dataclass(frozen=True, slots=True, kw_only=True)
class WayIn:
    """What came of an export: the text, and what of the workspace is said to be missing."""

    text: str
    exported: Exported
    desired: DesiredState


async def way_in(rounds: Rounds, folder: Path, stack: str = "shop") -> WayIn:
    """The whole workspace as a file, read back with the secrets that it asks for."""
    inventory = await take_inventory(rounds.client)
    request = Request(files=(folder,), base=folder)
    exported = export(inventory, frozenset(inventory.things), stack, request)
    text = whole_text(exported.content)
    path, sources = folder / "deploy.yaml", Sources(folder)
    sources.give(path, text.encode())
    environ = {each.name: await _told(rounds, each) for each in exported.secrets}
    done = compile_project(Request(files=(path,), base=folder, environ=environ), sources)
    assert done.desired is not None, [(str(each.at), each.message) for each in done.report]
    settled = await pipeline.settle(done.desired, rounds.client, Report())
    return WayIn(text=text, exported=exported, desired=settled)


async def _told(rounds: Rounds, secret: LeftOut) -> str:
    """The value, of a block's as somebody knows it who may ask for it."""
    if secret.address.kind is not Kind.BLOCK:
        return secret.value
    slug, name = secret.address.path
    (found,) = await rounds.client.named_blocks(slug, [name], secrets=True)
    value: Any = found.data
    for key in secret.path.split("."):
        value = value[int(key)] if isinstance(value, list) else value[key]
    return str(value)


async def adopted_plan_is_empty(rounds: Rounds, found: WayIn) -> list[Any]:
    """What a plan would do after `deploy adopt`."""
    await rounds.apply(found.desired, Allowed(adopt=True, only_adopt=True))
    return list((await rounds.plan(found.desired)).actions)


async def differences_on_an_empty_server(
    server: PrefectServer, found: WayIn
) -> dict[str, dict[str, Any]]:
    """What is otherwise when the same file is applied to a server without anything."""
    rounds = rounds_on(server)
    async with rounds.http:
        before = await snapshot(rounds.http)
    server.wipe()
    rounds = rounds_on(server)
    async with rounds.http:
        await rounds.apply(found.desired)
        after = await snapshot(rounds.http)
    return differences(before, after)


def unexplained(found: dict[str, dict[str, Any]], exported: Exported) -> dict[str, dict[str, Any]]:
    """The differences of which the export has said nothing."""
    said: dict[str, set[str | None]] = {}
    for left in exported.left:
        kind = _KINDS[left.address.kind]
        path = left.address.path
        if left.address.kind is Kind.AUTOMATION:
            path = path[-1:]
        said.setdefault(f"{kind} {'/'.join(path)}", set()).add(left.field)
    kept = {
        name: {
            key: both for key, both in fields.items() if not _is_said(key, said.get(name, set()))
        }
        for name, fields in found.items()
    }
    return {name: fields for name, fields in kept.items() if fields}


_KINDS = {
    Kind.DEPLOYMENT: "deployment",
    Kind.WORK_POOL: "pool",
    Kind.WORK_QUEUE: "queue",
    Kind.VARIABLE: "variable",
    Kind.CONCURRENCY_LIMIT: "limit",
    Kind.TAG_LIMIT: "limit tag:",
    Kind.BLOCK: "block",
    Kind.AUTOMATION: "automation",
}


def _is_said(key: str, said: set[str | None]) -> bool:
    is_limit = key in {"global_concurrency_limit", "concurrency_options"}
    return None in said or key in said or (is_limit and "concurrency" in said)


def differences(before: dict[str, Any], after: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """By thing, the fields of which the two say different things."""
    found: dict[str, dict[str, Any]] = {}
    for name in sorted({*before, *after}):
        one, other = before.get(name, {}), after.get(name, {})
        fields = {
            key: (one.get(key), other.get(key))
            for key in sorted({*one, *other})
            if one.get(key) != other.get(key)
        }
        if fields:
            found[name] = fields
    return found
