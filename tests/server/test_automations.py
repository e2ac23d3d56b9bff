"""Automations on a real server: what they name, whose they are, and what keeps its id."""

from collections.abc import AsyncIterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest

from compiler.desired.resources import DesiredState
from compiler.diagnostics import Report
from compiler.plan.action import Adopt, Create, Delete, Update
from compiler.plan.build import Allowed, Plan
from compiler.plan.drift import drift
from compiler.plan.selection import parse_selection
from reconciler import pipeline
from reconciler.api import wire
from reconciler.api.client import PrefectClient
from reconciler.observe.reader import observe
from tests.support import compiling
from tests.support.builders import ORIGIN, STAMP
from tests.support.faults import Faults, Killed, kill_after, kill_before, lose_the_answer, when
from tests.support.prefect_server import PrefectServer
from tests.support.recording import Recorder
from tests.support.rounds import ANYTHING, ORDINARY, Round, Rounds, rounds_on

pytestmark = pytest.mark.server
FLOWS = """
from prefect import flow

@flow
def etl(n: int = 1): ...

@flow
def report(n: int = 1): ...
"""
ON_ORDER = {"expect": ["shop.order.placed"], "parameters": {"n": "{{ event.payload.n }}"}}
NIGHTLY = {"name": "nightly", "entrypoint": "f.py:etl", "triggers": [ON_ORDER]}
DAILY = {"name": "nightly", "entrypoint": "f.py:report", "triggers": [ON_ORDER]}
ALERT = {
    "name": "alert",
    "trigger": {"expect": ["shop.closed"]},
    "actions": [{"type": "do-nothing"}],
}
Automations = dict[str, Any]  # as the client reads them; what is in triggers and actions is JSON


@dataclass(frozen=True, slots=True)
class Scene:
    """A stack on a server that others use too."""

    rounds: Rounds
    folder: Path

    def compiled(self, **document: Any) -> DesiredState:
        return compiling.compiled(self.folder, {"stack": "shop", **document})

    async def apply(self, allowed: Allowed = ORDINARY, **document: Any) -> Round:
        """Apply, in as many requests as the plan said, after which nothing is left to do."""
        desired = self.compiled(**document)
        done = await self.rounds.apply(desired, allowed)
        assert done.counted == done.plan.requests
        assert (await self.rounds.plan(desired)).is_empty
        return done

    async def refused(self, allowed: Allowed = ORDINARY, **document: Any) -> list[str]:
        """What the guards have against it, with hints."""
        report = Report()
        await self._plan(report, allowed, document)
        return [f"{each.rule.code} {each.message} ({each.hint})" for each in report]

    async def _plan(self, report: Report, allowed: Allowed, document: Mapping[str, Any]) -> Plan:
        desired = self.compiled(**document)
        return await pipeline.plan(
            desired, self.rounds.client, ORIGIN, allowed=allowed, report=report
        )

    async def there(self) -> Automations:
        """All automations by name, of which there is one each."""
        answer = await self.rounds.http.post("/automations/filter", json={})
        found = [wire.AutomationOut.model_validate(each) for each in answer.json()]
        assert len({each.name for each in found}) == len(found)
        return {each.name: each for each in found}

    async def deployments(self) -> dict[str, str]:
        return {each.name: str(each.id) for each in await self.rounds.client.deployments({})}

    async def make(self, **body: Any) -> str:
        """Make an automation as somebody else does."""
        whole = {
            "trigger": {"type": "event", "posture": "Reactive", "expect": ["shop.order.placed"]},
            "actions": [{"type": "do-nothing"}],
            **body,
        }
        answer = await self.rounds.http.post("/automations/", json=whole)
        return str(answer.raise_for_status().json()["id"])

    async def make_as_prefect_deploy(self, name: str, deployment: str) -> str:
        """What `prefect deploy` makes of a trigger."""
        run = {"type": "run-deployment", "source": "selected", "deployment_id": deployment}
        owner = f"prefect.deployment.{deployment}"
        return await self.make(name=name, actions=[run], owner_resource=owner)


@pytest.fixture
async def scene(server: PrefectServer, tmp_path: Path) -> AsyncIterator[Scene]:
    (tmp_path / "f.py").write_text(FLOWS)
    rounds = rounds_on(server)
    async with rounds.http:
        yield Scene(rounds, tmp_path)


def kinds(done: Round) -> tuple[type, ...]:
    return tuple(map(type, done.plan.actions))


