"""What a stack wants, as a preview of a branch: the deployments, beside those of the stack.

Everything else is somebody else's for a preview: it has to be there, and is not touched.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from compiler.desired.address import Address, Kind, deployment
from compiler.desired.json import Json, mappings
from compiler.desired.policy import Policy
from compiler.desired.preview import Preview
from compiler.desired.resources import DesiredState, ExternalUse, PoolUse, Resource
from compiler.diagnostics import Report
from compiler.diagnostics.pages import not_of_the_branch

_LOOKED_FOR = (Kind.VARIABLE, Kind.BLOCK)  # pools and limits are, wherever they are used
_OF_ANOTHER = ("commit_sha", "tag")
Steps = Sequence[Mapping[str, Json]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Beside:
    """How a preview differs from its stack.

    `stack` is its own name, `prefix` stands before the names of deployments, `pool` is where
    they run, None for where the files say.  `is_here` tells of the address of a repository
    whether it is the one that the files are from.
    """

    stack: str
    prefix: str
    preview: Preview
    pool: str | None
    is_here: Callable[[str], bool]


def previewed(desired: DesiredState, beside: Beside, report: Report) -> DesiredState:
    """The same state as a preview."""
    kept = [each for each in desired.resources if each.address.kind is Kind.DEPLOYMENT]
    for each in kept:
        _check_code(each, beside, report)
    dropped = {each.address for each in desired.resources} - {each.address for each in kept}
    return replace(
        desired,
        stack=beside.stack,
        preview=beside.preview,
        resources=tuple(_previewed(each, beside) for each in kept),
        pool_uses=tuple(_pool_uses(desired, beside.pool)),
        externals=(*desired.externals, *_externals(kept, dropped)),
        registers=(),
        sla_uses=(),
        is_understood=True,
        policy=Policy(),
    )


def _previewed(resource: Resource, beside: Beside) -> Resource:
    flow, name = resource.address.path
    steps = resource.fields.get("pull_steps")
    fields = {name: each for name, each in resource.fields.items() if name != "pull_steps"}
    if beside.pool is not None and fields.get("work_pool_name") is not None:
        fields |= {"work_pool_name": beside.pool}
        fields.pop("work_queue_name", None)
    if "schedules" in fields:
        asleep = [{**each, "active": False} for each in mappings(fields["schedules"])]
        fields |= {"schedules": asleep}
    if steps is not None:
        fields["pull_steps"] = _at_branch(mappings(steps), beside)
    return replace(
        resource,
        address=deployment(flow, f"{beside.prefix}{name}"),
        fields=fields,
        needs=frozenset(),
        protect=None,
        renamed_from=None,
    )


def _at_branch(steps: Steps, beside: Beside) -> list[Json]:
    """The steps, of which those that clone the repository take the branch."""
    return [
        {
            name: _cloning(inputs, beside.preview.branch)
            if _clones(name, inputs, beside)
            else inputs
            for name, inputs in step.items()
        }
        for step in steps
    ]


def _cloning(inputs: Json, branch: str) -> Json:
    assert isinstance(inputs, Mapping)
    kept = {name: each for name, each in inputs.items() if name not in _OF_ANOTHER}
    return {**kept, "branch": branch}


def _clones(name: str, inputs: Json, beside: Beside) -> bool:
    address = inputs.get("repository") if isinstance(inputs, Mapping) else None
    return "git_clone" in name and isinstance(address, str) and beside.is_here(address)


def _check_code(resource: Resource, beside: Beside, report: Report) -> None:
    """Report that the runs of a deployment would take the code of somewhere else."""
    steps = mappings(resource.fields.get("pull_steps"))
    clones = any(_clones(name, each, beside) for step in steps for name, each in step.items())
    variables = resource.fields.get("job_variables")
    has_image = isinstance(variables, Mapping) and "image" in variables
    if clones or has_image or resource.fields.get("work_pool_name") is None:
        return
    message = f"the runs of {resource.address} do not take the code of {beside.preview.branch!r}"
    hint = "clone the repository in a pull step, or build an image"
    report.add(not_of_the_branch.RULE, message, resource.span_of("pull_steps"), hint=hint)


def _pool_uses(desired: DesiredState, pool: str | None) -> Iterator[PoolUse]:
    for use in desired.pool_uses:
        yield use if pool is None else replace(use, pool=pool)


def _externals(kept: Sequence[Resource], dropped: set[Address]) -> Iterator[ExternalUse]:
    """What the deployments need of what the stack makes."""
    for resource in kept:
        for address in sorted(resource.needs & dropped):
            if address.kind in _LOOKED_FOR:
                yield ExternalUse(address=address, at=resource.written_at)
