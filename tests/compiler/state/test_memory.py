"""What is remembered of a value, and never a secret."""

import pytest

from compiler.state.memory import is_shown, memory_of, recalled


def test_a_short_value_is_kept_and_a_mapping_key_by_key() -> None:
    memory = memory_of({"rows": 5, "source": "web"})

    assert memory == {"rows": "=5", "source": '="web"'}
    assert recalled(memory) == {"rows": 5, "source": "web"}


@pytest.mark.parametrize(
    "value",
    [
        pytest.param({"api_token": "abc"}, id="by its name"),
        pytest.param({"env": {"PASSWORD": "abc"}}, id="by a name below"),
        pytest.param({"dsn": "postgres://u:s3same@db/x"}, id="a password in a URL"),
        pytest.param({"text": "x" * 100}, id="long"),
    ],
)
def test_a_secret_or_long_value_is_only_known_again(value: dict[str, object]) -> None:
    memory = memory_of(value)  # type: ignore[arg-type]  # JSON all the same

    assert not is_shown(memory)
    assert memory == memory_of(value)  # type: ignore[arg-type]  # as above
