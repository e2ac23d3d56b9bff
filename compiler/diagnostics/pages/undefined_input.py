"""A template asks for an input that nothing defines.

What it finds:
    `{{ vars.x }}` where no `vars` of the file, or of a file that includes it, no environment,
    var file or `--var` has an `x`, and no default is written.

Why it matters:
    It would reach the server as text, braces and all.

Example:
    # deploy.yaml
    vars: {region: eu}
    deployments:
      - name: nightly
        entrypoint: flows/etl.py:etl
        parameters: {source: "{{ vars.regoin }}"}

Use instead:
    # deploy.yaml
    vars: {region: eu}
    deployments:
      - name: nightly
        entrypoint: flows/etl.py:etl
        parameters: {source: "{{ vars.region }}"}

Known limits:
    `{{ vars.x.y }}` goes into a mapping; items of lists cannot be reached.
"""

from compiler.diagnostics.model import Rule, Severity

RULE = Rule(code="DEP304", name="undefined-input", severity=Severity.ERROR, page=__doc__)