async def test_a_trigger_becomes_what_prefect_deploy_makes_of_it(scene: Scene) -> None:
    await scene.apply(deployments=[NIGHTLY])

    (made,) = (await scene.there()).values()
    deployments = await scene.deployments()
    assert made.name == "nightly__automation_1"
    assert made.enabled
    assert made.trigger["posture"] == "Reactive"
    (action,) = made.actions
    assert action["deployment_id"] == deployments["nightly"]
    assert action["parameters"] == {"n": "{{ event.payload.n }}"}


async def test_everything_that_can_be_named_is_named(scene: Scene) -> None:
    client = scene.rounds.client
    flow = await client.create_flow("theirs")
    await client.create_deployment({"name": "weekly", "flow_id": str(flow.id)})
    await client.create_work_pool({"name": "theirs", "type": "process"})
    await scene.make(name="of others")
    kind = await client.block_type("secret")
    assert kind is not None
    (schema, *_) = await client.block_schemas(kind.id)
    block: dict[str, Any] = {"block_type_id": str(kind.id), "block_schema_id": str(schema.id)}
    await client.create_block_document({**block, "name": "token", "data": {"value": "x"}})
    names = [
        ("pause-deployment", "deployment", "nightly"),
        ("resume-deployment", "deployment", "theirs/weekly"),
        ("pause-deployment", "deployment", "weekly"),
        ("pause-work-pool", "work_pool", "ours"),
        ("pause-work-pool", "work_pool", "theirs"),
        ("pause-work-queue", "work_queue", "ours/high"),
        ("pause-work-queue", "work_queue", "ours/default"),
        ("pause-work-queue", "work_queue", "theirs/default"),
        ("pause-automation", "automation", "alert"),
        ("pause-automation", "automation", "etl/nightly/nightly__automation_1"),
        ("resume-automation", "automation", "of others"),
    ]
    actions = [{"type": type, key: name} for type, key, name in names]
    actions += [{"type": "call-webhook", "block_document": "secret/token", "payload": "x"}]
    labels = {"prefect.resource.id": "prefect.deployment.nightly"}
    trigger = {"expect": ["shop.closed"], "match_related": labels}
    pools = [{"name": "ours", "type": "process", "work_queues": [{"name": "high"}]}]

    await scene.apply(
        work_pools=pools,
        deployments=[NIGHTLY],
        automations=[ALERT, {"name": "much", "trigger": trigger, "actions": actions}],
        external={"work_pools": ["theirs"]},
    )

    made = (await scene.there())["much"]
    ids = [
        next(value for key, value in each.items() if key.endswith("_id")) for each in made.actions
    ]
    assert len({*map(str, ids)}) == len(names)  # of one deployment there are two names
    nightly = (await scene.deployments())["nightly"]
    observed = await observe(scene.rounds.client, DesiredState(stack="shop", resources=()))
    assert drift("shop", observed) == ()
    related = made.trigger["match_related"]
    assert related == {"prefect.resource.id": f"prefect.deployment.{nightly}"}


async def test_an_id_is_taken_as_it_is(scene: Scene) -> None:
    await scene.apply(deployments=[NIGHTLY])
    id = (await scene.deployments())["nightly"]
    labels = {"prefect.resource.id": f"prefect.deployment.{id}"}
    pause = {"type": "pause-deployment", "deployment_id": id}
    by_name = {"type": "resume-deployment", "deployment": "nightly"}
    trigger = {"expect": ["shop.closed"], "match": labels}

    await scene.apply(
        deployments=[NIGHTLY],
        automations=[{**ALERT, "trigger": trigger, "actions": [pause, by_name]}],
    )

    assert (await scene.there())["alert"].actions[0]["deployment_id"] == id


async def test_what_there_is_none_of_is_refused_with_what_was_meant(scene: Scene) -> None:
    def pausing(key: str, name: str) -> dict[str, Any]:
        return {**ALERT, "actions": [{"type": f"pause-{key}".replace("_", "-"), key: name}]}

    unknown = await scene.refused(
        deployments=[NIGHTLY],
        automations=[pausing("deployment", "etl/nigthly")],
    )
    alone = await scene.refused(automations=[pausing("work_pool", "k8s")])
    await scene.apply(deployments=[NIGHTLY], automations=[pausing("deployment", "nightly")])
    leaving = await scene.refused(automations=[pausing("deployment", "etl/nightly")])

    what = "the server has no deployment 'etl/nigthly', or several, and these files declare none"
    assert unknown == [f"DEP527 {what} (did you mean 'etl/nightly'?)"]
    assert [each.partition(" (")[2] for each in alone] == ["declare it, or make it on the server)"]
    assert [each for each in leaving if each.startswith("DEP605")] == [
        "DEP605 automation/alert names deployment/etl/nightly, which left the files (put it back)"
    ]


