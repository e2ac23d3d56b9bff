"""A memory that hides a secret is the same as one that shows it, and no more."""

import pytest

from compiler.state.memory import Memory, memory_of, same, without_secrets

DIGEST = memory_of("swordfish", secret=True)


def hidden(memory: Memory) -> Memory:
    return without_secrets(memory, ["swordfish"], [])


def test_a_known_secret_is_remembered_as_a_digest() -> None:
    assert hidden(memory_of({"source": "swordfish", "rows": 5})) == {"source": DIGEST, "rows": "=5"}
    assert "swordfish" not in str(hidden(memory_of(["a swordfish"])))
    assert without_secrets(memory_of("swordfish"), [], [str(DIGEST)]) == DIGEST


def test_a_secret_in_a_list_is_known_by_its_digest() -> None:
    tags = memory_of(["deploy:shop", "swordfish"])

    assert without_secrets(tags, [], [str(DIGEST)]) == memory_of(
        ["deploy:shop", "swordfish"], secret=True
    )
    assert without_secrets(tags, [], ["#other"]) == tags


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        (memory_of("swordfish"), DIGEST, True),
        (DIGEST, memory_of("swordfish"), True),
        (memory_of("other"), DIGEST, False),
        (memory_of({"a": "swordfish"}), {"a": DIGEST}, True),
        (memory_of({"a": "swordfish"}), {"b": DIGEST}, False),
        (memory_of({"a": "x"}), memory_of("x"), False),
        (None, DIGEST, False),
        (None, None, True),
    ],
    ids=[
        *("shown and hidden", "hidden and shown", "another", "inside", "another key"),
        *("another form", "nothing", "nothing twice"),
    ],
)
def test_what_one_hides_the_other_may_show(
    one: Memory | None, other: Memory | None, *, expected: bool
) -> None:
    assert same(one, other) is expected
