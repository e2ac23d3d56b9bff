"""A job variable's value does not fit the work pool's template.

What it finds:
    A value under `job_variables` that the variable's JSON Schema refuses, in the base job
    template of the pool that the same files declare.

Why it matters:
    The server refuses the deployment, after others were written.

Example:
    work_pools:
      - name: local
        base_job_template:
          job_configuration: {cpu: "{{ cpu }}"}
          variables: {properties: {cpu: {type: integer}}}
    deployments:
      - name: nightly
        entrypoint: flows/etl.py:etl
        work_pool: {name: local, job_variables: {cpu: much}}

Use instead:
    work_pools:
      - name: local
        base_job_template:
          job_configuration: {cpu: "{{ cpu }}"}
          variables: {properties: {cpu: {type: integer}}}
    deployments:
      - name: nightly
        entrypoint: flows/etl.py:etl
        work_pool: {name: local, job_variables: {cpu: 2}}

Known limits:
    Required variables are not asked for, since a run may give them. Values with a template in
    them are not checked, nor are pools that the files do not declare, nor a schema that refers
    to something outside of itself.
"""

from collections.abc import Mapping

from compiler.desired.json import Json
from compiler.diagnostics import Report, Rule, Severity
from compiler.manifest.fitting import has_template, misfits, properties_of
from compiler.manifest.manifest import Placed
from compiler.manifest.misfit import Misfit
from compiler.manifest.model import Deployment

RULE = Rule(code="DEP509", name="wrong-job-variable", severity=Severity.ERROR, page=__doc__)


def check(variables: Mapping[str, Json], deployment: Placed[Deployment], report: Report) -> None:
    """Report values that the server would refuse; `variables` is the schema of the pool's."""
    pool, types = deployment.value.work_pool, properties_of(variables)
    given = (pool.job_variables if pool is not None else None) or {}
    for name, value in given.items():
        if name in types and not has_template(value):
            for one in misfits(types[name], value, within=variables):
                _add(name, one, deployment, report)


def _add(name: str, misfit: Misfit, deployment: Placed[Deployment], report: Report) -> None:
    wanted = f"{misfit.keyword}: {misfit.wanted}"
    if isinstance(misfit.wanted, list) and misfit.keyword == "anyOf":
        wanted = "one of the forms that it has there"
    message = f"{name!r} does not fit the work pool's variable: it should be {wanted}"
    report.add(RULE, message, deployment.at("work_pool", "job_variables", name, *misfit.path))
