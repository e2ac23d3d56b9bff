"""The data of a block: what differs in it, and whose doing that is."""

import pytest

from compiler.desired.address import block
from compiler.desired.json import Json
from compiler.desired.resources import Resource
from compiler.desired.secret import Secret
from compiler.diff.attribution import LastApplied, remembered
from compiler.diff.change import Cause
from compiler.diff.compare import Known, compare
from compiler.diff.parts import parts
from compiler.state.observed import Observed
from tests.support.builders import HERE, MARK

KEPT_BACK = "********"


def wanted(**data: Json) -> Resource:
    return Resource(address=block("some", "a"), fields={"data": data}, written_at=HERE)


def there(revision: str = "1", **data: Json) -> Observed:
    dated = {
        name: Secret(value.reveal(), is_withheld=value.reveal() == KEPT_BACK, revision=revision)
        if isinstance(value, Secret)
        else value
        for name, value in data.items()
    }
    return Observed(id="1", fields={"data": dated})


def last(resource: Resource, observed: Observed) -> LastApplied:
    return LastApplied(applied=remembered(resource, observed.fields))


@pytest.mark.parametrize(
    ("now", "revision", "expected"),
    [
        ("one", "1", None),
        ("one", "2", None),
        ("two", "1", Cause.CHANGE),
        ("two", "2", Cause.UNKNOWN),
        (KEPT_BACK, "1", None),
        (KEPT_BACK, "2", Cause.UNKNOWN),
    ],
    ids=["same", "written again", "changed", "moved", "kept back", "kept back and moved"],
)
def test_a_secret_is_somebodys_doing_as_far_as_it_can_be_told(
    now: str, revision: str, expected: Cause | None
) -> None:
    resource = wanted(token=Secret("one"), region="eu")
    was = there("1", token=Secret(KEPT_BACK if now == KEPT_BACK else "two"), region="eu")
    observed = there(revision, token=Secret(now), region="eu")

    changes = compare(resource, observed, Known(mark=MARK, last=last(resource, was)))

    assert [each.cause for each in changes] == ([] if expected is None else [expected])


def test_a_secret_that_was_just_written_is_taken_for_the_one_that_was_meant() -> None:
    resource, observed = wanted(token=Secret("one")), there("2", token=Secret(KEPT_BACK))

    assert compare(resource, observed, Known(mark=MARK)) != ()
    assert compare(resource, observed, Known(mark=MARK, is_written=True)) == ()


def test_each_key_is_told_by_itself_and_no_secret_is_looked_into() -> None:
    resource = wanted(token=Secret({"a": 1}), inner={"x": 1, "y": 2}, new=5, same=1)
    observed = there(token=Secret({"a": 2}), inner={"x": 1, "y": 3}, gone=7, same=1)

    (change,) = compare(resource, observed, Known(mark=MARK, last=last(resource, observed)))

    assert [(str(part), part.how, part.before, part.after) for part in parts(change)] == [
        ("data.gone", "removed", 7, None),
        ("data.inner.y", "changed", 3, 2),
        ("data.new", "added", None, 5),
        ("data.token", "changed", Secret({"a": 2}), Secret({"a": 1})),
    ]
    assert {part.cause for part in parts(change)} == {Cause.CHANGE}


def test_a_value_that_only_one_side_keeps_out_of_sight_is_compared_all_the_same() -> None:
    resource, observed = wanted(path=Secret("/a")), there(path="/a")

    assert compare(resource, observed, Known(mark=MARK)) == ()
    assert remembered(resource, observed.fields) == {"data": {"path": "?"}}
