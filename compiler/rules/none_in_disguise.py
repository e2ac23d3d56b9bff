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
from compiler.manifest.manifest import Manifest
from compiler.manifest.written import is_plain, leaves, replaced
from compiler.source.nodes import Mapping

RULE = Rule(code="DEP012", name="none-in-disguise", severity=Severity.WARNING, page=__doc__)
_WORDS = frozenset({"None", "none", "nil", "undefined"})
_OF_PYTHON = frozenset({"None"})
_MAY_SAY_SO = frozenset({"parameters", "job_variables"})
_LOOKED_AT = ("deployments", "defaults", "work_pools")
_FREE = frozenset({"tags", "labels", "build", "push", "pull", "triggers", "base_job_template"})
_KIND = "__prefect_kind"  # whose `none` is a word


def check(manifest: Manifest, report: Report) -> None:
    """Report the words for nothing of other languages."""
    root = manifest.document.node
    parts = [root.get(name) for name in _LOOKED_AT] if isinstance(root, Mapping) else []
    for part in parts:
        for path, scalar in leaves(part) if part is not None else ():
            words = _WORDS if _MAY_SAY_SO.isdisjoint(path) else _OF_PYTHON
            if not _FREE.isdisjoint(path) or path[-1:] == (_KIND,):
                continue
            if scalar.value not in words or not is_plain(scalar):
                continue
            report.add(
                RULE,
                f"{scalar.text!r} is a text here, not nothing",
                scalar.span,
                hint=f'write null, or "{scalar.text}" if the word is meant',
                fix=replaced(scalar.span, "null"),
            )
