"""Documents of plans: short to write for examples, and at random for laws."""

from collections import Counter
from collections.abc import Sequence
from typing import Any

from hypothesis import strategies as st

from compiler.plan.document import (
    ActionPart,
    ChangePart,
    Counts,
    NotePart,
    OriginPart,
    PlanDocument,
    RefusalPart,
    Requests,
    RunImpact,
)
from compiler.plan.part import Place

NASTY = (
    "</details>",
    "</summary></details>\n\n# gone",
    "```\n```",
    "~~~",
    "a|b",
    "| --- |",
    "@octocat",
    "#1 !2 &3",
    "[x](javascript:alert(1))",
    "<script>document.title = 'pwned'</script>",
    "<img src=x onerror=\"document.title='pwned'\">",
    '"><svg onload=document.title=1>',
    "]]>-->",
    "-->",
    "\r\n- [ ] done",
    "\x1b[31mred\x1b[0m",
    "\u202egnp.exe",
    "{{ vars.x }}",
    "$(id)",
    "a: 1 → 2  (drift)",
    "  + deployment/x/y",
    "`",
    "``",
    "\\",
    "&lt;&amp;",
    "Ü ツ 👩‍🚀",
    "\ud800",
    "://a.example/x",
    "deploy: 1 more",
)
TEXTS = (
    st.sampled_from(NASTY)
    | st.text(max_size=12)
    | st.lists(st.sampled_from(NASTY), max_size=3).map(" ".join)
)
LONG_TEXTS = st.lists(TEXTS, min_size=2, max_size=8).map("\n".join)
VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-3, 2**40)
    | st.floats(allow_nan=False, allow_infinity=False)
    | TEXTS
    | LONG_TEXTS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXTS, inner, max_size=4),
    max_leaves=6,
)
FIELDS = ("parameters", "tags", "schedules", "description", "pull_steps", "paused")
_TIMES = st.lists(
    st.datetimes().map(lambda time: time.strftime("%Y-%m-%dT%H:%M:%SZ")), max_size=3
).map(lambda times: tuple(sorted(times)))
_COUNTS = st.integers(0, 300)
_PLACES = st.none() | st.builds(Place, file=TEXTS, line=_COUNTS, column=_COUNTS)


def change(path: str, before: Any = None, after: Any = None, **more: Any) -> ChangePart:
    """A place that differs; `how` follows from what is there, if it is not given."""
    how = "added" if before is None else "removed" if after is None else "changed"
    field = path.partition(".")[0].partition("[")[0]
    return ChangePart(
        **{
            "path": path,
            "field": field,
            "how": how,
            "before": before,
            "after": after,
            "cause": "change",
            **more,
        }
    )


def action(address: str, *changes: ChangePart, verb: str = "update", **more: Any) -> ActionPart:
    """A step."""
    reasons = {
        "create": "not on the server",
        "update": "differs from the files",
        "adopt": "exists and is adopted",
        "delete": "left the files",
        "protect": "protection was asked for",
        "unprotect": "protection was lifted",
    }
    return ActionPart(
        **{
            "action": verb,
            "address": address,
            "kind": address.partition("/")[0],
            "reason": reasons[verb],
            "changes": changes,
            **more,
        }
    )


def plan(*actions: ActionPart, unchanged: int = 0, **more: Any) -> PlanDocument:
    """A plan of these steps."""
    number = Counter(each.action for each in actions)
    return PlanDocument(
        **{
            "tool_version": "0.1.0",
            "stack": "shop",
            "origin": OriginPart(remote=None, files=("deploy.yaml",), environment=None),
            "digest": "sha256:" + "5" * 64,
            "is_applicable": True,
            "counts": Counts(
                create=number["create"],
                update=number["update"],
                adopt=number["adopt"],
                delete=number["delete"],
                protect=number["protect"] + number["unprotect"],
                unchanged=unchanged,
            ),
            "actions": actions,
            **more,
        }
    )


def many(count: int) -> PlanDocument:
    """A large plan of every kind of step."""
    return plan(*(_one_of_many(number) for number in range(count)), unchanged=7)


