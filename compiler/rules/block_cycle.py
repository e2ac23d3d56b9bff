"""Blocks that refer to one another in a circle.

What it finds:
    A block that refers to itself, by itself or through others.

Why it matters:
    None of them can be made first: the server refuses the last reference.

Example:
    blocks:
      - {name: a, type: chain, data: {next: {$block: chain/b}}}
      - {name: b, type: chain, data: {next: {$block: chain/a}}}

Use instead:
    blocks:
      - {name: a, type: chain, data: {next: {$block: chain/b}}}
      - {name: b, type: chain, data: {}}

Known limits:
    Blocks of other owners are not followed.
"""

from collections.abc import Iterator, Mapping

from compiler.desired.block_secrets import blocks_in
from compiler.diagnostics import Report, Rule, Severity
from compiler.manifest.block_values import data_of
from compiler.manifest.manifest import Placed
from compiler.manifest.model import Block

RULE = Rule(code="DEP315", name="block-cycle", severity=Severity.ERROR, page=__doc__)


def check(blocks: Mapping[str, Placed[Block]], report: Report) -> None:
    """Report each circle once, at its first block; `blocks` are all, as `type/name`."""
    leads = {path: sorted(set(blocks_in(data_of(each)).values())) for path, each in blocks.items()}
    for circle in _circles(leads):
        report.add(RULE, f"blocks in a circle: {' → '.join(circle)}", blocks[circle[0]].at("name"))


def _circles(leads: Mapping[str, list[str]]) -> Iterator[tuple[str, ...]]:
    told: set[str] = set()
    for start in sorted(leads):
        circle = () if start in told else _from(start, leads)
        told |= set(circle)
        if circle:
            yield circle


def _from(start: str, leads: Mapping[str, list[str]]) -> tuple[str, ...]:
    """The shortest way from a block back to itself; empty if there is none."""
    ways: list[tuple[str, ...]] = [(start,)]
    seen: set[str] = set()
    for way in ways:
        for step in leads.get(way[-1], ()):
            if step == start:
                return (*way, start)
            if step not in seen:
                seen.add(step)
                ways.append((*way, step))
    return ()
