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

from collections.abc import Iterable, Mapping

from compiler.desired.json import Json
from compiler.diagnostics import Report, Rule, Severity
from compiler.diagnostics.spelling import nearest
from compiler.manifest.manifest import Placed
from compiler.manifest.model import Deployment
from compiler.manifest.written import renamed
from compiler.source.locate import node_at
from compiler.source.nodes import Mapping as MappingNode

RULE = Rule(code="DEP508", name="unknown-job-variable", severity=Severity.WARNING, page=__doc__)


def check(
    variables: Mapping[str, Mapping[str, Json]],
    deployments: Iterable[Placed[Deployment]],
    report: Report,
) -> None:
    """Report job variables without a meaning; `variables` are the schemas, by pool."""
    for deployment in deployments:
        pool = deployment.value.work_pool
        schema = variables.get(pool.name or "") if pool is not None else None
        if pool is None or schema is None or schema.get("additionalProperties"):
            continue
        properties = schema.get("properties")
        known = tuple(properties) if isinstance(properties, Mapping) else ()
        written = node_at(deployment.node, ("work_pool", "job_variables"))
        for name in pool.job_variables or {}:
            if name in known:
                continue
            near = nearest(name, known)
            key = written.key(name) if isinstance(written, MappingNode) else None
            report.add(
                RULE,
                f"the work pool {pool.name!r} has no job variable {name!r}",
                deployment.key_at("work_pool", "job_variables", name),
                hint=f"did you mean {near[0]!r}?" if near else None,
                fix=renamed(key, near[0]) if near else None,
            )
