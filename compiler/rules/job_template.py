"""A base job template that the server refuses.

What it finds:
    A template without `job_configuration` or without `variables`, one whose configuration has a
    placeholder that is no variable, and a default that does not fit its own variable; and a part
    of `base_job_template_patch` that no template has.

Why it matters:
    The server refuses to make the pool.

Example:
    work_pools:
      - name: local
        base_job_template:
          job_configuration: {image: "{{ imagee }}"}
          variables: {properties: {image: {type: string}}}

Use instead:
    work_pools:
      - name: local
        base_job_template:
          job_configuration: {image: "{{ image }}"}
          variables: {properties: {image: {type: string}}}

Known limits:
    A reference to a block or a variable can be the default of a variable, not stand in the
    configuration itself; such a default is not checked. An empty template is taken, and
    filled in by the first worker. What is laid over a type's own template is looked at when
    it is planned (DEP638).
"""

from compiler.desired.json import Json
from compiler.diagnostics import Report, Rule, Severity
from compiler.diagnostics.spelling import nearest
from compiler.manifest.job_template import PARTS, flaws
from compiler.manifest.manifest import Placed
from compiler.manifest.model import WorkPool

RULE = Rule(code="DEP510", name="job-template", severity=Severity.ERROR, page=__doc__)


def check(template: Json, pool: Placed[WorkPool], report: Report) -> None:
    """Report what the server would refuse in a pool's template, None if the files give none."""
    for message, hint in flaws(template):
        report.add(RULE, message, pool.at("base_job_template"), hint=hint)
    for name in pool.value.base_job_template_patch or {}:
        if name not in PARTS:
            at = pool.key_at("base_job_template_patch", name)
            near = next(iter(nearest(name, PARTS)), None)
            hint = f"did you mean {near!r}?" if near else f"it has {' and '.join(PARTS)}"
            report.add(RULE, f"a base job template has no {name!r}", at, hint=hint)
