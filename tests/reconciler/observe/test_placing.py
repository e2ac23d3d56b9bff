"""Which automation is meant by which address, where names are not unique."""

from collections.abc import Mapping

from compiler.desired.address import Address, automation, deployment
from compiler.desired.json import Json
from compiler.state.ledger import Ledger
from compiler.state.observed import Observed
from reconciler.observe.placing import Placed, placed
from tests.support.builders import ORIGIN

NIGHTLY, OURS = "id-of-nightly", deployment("etl", "nightly")
RUN: Json = {"type": "run-deployment", "deployment": NIGHTLY}
CANCEL: Json = {"type": "cancel-flow-run"}


def one(id: str, **fields: Json) -> tuple[Address, Observed]:
    """An automation as it is read."""
    return automation("alert"), Observed(id=id, fields={"tags": [], "actions": [CANCEL], **fields})


def placed_here(
    *found: tuple[Address, Observed], made: Mapping[str, Mapping[Address, str]] | None = None
) -> Placed:
    """Where they belong for the stack `shop`."""
    memories = {stack: Ledger(origin=ORIGIN, ids={**ids}) for stack, ids in (made or {}).items()}
    return placed(found, {NIGHTLY: OURS}, memories, "shop")


def ids(found: Placed) -> dict[Address, str]:
    return {address: each.id for address, each in found.things.items()}


def test_one_that_only_runs_a_deployment_is_its_trigger() -> None:
    for tags in ([], ["deploy:shop"]):
        found = placed_here(one("1", actions=[RUN], tags=[*tags]))
        assert ids(found) == {automation("etl", "nightly", "alert"): "1"}


def test_what_no_trigger_can_say_stands_alone() -> None:
    cases: tuple[dict[str, Json], ...] = (
        {"tags": ["a"]},
        {"tags": ["deploy:other"]},
        {"actions": [RUN, CANCEL]},
        {"actions_on_resolve": [CANCEL]},
        {"actions": [{"type": "run-deployment", "source": "inferred"}]},
        {"actions": [{"type": "run-deployment", "deployment": "of others"}]},
        {"actions": [{"type": "pause-deployment", "deployment": NIGHTLY}]},
    )
    for more in cases:
        found = placed_here(one("1", **{"actions": [RUN], **more}))
        assert ids(found) == {automation("alert"): "1"}, more


def test_the_stacks_own_comes_before_nobodys_and_others() -> None:
    theirs, nobodys = one("1", tags=["deploy:other"]), one("2")
    ours, known = one("3", tags=["deploy:shop"]), one("4")

    assert ids(placed_here(theirs, nobodys)) == {automation("alert"): "2"}
    assert ids(placed_here(theirs, nobodys, ours)) == {automation("alert"): "3"}
    found = placed_here(theirs, nobodys, known, made={"shop": {automation("alert"): "4"}})
    assert ids(found) == {automation("alert"): "4"}
    assert found.beside == {automation("alert"): 1}
    assert found.alike == {}


def test_names_of_several_of_nobodys_mean_none_of_them() -> None:
    trigger = automation("etl", "nightly", "alert")

    assert placed_here(one("1"), one("2")).alike == {automation("alert"): 2}
    assert placed_here(one("1", actions=[RUN]), one("2", actions=[RUN])).alike == {trigger: 2}
    assert placed_here(one("1", actions=[RUN]), one("2")).alike == {automation("alert"): 2}


def test_a_trigger_whose_deployment_is_gone_stands_alone() -> None:
    made = {"shop": {automation("etl", "gone", "alert"): "1"}}

    assert ids(placed_here(one("1"), made=made)) == {automation("alert"): "1"}
