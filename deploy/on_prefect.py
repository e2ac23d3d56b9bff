"""A controller's stacks as deployments of Prefect: each look is a flow run, on a work pool.

Prefect starts, spreads, shows and retries them; a limit of one run for each deployment keeps two
looks at one stack apart.  They are a stack of their own, planned and applied as any other.
"""

from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

from compiler.desired.address import deployment
from compiler.desired.json import Json
from compiler.desired.resources import DesiredState, PoolUse, Resource
from compiler.diagnostics import Report
from compiler.manifest.draft import read_document
from compiler.plan.build import Allowed
from compiler.plan.mask import Mask, secret_values
from compiler.source.nodes import plain
from compiler.source.sources import Sources
from compiler.state.ledger import Origin
from controller.roster import Roster, Stack
from deploy.carry_out import Manner, carry_out
from deploy.console import Console
from deploy.controlling import check, target_of
from deploy.exit_codes import Exit
from deploy.job import Job
from deploy.options import ServerArguments
from deploy.session import stamp_of
from deploy.target import proxy_secrets

STACK = "deploy-controller"
_FLOW, _ENTRYPOINT = "deploy-controller", "deploy.flow.reconcile"
SCHEMA: Mapping[str, Json] = {
    "type": "object",
    "title": "Parameters",
    "properties": {
        "stack": {"title": "stack", "type": "string", "position": 0},
        "entry": {"title": "entry", "type": "object", "position": 1},
    },
    "required": ["stack", "entry"],
}


def register(
    path: Path, pool: str, server: ServerArguments, environ: Mapping[str, str], manner: Manner
) -> Exit:
    """Make a deployment of each stack of the file, and delete those of stacks that left it.

    Raises:
        Complaint: no server is named, or it could not be read.
    """
    console = Console(Mask((*secret_values(environ), *proxy_secrets(environ))))
    roster = check(path, environ, console)
    if roster is None:
        return Exit.FAILED
    target = target_of(server, environ)
    console.mask.learn(target.secrets())
    console.tell(f"server: {target}")
    base = Path.cwd()
    sources = Sources(base)
    desired = wanted(roster, _entries(base / path, sources), pool)
    job = Job(
        target=target,
        sources=sources,
        origin=Origin(remote=None, files=(path.name,)),
        stamp=stamp_of(None, environ, datetime.now(UTC)),
        desired=desired,
        allowed=Allowed(adopt=server.adopt, take_over=server.take_over, force=server.force),
        base=base,
        root=base,
    )
    return carry_out(job, manner, console)


def _entries(path: Path, sources: Sources) -> list[Json]:
    """What the file says of each stack, as it is written: no value of this environment."""
    written = read_document(path, sources, Report())
    document = plain(written) if written is not None else {}
    listed = document.get("stacks") if isinstance(document, Mapping) else None
    return list(listed) if isinstance(listed, list) else []


def wanted(roster: Roster, entries: list[Json], pool: str) -> DesiredState:
    """The deployments that look at the stacks."""
    resources = [
        _deployment(stack, entry, pool) for stack, entry in zip(roster.stacks, entries, strict=True)
    ]
    return DesiredState(
        stack=STACK,
        resources=tuple(resources),
        pool_uses=tuple(PoolUse(pool=pool, at=each.at) for each in roster.stacks[:1]),
    )


def _deployment(stack: Stack, entry: Json, pool: str) -> Resource:
    fields: dict[str, Json] = {
        "entrypoint": _ENTRYPOINT,
        "description": f"Keeps the stack {stack.name!r} equal to its files in Git.",
        "parameters": {"stack": stack.name, "entry": entry},
        "parameter_openapi_schema": SCHEMA,
        "enforce_parameter_schema": True,
        "tags": [STACK],
        "work_pool_name": pool,
        "pull_steps": [],
        "concurrency": {
            "limit": 1,
            "collision_strategy": "CANCEL_NEW",
            "grace_period_seconds": None,
        },
        "schedules": [{"slug": "look", "interval": stack.interval, "parameters": {}}],
    }
    return Resource(
        address=deployment(_FLOW, stack.name),
        fields=fields,
        initial={"paused": False},
        written_at=stack.at,
    )
