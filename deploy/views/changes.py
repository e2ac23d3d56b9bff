"""Plans and outcomes as a person reads them.  Pure: value to text."""

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import assert_never

from compiler.desired.json import Json
from compiler.desired.resources import Resource
from compiler.desired.secret_shape import is_secret_name
from compiler.diff.parts import Part, parts
from compiler.plan.action import Action, Adopt, Create, Delete, Protect, Update
from compiler.plan.build import Plan, counts
from deploy.views.mask import Mask
from reconciler.apply.walker import Done, Failed, Skipped
from reconciler.pipeline import Outcomes

_LONGEST = 100
_FOLDED = {"parameter_openapi_schema", "base_job_template"}


def render_plan(plan: Plan, mask: Mask) -> str:
    """What would happen, an action a block, and how many of each."""
    lines = [line for action in plan.actions for line in _action(action, plan, mask)]
    if plan.takes_over and plan.ledger is not None:
        lines.append(f"~ the stack moves here from {plan.ledger.origin}")
    return "\n".join([*lines, "", summary(plan)] if lines else [summary(plan)])


def summary(plan: Plan) -> str:
    """The counts in one line."""
    number = counts(plan)
    adopted = f"{number['adopt']} to adopt, " if number["adopt"] else ""
    return (
        f"{number['create']} to create, {number['change']} to change, {adopted}"
        f"{number['delete']} to delete; {number['keep']} unchanged"
    )


def _action(action: Action, plan: Plan, mask: Mask) -> Iterator[str]:
    match action:
        case Create(resource):
            yield f"+ {resource.address}"
            for line in _shown_fields(resource, mask):
                yield f"    {line}"
        case Update(resource, _, changes, adopts):
            yield f"~ {resource.address}" + ("  (adopted)" if adopts else "")
            for change in changes:
                for part in parts(change):
                    yield f"    {_part(part, mask)}"
        case Adopt(resource):
            yield f"= {resource.address}  (adopted into {plan.stack!r}, unchanged)"
        case Protect(resource, _, is_on):
            yield f"= {resource.address}  ({'protected' if is_on else 'no longer protected'})"
        case Delete(address, _, why):
            yield f"- {address}  ({why})"
        case _:
            assert_never(action)


def _shown_fields(resource: Resource, mask: Mask) -> Iterator[str]:
    """What a new thing will be, a line a field and a line a schedule; empty values left out."""
    for name, value in sorted(resource.fields.items()):
        if name == "schedules" and isinstance(value, Sequence):
            yield from (f"schedule: {_schedule(each, mask)}" for each in value)
        elif value not in (None, {}, []) and name != "parameter_openapi_schema":
            yield f"{name}: {_json(name, value, mask)}"


def _schedule(schedule: Json, mask: Mask) -> str:
    """`night: cron "0 3 * * *" (Europe/Berlin)`."""
    if not isinstance(schedule, Mapping):
        return ""
    kind = next(name for name in ("cron", "interval", "rrule") if name in schedule)
    slug = f"{schedule['slug']}: " if "slug" in schedule else ""
    zone = schedule.get("timezone") or "UTC"
    times = schedule[kind]
    shown = f"{times:g} s" if isinstance(times, float) else _json(kind, times, mask)
    text = f"{slug}{kind} {shown} ({zone})"
    if schedule.get("parameters"):
        text += f" with {_json('parameters', schedule['parameters'], mask)}"
    return text + (" inactive" if schedule.get("active") is False else "")


def _part(part: Part, mask: Mask) -> str:
    name = part.path[-1]
    before = _json(name, part.before, mask, secret=_hides(part.after, mask))
    after = _json(name, part.after, mask)
    if part.how == "added":
        return f"{part}: + {after}"
    if part.how == "removed":
        return f"{part}: - {before}"
    return f"{part}: {before} → {after}"


def _hides(value: Json, mask: Mask) -> bool:
    """Whether a secret is in it: what stood in its place before was one too."""
    return json.dumps(mask.value(value), default=dict) != json.dumps(value, default=dict)


def _json(name: str, value: Json, mask: Mask, *, secret: bool = False) -> str:
    if name in _FOLDED and isinstance(value, Mapping):
        return "{…}"
    safe = mask.value(value, secret=secret or is_secret_name(name))
    text = json.dumps(
        _first_line(safe) if name == "description" else safe, ensure_ascii=False, default=dict
    )
    return text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"


def _first_line(value: Json) -> Json:
    if isinstance(value, str) and "\n" in value:
        return value.partition("\n")[0] + " …"
    return value


def render_outcomes(outcomes: Outcomes, plan: Plan) -> str:
    """How each action ended that did not end well, and the counts."""
    lines = []
    for action in plan.actions:
        match outcomes.of[action.address]:
            case Done():
                continue
            case Failed():
                lines.append(f"! {action.address}  failed")
            case Skipped(root):
                lines.append(f"! {action.address}  skipped, since {root} failed")
            case other:
                assert_never(other)
    done = outcomes.count(Done)
    failed, skipped = outcomes.count(Failed), outcomes.count(Skipped)
    tail = f", {failed} failed, {skipped} skipped" if failed or skipped else ""
    return "\n".join([*lines, f"{done} done{tail}"])