async def test_an_edit_is_one_write_and_keeps_every_id(scene: Scene) -> None:
    await scene.apply(deployments=[NIGHTLY], automations=[ALERT])
    before = await scene.there()

    deployment = await scene.apply(deployments=[{**NIGHTLY, "tags": ["a"]}], automations=[ALERT])
    later = {**ON_ORDER, "schedule_after": "PT5M"}
    trigger = await scene.apply(
        deployments=[{**NIGHTLY, "tags": ["a"], "triggers": [later]}], automations=[ALERT]
    )

    after = await scene.there()
    assert (deployment.counted.writes, trigger.counted.writes) == (1, 1)
    assert {name: each.id for name, each in after.items()} == {
        name: each.id for name, each in before.items()
    }
    assert after["nightly__automation_1"].actions[0]["schedule_after"] == 300.0
    assert after["alert"].trigger["id"] == before["alert"].trigger["id"]


async def test_switching_on_and_off_leaves_triggers_waiting(scene: Scene) -> None:
    await scene.apply(automations=[{**ALERT, "enabled": True}])
    before = await scene.there()

    await scene.apply(automations=[{**ALERT, "enabled": False}])

    after = await scene.there()
    assert not after["alert"].enabled
    assert after["alert"].trigger["id"] == before["alert"].trigger["id"]


async def test_what_an_operator_has_switched_off_stays_off(scene: Scene) -> None:
    await scene.apply(automations=[ALERT])
    (made,) = (await scene.there()).values()
    await scene.rounds.client.switch_automation(made.id, enabled=False)

    done = await scene.apply(automations=[{**ALERT, "description": "Wakes somebody."}])

    (after,) = (await scene.there()).values()
    assert (after.id, after.enabled, after.description) == (made.id, False, "Wakes somebody.")
    assert [note.text for note in done.plan.notes] == ["switched off on the server; it stays so"]


async def test_automations_go_before_what_they_name_and_others_stay(scene: Scene) -> None:
    await scene.apply(deployments=[NIGHTLY], automations=[ALERT])
    await scene.make(name="of others")
    scene.rounds.recorder.calls.clear()

    done = await scene.apply(Allowed(force=True, destroys=True))

    assert kinds(done) == (Delete, Delete, Delete)
    calls = (str(call) for call in scene.rounds.recorder.calls if call.method == "DELETE")
    kept = [call.split("/")[1] for call in calls if "owned-by" not in call]
    assert kept == ["automations", "automations", "deployments"]
    assert list(await scene.there()) == ["of others"]


async def test_the_automations_of_a_renamed_deployment_follow_it(scene: Scene) -> None:
    watch = {**ALERT, "actions": [{"type": "pause-deployment", "deployment": "etl/nightly"}]}
    await scene.apply(deployments=[NIGHTLY], automations=[watch])
    before = await scene.there()
    new = {**NIGHTLY, "name": "daily", "renamed_from": "nightly"}
    watch = {**ALERT, "actions": [{"type": "pause-deployment", "deployment": "etl/daily"}]}

    done = await scene.apply(deployments=[new], automations=[watch])

    after, id = await scene.there(), (await scene.deployments())["daily"]
    assert kinds(done) == (Create, Update, Update, Delete)
    assert after["daily__automation_1"].id == before["nightly__automation_1"].id
    assert {each.actions[0]["deployment_id"] for each in after.values()} == {id}
    assert (
        await scene.apply(deployments=[{**new, "renamed_from": None}], automations=[watch])
    ).plan.is_empty


async def test_a_deployment_that_is_made_again_gets_its_triggers_back(scene: Scene) -> None:
    await scene.apply(deployments=[NIGHTLY])
    (before,) = (await scene.there()).values()
    (deployment,) = await scene.rounds.client.deployments({})
    await scene.rounds.client.delete_deployment(deployment.id)

    done = await scene.apply(deployments=[NIGHTLY])

    (after,) = (await scene.there()).values()
    assert kinds(done) == (Create, Update)
    assert after.id == before.id
    assert after.actions[0]["deployment_id"] == (await scene.deployments())["nightly"]


