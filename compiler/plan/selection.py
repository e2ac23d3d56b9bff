"""What `--select` and `--exclude` say, and which things that means.

argument = word *(" " word)      all of its words have to hold; of several arguments, one
word     = "tag:" glob | "flow:" glob | "name:" glob | "path:" glob | "kind:" glob

A glob has `*`, `?` and `[…]`; in a path these stop at a `/`, and `**` stands for folders of
any depth.  A word with a blank in it is put in quotes, as in a shell.
"""

import posixpath
import shlex
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from fnmatch import fnmatchcase

from compiler.desired.address import Address, Kind
from compiler.desired.json import Json
from compiler.desired.resources import Resource
from compiler.diagnostics import Report
from compiler.diagnostics.pages import selection_syntax
from compiler.diagnostics.spelling import nearest
from compiler.entrypoints.reference import parse_entrypoint
from compiler.plan.action import Delete

_ANY_DEPTH = "**"


class By(StrEnum):
    """What a word goes by."""

    TAG = "tag"
    FLOW = "flow"
    NAME = "name"
    PATH = "path"
    KIND = "kind"


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """What is known of a thing that may be selected.

    A wanted one is known by the files; one to be deleted, by the server's values.
    """

    address: Address
    tags: tuple[str, ...]
    file: str | None

    def values(self, by: By) -> tuple[str, ...]:
        """What a word can match."""
        is_deployment = self.address.kind is Kind.DEPLOYMENT
        is_automation = self.address.kind is Kind.AUTOMATION
        triggers = self.address.path[1:-1] if is_automation else ()  # the deployment that it runs
        match by:
            case By.TAG:
                return self.tags
            case By.FLOW:
                return self.address.path[:1] if is_deployment or triggers else ()
            case By.NAME:
                return (self.address.name, *triggers)
            case By.PATH:
                return () if self.file is None else (self.file,)
            case By.KIND:
                return (self.address.kind,)


@dataclass(frozen=True, slots=True)
class Word:
    """One condition."""

    by: By
    glob: str

    def holds(self, subject: Subject) -> bool:
        """Whether one of the subject's values is meant."""
        if self.by is By.PATH:
            globs = tuple(self.glob.removeprefix("./").split("/"))
            return any(_leads_to(globs, file.split("/")) for file in subject.values(By.PATH))
        if self.by is By.NAME and "/" in self.glob:
            return fnmatchcase("/".join(subject.address.path), self.glob)
        return any(fnmatchcase(value, self.glob) for value in subject.values(self.by))


@dataclass(frozen=True, slots=True)
class Choice:
    """One argument, as it was said: all of its words have to hold."""

    text: str
    words: tuple[Word, ...]

    def takes(self, subject: Subject) -> bool:
        """Whether all words hold."""
        return all(word.holds(subject) for word in self.words)


@dataclass(frozen=True, slots=True, kw_only=True)
class Selection:
    """What may be changed: what one of `chosen` takes, all if there is none, but `excluded`."""

    chosen: tuple[Choice, ...] = ()
    excluded: tuple[Choice, ...] = ()

    @property
    def is_everything(self) -> bool:
        """Whether nothing was said."""
        return not self.chosen and not self.excluded

    def takes(self, subject: Subject) -> bool:
        """Whether the subject is selected."""
        is_chosen = not self.chosen or any(each.takes(subject) for each in self.chosen)
        return is_chosen and not self.excludes(subject)

    def excludes(self, subject: Subject) -> bool:
        """Whether the subject is left out, chosen or not."""
        return any(each.takes(subject) for each in self.excluded)


EVERYTHING = Selection()


def parse_selection(select: tuple[str, ...], exclude: tuple[str, ...], report: Report) -> Selection:
    """What the arguments mean; what of them means nothing is reported."""
    return Selection(
        chosen=tuple(_choice(text, report) for text in select),
        excluded=tuple(_choice(text, report) for text in exclude),
    )


def subject_of(thing: Resource | Delete) -> Subject:
    """What is known of a thing that is wanted, or to be deleted."""
    fields = thing.observed.fields if isinstance(thing, Delete) else thing.fields
    tags = fields.get("tags")
    return Subject(
        address=thing.address,
        tags=tuple(map(str, tags)) if isinstance(tags, (list, tuple)) else (),
        file=_file(fields.get("entrypoint")),
    )


def _file(entrypoint: Json) -> str | None:
    """The file of an entrypoint, from the repository's root; a module's, where it names one."""
    read = parse_entrypoint(entrypoint) if isinstance(entrypoint, str) else None
    if read is None:
        return None
    if read.module is not None:
        return read.module.replace(".", "/") + ".py"
    return posixpath.normpath((read.file or "").replace("\\", "/"))


def _leads_to(globs: tuple[str, ...], parts: list[str]) -> bool:
    if not globs:
        return not parts
    if globs[0] == _ANY_DEPTH:
        return any(_leads_to(globs[1:], parts[at:]) for at in range(len(parts) + 1))
    return bool(parts) and fnmatchcase(parts[0], globs[0]) and _leads_to(globs[1:], parts[1:])


def _choice(text: str, report: Report) -> Choice:
    try:
        words = shlex.split(text)
    except ValueError:
        _refuse(f"{text!r} has a quote that does not end", report)
        return Choice(text, ())
    if not words:
        _refuse("a selection without a word selects nothing", report)
    return Choice(text, tuple(found for word in words for found in _word(word, report)))


def _word(text: str, report: Report) -> Iterator[Word]:
    prefix, colon, glob = text.partition(":")
    if not colon:
        _refuse(f"{text!r} does not say what it goes by", report, f"did you mean 'name:{text}'?")
    elif prefix not in set(By):
        near = nearest(prefix, By)
        meant = f"did you mean '{near[0]}:{glob}'?" if near else None
        _refuse(f"nothing is selected by {prefix!r}", report, meant)
    elif not glob:
        _refuse(f"{text!r} says nothing behind the colon", report)
    elif prefix == By.KIND and not any(fnmatchcase(kind, glob) for kind in Kind):
        _refuse(f"there is no kind {glob!r}", report, f"the kinds are: {', '.join(Kind)}")
    else:
        yield Word(By(prefix), glob)


def _refuse(message: str, report: Report, hint: str | None = None) -> None:
    usual = "write tag:etl, flow:etl-*, name:nightly, path:flows/** or kind:work-pool"
    report.add(selection_syntax.RULE, message, None, hint=hint or usual)
