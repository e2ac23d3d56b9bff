"""Deployments whose runs make them run again, and automations that name each other.

Followed is what the files say: an automation that waits for events of flow runs leads from
the deployments whose runs these may be to those that it runs.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase

from compiler.desired.address import Address, Kind
from compiler.desired.json import Json, mappings
from compiler.desired.naming import ACTIONS, labels_of, references
from compiler.desired.resources import Resource
from compiler.diagnostics import Report
from compiler.diagnostics.pages import automation_circle, may_run_itself, runs_itself

_EVERY_RUN = ("Scheduled", "Pending", "Running")
_SOME_RUNS = ("Completed", "Failed", "Crashed", "Cancelled", "Late", "Paused", "AwaitingRetry")
_ID, _NAME, _ROLE = "prefect.resource.id", "prefect.resource.name", "prefect.resource.role"
_KNOWN = ("deployment", "flow", "tag", "work-pool", "work-queue")
_NO, _PERHAPS, _SURELY = 0, 1, 2
_LONGEST = 20  # deployments in a circle; nobody reads a longer one
_Labels = Mapping[str, Json]


@dataclass(frozen=True, slots=True, order=True)
class _Step:
    """One automation that runs a deployment on the events of another one's runs."""

    source: Address
    by: Address
    target: Address
    is_sure: bool


def check_circles(resources: Iterable[Resource], report: Report) -> None:
    """Report circles of names, and of runs."""
    found = {each.address: each for each in resources}
    automations = [each for at, each in found.items() if at.kind is Kind.AUTOMATION]
    _check_names(automations, report)
    known = _Known.of([each for at, each in found.items() if at.kind is Kind.DEPLOYMENT])
    steps = sorted(step for each in automations for step in _steps(each, known))
    told: set[frozenset[Address]] = set()
    for circle in _circles(steps):
        members = frozenset(step.by for step in circle)
        if members not in told:
            told.add(members)
            _refuse(circle, found[circle[-1].by], report)


def _refuse(circle: Sequence[_Step], last: Resource, report: Report) -> None:
    is_sure = all(step.is_sure for step in circle)
    path = " → ".join(
        [_short(circle[0].source), *(f"({_short(s.by)}) → {_short(s.target)}" for s in circle)]
    )
    words = "make it run again" if is_sure else "may make it run again"
    report.add(
        runs_itself.RULE if is_sure else may_run_itself.RULE,
        f"the runs of {circle[0].source} {words}: {path}",
        last.span_of("trigger"),
        hint="narrow 'match_related' down to runs of other deployments",
    )


def _short(address: Address) -> str:
    return address.name if address.kind is Kind.AUTOMATION else "/".join(address.path)


def _circles(steps: Sequence[_Step]) -> Iterator[tuple[_Step, ...]]:
    """The shortest way back to each deployment, the surest first."""
    onward: dict[Address, list[_Step]] = {}
    for step in sorted(steps, key=lambda each: not each.is_sure):
        onward.setdefault(step.source, []).append(step)
    sure = {at: [step for step in some if step.is_sure] for at, some in onward.items()}
    for start in sorted(onward):
        for some in (sure, onward):
            if found := _way_back(start, some):
                yield found
                break


def _way_back(
    start: Address, onward: Mapping[Address, Sequence[_Step]]
) -> tuple[_Step, ...] | None:
    ways: list[tuple[_Step, ...]] = [(step,) for step in onward.get(start, ())]
    seen = {start}
    for _ in range(_LONGEST):
        further: list[tuple[_Step, ...]] = []
        for way in ways:
            at = way[-1].target
            if at == start:
                return way
            if at not in seen:
                seen.add(at)
                further += [(*way, step) for step in onward.get(at, ())]
        ways = further
    return None


