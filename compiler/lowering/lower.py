"""Everything that the files want, in one state."""

from collections.abc import Iterator, Mapping
from dataclasses import replace

from compiler.desired.address import Address, Kind, block, variable
from compiler.desired.clone import Code
from compiler.desired.json import Json
from compiler.desired.resources import (
    DesiredState,
    ExternalUse,
    LimitUse,
    PoolUse,
    Resource,
    SlaUse,
)
from compiler.diagnostics import Label, Report
from compiler.diagnostics.pages import duplicate_address
from compiler.entrypoints.names import names_of
from compiler.entrypoints.read import Declared
from compiler.lowering.automations import lower_automations, lower_triggers
from compiler.lowering.blocks import lower_blocks
from compiler.lowering.circles import check_circles
from compiler.lowering.deployments import lower_deployment
from compiler.lowering.pools import lower_pools
from compiler.lowering.recipes import recipes_of, waiting_for_steps
from compiler.lowering.things import lower_things
from compiler.manifest.manifest import Manifest
from compiler.manifest.model import SharedLimit
from compiler.manifest.policy import ignored_everywhere, policy_of


def lower(
    manifests: tuple[Manifest, ...],
    declared: tuple[Declared, ...],
    templates: Mapping[str, Json],
    *,
    stack: str | None,
    code: Code,
    report: Report,
) -> DesiredState:
    """Everything that the files want.

    `templates` are the base job templates that the files give, by pool name; `code` is what is
    known of it beside its files.
    """
    resources: dict[Address, Resource] = {}
    everywhere, names = ignored_everywhere(manifests), names_of(manifests, declared)
    deployed = [
        (one, lower_deployment(one, one.reading, code, everywhere))
        for one in declared
        if one.reading
    ]
    found = [
        *(each for manifest in manifests for each in lower_things(manifest)),
        *(each for manifest in manifests for each in lower_blocks(manifest, report)),
        *(each for manifest in manifests for each in lower_pools(manifest, templates)),
        *(resource for _, resource in deployed),
        *(each for manifest in manifests for each in lower_automations(manifest, names)),
        *(each for one in declared for each in lower_triggers(one, names)),
    ]
    for resource in waiting_for_steps(found, manifests):
        first = resources.setdefault(resource.address, resource)
        if first is not resource:
            _refuse_duplicate(resource, first, report)
    owned = frozenset(resources)
    check_circles(resources.values(), report)
    return DesiredState(
        stack=stack,
        resources=tuple(_needing(resource, owned) for resource in resources.values()),
        pool_uses=tuple(_pool_uses(declared)),
        limit_uses=tuple(_limit_uses(declared)),
        externals=tuple(_externals(manifests)),
        sla_uses=tuple(
            SlaUse(address=resource.address, at=one.deployment.key_at("sla"))
            for one, resource in deployed
            if one.deployment.value.sla
        ),
        is_understood=all(manifest.is_understood for manifest in manifests),
        recipes=recipes_of(deployed, manifests),
        waiting=tuple(one for each in manifests for one in each.taken.waiting),
        policy=policy_of(manifests),
    )


def _refuse_duplicate(second: Resource, first: Resource, report: Report) -> None:
    report.add(
        duplicate_address.RULE,
        f"{second.address} is declared twice",
        second.written_at,
        hint=_known_by(second.address),
        related=[Label(first.written_at, "first declared here")],
    )


def _known_by(address: Address) -> str:
    if address.kind is Kind.DEPLOYMENT:
        return "a deployment is known by its flow and its name"
    if address.kind is Kind.AUTOMATION and len(address.path) > 1:
        return "a trigger is known by its deployment and its name"
    article = "an" if address.kind is Kind.AUTOMATION else "a"
    keys = {Kind.TAG_LIMIT: "tag", Kind.BLOCK: "type and its name"}
    return f"{article} {address.kind} is known by its {keys.get(address.kind, 'name')}"


def _needing(resource: Resource, owned: frozenset[Address]) -> Resource:
    """The resource with its needs cut down to what these files declare."""
    return replace(resource, needs=resource.needs & owned)


def _pool_uses(declared: tuple[Declared, ...]) -> Iterator[PoolUse]:
    for one in declared:
        pool = one.deployment.value.work_pool
        if pool is not None and pool.name:
            yield PoolUse(pool=pool.name, at=one.deployment.at("work_pool", "name"))


def _limit_uses(declared: tuple[Declared, ...]) -> Iterator[LimitUse]:
    for one in declared:
        limit = one.deployment.value.concurrency_limit
        if isinstance(limit, SharedLimit):
            at = one.deployment.at("concurrency_limit", "global")
            yield LimitUse(limit=limit.global_, at=at)


def _externals(manifests: tuple[Manifest, ...]) -> Iterator[ExternalUse]:
    """Blocks and variables of other owners; pools are looked for where they are used."""
    for document in (each.document for each in manifests):
        external = document.value.external
        blocks = external.blocks or () if external is not None else ()
        variables = external.variables or () if external is not None else ()
        for number, name in enumerate(variables):
            at = document.at("external", "variables", number)
            yield ExternalUse(address=variable(name), at=at)
        for number, path in enumerate(blocks):
            at = document.at("external", "blocks", number)
            yield ExternalUse(address=block(*path.split("/")), at=at)
