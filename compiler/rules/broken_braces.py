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
from collections.abc import Iterator

from compiler.diagnostics import Report, Rule, Severity
from compiler.manifest.manifest import Manifest
from compiler.manifest.written import leaves
from compiler.source.nodes import Mapping, Scalar

RULE = Rule(code="DEP311", name="broken-braces", severity=Severity.WARNING, page=__doc__)
_BROKEN = re.compile(
    r"\{ +\{\s*\$?(?P<apart>[\w.-]+)\s*\}\s*\}"
    r"|(?<![{$])\{\s*\$(?P<single>\w+)\s*\}"
    r"|\$\{\{\s*(?P<github>[\w.]+)\s*\}\}"
)
_FREE = frozenset({"description", "script", "command", "definitions", "base_job_template"})
_LOOKED_AT = ("deployments", "defaults", "build", "push", "pull", "work_pools")


def check(manifest: Manifest, report: Report) -> None:
    """Report what was meant to be a template."""
    for scalar in _scalars(manifest):
        found = _BROKEN.search(scalar.text)
        if found is not None:
            name = found["apart"] or found["single"] or found["github"].rpartition(".")[2]
            report.add(
                RULE,
                f"'{found[0]}' is no template",
                scalar.span,
                hint=f"environment variables are written {{{{ ${name} }}}}",
            )


def _scalars(manifest: Manifest) -> Iterator[Scalar]:
    root = manifest.document.node
    for name in _LOOKED_AT:
        part = root.get(name) if isinstance(root, Mapping) else None
        for path, scalar in leaves(part) if part is not None else ():
            if isinstance(scalar.value, str) and _FREE.isdisjoint(path):
                yield scalar