@dataclass(frozen=True, slots=True)
class _Known:
    """Deployments, by their names and by those of their flows."""

    all: Sequence[Resource]
    by_name: Mapping[str, Resource]
    by_flow: Mapping[str, Sequence[Resource]]

    @classmethod
    def of(cls, deployments: Sequence[Resource]) -> "_Known":
        by_flow: dict[str, list[Resource]] = {}
        for each in deployments:
            by_flow.setdefault(each.address.path[0], []).append(each)
        return cls(
            deployments, {"/".join(each.address.path): each for each in deployments}, by_flow
        )

    def meant(self, trigger: Mapping[str, Json]) -> Sequence[Resource]:
        """Those that a trigger may be about: few, where it names one or a flow."""
        if mappings(trigger.get("triggers")):
            return self.all
        for labels in labels_of(trigger):
            id, name, role = (_texts(labels.get(key)) for key in (_ID, _NAME, _ROLE))
            if (
                len(id) == 1
                and (named := id[0].removeprefix("prefect.deployment.")) in self.by_name
            ):
                return [self.by_name[named]]
            if role == ["flow"] and len(name) == 1 and name[0] in self.by_flow:
                return self.by_flow[name[0]]
        return self.all


def _steps(automation: Resource, known: _Known) -> Iterator[_Step]:
    """From each deployment whose runs it may be about to each that it runs."""
    trigger = automation.fields.get("trigger")
    if automation.fields.get("enabled") is False or not isinstance(trigger, Mapping):
        return
    running = list(_running(automation))
    for source in known.meant(trigger) if running and _is_of_runs(trigger) else ():
        fires = _fires(trigger, source)
        targets = [*_targets(running, source, known)] if fires else []
        for target in targets:
            yield _Step(source.address, automation.address, target, fires == _SURELY)


def _running(automation: Resource) -> Iterator[Mapping[str, Json]]:
    for key in ACTIONS:
        for action in mappings(automation.fields.get(key)):
            if action.get("type") == "run-deployment":
                yield action


def _targets(
    running: Iterable[Mapping[str, Json]], source: Resource, known: _Known
) -> Iterator[Address]:
    for action in running:
        if action.get("source") == "inferred":
            yield source.address
        elif (name := str(action.get("deployment"))) in known.by_name:
            yield known.by_name[name].address


def _is_of_runs(trigger: Mapping[str, Json]) -> bool:
    """Whether events of flow runs may make it fire at all."""
    parts = mappings(trigger.get("triggers"))
    return any(map(_is_of_runs, parts)) if parts else _expects(trigger) != _NO


def _fires(trigger: Mapping[str, Json], source: Resource) -> int:
    """Whether runs of a deployment make a trigger fire."""
    parts = mappings(trigger.get("triggers"))
    if parts:
        inner = [_fires(each, source) for each in parts]
        return min(max(inner), _PERHAPS)
    if trigger.get("type") != "event" or trigger.get("posture") == "Proactive":
        return _NO
    answers = [_expects(trigger), _is_about_runs(trigger.get("match"))]
    related = trigger.get("match_related")
    listed = [related] if isinstance(related, Mapping) else mappings(related)
    answers += [_has(each, source) for each in listed]
    if trigger.get("threshold") is not None or trigger.get("after"):
        answers.append(_PERHAPS)
    return min(answers)


def _expects(trigger: Mapping[str, Json]) -> int:
    patterns = _texts(trigger.get("expect"))
    if any(_meets(pattern, _EVERY_RUN) for pattern in patterns):
        return _SURELY
    is_of_runs = any(
        _meets(pattern, _SOME_RUNS) or pattern.startswith("prefect.flow-run.")
        for pattern in patterns
    )
    return _PERHAPS if is_of_runs else _NO


def _meets(pattern: str, states: Iterable[str]) -> bool:
    return any(fnmatchcase(f"prefect.flow-run.{state}", pattern) for state in states)


