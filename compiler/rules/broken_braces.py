"""A template whose braces are not two and two.

What it finds:
    `{ { $NAME } }` with blanks between the braces, `{$NAME}` and `{{ $NAME }` with too few, and
    `${{ NAME }}` as GitHub's workflows write it.

Why it matters:
    It is no template: the text stays as it is written, braces and all.

Example:
    tags: ["stage:{ { $STAGE } }"]

Use instead:
    tags: ["stage:{{ $STAGE | default('test') }}"]

Known limits:
    Scripts and descriptions are left alone, as is `{NAME}` without a `$`, which a flow may
    fill in.
"""

import re

from compiler.diagnostics import Report, Rule, Severity
from compiler.manifest.values import Leaf, Values

RULE = Rule(code="DEP311", name="broken-braces", severity=Severity.WARNING, page=__doc__)
_BROKEN = re.compile(
    r"\{ +\{\s*\$?(?P<apart>[\w.-]+)\s*\}\s*\}"
    r"|(?<![{$])\{\s*\$(?P<single>\w+)\s*\}"
    r"|\$\{\{\s*(?P<github>[\w.]+)\s*\}\}"
)
_FREE = frozenset(
    {
        "description",
        "script",
        "command",
        "definitions",
        "base_job_template",
        "base_job_template_patch",
    }
)
_LOOKED_AT = ("deployments", "defaults", "build", "push", "pull", "work_pools")


def check(values: Values, report: Report) -> None:
    """Report what was meant to be a template."""
    for leaf in values.leaves:
        found = _BROKEN.search(leaf.scalar.text)
        if found is None or not _may_be_template(leaf):
            continue
        if not report.has_error_within(leaf.scalar.span):  # nothing fills in what is inside
            name = found["apart"] or found["single"] or found["github"].rpartition(".")[2]
            report.add(
                RULE,
                f"'{found[0]}' is no template",
                leaf.scalar.span,
                hint=f"environment variables are written {{{{ ${name} }}}}",
            )


def _may_be_template(leaf: Leaf) -> bool:
    is_looked_at = leaf.path[0] in _LOOKED_AT and _FREE.isdisjoint(leaf.path)
    return is_looked_at and isinstance(leaf.scalar.value, str)