async def test_one_that_was_renamed_by_hand_is_found_by_its_id(scene: Scene) -> None:
    await scene.apply(automations=[ALERT])
    (made,) = (await scene.there()).values()
    body = made.model_dump(mode="json", exclude={"id", "created"})
    await scene.rounds.client.replace_automation(made.id, {**body, "name": "x", "tags": []})

    done = await scene.apply(automations=[ALERT])

    (after,) = (await scene.there()).values()
    assert kinds(done) == (Update,)
    assert (after.id, after.name, after.tags) == (made.id, "alert", ["deploy:shop"])


async def test_without_a_ledger_each_trigger_is_known_by_its_deployment(scene: Scene) -> None:
    desired = scene.compiled(deployments=[NIGHTLY, DAILY])
    await scene.rounds.apply(desired)
    await scene.rounds.forget("shop")

    done = await scene.rounds.apply(desired)

    assert {type(each) for each in done.plan.actions} == {Adopt}
    assert len(await scene.rounds.client.automations_tagged("deploy:shop")) == 2
    assert (await scene.rounds.plan(desired)).is_empty


async def test_a_copy_is_told_of_and_stays(scene: Scene) -> None:
    await scene.apply(deployments=[NIGHTLY], automations=[ALERT])
    (made,) = await scene.rounds.client.automations_named(["alert"])
    copy = await scene.make(name="alert", tags=made.tags)
    other = await scene.make(name="other", tags=made.tags)

    found = await scene.refused(deployments=[NIGHTLY], automations=[ALERT])
    gone = await scene.rounds.apply(scene.compiled(deployments=[NIGHTLY]))

    assert [each.partition(" carries")[0] for each in found] == ["DEP607 automation/other"]
    left = await scene.rounds.client.automations_tagged("deploy:shop")
    assert kinds(gone) == (Delete,)
    assert {str(each.id) for each in left if each.name in {"alert", "other"}} == {copy, other}


async def test_a_stack_is_moved_with_its_automations(scene: Scene) -> None:
    await scene.apply(deployments=[NIGHTLY], automations=[ALERT])
    before = await scene.there()
    document = {"stack": "new", "deployments": [NIGHTLY], "automations": [ALERT]}
    desired, moving = compiling.compiled(scene.folder, document), Allowed(from_stack="shop")

    await scene.rounds.apply(desired, replace(moving, only_adopt=True))

    after = await scene.there()
    assert {each.id for each in after.values()} == {each.id for each in before.values()}
    assert {tag for each in after.values() for tag in each.tags} == {"deploy:new"}
    assert (await scene.rounds.plan(desired)).is_empty


async def test_an_apply_is_undone(scene: Scene) -> None:
    pause = {**ALERT, "actions": [{"type": "pause-deployment", "deployment": "nightly"}]}
    gone = {**ALERT, "name": "gone", "actions": pause["actions"], "protect": False}
    desired = scene.compiled(deployments=[NIGHTLY], automations=[pause, gone])
    await scene.rounds.apply(desired)
    await scene.apply(deployments=[{**NIGHTLY, "triggers": []}], automations=[ALERT])

    report = Report()
    back = await pipeline.plan_back("shop", scene.rounds.client, allowed=ORDINARY, report=report)
    assert back is not None
    done = await pipeline.apply(back, desired, scene.rounds.client, STAMP, report=report)

    assert done.all_done, [each.message for each in report]
    assert (await scene.rounds.plan(desired)).is_empty
    there, id = await scene.there(), (await scene.deployments())["nightly"]
    assert there.keys() == {"alert", "gone", "nightly__automation_1"}
    assert {each.actions[0]["deployment_id"] for each in there.values()} == {id}


async def test_what_is_protected_is_not_deleted(scene: Scene) -> None:
    await scene.apply(deployments=[NIGHTLY], automations=[{**ALERT, "protect": True}])

    found = await scene.refused(Allowed(), deployments=[NIGHTLY])

    assert "DEP609 automation/alert is protected, and would be deleted" in {
        each.partition(" (")[0] for each in found
    }


