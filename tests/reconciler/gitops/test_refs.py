"""What of a repository is meant."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reconciler.gitops.refs import (
    Advertised,
    Branch,
    Commit,
    Head,
    Named,
    Range,
    Ref,
    Tag,
    chosen,
    parse_ref,
)
from reconciler.gitops.refusal import NotFetched, Why

HASH = "0123456789abcdef0123456789abcdef01234567"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("HEAD", Head()),
        ("main", Named("main")),
        ("release/1.x", Named("release/1.x")),
        ("v1.2.3", Named("v1.2.3")),
        ("1.2", Named("1.2")),
        ("refs/heads/1.x", Branch("1.x")),
        ("refs/tags/v1", Tag("v1")),
        (HASH.upper(), Commit(HASH)),
        (HASH + HASH[:24], Commit(HASH + HASH[:24])),
        ("~1.2", Range("~1.2")),
        (">=1.2 <2", Range(">=1.2 <2")),
        (" 1.x ", Range("1.x")),
        ("1.2.*", Range("1.2.*")),
        ("^1 || ^3", Range("^1 || ^3")),
        ("*", Range("*")),
    ],
)
def test_a_ref_is_read_as_it_looks(text: str, expected: Ref) -> None:
    assert parse_ref(text) == expected


@pytest.mark.parametrize(
    "text", ["", "-x", "a..b", "a b", "main^", "x:y", "@{1}", "refs/heads/", "~one", "a.lock"]
)
def test_what_cannot_be_a_ref_is_refused(text: str) -> None:
    with pytest.raises(NotFetched) as raised:
        parse_ref(text)

    assert raised.value.why is Why.NO_SUCH_REF
    assert raised.value.hint


def tags(*names: str) -> Advertised:
    return Advertised(commits={f"refs/tags/{name}": name for name in names})


@pytest.mark.parametrize(
    ("range", "expected"),
    [
        ("~1.2", "v1.2.10"),
        (">=1.2 <2", "v1.3.0"),
        ("1.x", "v1.3.0"),
        ("*", "2.0.0"),
        (">=2.1.0-rc.1 <3", "v2.1.0-rc.2"),
        ("^1 || ^5", "v1.3.0"),
    ],
)
def test_a_range_takes_the_highest_that_fits(range: str, expected: str) -> None:
    there = tags("v1.2.9", "v1.2.10", "v1.3.0", "2.0.0", "v2.1.0-rc.1", "v2.1.0-rc.2", "v9", "x")

    assert chosen(Range(range), there).name == f"refs/tags/{expected}"


numbers = st.integers(0, 30)
versions = st.tuples(numbers, numbers, numbers)


@pytest.mark.property
@given(st.lists(versions, min_size=1), numbers, numbers)
def test_ranges_agree_with_the_order_of_numbers(
    there: list[tuple[int, int, int]], major: int, minor: int
) -> None:
    names = [f"v{a}.{b}.{c}" for a, b, c in there]
    fitting = [each for each in there if each[:2] == (major, minor)]
    ref = Range(f"~{major}.{minor}")

    for order in itertools.islice(itertools.permutations(names), 3):
        if fitting:
            a, b, c = max(fitting)
            assert chosen(ref, tags(*order)).commit == f"v{a}.{b}.{c}"
        else:
            with pytest.raises(NotFetched, match="no tag in the range"):
                chosen(ref, tags(*order))


@pytest.mark.property
@given(st.text())
def test_any_text_is_a_ref_or_refused(text: str) -> None:
    try:
        ref = parse_ref(text)
    except NotFetched as refused:
        assert refused.hint  # noqa: PT017  # either may be right
    else:
        assert not str(ref).startswith("-")


def test_a_name_of_branch_and_tag_is_ambiguous() -> None:
    there = Advertised(commits={"refs/heads/v1": "a", "refs/tags/v1": "b"})

    with pytest.raises(NotFetched, match="is a branch and a tag") as raised:
        chosen(Named("v1"), there)

    assert raised.value.hint == "write refs/heads/v1 or refs/tags/v1"
    assert chosen(Branch("v1"), there).commit == "a"
    assert chosen(Tag("v1"), there).commit == "b"


def test_a_name_of_one_commit_may_be_both() -> None:
    there = Advertised(commits={"refs/heads/v1": "a", "refs/tags/v1": "a"})

    assert chosen(Named("v1"), there).commit == "a"


@pytest.mark.parametrize(
    ("ref", "message"),
    [
        (Named("nope"), "it has no branch and no tag 'nope'"),
        (Branch("nope"), "it has no branch 'nope'"),
        (Tag("nope"), "it has no tag 'nope'"),
        (Head(), "it has no commit yet"),
    ],
)
def test_a_missing_ref_is_named(ref: Ref, message: str) -> None:
    with pytest.raises(NotFetched) as raised:
        chosen(ref, Advertised())

    assert str(raised.value) == message


def test_a_short_hash_has_its_own_hint() -> None:
    with pytest.raises(NotFetched) as raised:
        chosen(Named(HASH[:8]), Advertised())

    assert raised.value.hint == "a commit is written with its full hash, 40 letters"
