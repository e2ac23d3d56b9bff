"""What a person may want to do after an apply."""

import shlex
from collections.abc import Iterator

from compiler.desired.address import Kind
from compiler.desired.resources import Resource
from compiler.plan.action import Create
from compiler.plan.build import Plan

_SERVE = (
    "  prefect server start     # serves the database that was just written",
    "  export PREFECT_API_URL=http://127.0.0.1:4200/api",
)


def next_steps(plan: Plan, *, embedded: bool) -> str:
    """Commands to try, after something new was made; empty otherwise.

    Behind an `embedded` server the others need one that goes on running.
    """
    made = [action.resource for action in plan.actions if isinstance(action, Create)]
    lines = list(_commands([each for each in made if each.address.kind is Kind.DEPLOYMENT]))
    return "\n".join(["", "Next:", *(_SERVE if embedded else ()), *lines]) if lines else ""


def _commands(deployments: list[Resource]) -> Iterator[str]:
    if not deployments:
        return
    first = next((each for each in deployments if not each.fields.get("paused")), deployments[0])
    pool = first.fields.get("work_pool_name")
    if isinstance(pool, str):
        yield f"  prefect worker start --pool {shlex.quote(pool)}"
    name = "/".join(first.address.path)
    yield f"  prefect deployment run {shlex.quote(name)} --watch"
