"""What a plan cannot bring about on this server: values that it does not let go of."""

from collections.abc import Iterator, Mapping

from compiler.desired.address import Kind
from compiler.desired.json import mappings
from compiler.desired.resources import Resource
from compiler.diagnostics import Report
from compiler.diagnostics.pages import cannot_be_cleared
from compiler.diff import schedules
from compiler.diff.compare import Known, wanted_fields
from compiler.plan.build import Plan, known
from compiler.state import clearing
from compiler.state.clearing import Clinging
from compiler.state.memory import Memory
from compiler.state.observed import Observed, ObservedState


def check_clearing(plan: Plan, observed: ObservedState, report: Report) -> None:
    """Warn of each, and say what will be there instead."""
    for resource in plan.wanted:
        there = observed.things.get(resource.address)
        if there is None:
            continue
        knows = known(plan.mark, resource, observed)
        for row in _kept(resource, there, knows):
            message = f"Prefect {knows.version} cannot clear {_instead(row, there)}"
            _warn(f"{resource.address}: {message}", row, resource, report)
        for slug in _capped(resource, there, knows):
            _warn_of_cap(slug, resource, report)


def _kept(resource: Resource, there: Observed, knows: Known) -> Iterator[Clinging]:
    """None of a server that does not tell its version: it may well clear them."""
    if knows.version is None:
        return iter(())
    wanted = wanted_fields(resource, there, knows)
    rows = clearing.kept(resource.address.kind, wanted, there.fields, knows.version)
    return (row for row in rows if row.written is not None)


def _instead(row: Clinging, there: Observed) -> str:
    """What cannot be cleared, and what is there in the end."""
    if row.neutral is None:
        return f"'{row.written}', which stays {there.fields.get(row.field)!r}"
    return f"'{row.written}'; an empty 'env' is written, which means the same"


def _warn(message: str, row: Clinging, resource: Resource, report: Report) -> None:
    hint = f"Prefect {row.since} and later can"
    report.add(cannot_be_cleared.RULE, message, resource.span_of(row.field), hint=hint)


def _warn_of_cap(slug: str, resource: Resource, report: Report) -> None:
    message = (
        f"{resource.address}: 'max_scheduled_runs' of the schedule {slug!r} "
        "left the file and stays, since no server can clear it"
    )
    hint = "give a number, or remove the schedule, apply, and add it again"
    report.add(cannot_be_cleared.RULE, message, resource.span_of("schedules"), hint=hint)


def _capped(resource: Resource, there: Observed, knows: Known) -> Iterator[str]:
    """Slugs of the schedules that still have the cap that the last apply gave them."""
    remembered = knows.last.applied.get("schedules") if knows.last is not None else None
    if resource.address.kind is not Kind.DEPLOYMENT or not isinstance(remembered, Mapping):
        return
    wanted = mappings(resource.fields.get("schedules"))
    pairs = schedules.matched(wanted, mappings(there.fields.get("schedules")))
    for place, live in sorted(pairs.items()):
        slug = str(live.get("slug"))
        had = _gave_cap(remembered.get(slug))
        if had and "max_scheduled_runs" not in wanted[place] and live.get("max_scheduled_runs"):
            yield slug


def _gave_cap(schedule: Memory | None) -> bool:
    return isinstance(schedule, Mapping) and "max_scheduled_runs" in schedule
