"""A rule of the caller's own: what a team asks of its deployments, and nobody else does.

It looks at the desired state, which is the compiler's output and has every default, overlay and
template in it, and is asked only about one that is whole. Of the document it knows nothing.
"""

from collections.abc import Callable
from dataclasses import dataclass

from compiler.desired.resources import DesiredState
from compiler.diagnostics import Report, Rule


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnRule:
    """A kind of finding, and the function that reports it.

    The code of `rule` begins with other letters than `DEP`, which are ours: `SHOP001`.
    `check` adds to the report and returns nothing; `Resource.span_of` says where a value stands.
    """

    rule: Rule
    check: Callable[[DesiredState, Report], None]

    def __post_init__(self) -> None:
        assert not self.rule.code.upper().startswith("DEP"), f"{self.rule.code} is a code of ours"
