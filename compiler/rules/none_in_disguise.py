"""The word None where nothing is meant.

What it finds:
    `None`, `none`, `nil` or `undefined` without quotes, as the value of a deployment's or a work
    pool's key; among parameters and job variables only `None`.

Why it matters:
    YAML's word for nothing is `null`. `None` is a text of four letters: a queue of that name,
    or a flow that is given the word.

Example:
    work_pool: {name: k8s, work_queue_name: None}

Use instead:
    work_pool: {name: k8s, work_queue_name: null}

Known limits:
    A text that is really meant needs quotes to be left alone. A parameter that takes no text
    is reported by DEP405.
"""

from compiler.diagnostics import Report, Rule, Severity
from compiler.manifest.values import Leaf, Values
from compiler.manifest.written import is_plain
from compiler.source.mend import rewritten

RULE = Rule(code="DEP012", name="none-in-disguise", severity=Severity.WARNING, page=__doc__)
_WORDS = frozenset({"None", "none", "nil", "undefined"})
_OF_PYTHON = frozenset({"None"})
_MAY_SAY_SO = frozenset({"parameters", "job_variables"})
_LOOKED_AT = ("deployments", "defaults", "work_pools")
_FREE = frozenset(
    {
        "tags",
        "labels",
        "build",
        "push",
        "pull",
        "triggers",
        "base_job_template",
        "base_job_template_patch",
    }
)
_KIND = "__prefect_kind"  # whose `none` is a word


def check(values: Values, report: Report) -> None:
    """Report the words for nothing of other languages."""
    for leaf in values.leaves:
        if leaf.scalar.value in _WORDS and is_plain(leaf.scalar) and _is_meant(leaf):
            text = leaf.scalar.text
            report.add(
                RULE,
                f"{text!r} is a text here, not nothing",
                leaf.scalar.span,
                hint=f'write null, or "{text}" if the word is meant',
                fix=rewritten(leaf.scalar, "null"),
            )


def _is_meant(leaf: Leaf) -> bool:
    """Whether nothing could be meant there by that word."""
    if leaf.path[0] not in _LOOKED_AT or not _FREE.isdisjoint(leaf.path):
        return False
    words = _WORDS if _MAY_SAY_SO.isdisjoint(leaf.path) else _OF_PYTHON
    return leaf.scalar.value in words and leaf.path[-1] != _KIND
