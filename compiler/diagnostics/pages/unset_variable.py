"""An environment variable that a template needs is not set.

What it finds:
    `{{ $NAME }}` without a default where the environment has no `NAME`.

Why it matters:
    Prefect drops what it cannot fill in, so an image without a tag, or a list with an item
    less, would be deployed.

Example:
    work_pool:
      name: k8s
      job_variables: {image: "shop/flows:{{ $IMAGE_TAG }}"}

Use instead:
    work_pool:
      name: k8s
      job_variables: {image: "shop/flows:{{ $IMAGE_TAG | default('latest') }}"}

Known limits:
    A variable that is set to nothing is set. Templates in `definitions` are filled in too,
    whether they are used or not.
"""

from compiler.diagnostics.model import Rule, Severity

RULE = Rule(code="DEP302", name="unset-variable", severity=Severity.ERROR, page=__doc__)
