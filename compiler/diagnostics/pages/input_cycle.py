"""Inputs that are made of one another.

What it finds:
    An input whose value has a template that leads back to the input itself.

Why it matters:
    None of them has a value.

Example:
    # deploy.yaml
    vars: {a: "{{ vars.b }}", b: "{{ vars.a }}"}
    deployments:
      - {name: nightly, entrypoint: "flows/etl.py:etl", tags: ["{{ vars.a }}"]}

Use instead:
    # deploy.yaml
    vars: {a: "{{ vars.b }}", b: team}
    deployments:
      - {name: nightly, entrypoint: "flows/etl.py:etl", tags: ["{{ vars.a }}"]}

Known limits:
    The whole circle is named, at one of its members.
"""

from compiler.diagnostics.model import Rule, Severity

RULE = Rule(code="DEP306", name="input-cycle", severity=Severity.ERROR, page=__doc__)
