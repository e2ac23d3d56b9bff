"""A secret block where its value would be stored in clear.

What it finds:
    `{{ prefect.blocks.secret.NAME }}` outside of `pull` and `job_variables`.

Why it matters:
    There, no worker fills it in: its value would be written into the deployment, for everyone
    to read.

Example:
    parameters:
      source: "{{ prefect.blocks.secret.shop-token }}"

Use instead:
    work_pool:
      name: k8s
      job_variables:
        env: {SHOP_TOKEN: "{{ prefect.blocks.secret.shop-token }}"}

Known limits:
    Secret fields of other blocks are found only when the server is asked.
"""

from compiler.diagnostics.model import Rule, Severity

RULE = Rule(code="DEP322", name="secret-block", severity=Severity.ERROR, page=__doc__)
