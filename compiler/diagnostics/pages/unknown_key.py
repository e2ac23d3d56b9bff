"""A key that means nothing here.

What it finds:
    A key that the grammar does not have at this place, with a hint where it belongs or what
    it may have been meant to be. In a `prefect.yaml`, or with `--lenient`, it is a warning.

Why it matters:
    Prefect drops such keys in silence, so `params`, or `job_variables` beside
    `work_pool`, simply has no effect.

Example:
    deployments:
      - name: nightly
        entrypoint: flows/etl.py:etl
        pool: k8s

Use instead:
    deployments:
      - name: nightly
        entrypoint: flows/etl.py:etl
        work_pool: {name: k8s}

Known limits:
    Where you choose the names yourself (`parameters`, `job_variables`, `labels`, steps,
    `definitions`) nothing is unknown; parameters are checked by DEP403. There is no prefix
    for private keys: use `definitions`.
"""

from compiler.diagnostics.model import Rule, Severity

RULE = Rule(code="DEP101", name="unknown-key", severity=Severity.ERROR, page=__doc__)
