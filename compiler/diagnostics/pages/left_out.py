"""Something of a `prefect.yaml` that its `deploy.yaml` does not have.

What it finds:
    With `deploy import`, a key that Prefect reads and ignores, a deployment without a name, an
    empty `schedules` or `pull`; and what of it could not be taken out.

Why it matters:
    In a file named `prefect.yaml` it does nothing. In a `deploy.yaml` it would be an error, or
    mean something else; so it is left out, and you may have meant something by it.

Example:
    deployments:
      - name: nightly
        entrypoint: flows/etl.py:etl
        work_pool: {name: k8s}
        job_variables: {cpu: 2}     # Prefect reads them inside 'work_pool' only

Use instead:
    deployments:
      - name: nightly
        entrypoint: flows/etl.py:etl
        work_pool: {name: k8s, job_variables: {cpu: 2}}

Known limits:
    It is a warning where it has to be done by hand: a key that shares its line with others, or
    one with anchors that others use.
"""

from compiler.diagnostics.model import Rule, Severity

RULE = Rule(code="DEP631", name="left-out", severity=Severity.INFO, page=__doc__)
