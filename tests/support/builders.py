"""Values for tests, as short to write as they are to read."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from compiler.desired.address import Address, deployment, work_pool, work_queue
from compiler.desired.json import Json
from compiler.desired.resources import DesiredState, PoolUse, Resource, Riding
from compiler.diagnostics import Position, Span
from compiler.diff.compare import Known
from compiler.state.ledger import Ledger, Origin
from compiler.state.observed import Observed, ObservedState
from reconciler.remember import Stamp

HERE = Span("deploy.yaml", Position(1, 1), Position(1, 2))
ORIGIN = Origin(remote="example.com/shop/flows", files=("deploy.yaml",))
ELSEWHERE = Origin(remote="example.com/other/flows", files=("deploy.yaml",))
STAMP = Stamp(who="tester", tool="0", at=datetime(2026, 1, 1, tzinfo=UTC), commit="c0ffee")
STACK = "shop"
MARK = f"deploy:{STACK}"
KNOWN = Known(mark=MARK)


def wanted(name: str, *, flow: str = "etl", **fields: Json) -> Resource:
    """A deployment that the files want."""
    address = deployment(flow, name)
    riding = {"version": Riding("abc")} if "version" not in fields else {}
    return Resource(address=address, fields=fields, riding=riding, written_at=HERE)


def pool(name: str, **fields: Json) -> Resource:
    """A work pool that the files want."""
    return Resource(address=work_pool(name), fields={"type": "process", **fields}, written_at=HERE)


def queue(pool: str, name: str, **fields: Json) -> Resource:
    """A queue that the files want."""
    return Resource(
        address=work_queue(pool, name),
        fields=fields,
        needs=frozenset({work_pool(pool)}),
        written_at=HERE,
    )


def desired(*resources: Resource, uses: tuple[str, ...] = ()) -> DesiredState:
    """What the stack wants; `uses` are pools that its deployments refer to."""
    return DesiredState(
        stack=STACK,
        resources=resources,
        pool_uses=tuple(PoolUse(pool=name, at=HERE) for name in uses),
    )


def there(id: str = "1", **fields: Json) -> Observed:
    """A thing on the server; a deployment carries the stack's tag unless `tags` are given."""
    return Observed(id=id, fields={"tags": [MARK], **fields})


def ledger(ids: Mapping[Address, str | None], origin: Origin = ORIGIN) -> Ledger:
    """What the stack remembers."""
    return Ledger(origin=origin, ids=ids)


def server(things: Mapping[Address, Observed], *, made: bool = True, **known: Any) -> ObservedState:
    """What the server holds; with `made` the ledger lists all of it."""
    remembered = ledger({address: each.id for address, each in things.items()}) if made else None
    return ObservedState(**{"things": things, "ledger": remembered, **known})
