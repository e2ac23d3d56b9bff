"""A template that nothing can fill.

What it finds:
    A `{{ ... }}` that is no environment variable and nothing that a worker or a run fills in
    at that place: a forgotten `$`, an output of a build step, a filter other than `default`,
    a block or variable of Prefect outside of `pull` and `job_variables`.

Why it matters:
    It would reach the flow as text, braces and all.

Example:
    parameters:
      source: "{{ SHOP_SOURCE }}"

Use instead:
    parameters:
      source: "{{ $SHOP_SOURCE | default('web') }}"

Known limits:
    Inside `build`, `push`, `pull` and `triggers` any placeholder may be the output of a step,
    so none is refused. Whether a block or variable exists is not checked. `{{ '{{' }}` writes
    two braces.
"""

from compiler.diagnostics.model import Rule, Severity

RULE = Rule(code="DEP303", name="unknown-placeholder", severity=Severity.ERROR, page=__doc__)
