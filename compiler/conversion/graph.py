"""What a stack is made of and what needs what, also of what others own."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from compiler.desired.address import Address, Kind, concurrency_limit, work_pool
from compiler.desired.resources import DesiredState, Resource
from compiler.lowering.referring import referred


@dataclass(frozen=True, slots=True, order=True)
class Edge:
    """One thing needs another."""

    user: Address
    used: Address


@dataclass(frozen=True, slots=True, kw_only=True)
class Graph:
    """Things and edges, both in order; `external` are the things that the stack does not make."""

    nodes: tuple[Address, ...]
    external: frozenset[Address]
    edges: tuple[Edge, ...]


def graph(state: DesiredState) -> Graph:
    """The graph of everything that a stack wants.

    A queue stands between a deployment and its pool: that edge is left out.
    """
    owned = {each.address for each in state.resources}
    edges = {
        Edge(each.address, used)
        for each in state.resources
        for used in _used(each)
        if not _goes_without_saying(used, each)
    }
    nodes = owned | {edge.used for edge in edges} | {use.address for use in state.externals}
    return Graph(
        nodes=tuple(sorted(nodes)), external=frozenset(nodes - owned), edges=tuple(sorted(edges))
    )


def _used(resource: Resource) -> Iterator[Address]:
    yield from resource.needs
    yield from referred(resource.fields)
    if resource.address.kind is not Kind.DEPLOYMENT:
        return
    pool, concurrency = resource.fields.get("work_pool_name"), resource.fields.get("concurrency")
    if isinstance(pool, str):
        yield work_pool(pool)
    shared = concurrency.get("shared") if isinstance(concurrency, Mapping) else None
    if isinstance(shared, str):
        yield concurrency_limit(shared)


def _goes_without_saying(used: Address, resource: Resource) -> bool:
    return (
        resource.address.kind is Kind.DEPLOYMENT
        and used.kind is Kind.WORK_POOL
        and any(
            each.kind is Kind.WORK_QUEUE and each.path[0] == used.name for each in resource.needs
        )
    )
