"""Which formats of a plan's document are read."""

import pytest

from compiler.plan.document import FORMAT, is_read


@pytest.mark.parametrize("written", ["2.3", "2.0"])
def test_a_format_is_read_up_to_our_second_number(written: str) -> None:
    assert is_read(written, by="2.3")


@pytest.mark.parametrize("written", ["2.4", "2.10", "1.9", "3.0", "2", "", "2.0 ", "2.٣"])
def test_no_other_format_is_read(written: str) -> None:
    assert not is_read(written, by="2.3")


def test_our_own_format_is_read() -> None:
    assert is_read(FORMAT)
