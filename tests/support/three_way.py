"""Rows of `docs/explanation/who-did-it.md`: three sides as written, and what follows from them.

A row is carried out for real: its file is compiled, what was last applied is what the
ledger would remember of an earlier file, and the plan is told by its document.
"""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from compiler.desired.address import (
    Address,
    Kind,
    automation,
    block,
    concurrency_limit,
    deployment,
    tag_limit,
    variable,
    work_pool,
    work_queue,
)
from compiler.desired.json import Json
from compiler.desired.resources import DesiredState, Resource
from compiler.diagnostics import Report, Span
from compiler.diff.attribution import remembered
from compiler.diff.compare import compare, marked
from compiler.plan.build import Allowed, build
from compiler.plan.describe import Circumstances, describe
from compiler.plan.document import ActionPart, ChangePart, PlanDocument
from compiler.plan.guards import guard
from compiler.plan.mask import Mask
from compiler.plan.part import Place
from compiler.state.ledger import Fields, Ledger
from compiler.state.observed import Observed, ObservedState
from tests.support.builders import KNOWN, MARK, ORIGIN
from tests.support.compiling import compiled

HEAD = "| thing | the file says | last applied | the server has | the plan | cause | reason |"
FLOWS = '''
from prefect import flow

@flow
def etl(rows: int = 1, source=None):
    """Load."""
'''
_ADDRESSES = {
    "deployment": deployment("etl", "nightly"),
    "work pool": work_pool("ours"),
    "work queue": work_queue("ours", "fast"),
    "variable": variable("stage"),
    "limit": concurrency_limit("gpu"),
    "tag limit": tag_limit("gpu"),
    "files": block("local-file-system", "files"),
    "automation": automation("late"),
}
_OLD = deployment("etl", "old")
_SNIPPET = re.compile(r"`([^`]*)`")
_TEMPLATES: dict[str, Json] = {
    "process": {"job_configuration": {"command": "run"}, "variables": {"type": "object"}},
}
_POOL: dict[str, Json] = {
    "type": "process",
    "description": None,
    "concurrency_limit": None,
    "is_paused": False,
    "base_job_template": _TEMPLATES["process"],
}
_QUEUE: dict[str, Json] = {
    "priority": 1,
    "concurrency_limit": None,
    "is_paused": False,
    "description": "",
}
_DEPLOYMENT: dict[str, Json] = {
    "tags": marked([], MARK),
    "parameters": {},
    "job_variables": {},
    "concurrency": None,
    "work_pool_name": None,
    "work_queue_name": None,
    "paused": False,
    "enforce_parameter_schema": True,
    "version": "of another commit",
    "pull_steps": [],
    "schedules": [],
    "labels": {},
}
_LISTS: Mapping[Kind, tuple[str, dict[str, Any]]] = {
    Kind.VARIABLE: ("variables", {"name": "stage", "value": 1}),
    Kind.CONCURRENCY_LIMIT: ("concurrency_limits", {"name": "gpu", "limit": 1}),
    Kind.TAG_LIMIT: ("tag_limits", {"tag": "gpu", "limit": 1}),
    Kind.WORK_POOL: ("work_pools", {"name": "ours"}),
    Kind.WORK_QUEUE: ("work_queues", {"name": "fast"}),
    Kind.DEPLOYMENT: ("deployments", {"name": "nightly", "entrypoint": "flows.py:etl"}),
    Kind.BLOCK: ("blocks", {}),
    Kind.AUTOMATION: (
        "automations",
        {"name": "late", "trigger": {"expect": ["a"]}, "actions": [{"type": "do-nothing"}]},
    ),
}
_AS_MADE: Mapping[Kind, dict[str, Json]] = {Kind.WORK_POOL: _POOL, Kind.WORK_QUEUE: _QUEUE}
_UNSAID: Mapping[Kind, dict[str, Json]] = {
    Kind.VARIABLE: {"tags": ()},
    Kind.CONCURRENCY_LIMIT: {"slot_decay_per_second": 0.0, "active": True},
    Kind.DEPLOYMENT: _DEPLOYMENT,
    Kind.AUTOMATION: {
        "description": "",
        "enabled": True,
        "tags": marked([], MARK),
        "actions_on_trigger": [],
        "actions_on_resolve": [],
    },
}
_LIMIT: dict[str, Json] = {"collision_strategy": None, "grace_period_seconds": None}
_SCHEDULE: dict[str, Json] = {
    "timezone": "UTC",
    "parameters": {},
    "active": True,
    "max_scheduled_runs": None,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One line of the document: three sides, and what is said to follow."""

    thing: str
    says: str
    last: str
    there: str
    follows: tuple[str, ...]

    @property
    def address(self) -> Address:
        """What the line is about."""
        return _ADDRESSES[self.thing]


def rows(text: str) -> Iterator[Row]:
    """The lines of all tables with the document's head."""
    in_table = False
    for line in text.splitlines():
        in_table = line == HEAD or (in_table and line.startswith("|"))
        if in_table and line != HEAD and not line.startswith("| ---"):
            thing, says, last, there, *follows = (cell.strip() for cell in line.split("|")[1:-1])
            yield Row(thing=thing, says=says, last=last, there=there, follows=tuple(follows))


def followed(document: PlanDocument) -> tuple[str, str, str]:
    """The last three cells: the plan, each difference's cause, and the reasons."""
    steps = " then ".join(map(_step, document.actions)) or "nothing"
    notes = [note.text for note in document.notes]
    notes += [
        f"refused: {each.message}" if each.severity == "error" else each.message
        for each in document.findings
    ]
    updates = [each for each in document.actions if each.action == "update"]
    told = [one for each in updates for one in each.changes]
    reasons: list[str] = [
        each.reason for each in document.actions if each.action != "update" or each.is_adopted
    ]
    reasons += [one.reason for one in told]
    aside = "".join(f" ({each})" for each in notes)
    return steps + aside, "; ".join(one.cause for one in told), "; ".join(reasons)


def _step(part: ActionPart) -> str:
    if part.action != "update":
        return part.action
    return f"update {'; '.join(map(_change, part.changes))}"


def _change(part: ChangePart) -> str:
    before, after = json.dumps(part.before), json.dumps(part.after)
    match part.how:
        case "added":
            return f"`{part.path}`: + `{after}`"
        case "removed":
            return f"`{part.path}`: - `{before}`"
        case "changed":
            return f"`{part.path}`: `{before}` → `{after}`"


def document_of(row: Row, folder: Path) -> PlanDocument:
    """What the tool makes of a line's three sides; `folder` holds the flows."""
    trial = _Trial(row, folder)
    things = trial.things()
    observed = ObservedState(
        things=things,
        ledger=trial.ledger(things),
        templates=_TEMPLATES,
        pools=frozenset({"a", "b"}),
    )
    allowed = Allowed(adopt="--adopt" in row.says, force="--force" in row.says)
    desired, report = trial.compiled(row.says), Report()
    plan = build(desired, observed, ORIGIN, allowed)
    guard(plan, desired, observed, allowed=allowed, report=report)
    circumstances = Circumstances(tool="0", findings=tuple(report))
    return describe(plan, circumstances, mask=Mask(()), place=_place)


def _place(span: Span) -> Place:
    return Place(file=span.file, line=span.start.line, column=span.start.column)


def _snippet(cell: str) -> dict[str, Any]:
    """What stands between backticks: keys of the thing, as in a file."""
    found = _SNIPPET.search(cell)
    return yaml.safe_load(f"{{{found[1]}}}") if found else {}


@dataclass(frozen=True, slots=True)
class _Trial:
    """Carries out one line."""

    row: Row
    folder: Path

    def compiled(self, cell: str) -> DesiredState:
        """What a file wants that says this of the thing."""
        says = _snippet(cell)
        top = {key: says.pop(key) for key in ("policy",) if key in says}
        listed = [] if cell.startswith("not in it") else [says]
        return compiled(self.folder, {"stack": "shop", **top, **self._listed(listed)})

    def _listed(self, listed: list[dict[str, Any]]) -> dict[str, Any]:
        address, kind = self.row.address, self.row.address.kind
        key, least = _LISTS[kind]
        if kind is Kind.BLOCK:
            least = {"type": address.path[0], "name": address.name}
        things = [{**least, **each} for each in listed]
        if kind is Kind.WORK_QUEUE:
            return {"work_pools": [{"name": "ours", "work_queues": things}]}
        return {key: things}

    def _wanted(self, cell: str) -> Resource:
        resources = self.compiled(cell).resources
        return next(each for each in resources if each.address == self.row.address)

    def things(self) -> dict[Address, Observed]:
        """What the server holds."""
        things: dict[Address, Observed] = {}
        if self.row.address.kind is Kind.WORK_QUEUE:
            things[work_pool("ours")] = Observed(id="pool", fields=_POOL)
        if self.row.there == "only the old one":
            things[_OLD] = Observed(id="old", fields=self._base())
        elif self.row.there != "not there":
            fields = {**self._base(), **_in_full(_snippet(self.row.there))}
            things[self.row.address] = Observed(id="1", fields=fields)
        return things

    def _base(self) -> Mapping[str, Json]:
        """The thing that is made of a file which says nothing of it."""
        kind = self.row.address.kind
        if kind in _AS_MADE:
            return _AS_MADE[kind]
        return {**_UNSAID.get(kind, {}), **self._wanted("–").fields}

    def ledger(self, things: Mapping[Address, Observed]) -> Ledger | None:
        """What the stack remembers."""
        address, last = self.row.address, self.row.last
        if last == "no ledger":
            return None
        first, _, second = last.partition("about to write")
        ids: dict[Address, str | None] = {one: each.id for one, each in things.items()}
        ids[address] = "2" if first.startswith("another id") else "1"
        applied: dict[Address, Fields] = {}
        if first.startswith("never"):
            del ids[address]
        else:
            applied[address] = self._memory(first, things)
        if second:
            ids.setdefault(address, None)
        return Ledger(
            origin=ORIGIN,
            ids=ids,
            applied=applied,
            ahead={address: self._memory(second, things)} if second else {},
            protected=frozenset({address} if "protected" in last else ()),
        )

    def _memory(self, cell: str, things: Mapping[Address, Observed]) -> Fields:
        """What is remembered of the thing once a file that says this was applied."""
        resource, there = self._wanted(cell), things.get(self.row.address)
        if there is None:
            return remembered(resource, resource.fields)
        after = {each.field: each.after for each in compare(resource, there, KNOWN)}
        return remembered(resource, {**there.fields, **after})


def _in_full(given: dict[str, Any]) -> dict[str, Json]:
    """The fields with what a server always has of a limit and of a schedule."""
    full: dict[str, Json] = dict(given)
    if given.get("concurrency"):
        full["concurrency"] = {**_LIMIT, **given["concurrency"]}
    if "schedules" in given:
        full["schedules"] = [_whole(each) for each in given["schedules"]]
    return full


def _whole(schedule: dict[str, Any]) -> dict[str, Json]:
    days: dict[str, Json] = {"day_or": True} if "cron" in schedule else {}
    return {"id": f"id of {schedule['slug']}", **_SCHEDULE, **days, **schedule}
