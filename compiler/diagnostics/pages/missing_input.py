"""An input that has to be given was not.

What it finds:
    An input that is declared without a default, or as `required`, and that neither the
    environment nor a var file nor `--var` gives.

Why it matters:
    Nobody can tell what its templates should become.

Example:
    # deploy.yaml
    vars: {image_tag: {required: true}}
    deployments:
      - {name: nightly, entrypoint: "flows/etl.py:etl", tags: ["image:{{ vars.image_tag }}"]}

Use instead:
    # deploy.yaml
    vars: {image_tag: latest}
    deployments:
      - {name: nightly, entrypoint: "flows/etl.py:etl", tags: ["image:{{ vars.image_tag }}"]}

Known limits:
    It is reported once, where the input is declared, also when no template uses it.
"""

from compiler.diagnostics.model import Rule, Severity

RULE = Rule(code="DEP305", name="missing-input", severity=Severity.ERROR, page=__doc__)
