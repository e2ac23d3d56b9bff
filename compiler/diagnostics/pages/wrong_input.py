"""An input of another type than it is declared with.

What it finds:
    A value of an environment, a var file or `--var` that is not of the `type` of its
    declaration; a text from `--var` that cannot be read as the number or truth value that the
    default is.

Why it matters:
    It would end in parameters and settings that take no such value.

Example:
    # deploy.yaml
    vars: {rows: {type: integer, default: many}}
    deployments:
      - {name: nightly, entrypoint: "flows/etl.py:etl", parameters: {retry: "{{ vars.rows }}"}}

Use instead:
    # deploy.yaml
    vars: {rows: {type: integer, default: 5}}
    deployments:
      - {name: nightly, entrypoint: "flows/etl.py:etl", parameters: {retry: "{{ vars.rows }}"}}

Known limits:
    Text is read as YAML where another type is asked for, so `--var rows=5` is a number. The
    parts of lists and mappings are not looked at.
"""

from compiler.diagnostics.model import Rule, Severity

RULE = Rule(code="DEP321", name="wrong-input", severity=Severity.ERROR, page=__doc__)
