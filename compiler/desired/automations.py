"""Automations in the form that compares: without what the server fills in by itself.

The files' words and the server's answer both come through here, so that what means the
same is the same; names and ids are `compiler.desired.naming`'s business.
"""

from collections.abc import Iterable, Mapping, Sequence

from compiler.desired.json import Json, mappings
from compiler.desired.naming import TARGETS

_SHORTEST = 10.0  # seconds in which a server can notice that an event has not come
_SUBJECT = "Prefect automated notification"
_METRIC_WINDOW = 300.0
# What an action may say besides its target, and what the server takes where it says nothing.
_SAID: Mapping[str, Json] = {
    "parameters": {},
    "job_variables": {},
    "schedule_after": 0.0,
    "state": None,
    "name": None,
    "message": None,
    "force": False,
    "subject": _SUBJECT,
    "body": None,
    "payload": "",
}


def trigger_form(trigger: Mapping[str, Json]) -> dict[str, Json]:
    """A trigger as it compares; times are in seconds."""
    kind = trigger_type(trigger)
    form: dict[str, Json] = {"type": kind}
    if kind in {"event", "metric"}:
        form |= _matching(trigger)
    match kind:
        case "event":
            return {**form, **_events(trigger)}
        case "metric":
            return {**form, "metric": _metric(trigger.get("metric"))}
        case _:
            if kind == "compound":
                form["require"] = trigger.get("require")
            within = trigger.get("within")
            window: dict[str, Json] = {} if within is None else {"within": within}
            parts = [trigger_form(each) for each in mappings(trigger.get("triggers"))]
            return {**form, **window, "triggers": parts}


def trigger_type(trigger: Mapping[str, Json]) -> str:
    """The type of a trigger, also where it is left open.

    Source: Prefect's own discriminator of the triggers in its files.
    """
    if trigger.get("type") is not None:
        return str(trigger["type"])
    if trigger.get("posture") == "Metric":
        return "metric"
    if trigger.get("triggers") is not None:
        return "sequence" if trigger.get("require") is None else "compound"
    return "event"


def _matching(trigger: Mapping[str, Json]) -> dict[str, Json]:
    form: dict[str, Json] = {}
    if match := _labels(trigger.get("match")):
        form["match"] = match
    related = trigger.get("match_related")
    listed = [each for each in map(_labels, mappings(_as_list(related))) if each]
    if listed:
        form["match_related"] = listed[0] if len(listed) == 1 else listed
    return form


def _as_list(value: Json) -> Json:
    return [value] if isinstance(value, Mapping) else value


def _labels(value: Json) -> dict[str, Json]:
    """Labels with their values: one as text, several sorted, since any of them will do."""
    found = value if isinstance(value, Mapping) else {}
    return {name: _alternatives(found[name]) for name in sorted(found)}


def _alternatives(value: Json) -> Json:
    several = _words(value)
    return several[0] if len(several) == 1 else several


def _words(value: Json) -> list[str]:
    if isinstance(value, str):
        return [value]
    return sorted(set(map(str, value))) if isinstance(value, Iterable) else []


def _events(trigger: Mapping[str, Json]) -> dict[str, Json]:
    form: dict[str, Json] = {}
    is_proactive = trigger.get("posture") == "Proactive"
    if is_proactive:
        form["posture"] = "Proactive"
    for name in ("after", "expect", "for_each"):
        if words := _words(trigger.get(name)):
            form[name] = words
    if trigger.get("threshold") not in {None, 1}:
        form["threshold"] = trigger["threshold"]
    usual = _SHORTEST if is_proactive else 0.0
    if (within := trigger.get("within") or usual) != usual:
        form["within"] = within
    return form


def _metric(metric: Json) -> dict[str, Json]:
    found = metric if isinstance(metric, Mapping) else {}
    windows = {name: found.get(name) or _METRIC_WINDOW for name in ("range", "firing_for")}
    return {**{name: found.get(name) for name in ("name", "threshold", "operator")}, **windows}


def actions_form(actions: Json) -> list[Json]:
    """A list of actions as it compares."""
    return [_action(each) for each in mappings(actions)]


def _action(action: Mapping[str, Json]) -> dict[str, Json]:
    form: dict[str, Json] = {"type": action.get("type")}
    for key in TARGETS:
        if target := action.get(key) or action.get(f"{key}_id"):
            form[key] = str(target)
    if action.get("source") == "inferred":
        form["source"] = "inferred"
    for key, usual in _SAID.items():
        value = action.get(key)
        if value is not None and value != usual:
            form[key] = value
    return form


def body_of(fields: Mapping[str, Json]) -> dict[str, Json]:
    """The fields as the server takes them, with ids for all names in them already."""
    body = dict(fields)
    for name in ("actions", "actions_on_trigger", "actions_on_resolve"):
        if name in fields:
            body[name] = [_sent(each) for each in mappings(fields[name])]
    if isinstance(trigger := fields.get("trigger"), Mapping):
        body["trigger"] = _waiting(trigger)
    return body


def _sent(action: Mapping[str, Json]) -> dict[str, Json]:
    by_id = {f"{key}_id" if key in TARGETS else key: value for key, value in action.items()}
    takes_source = str(action.get("type")).endswith(_WITH_SOURCE)
    return {**({"source": "selected"} if takes_source else {}), **by_id}


_WITH_SOURCE = ("-deployment", "-work-pool", "-work-queue", "-automation")


def _waiting(trigger: Mapping[str, Json]) -> dict[str, Json]:
    """A trigger with the keys that the server insists on."""
    if trigger.get("type") == "event":
        return {"posture": "Reactive", **trigger}
    if trigger.get("type") == "metric":
        return {"posture": "Metric", **trigger}
    parts = [_waiting(each) for each in mappings(trigger.get("triggers"))]
    return {"within": None, **trigger, "triggers": parts}


def runs(fields: Mapping[str, Json]) -> tuple[str, ...]:
    """The deployments that an automation runs, by whatever its actions call them."""
    actions = fields.get("actions")
    listed = actions if isinstance(actions, Sequence) else ()
    return tuple(
        str(each["deployment"])
        for each in mappings(listed)
        if each.get("type") == "run-deployment" and "deployment" in each
    )
