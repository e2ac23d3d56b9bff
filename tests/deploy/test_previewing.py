"""How previews are called."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deploy.complaint import Complaint
from deploy.previewing import Branch

BRANCHES = st.text(alphabet="abcXY01-_/.é", min_size=1, max_size=90).filter(
    lambda name: re.search("[a-zA-Z0-9]", name)
)
STACKS = st.from_regex(r"[a-z0-9][a-z0-9-]{0,45}", fullmatch=True)


@given(one=BRANCHES, other=BRANCHES, stack=STACKS)
def test_each_branch_has_a_stack_of_its_own(one: str, other: str, stack: str) -> None:
    found = {name: Branch(name=name).stack(stack) for name in (one, other)}

    assert len(set(found.values())) == len(found)
    for name in found.values():
        assert re.fullmatch(r"[a-z0-9][a-z0-9-]{0,62}", name)
        assert name.startswith(f"{stack}-preview-")


def test_an_ordinary_branch_keeps_its_name() -> None:
    assert Branch(name="feature-x").stack("shop") == "shop-preview-feature-x"
    assert re.fullmatch(
        "shop-preview-feature-x-[0-9a-f]{6}", Branch(name="feature/x").stack("shop")
    )


@pytest.mark.parametrize(("branch", "stack"), [("é", "shop"), ("x", "s" * 60)])
def test_what_cannot_be_a_name_is_said(branch: str, stack: str) -> None:
    with pytest.raises(Complaint):
        Branch(name=branch).stack(stack)