def _one_of_many(number: int) -> ActionPart:
    address = f"deployment/flow-{number % 40}/name-{number:04}"
    if number % 10 == 0:
        return action(f"work-queue/pool/q-{number}", change("priority", None, 1), verb="create")
    if number % 10 == 1:
        return action(address, verb="delete", impact=RunImpact(dropped=3, active=1))
    query = [f"select {line} from a_table" for line in range(60)]
    other = ["-- now with a comment", *query[:30], "select 'new' from a_table", *query[31:]]
    return action(
        address,
        change("parameters.query", "\n".join(query), "\n".join(other)),
        change("parameters.rows", number, number + 1, cause="drift"),
        change("schedules[night].cron", "0 3 * * *", "0 4 * * *", cause="both"),
        impact=RunImpact(dropped=12, kept=3, vanishing=7, appearing=7),
    )


@st.composite
def changes(draw: st.DrawFn, *, is_new: bool = False) -> tuple[ChangePart, ...]:
    """Places that differ, each named once, in path order."""
    inner = draw(st.lists(TEXTS, max_size=4))
    fields = draw(st.lists(st.sampled_from(FIELDS), max_size=4))
    paths = {*fields, *(f"parameters.{each}" for each in inner)}
    if is_new:
        paths = set(fields)
    return tuple(draw(_changes_at(path, is_new=is_new)) for path in sorted(paths))


@st.composite
def _changes_at(draw: st.DrawFn, path: str, *, is_new: bool) -> ChangePart:
    how = "added" if is_new else draw(st.sampled_from(["changed", "added", "removed"]))
    before, after = draw(VALUES), draw(VALUES)
    return change(
        path,
        None if how == "added" else before,
        None if how == "removed" else after,
        how=how,
        cause=draw(st.sampled_from(["change", "drift", "both", "left the file", "unknown"])),
        last_applied=draw(VALUES),
        is_last_applied_known=draw(st.booleans()),
        at=draw(_PLACES),
    )


_IMPACTS = st.none() | st.builds(
    RunImpact,
    dropped=_COUNTS,
    kept=_COUNTS,
    appearing=_COUNTS,
    vanishing=_COUNTS,
    first_appearing=_TIMES,
    first_vanishing=_TIMES,
    active=_COUNTS,
)


@st.composite
def actions(draw: st.DrawFn, address: str) -> ActionPart:
    """Any step with a thing."""
    verb = draw(st.sampled_from(["create", "update", "adopt", "delete", "protect", "unprotect"]))
    return action(
        address,
        *draw(changes(is_new=verb == "create")),
        verb=verb,
        is_adopted=draw(st.booleans()),
        renamed_from=draw(st.none() | TEXTS),
        impact=draw(_IMPACTS),
        at=draw(_PLACES),
    )


def _addresses(names: Sequence[str]) -> list[str]:
    return [f"deployment/etl/{name}" for name in names]


@st.composite
def plans(draw: st.DrawFn) -> PlanDocument:
    """Any plan; its texts are as nasty as users are."""
    addresses = draw(st.lists(TEXTS, max_size=4, unique=True).map(_addresses))
    findings = st.builds(
        RefusalPart,
        code=st.sampled_from(["DEP601", "DEP602"]),
        severity=st.sampled_from(["error", "warning", "info"]),
        message=TEXTS,
        hint=st.none() | TEXTS,
        at=_PLACES,
    )
    notes = st.builds(NotePart, address=st.none() | TEXTS, text=TEXTS)
    requests = st.builds(Requests, writes=_COUNTS, housekeeping=_COUNTS, reads=_COUNTS)
    return plan(
        *(draw(actions(address)) for address in addresses),
        unchanged=draw(_COUNTS),
        stack=draw(TEXTS),
        server=draw(st.none() | TEXTS),
        commit=draw(st.none() | TEXTS),
        is_applicable=draw(st.booleans()),
        findings=tuple(draw(st.lists(findings, max_size=3))),
        notes=tuple(draw(st.lists(notes, max_size=3))),
        requests=draw(st.none() | requests),
        origin=OriginPart(
            remote=draw(st.none() | TEXTS),
            files=tuple(draw(st.lists(TEXTS, max_size=2))),
            environment=draw(st.none() | TEXTS),
        ),
    )
