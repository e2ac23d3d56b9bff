"""`schedules: []` in a prefect.yaml changes nothing, as with Prefect.

What it finds:
    An empty list of schedules in a file named `prefect.yaml`, or with `--lenient`.

Why it matters:
    In a `deploy.yaml` the same line removes all schedules. Whoever reads it here could
    believe that they are gone.

Example:
    # prefect.yaml
    deployments:
      - name: nightly
        entrypoint: flows/etl.py:etl
        schedules: []

Use instead:
    # deploy.yaml
    deployments:
      - name: nightly
        entrypoint: flows/etl.py:etl
        schedules: []

Known limits:
    Only the empty list is noted; a null, or no key at all, changes nothing in either file.
"""

from compiler.diagnostics.model import Rule, Severity

RULE = Rule(code="DEP211", name="empty-schedules-kept", severity=Severity.INFO, page=__doc__)
