"""From a plan to its document."""

from dataclasses import replace

from compiler.desired.address import deployment
from compiler.diagnostics import Diagnostic, Severity, Span
from compiler.diagnostics.pages import not_ours
from compiler.plan.build import Allowed, Plan, build
from compiler.plan.describe import Circumstances, describe
from compiler.plan.document import ChangePart, PlanDocument
from compiler.plan.mask import Mask
from compiler.plan.part import Place
from compiler.state.memory import memory_of
from tests.support.builders import (
    ELSEWHERE,
    HERE,
    ORIGIN,
    desired,
    ledger,
    server,
    there,
    wanted,
)

NIGHTLY = deployment("etl", "nightly")


def place(span: Span) -> Place:
    return Place(file=span.file, line=span.start.line, column=span.start.column)


def told(plan: Plan, *secrets: str, findings: tuple[Diagnostic, ...] = ()) -> PlanDocument:
    circumstances = Circumstances(tool="0", findings=findings)
    return describe(plan, circumstances, mask=Mask(secrets), place=place)


def paths(changes: tuple[ChangePart, ...]) -> list[str]:
    return [change.path for change in changes]


def test_a_new_thing_is_told_with_all_that_it_will_have() -> None:
    resource = replace(
        wanted("nightly", parameters={"n": 1}, description="x"),
        initial={"paused": False, "tags": []},
        where={"parameters": HERE},
    )

    (action,) = told(build(desired(resource), server({}), ORIGIN, Allowed())).actions

    assert (action.action, action.reason, action.id) == ("create", "not on the server", None)
    reasons = {change.path: change.reason for change in action.changes}
    assert reasons == {
        "description": "read from the flow",
        "parameters": "written in the file",
        "paused": "default of the server",
        "tags": "tag of the stack",
    }


def test_each_place_that_differs_is_told_with_what_was_last_applied() -> None:
    live = there(parameters={"n": 2, "m": 1})
    known = replace(
        ledger({NIGHTLY: "1"}), applied={NIGHTLY: {"parameters": memory_of({"n": 1, "m": 1})}}
    )
    state = server({NIGHTLY: live}, ledger=known)

    (action,) = told(
        build(desired(wanted("nightly", parameters={"n": 3, "m": 5})), state, ORIGIN, Allowed())
    ).actions

    assert paths(action.changes) == ["parameters.m", "parameters.n"]
    m, n = action.changes
    assert (m.cause, m.last_applied, m.is_last_applied_known) == ("change", 1, True)
    assert (n.cause, n.last_applied, n.before, n.after) == ("both", 1, 2, 3)


def test_no_secret_is_told_by_its_name_or_by_its_value() -> None:
    live = there(job_variables={"env": {"API_TOKEN": "tok-old", "PLAIN": "x"}})
    resource = wanted(
        "nightly", job_variables={"env": {"API_TOKEN": "tok-new", "PLAIN": "a hunter2 b"}}
    )
    plan = build(desired(resource), server({NIGHTLY: live}), ORIGIN, Allowed())

    text = told(plan, "hunter2", "tok-new").model_dump_json()

    assert "tok-old" not in text
    assert "tok-new" not in text
    assert "hunter2" not in text
    assert '"before":"(secret)"' in text


def test_an_error_forbids_to_apply() -> None:
    plan = build(desired(wanted("nightly")), server({}), ORIGIN, Allowed())
    finding = Diagnostic(rule=not_ours.RULE, severity=Severity.ERROR, message="m", at=HERE)

    document = told(plan, findings=(finding,))

    assert told(plan).is_applicable
    assert not document.is_applicable
    assert document.findings[0].at == Place(file="deploy.yaml", line=1, column=1)
    assert document.digest == told(plan).digest


def test_a_stack_that_moves_says_from_where() -> None:
    taken = ledger({NIGHTLY: "1"}, ELSEWHERE)
    state = server({NIGHTLY: there()}, ledger=taken)

    document = told(build(desired(wanted("nightly")), state, ORIGIN, Allowed(take_over=True)))

    assert [note.text for note in document.notes] == [
        "the stack moves here from deploy.yaml of example.com/other/flows"
    ]