async def test_a_selection_takes_triggers_with_their_deployment(scene: Scene) -> None:
    desired = scene.compiled(deployments=[NIGHTLY, DAILY], automations=[ALERT])
    report = Report()
    some = {
        text: parse_selection((text,), (), report)
        for text in ("kind:automation", "flow:etl", "name:alert")
    }

    flow = await scene.rounds.plan(desired, ORDINARY, some["flow:etl"])
    alone = await scene.rounds.plan(desired, ORDINARY, some["name:alert"])
    with pytest.raises(AssertionError, match="needs deployment/etl/nightly, which is not selected"):
        await scene.rounds.plan(desired, ORDINARY, some["kind:automation"])

    assert [str(each.address) for each in flow.actions] == [
        "deployment/etl/nightly",
        "automation/etl/nightly/nightly__automation_1",
    ]
    assert [str(each.address) for each in alone.actions] == ["automation/alert"]


async def test_a_deployment_that_an_automation_needs_is_not_deleted_alone(scene: Scene) -> None:
    await scene.apply(deployments=[NIGHTLY, DAILY])
    desired = scene.compiled(deployments=[NIGHTLY])
    only = parse_selection(("kind:deployment",), (), Report())

    with pytest.raises(AssertionError, match="automation/report/nightly/nightly__automation_1"):
        await scene.rounds.plan(desired, ORDINARY, only)


async def test_a_renaming_that_is_killed_ends_with_one_automation(
    server: PrefectServer, tmp_path: Path
) -> None:
    (tmp_path / "f.py").write_text(FLOWS)
    first = compiling.compiled(tmp_path, {"stack": "shop", "deployments": [NIGHTLY]})
    new = {**NIGHTLY, "name": "daily", "renamed_from": "nightly"}
    second = compiling.compiled(tmp_path, {"stack": "shop", "deployments": [new]})
    async with rounds_on(server).http as http:
        await Rounds(http, Recorder(server.transport)).apply(first)
    restore = server.keep(tmp_path / "before.db")
    for fault in (kill_before, kill_after):
        restore()
        putting = when(lambda each: each.method == "PUT", fault)
        with suppress(Killed, BaseExceptionGroup):
            async with server.connect(Faults(server.transport, putting)) as broken:
                await unlocked(PrefectClient(broken), second)
        await server.quiet()
        rounds = rounds_on(server)
        async with rounds.http:
            await unlocked(rounds.client, second)

            (made,) = await rounds.client.automations_tagged("deploy:shop")
            (deployment,) = await rounds.client.deployments({})
            assert made.name == "daily__automation_1"
            assert made.actions[0]["deployment_id"] == str(deployment.id)  # type: ignore[index,call-overload]
            assert (await rounds.plan(second)).is_empty


async def unlocked(client: PrefectClient, desired: DesiredState) -> None:
    report = Report()
    plan = await pipeline.plan(desired, client, ORIGIN, allowed=ORDINARY, report=report)
    done = await pipeline.apply(plan, desired, client, STAMP, report=report)
    assert done.all_done, [each.message for each in report]


async def test_a_name_that_another_has_too_is_free(scene: Scene) -> None:
    theirs = await scene.make(name="alert")
    desired = scene.compiled(automations=[ALERT])

    done = await scene.rounds.apply(desired)

    found = await scene.rounds.client.automations_named(["alert"])
    assert kinds(done) == (Create,)
    assert {str(each.id): each.tags for each in found}[theirs] == []
    assert len(found) == 2


async def test_the_only_one_of_nobody_is_adopted_where_that_is_asked_for(scene: Scene) -> None:
    theirs = await scene.make(name="alert")

    done = await scene.apply(ANYTHING, automations=[ALERT])

    (found,) = (await scene.there()).values()
    assert kinds(done) == (Update,)
    assert (str(found.id), found.tags) == (theirs, ["deploy:shop"])


async def test_of_several_of_nobody_none_is_adopted(scene: Scene) -> None:
    for _ in range(2):
        await scene.make(name="alert")

    (found,) = await scene.refused(ANYTHING, automations=[ALERT])

    assert found.startswith("DEP628 there are 2 automations 'alert' that no stack made (rename")


async def test_what_prefect_deploy_left_is_refused_until_it_is_adopted(scene: Scene) -> None:
    await scene.apply(deployments=[{**NIGHTLY, "triggers": []}])
    id = (await scene.deployments())["nightly"]
    theirs = await scene.make_as_prefect_deploy("nightly__automation_1", id)
    await scene.make_as_prefect_deploy("nightly__automation_2", id)

    found = await scene.refused(deployments=[NIGHTLY])
    done = await scene.apply(ANYTHING, deployments=[NIGHTLY])

    beside = "deployment/etl/nightly is also run by the automation 'nightly__automation_2'"
    assert [each.partition(" (")[0] for each in found] == [
        "DEP602 automation/etl/nightly/nightly__automation_1 exists and was not made by this stack",
        f"DEP627 {beside}, which no stack made",
    ]
    there = await scene.there()
    assert kinds(done) == (Update,)
    assert str(there["nightly__automation_1"].id) == theirs
    assert there["nightly__automation_2"].tags == []


