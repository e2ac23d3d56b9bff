"""What a stack remembers of its applies."""

from compiler.state.ledger import DID_NOT_END, Applied, Begun, Ledger
from tests.support.builders import ORIGIN


def after(applies: int) -> Ledger:
    """A ledger after so many applies, the n-th of which has the digest `n`."""
    ledger = Ledger(origin=ORIGIN, ids={})
    for number in range(1, applies + 1):
        at = "2026-01-01T00:00:00+00:00"
        ledger = ledger.with_apply(
            Applied(at=at, who="a", tool="0", digest=str(number), ended="done")
        )
    return ledger


def test_the_newest_apply_comes_first() -> None:
    assert [each.digest for each in after(3).numbered.values()] == ["3", "2", "1"]


def test_an_apply_keeps_its_number_when_older_ones_are_forgotten() -> None:
    numbered = after(130).numbered

    assert {str(number): each.digest for number, each in numbered.items()} == {
        str(number): str(number) for number in range(31, 131)
    }


def test_a_ledger_without_applies_has_no_numbers() -> None:
    assert after(0).numbered == {}


def begun(who: str) -> Begun:
    return Begun(apply=Applied(at="2026-01-01", who=who, tool="0", digest="d", ended=DID_NOT_END))


def test_an_apply_that_is_under_way_has_the_number_that_it_will_keep() -> None:
    ledger = after(2).beginning(begun("ada"))
    ended = ledger.with_apply(Applied(at="", who="ada", tool="0", digest="d", ended="done"))

    assert {str(number): each.ended for number, each in ledger.numbered.items()} == {
        "3": DID_NOT_END,
        "2": "done",
        "1": "done",
    }
    assert list(ended.numbered) == [3, 2, 1]
    assert ended.begun is None


def test_one_that_never_ended_goes_to_the_history_when_the_next_begins() -> None:
    ledger = after(1).beginning(begun("ada")).beginning(begun("bob"))

    assert [each.who for each in ledger.numbered.values()] == ["bob", "ada", "a"]
    assert [each.ended for each in ledger.history] == ["done", DID_NOT_END]
