"""A template that names a step that is not there.

What it finds:
    `{{ name.output }}` in the arguments of a step, where no step before it has the id `name`;
    the ids of `build` steps count in `push` and `pull`, those of `push` in `pull`.

Why it matters:
    Nothing fills it in. Prefect leaves the argument out, or gives the step the braces.

Example:
    pull:
      - prefect.deployments.steps.git_clone:
          id: clone-step
          repository: https://example.com/shop/flows.git
      - prefect.deployments.steps.pip_install_requirements:
          directory: "{{ clone_step.directory }}"
    deployments:
      - {name: nightly, entrypoint: "flows/etl.py:etl"}

Use instead:
    pull:
      - prefect.deployments.steps.git_clone:
          id: clone-step
          repository: https://example.com/shop/flows.git
      - prefect.deployments.steps.pip_install_requirements:
          directory: "{{ clone-step.directory }}"
    deployments:
      - {name: nightly, entrypoint: "flows/etl.py:etl"}

Known limits:
    An output without a name before it, such as `{{ directory }}`, may come from any step and is
    not checked.
"""

import re
from collections.abc import Iterable

from compiler.diagnostics import Report, Rule, Severity, Span
from compiler.diagnostics.spelling import nearest
from compiler.manifest.manifest import Manifest, Placed
from compiler.manifest.model import Deployment, Document
from compiler.manifest.steps import SECTIONS, sections_in, steps_in
from compiler.manifest.written import leaves
from compiler.source.nodes import Node

RULE = Rule(code="DEP312", name="unknown-output", severity=Severity.WARNING, page=__doc__)
_OUTPUT = re.compile(r"(?<!\$)\{\{\s*(?P<step>[\w-]+)\.[\w.\[\]-]+\s*(?:\|[^}]*)?\}\}")
_OTHERS = frozenset(
    ("prefect", "vars", "ctx", "event", "flow_run", "flow", "deployment", "work_pool", "env")
)


def check(manifest: Manifest, report: Report) -> None:
    """Report outputs of steps that have not run by then, or never."""
    _check_part(manifest.document, manifest.document, report)
    for deployment in manifest.deployments:
        _check_part(deployment, manifest.document, report)


def _check_part(
    part: Placed[Document] | Placed[Deployment], document: Placed[Document], report: Report
) -> None:
    own = dict(sections_in(part))
    if not own:
        return
    sections = {**dict(sections_in(document)), **own}
    before, everywhere = set(_OTHERS), _ids(sections.values())
    for name in SECTIONS:
        for step in steps_in(sections[name]) if name in sections else ():
            if name in own:
                _check_step(step.inputs, before, everywhere, report)
            if step.id is not None:
                before.add(str(step.id.value))


def _check_step(inputs: Node, before: set[str], everywhere: set[str], report: Report) -> None:
    for _, scalar in leaves(inputs):
        for found in _OUTPUT.finditer(scalar.value if isinstance(scalar.value, str) else ""):
            if found["step"] not in before:
                _add(found["step"], before, everywhere, scalar.span, report)


def _add(name: str, before: set[str], everywhere: set[str], at: Span, report: Report) -> None:
    message = f"no step before has the id {name!r}"
    near = nearest(name, sorted(before - _OTHERS))
    hint = f"did you mean {near[0]!r}?" if near else None
    if name in everywhere:
        hint = "that step runs later"
    report.add(RULE, message, at, hint=hint)


def _ids(sections: Iterable[Node]) -> set[str]:
    steps = (step for section in sections for step in steps_in(section))
    return {str(step.id.value) for step in steps if step.id is not None}