def _is_about_runs(match: Json) -> int:
    """Whether a flow run can be the resource that an event is about."""
    labels = match if isinstance(match, Mapping) else {}
    for pattern in _texts(labels.get(_ID)):
        if not (
            pattern.startswith("prefect.flow-run.") or fnmatchcase("prefect.flow-run.", pattern)
        ):
            return _NO
    is_any = all(
        any(pattern in {"prefect.flow-run.*", "prefect.*", "*"} for pattern in _texts(value))
        for key, value in labels.items()
        if key == _ID
    )
    return _SURELY if is_any and set(labels) <= {_ID} else _PERHAPS


def _has(labels: _Labels, source: Resource) -> int:
    """Whether a run of the deployment has to do with a resource of these labels."""
    resources = list(_related(source))
    if any(_fits(labels, each) for each in resources):
        return _SURELY
    roles = _texts(labels.get(_ROLE)) or [
        role for role in _KNOWN if _texts(labels.get(_ID)) and _is_of(role, labels)
    ]
    is_known = bool(roles) and all(role in _KNOWN for role in roles)
    return (
        _NO if is_known and set(labels) <= {_ID, _NAME, _ROLE} and _is_named(labels) else _PERHAPS
    )


def _is_of(role: str, labels: _Labels) -> bool:
    return all(each.startswith(f"prefect.{role}.") for each in _texts(labels.get(_ID)))


def _is_named(labels: _Labels) -> bool:
    """Whether what is looked for is told by a name that the files could give."""
    ids = _texts(labels.get(_ID))
    told = [each for each in ids if "/" in each or each.startswith("prefect.tag.")]
    return len(told) == len(ids) and bool(ids or _texts(labels.get(_NAME)))


def _related(source: Resource) -> Iterator[dict[str, str]]:
    """What the runs of a deployment have to do with, as far as the files say it."""
    flow, name = source.address.path
    yield {_ROLE: "deployment", _NAME: name, _ID: f"prefect.deployment.{flow}/{name}"}
    yield {_ROLE: "flow", _NAME: flow}
    for tag in _texts(source.fields.get("tags")):
        yield {_ROLE: "tag", _ID: f"prefect.tag.{tag}"}
    pool, queue = source.fields.get("work_pool_name"), source.fields.get("work_queue_name")
    if isinstance(pool, str):
        yield {_ROLE: "work-pool", _NAME: pool, _ID: f"prefect.work-pool.{pool}"}
        last = str(queue or "default")
        yield {_ROLE: "work-queue", _NAME: last, _ID: f"prefect.work-queue.{pool}/{last}"}


def _fits(labels: _Labels, resource: Mapping[str, str]) -> bool:
    return all(
        key in resource and any(_alike(pattern, resource[key]) for pattern in _texts(value))
        for key, value in labels.items()
    )


def _alike(pattern: str, value: str) -> bool:
    if pattern.startswith("!"):
        return not fnmatchcase(value, pattern[1:])
    return fnmatchcase(value, pattern)


def _texts(value: Json) -> list[str]:
    if isinstance(value, str):
        return [value]
    return [str(each) for each in value] if isinstance(value, (list, tuple)) else []


def _check_names(automations: Sequence[Resource], report: Report) -> None:
    """Report automations none of which could be made before the others."""
    needs = {
        each.address: {
            found.address
            for found in references(each.fields)
            if found.address.kind is Kind.AUTOMATION
        }
        for each in automations
    }
    waiting = {at: needs[at] & needs.keys() for at in needs}
    while ready := {at for at, others in waiting.items() if not others}:
        waiting = {at: others - ready for at, others in waiting.items() if at not in ready}
    for each in automations:
        if each.address in waiting and _leads_to(each.address, each.address, waiting):
            message = f"{each.address} names itself, in the end: it could not be made before itself"
            hint = "let another automation do it, or say 'source: inferred'"
            report.add(automation_circle.RULE, message, each.span_of("actions"), hint=hint)


def _leads_to(start: Address, goal: Address, onward: Mapping[Address, set[Address]]) -> bool:
    seen: set[Address] = set()
    some = set(onward.get(start, ()))
    while some:
        if goal in some:
            return True
        seen |= some
        some = {each for one in some for each in onward.get(one, ())} - seen
    return False
