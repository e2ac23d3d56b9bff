"""Break what finds things, one condition at a time, and see whether a spec notices.

    python -m tests.mutation.run             all rules and stages: some minutes
    python -m tests.mutation.run RULE…       modules whose name ends so

It fails when a mutant lives that `EQUIVALENT` does not list, and when the list names one that
is not made any more.
"""

import random
import signal
import sys
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from pathlib import Path
from types import FrameType

from tests.mutation.equivalent import EQUIVALENT
from tests.mutation.mutants import Mutant, installed, mutants_of
from tests.specs.spec import Case, complaints, read_cases

ROOT = Path(__file__).resolve().parents[2]
SPECS = ROOT / "tests" / "specs"
STAGES = (
    "compiler.source.yaml_loader",
    "compiler.manifest.assemble",
    "compiler.manifest.draft",
    "compiler.manifest.flaw",
    "compiler.manifest.layers",
    "compiler.manifest.read",
    "compiler.environment.inputs",
    "compiler.environment.template",
    "compiler.entrypoints.read",
    "compiler.lowering.circles",
    "compiler.lowering.lower",
)
SHARED = (
    "compiler.source.syntax_hint",
    "compiler.manifest.complaints",
    "compiler.manifest.cron",
    "compiler.manifest.fitting",
    "compiler.manifest.json_schema",
    "compiler.manifest.misfit",
    "compiler.manifest.misplaced",
    "compiler.manifest.misspelt",
    "compiler.manifest.steps",
    "compiler.manifest.values",
    "compiler.manifest.written",
)
Lines = frozenset[tuple[str, int]]
_LONGEST = 20  # seconds that a case may take


class _TooLong(Exception):
    """A mutant goes round in circles."""


@cache
def all_mutants() -> tuple[Mutant, ...]:
    """Every mutant of the rules, of what they share, and of the stages' findings."""
    rules = sorted((ROOT / "compiler" / "rules").glob("*.py"))
    names = [f"compiler.rules.{path.stem}" for path in rules if path.stem != "catalogue"]
    found = [mutant for name in (*names, *SHARED) for mutant in mutants_of(_module(name))]
    found += [mutant for name in STAGES for mutant in mutants_of(name, only_reporting=True)]
    return tuple(found)


def _module(name: str) -> str:
    return name.removesuffix(".__init__")


def survivors(mutants: Iterable[Mutant]) -> Iterator[Mutant]:
    """The mutants that no spec notices."""
    mutants = tuple(mutants)
    specs = Specs({mutant.file for mutant in mutants})
    for mutant in mutants:
        cases = specs.reaching(mutant)
        if not any(_fails(case, mutant) for case in cases):
            yield mutant


class Specs:
    """All documents, and which lines of `files` each case runs; found out when it is asked."""

    def __init__(self, files: set[str]) -> None:
        self._files = files
        self._documents = {
            path.stem: read_cases(path.read_text(encoding="utf-8"))
            for path in sorted(SPECS.glob("*.md"))
        }
        self._lines: dict[tuple[str, int], Lines] = {}

    def reaching(self, mutant: Mutant) -> Iterator[Case]:
        """The cases that come by the mutant, all those of its own rule first."""
        own = mutant.module.rpartition(".")[2]
        yield from self._documents.get(own, ())
        for name, cases in self._documents.items():
            for place, case in enumerate(cases if name != own else ()):
                if (name, place) not in self._lines:
                    self._lines[name, place] = _run_lines(case, self._files)
                if any((mutant.file, line) in self._lines[name, place] for line in mutant.lines):
                    yield case


def _run_lines(case: Case, files: set[str]) -> Lines:
    lines: set[tuple[str, int]] = set()

    def line(frame: FrameType, event: str, _: object) -> object:
        if event == "line":
            lines.add((frame.f_code.co_filename, frame.f_lineno))
        return line

    def call(frame: FrameType, _: str, __: object) -> object:
        return line if frame.f_code.co_filename in files else None

    before = sys.gettrace()
    sys.settrace(call)  # type: ignore[arg-type]  # the type of a tracer names itself
    try:
        complaints(case)
    finally:
        sys.settrace(before)
    return frozenset(lines)


def _fails(case: Case, mutant: Mutant) -> bool:
    with installed(mutant):
        try:
            signal.alarm(_LONGEST)
            return bool(complaints(case))
        except Exception:  # noqa: BLE001  # whatever a broken program does, it is noticed
            return True
        finally:
            signal.alarm(0)


def sample(mutants: Sequence[Mutant], count: int, *, seed: int) -> list[Mutant]:
    """Some of the mutants that are not known to be equivalent, always the same."""
    wanted = [mutant for mutant in mutants if mutant.key not in EQUIVALENT]
    return random.Random(seed).sample(wanted, count)


def main(names: Sequence[str]) -> int:
    """Print what lives, and say whether all is well."""
    mutants = all_mutants()
    stale = sorted(set(EQUIVALENT) - {mutant.key for mutant in mutants})
    wanted = [
        mutant
        for mutant in mutants
        if mutant.key not in EQUIVALENT and (not names or mutant.module.rpartition(".")[2] in names)
    ]
    living = 0
    for mutant in survivors(wanted):
        living += 1
        _say(f"lives: {mutant.key}")
    for key in stale:
        _say(f"not made any more: {key}")
    _say(f"{len(wanted)} mutants, {living} live; {len(EQUIVALENT)} are equivalent")
    return 1 if living or stale else 0


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def _stop(number: int, frame: FrameType | None) -> None:
    del number, frame
    raise _TooLong


signal.signal(signal.SIGALRM, _stop)

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
