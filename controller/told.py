"""What is told to the server as events, so that people's own automations can notify them.

Only where a stack goes from one state to another: a state that lasts is told of once.
"""

from collections.abc import Iterator
from datetime import UTC, datetime
from uuid import UUID, uuid4, uuid5

from compiler.desired.json import Json
from controller.settled import Settled, State

SYNCED, DRIFTED, FAILED = "deploy.stack.synced", "deploy.stack.drifted", "deploy.stack.failed"
_WRONG = frozenset({State.INVALID, State.REFUSED, State.FAILED})
_OURS = UUID("5a0c3f0e-3a51-4a6e-8f0a-0d6d3e3f7f10")
_MOST = 5  # findings


def events(before: Settled | None, after: Settled) -> tuple[dict[str, Json], ...]:
    """The events of a look, in the order of what has happened; `before` is the look before it.

    Without one, what has not been caused just now may have been told by the controller that
    ran before: it has the same id then, and is the same event.
    """
    names = tuple(_names(before, after))
    return tuple(_event(name, before, after) for name in names)


def _names(before: Settled | None, after: Settled) -> Iterator[str]:
    drift_before = before.drift if before is not None else 0
    if after.healed or (after.drift and not drift_before):
        yield DRIFTED
    if after.state is State.SYNCED and (
        after.written or (before is not None and before.state is not State.SYNCED)
    ):
        yield SYNCED
    is_old = before is not None and before.state in _WRONG and before.commit == after.commit
    if after.state in _WRONG and not is_old:
        yield FAILED


def _event(name: str, before: Settled | None, after: Settled) -> dict[str, Json]:
    is_caused = before is not None or after.written
    told = "|".join((name, after.stack, str(after.commit), *map(str, after.findings)))
    payload: dict[str, Json] = {
        "commit": after.commit,
        "state": after.state.value,
        "reason": after.reason,
        "drift": after.drift,
        "healed": after.healed,
        "findings": [str(each) for each in after.findings[:_MOST]],
    }
    return {
        "id": str(uuid4() if is_caused else uuid5(_OURS, told)),
        "occurred": (after.at or datetime.now(UTC)).isoformat(),
        "event": name,
        "resource": {
            "prefect.resource.id": f"deploy.stack.{after.stack}",
            "prefect.resource.name": after.stack,
        },
        "related": [],
        "payload": payload,
    }