async def test_a_deployment_that_goes_takes_what_prefect_deploy_left_along(scene: Scene) -> None:
    await scene.apply(deployments=[{**NIGHTLY, "triggers": []}])
    await scene.make_as_prefect_deploy("x", (await scene.deployments())["nightly"])

    await scene.apply(Allowed(force=True, destroys=True))

    assert await scene.there() == {}


async def test_prefect_deploy_does_not_wipe_what_a_stack_made(scene: Scene) -> None:
    await scene.apply(deployments=[NIGHTLY])
    (deployment,) = await scene.rounds.client.deployments({})

    await scene.rounds.client.delete_automations_of(deployment.id)

    assert list(await scene.there()) == ["nightly__automation_1"]


async def test_a_lost_answer_makes_no_second_one(server: PrefectServer, tmp_path: Path) -> None:
    desired = compiling.compiled(tmp_path, {"stack": "shop", "automations": [ALERT]})
    rounds = rounds_on(server)
    making = when(lambda each: each.url.path.endswith("/automations/"), lose_the_answer)
    async with rounds.http, server.connect(Faults(server.transport, making)) as broken:
        await Rounds(broken, rounds.recorder).apply(desired)

        assert len(await rounds.client.automations_named(["alert"])) == 1
        assert (await rounds.plan(desired)).is_empty


async def test_only_cloud_has_metrics_and_incidents(scene: Scene) -> None:
    metric = {"type": "metric", "metric": {"name": "lateness", "operator": ">", "threshold": 60}}
    either = {"type": "compound", "require": "any", "triggers": [metric]}
    actions = [{"type": "declare-incident"}]

    found = await scene.refused(automations=[{**ALERT, "trigger": either, "actions": actions}])

    assert {each.partition(" (")[0] for each in found} == {
        "DEP529 only Prefect Cloud has a trigger of type 'metric'",
        "DEP529 only Prefect Cloud has an action 'declare-incident'",
    }


async def test_composite_triggers_are_as_they_were_written(scene: Scene) -> None:
    parts = [
        {"expect": ["a"], "threshold": 2, "within": 5},
        {"posture": "Proactive", "expect": ["b"], "after": ["c"], "for_each": ["d", "e"]},
    ]
    inner = {"type": "sequence", "triggers": parts, "within": "PT1H"}
    trigger = {"require": 1, "triggers": [inner, {"expect": ["f"]}]}

    await scene.apply(automations=[{**ALERT, "trigger": trigger}])

    held = (await scene.there())["alert"].trigger
    assert (held["type"], held["require"], held["within"]) == ("compound", 1, None)
    sequence, _ = held["triggers"]
    assert [each["within"] for each in sequence["triggers"]] == [5.0, 10.0]


async def test_a_prefix_tells_the_automations_of_environments_apart(scene: Scene) -> None:
    actions = [
        {"type": "pause-deployment", "deployment": "etl/nightly"},
        {"type": "pause-automation", "automation": "etl/nightly/nightly__automation_1"},
        {"type": "pause-work-pool", "work_pool": "k8s"},
    ]
    whole: dict[str, Any] = {
        "work_pools": [{"name": "k8s", "type": "process"}],
        "deployments": [NIGHTLY],
        "automations": [ALERT, {**ALERT, "name": "all", "actions": actions}],
    }
    await scene.apply(**whole)
    await scene.make(name="unused")
    desired = compiling.compiled(
        scene.folder,
        {
            "stack": "shop",
            "environments": {"dev": {"stack": "dev", "name_prefix": "dev-"}},
            **whole,
        },
        environment="dev",
    )

    await scene.rounds.apply(desired)

    there, ids = await scene.there(), await scene.deployments()
    assert {"alert", "dev-alert", "dev-all", "dev-nightly__automation_1"} < there.keys()
    assert there["dev-all"].actions[0]["deployment_id"] == ids["dev-nightly"]
    assert there["dev-all"].actions[1]["automation_id"] == str(
        there["dev-nightly__automation_1"].id
    )
