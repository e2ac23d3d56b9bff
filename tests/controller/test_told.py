"""A state that lasts is told of once."""

from dataclasses import replace

import pytest

from controller.settled import Settled, State
from controller.told import events

SYNCED = Settled(stack="shop", state=State.SYNCED, commit="1" * 40)
APPLIED = replace(SYNCED, written=True)
DRIFTED = replace(SYNCED, state=State.DRIFTED, drift=2)
HEALED = replace(APPLIED, healed=2)
INVALID = replace(SYNCED, state=State.INVALID, commit="2" * 40)
FAILED = replace(SYNCED, state=State.FAILED, reason="503")
PENDING = replace(SYNCED, state=State.PENDING, waiting=1)


def told(before: Settled | None, after: Settled) -> list[str]:
    return [str(each["event"]).removeprefix("deploy.stack.") for each in events(before, after)]


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        (None, SYNCED, []),
        (None, APPLIED, ["synced"]),
        (SYNCED, SYNCED, []),
        (SYNCED, APPLIED, ["synced"]),
        (SYNCED, DRIFTED, ["drifted"]),
        (DRIFTED, DRIFTED, []),
        (DRIFTED, SYNCED, ["synced"]),
        (SYNCED, HEALED, ["drifted", "synced"]),
        (SYNCED, INVALID, ["failed"]),
        (INVALID, INVALID, []),
        (INVALID, replace(INVALID, commit="3" * 40), ["failed"]),
        (SYNCED, FAILED, ["failed"]),
        (FAILED, FAILED, []),
        (FAILED, SYNCED, ["synced"]),
        (SYNCED, PENDING, []),
        (PENDING, APPLIED, ["synced"]),
    ],
)
def test_only_what_has_changed_is_told(
    before: Settled | None, after: Settled, expected: list[str]
) -> None:
    assert told(before, after) == expected


def test_a_new_controller_tells_again_what_was_told_as_the_same_event() -> None:
    (one,), (other,) = events(None, INVALID), events(None, INVALID)
    (news,), (more_news,) = events(SYNCED, INVALID), events(SYNCED, INVALID)

    assert one["id"] == other["id"]
    assert news["id"] != more_news["id"]
