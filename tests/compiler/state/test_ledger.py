"""What a stack remembers of its applies."""

from compiler.state.ledger import Applied, Ledger
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
