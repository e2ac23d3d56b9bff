"""A job variable that the work pool does not have.

What it finds:
    A name under `job_variables` that the base job template of the pool, declared in the same
    files, has no variable for.

Why it matters:
    The server stores it and no worker reads it: `imagee: shop/flows` runs in the default image.

Example:
    work_pools:
      - name: local
        base_job_template:
          job_configuration: {image: "{{ image }}"}
          variables: {properties: {image: {type: string}}}
    deployments:
      - name: nightly
        entrypoint: flows/etl.py:etl
        work_pool: {name: local, job_variables: {imagee: shop/flows}}

Use instead:
    work_pools:
      - name: local
        base_job_template:
          job_configuration: {image: "{{ image }}"}
          variables: {properties: {image: {type: string}}}
    deployments:
      - name: nightly
        entrypoint: flows/etl.py:etl
        work_pool: {name: local, job_variables: {image: shop/flows}}

Known limits:
    A pool that the files do not declare, or declare without a template, is not looked at, nor
    is one whose template allows other names.
"""

from collections.abc import Mapping

from compiler.desired.json import Json
from compiler.diagnostics import Report, Rule, Severity
from compiler.manifest.fitting import properties_of
from compiler.manifest.manifest import Placed
from compiler.manifest.misspelt import misspelt
from compiler.manifest.model import Deployment

RULE = Rule(code="DEP508", name="unknown-job-variable", severity=Severity.WARNING, page=__doc__)


def check(variables: Mapping[str, Json], deployment: Placed[Deployment], report: Report) -> None:
    """Report job variables without a meaning; `variables` is the schema of the pool's."""
    pool = deployment.value.work_pool
    if pool is None or variables.get("additionalProperties"):
        return
    path, written = ("work_pool", "job_variables"), pool.job_variables or {}
    for name, near, fix in misspelt(deployment.node, path, written, properties_of(variables)):
        report.add(
            RULE,
            f"the work pool {pool.name!r} has no job variable {name!r}",
            deployment.key_at(*path, name),
            hint=f"did you mean {near!r}?" if near else None,
            fix=fix,
        )
