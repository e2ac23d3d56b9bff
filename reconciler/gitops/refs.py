"""What of a repository is meant: a branch, a tag, a commit, the highest tag of a range.

The only importer of `semantic_version`.  Knows names and hashes, and never asks Git.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from reconciler.gitops.refusal import NotFetched, Why

if TYPE_CHECKING:
    import semantic_version

HEAD, BRANCHES, TAGS = "HEAD", "refs/heads/", "refs/tags/"
_HASH = re.compile(r"[0-9a-f]{40}|[0-9a-f]{64}", re.IGNORECASE)
_SHORT_HASH = re.compile(r"[0-9a-f]{7,63}", re.IGNORECASE)
_RANGE = re.compile(r"[~^<>=*]|\d+(\.\d+)?\.[xX*](?![\w/-])|.*(\|\||\s)")
_VERSION = re.compile(r"v?(\d+\.\d+\.\d+.*)")
# https://git-scm.com/docs/git-check-ref-format
_NO_NAME = re.compile(
    r"[\x00-\x20\x7f~^:?*\[\\]|\.\.|@\{|//|(^|/)\.|\.(lock)?(/|$)|^[-/]|/$|^@$|^$"
)


@dataclass(frozen=True, slots=True)
class Head:
    """The branch that the repository itself says is its first."""

    def __str__(self) -> str:
        return HEAD


@dataclass(frozen=True, slots=True)
class Branch:
    """A branch, without `refs/heads/`."""

    name: str

    def __str__(self) -> str:
        return self.name


@dataclass(frozen=True, slots=True)
class Tag:
    """A tag, without `refs/tags/`."""

    name: str

    def __str__(self) -> str:
        return self.name


@dataclass(frozen=True, slots=True)
class Named:
    """A branch or a tag, whichever has this name."""

    name: str

    def __str__(self) -> str:
        return self.name


@dataclass(frozen=True, slots=True)
class Commit:
    """A commit by its full hash, in small letters."""

    hash: str

    def __str__(self) -> str:
        return self.hash


@dataclass(frozen=True, slots=True)
class Range:
    """The highest of the tags whose version fits: `~1.2`, `>=1.2 <2`, `1.x || ^3`.

    Source: https://github.com/npm/node-semver#ranges
    """

    text: str

    def __str__(self) -> str:
        return self.text


Ref = Head | Branch | Tag | Named | Commit | Range


@dataclass(frozen=True, slots=True, kw_only=True)
class Resolved:
    """What a ref is now: the full hash of a commit, and the branch or tag that has it.

    `name` is written out (`refs/tags/v1`); None for a commit, which may be on many.
    """

    commit: str
    name: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Advertised:
    """The names that a repository says it has, written out, and what commits they are.

    Annotated tags are followed to their commits.  `head` is the branch that HEAD stands for.
    """

    commits: Mapping[str, str] = field(default_factory=dict)
    head: str | None = None


def parse_ref(text: str) -> Ref:
    """The ref that a person has written.

    Raises:
        NotFetched: it is none.
    """
    text = text.strip()
    if text == HEAD:
        return Head()
    if _HASH.fullmatch(text):
        return Commit(text.lower())
    if _RANGE.match(text):
        _spec(text)
        return Range(text)
    kinds: tuple[tuple[str, type[Branch | Tag | Named]], ...] = (
        (BRANCHES, Branch),
        (TAGS, Tag),
        ("", Named),
    )
    prefix, kind = next(each for each in kinds if text.startswith(each[0]))
    name = text.removeprefix(prefix)
    if _NO_NAME.search(name):
        hint = "a branch, a tag, a full hash, or a range of versions such as ~1.2"
        raise NotFetched(Why.NO_SUCH_REF, f"{text!r} is no ref", hint=hint)
    return kind(name)


def patterns(ref: Ref) -> tuple[str, ...]:
    """The names to ask a repository for, so that it does not tell all of them."""
    match ref:
        case Head():
            return (HEAD,)
        case Branch(name):
            return (BRANCHES + name,)
        case Tag(name):
            return (TAGS + name, f"{TAGS}{name}^{{}}")
        case Named(name):
            return (BRANCHES + name, TAGS + name, f"{TAGS}{name}^{{}}")
        case Range():
            return (f"{TAGS}*",)
        case Commit():
            return ()


def chosen(ref: Ref, there: Advertised) -> Resolved:
    """What the ref is, by what the repository has.

    Raises:
        NotFetched: it has nothing of that name, or several.
    """
    match ref:
        case Commit(hash):
            return Resolved(commit=hash)
        case Range(text):
            return _highest(text, there)
        case _:
            return _only(ref, there)


def _only(ref: Ref, there: Advertised) -> Resolved:
    found = {name: there.commits[name] for name in patterns(ref) if name in there.commits}
    if len(set(found.values())) > 1:
        hint = f"write {BRANCHES}{ref} or {TAGS}{ref}"
        raise NotFetched(Why.NO_SUCH_REF, f"{str(ref)!r} is a branch and a tag", hint=hint)
    if not found:
        raise NotFetched(Why.NO_SUCH_REF, _missing(ref), hint=_hint(ref))
    name, commit = next(iter(found.items()))
    return Resolved(commit=commit, name=there.head if name == HEAD else name)


def _missing(ref: Ref) -> str:
    match ref:
        case Head():
            return "it has no commit yet"
        case Branch(name):
            return f"it has no branch {name!r}"
        case Tag(name):
            return f"it has no tag {name!r}"
        case _:
            return f"it has no branch and no tag {str(ref)!r}"


def _hint(ref: Ref) -> str | None:
    if isinstance(ref, Head):
        return None
    if _SHORT_HASH.fullmatch(str(ref)):
        return "a commit is written with its full hash, 40 letters"
    return "has it been pushed?"


def _highest(text: str, there: Advertised) -> Resolved:
    """The highest tag in a range; of versions that are equal, the one named last in the alphabet.

    A pre-release fits only where the range itself names one of the same version.
    """
    import semantic_version  # noqa: PLC0415  # only ranges need it

    spec = _spec(text)
    found = []
    for name, commit in there.commits.items():
        version = _VERSION.fullmatch(name.removeprefix(TAGS)) if name.startswith(TAGS) else None
        if version is None or not semantic_version.validate(version[1]):
            continue
        parsed = semantic_version.Version(version[1])
        if spec.match(parsed):
            found.append((parsed.precedence_key, name, commit))
    if not found:
        hint = "tags are versions that are written v1.2.3 or 1.2.3"
        raise NotFetched(Why.NO_SUCH_REF, f"it has no tag in the range {text!r}", hint=hint)
    _, name, commit = max(found)
    return Resolved(commit=commit, name=name)


def _spec(text: str) -> "semantic_version.NpmSpec":
    import semantic_version  # noqa: PLC0415  # as above

    try:
        return semantic_version.NpmSpec(text)
    except ValueError as error:
        hint = "ranges are written as npm's: ~1.2, ^1, 1.x, >=1.2 <2"
        raise NotFetched(Why.NO_SUCH_REF, f"{text!r} is no range", hint=hint) from error
