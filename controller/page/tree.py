"""What a stack has, as a tree by kind, with what differs in each thing.  Pure."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from controller.page.status import number
from controller.sight import Mark, Sight, Thing

_FEW = 12  # things of a kind that are shown without being asked
_KINDS = {
    "deployment": "Deployments",
    "work-pool": "Work pools",
    "work-queue": "Work queues",
    "variable": "Variables",
    "block": "Blocks",
    "automation": "Automations",
    "concurrency-limit": "Concurrency limits",
    "tag-limit": "Tag limits",
}
WORDS = {
    Mark.SAME: "in sync",
    Mark.DRIFTED: "drifted",
    Mark.CREATE: "to be created",
    Mark.UPDATE: "to be changed",
    Mark.ADOPT: "to be adopted",
    Mark.DELETE: "to be deleted",
    Mark.PROTECT: "to be protected",
    Mark.UNPROTECT: "protection to be lifted",
}
SIGNS = {
    Mark.SAME: "✓",
    Mark.DRIFTED: "≠",
    Mark.CREATE: "+",
    Mark.UPDATE: "~",
    Mark.ADOPT: "=",
    Mark.DELETE: "−",
    Mark.PROTECT: "=",
    Mark.UNPROTECT: "=",
}
CAUSES = {
    "drift": "moved on the server",
    "both": "the files and the server moved",
    "left the file": "left the file",
    "unknown": "cause unknown",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Branch:
    """The things of one kind: what differs first, and the others."""

    kind: str
    title: str
    differing: tuple[Thing, ...]
    same: tuple[Thing, ...]

    @property
    def count(self) -> int:
        """How many there are."""
        return len(self.differing) + len(self.same)

    @property
    def is_open(self) -> bool:
        """Whether those that are in sync are shown at first."""
        return len(self.same) <= _FEW

    @property
    def told(self) -> str:
        """How many differ, and how."""
        return ", ".join(_told(self.differing))


def _told(things: tuple[Thing, ...]) -> Iterator[str]:
    found = Counter(each.mark for each in things)
    yield from (f"{found[mark]:,} {word}" for mark, word in WORDS.items() if found[mark])


def branches(sight: Sight) -> tuple[Branch, ...]:
    """The tree, kinds in alphabetical order."""
    kinds: dict[str, list[Thing]] = {}
    for each in sight.things:
        kinds.setdefault(each.kind, []).append(each)
    return tuple(
        Branch(
            kind=kind,
            title=_KINDS.get(kind, kind),
            differing=tuple(each for each in things if each.mark is not Mark.SAME),
            same=tuple(each for each in things if each.mark is Mark.SAME),
        )
        for kind, things in sorted(kinds.items())
    )


def pending(sight: Sight) -> tuple[Thing, ...]:
    """What the files want and the server has not: the plan, without what only moved."""
    return tuple(each for each in sight.things if each.mark not in (Mark.SAME, Mark.DRIFTED))


def in_words(things: tuple[Thing, ...]) -> str:
    """The plan in a sentence: `1 to be created, 2 to be changed`."""
    return ", ".join(_told(things)) or number(0, "step")
