"""One stack at one commit, on a real server: what is written, what is held back, and why."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TypeVar

import pytest

from compiler.diagnostics import start_of
from controller.files import Files, shown_to_files
from controller.roster import Stack, Window
from controller.settled import State
from controller.sight import unpack
from controller.unit import Means, reconcile
from deploy.views.plan.markdown import render
from reconciler.api.client import PrefectClient
from reconciler.api.errors import Withheld
from reconciler.apply.walker import Halt
from reconciler.lock.hold import Terms, hold
from reconciler.lock.holder import this_process
from reconciler.suspension import Suspension, resume, suspend
from tests.support.controlled import FLOW
from tests.support.prefect_server import PrefectServer
from tests.support.recording import Recorder, Role

pytestmark = pytest.mark.server
T = TypeVar("T")
STACK = Stack(
    name="shop", repository="https://example.com/shop.git", at=start_of("controller.yaml")
)
NOW = datetime(2026, 6, 1, 12, 0, tzinfo=UTC)


def aside(work: Callable[[], T]) -> Awaitable[T]:
    return asyncio.to_thread(work)


MEANS = Means(
    who="controller@test",
    tool="0",
    aside=aside,
    is_at=lambda url: url == "http://here/api",
    render=render,
    now=lambda: NOW,
)


class Repository:
    """A folder whose content is the commit of the moment."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder.resolve()
        self.number = 0
        (folder / "flows.py").write_text(FLOW, encoding="utf-8")

    def commit(self, *names: str, tag: str = "a", more: str = "") -> Files:
        """A file that wants deployments of these names."""
        listed = "".join(
            f"  - {{name: {name}, entrypoint: 'flows.py:load', tags: [{tag}], pull: []}}\n"
            for name in names
        )
        return self.write(f"stack: shop\n{more}deployments:\n{listed}")

    def write(self, text: str) -> Files:
        """A commit with this file."""
        (self.folder / "deploy.yaml").write_text(text, encoding="utf-8")
        self.number += 1
        return Files(folder=self.folder, commit=f"{self.number:040x}")


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    folder = tmp_path / "files"
    folder.mkdir()
    return Repository(folder)


async def there(client: PrefectClient) -> dict[str, list[str]]:
    return {each.name: each.tags for each in await client.deployments({})}


async def edit(client: PrefectClient, name: str) -> None:
    (found,) = [each for each in await client.deployments({}) if each.name == name]
    await client.update_deployment(found.id, {"tags": ["by-hand", "deploy:shop"]})


async def test_the_server_becomes_equal_to_the_commit(
    client: PrefectClient, repository: Repository
) -> None:
    first = await reconcile(STACK, repository.commit("nightly"), client, MEANS)
    second = await reconcile(STACK, repository.commit("nightly"), client, MEANS)

    assert (first.state, first.written) == (State.SYNCED, True)
    assert (second.state, second.written) == (State.SYNCED, False)
    assert await there(client) == {"nightly": ["a", "deploy:shop"]}
    assert len(second.ids) == 1


async def test_a_look_at_what_is_as_it_should_be_only_reads(
    server: PrefectServer, repository: Repository
) -> None:
    recorder = Recorder(server.transport)
    names = [f"number-{each}" for each in range(50)]
    async with server.connect(recorder) as http:
        client = PrefectClient(http)
        await reconcile(STACK, repository.commit(*names), client, MEANS)
        recorder.calls.clear()
        settled = await reconcile(STACK, repository.commit(*names), client, MEANS)

    assert settled.state is State.SYNCED
    assert {call.role for call in recorder.calls} == {Role.READ}
    assert len(list(recorder.calls)) <= 4, [call.path for call in recorder.calls]


async def test_a_mistake_in_the_files_asks_the_server_nothing(
    server: PrefectServer, repository: Repository
) -> None:
    recorder = Recorder(server.transport)
    async with server.connect(recorder) as http:
        files = repository.write("stack: shop\ndeployments:\n  - {nmae: nightly}\n")
        settled = await reconcile(STACK, files, PrefectClient(http), MEANS)

    assert (settled.state, settled.planned) == (State.INVALID, False)
    assert str(settled.findings[1]).startswith("deploy.yaml:3:6: DEP101 'nmae' is no key")
    assert list(recorder.calls) == []


async def test_what_belongs_to_another_server_is_refused(
    client: PrefectClient, repository: Repository
) -> None:
    pinned = "environments: {prod: {server: 'http://there/api'}}\n"
    stack = replace(STACK, environment="prod")

    settled = await reconcile(stack, repository.commit("nightly", more=pinned), client, MEANS)

    assert settled.state is State.INVALID
    assert [each.code for each in settled.findings] == ["DEP608"]
    assert await there(client) == {}


async def test_without_healing_only_what_the_files_change_is_written(
    client: PrefectClient, repository: Repository
) -> None:
    await reconcile(STACK, repository.commit("nightly", "hourly"), client, MEANS)
    await edit(client, "nightly")
    alone = await reconcile(STACK, repository.commit("nightly", "hourly"), client, MEANS)

    beside = await reconcile(STACK, repository.commit("nightly", "hourly", "daily"), client, MEANS)

    assert (alone.state, alone.drift, alone.written) == (State.DRIFTED, 1, False)
    assert (beside.state, beside.drift, beside.written) == (State.DRIFTED, 1, True)
    assert await there(client) == {
        "daily": ["a", "deploy:shop"],
        "hourly": ["a", "deploy:shop"],
        "nightly": ["by-hand", "deploy:shop"],
    }


async def test_what_somebody_deleted_stays_drift_until_it_is_healed(
    client: PrefectClient, repository: Repository
) -> None:
    await reconcile(STACK, repository.commit("nightly", "hourly"), client, MEANS)
    (found,) = [each for each in await client.deployments({}) if each.name == "nightly"]
    await client.delete_deployment(found.id)
    await reconcile(STACK, repository.commit("nightly", "hourly", "daily"), client, MEANS)

    files = repository.commit("nightly", "hourly", "daily")
    left = await reconcile(STACK, files, client, MEANS)
    put_back = await reconcile(replace(STACK, self_heals=True), files, client, MEANS)

    assert (left.state, left.drift) == (State.DRIFTED, 1)
    assert (put_back.state, put_back.healed, put_back.drift) == (State.SYNCED, 1, 0)
    assert set(await there(client)) == {"nightly", "hourly", "daily"}


@pytest.mark.parametrize(
    ("prunes", "policy", "kept"),
    [(False, "", 1), (None, "policy: {prune: false}\n", 1), (True, "policy: {prune: false}\n", 0)],
    ids=["the controller keeps", "the file keeps", "the controller prunes"],
)
async def test_what_left_the_files_is_deleted_where_that_is_wished(
    client: PrefectClient,
    repository: Repository,
    *,
    prunes: bool | None,
    policy: str,
    kept: int,
) -> None:
    names = ("nightly", "hourly", "daily", "weekly")
    await reconcile(STACK, repository.commit(*names), client, MEANS)
    stack = replace(STACK, prunes=prunes)

    settled = await reconcile(stack, repository.commit(*names[1:], more=policy), client, MEANS)

    assert (settled.state, settled.kept) == (State.SYNCED, kept)
    assert ("nightly" in await there(client)) is bool(kept)


@pytest.mark.parametrize(
    ("stack", "reason"),
    [
        (replace(STACK, suspended=True), "the stack is suspended"),
        (replace(STACK, windows=(Window(cron="0 22 * * *", seconds=3600),)), "no window is open"),
        (
            replace(STACK, windows=(Window(cron="0 12 * * *", seconds=60, denies=True),)),
            "no window is open",
        ),
    ],
    ids=["suspended", "outside of a window", "inside of one that denies"],
)
async def test_what_may_not_be_written_now_is_pending(
    client: PrefectClient, repository: Repository, stack: Stack, reason: str
) -> None:
    settled = await reconcile(stack, repository.commit("nightly"), client, MEANS)

    assert (settled.state, settled.waiting, settled.reason) == (State.PENDING, 1, reason)
    assert (settled.again_in is not None) is bool(stack.windows)
    assert await there(client) == {}


async def test_a_stack_that_somebody_else_applies_is_left_alone(
    client: PrefectClient, repository: Repository, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("controller.unit._SHORTEST", 0.5)
    terms = Terms(holder=this_process("somebody", None), patience=0, hear=lambda _: None)
    async with hold(client, ["shop"], terms):
        settled = await reconcile(STACK, repository.commit("nightly"), client, MEANS)

    assert settled.state is State.LOCKED
    assert await there(client) == {}


async def test_what_the_server_refused_is_asked_for_once(
    server: PrefectServer, repository: Repository
) -> None:
    recorder = Recorder(server.transport)
    files = repository.write(_REFUSED)
    async with server.connect(recorder) as http:
        client = PrefectClient(http)
        first = await reconcile(STACK, files, client, MEANS)
        second = await reconcile(STACK, files, client, MEANS, before=first)
        recorder.calls.clear()
        third = await reconcile(STACK, files, client, MEANS, before=second)

    assert {first.state, second.state, third.state} == {State.REFUSED}
    assert str(third.findings[0]).startswith("deploy.yaml:4:11: DEP701 deployment/load/wrong: ")
    assert [call for call in recorder.calls if call.role is not Role.READ] == []


_REFUSED = """\
stack: shop
work_pools: [{name: ours, type: process}]
deployments:
  - name: wrong
    entrypoint: flows.py:load
    pull: []
    work_pool: {name: ours, job_variables: {stream_output: "{{ ctx.perhaps }}"}}
"""


async def test_once_the_controller_ends_nothing_is_begun(
    client: PrefectClient, repository: Repository
) -> None:
    halt = Halt()
    halt.call("the controller ends")

    settled = await reconcile(STACK, repository.commit("nightly"), client, MEANS, halt=halt)

    assert (settled.state, settled.reason) == (State.FAILED, "the controller ends")
    assert await there(client) == {}


async def test_a_lock_that_is_lost_ends_one_apply_and_no_other(
    client: PrefectClient, repository: Repository
) -> None:
    def permit(call: str) -> None:
        if call == "POST /deployments/":
            raise Withheld("the lock of the stack 'shop' was lost: it was asleep", call=call)

    files, halt = repository.commit("nightly"), Halt()

    lost = await reconcile(STACK, files, client.permitted_by(permit), MEANS, halt=halt)
    again = await reconcile(STACK, files, client, MEANS, before=lost, halt=halt)

    assert (lost.state, lost.reason) == (State.FAILED, "the lock was lost")
    assert again.state is State.SYNCED
    assert not halt.is_called


@pytest.mark.parametrize(
    "source",
    ["{$command: [cat, /etc/hostname]}", "{$file: /etc/hostname}", "{$file: ../secret}"],
    ids=["a command", "a file of the machine", "a file beside the commit"],
)
async def test_secrets_outside_of_the_commit_are_not_read(
    client: PrefectClient, repository: Repository, source: str
) -> None:
    (repository.folder.parent / "secret").write_text("hunter2", encoding="utf-8")
    (repository.folder / "link").symlink_to("/etc/hostname")
    block = f"blocks: [{{name: token, type: secret, data: {{value: {source}}}}}]\n"

    settled = await reconcile(STACK, repository.write(f"stack: shop\n{block}"), client, MEANS)

    assert settled.state is State.INVALID
    assert [each.code for each in settled.findings] == ["DEP808"]
    assert not (repository.folder / "link").is_symlink()


async def test_a_secret_of_the_commit_is_read_and_never_told(
    client: PrefectClient, repository: Repository
) -> None:
    (repository.folder / "token").write_text("hunter2-and-more", encoding="utf-8")
    block = "blocks: [{name: token, type: secret, data: {value: {$file: token}}}]\n"

    settled = await reconcile(STACK, repository.write(f"stack: shop\n{block}"), client, MEANS)

    assert settled.state is State.SYNCED
    assert "hunter2" not in str(settled)


def test_files_do_not_see_what_the_controller_needs_itself() -> None:
    environ = {"PREFECT_API_KEY": "k", "DEPLOY_GIT_TOKEN": "t", "HOOK": "h", "SHOP_TOKEN": "s"}

    assert shown_to_files(environ, frozenset({"HOOK"})) == {"SHOP_TOKEN": "s"}


async def test_what_a_person_has_suspended_is_planned_and_not_written(
    client: PrefectClient, repository: Repository
) -> None:
    await suspend(client, "shop", Suspension(who="ada", at="2026-06-01T12:00:00Z"))
    held = await reconcile(STACK, repository.commit("nightly"), client, MEANS)
    there_then = await there(client)
    await resume(client, "shop")
    after = await reconcile(STACK, repository.commit("nightly"), client, MEANS)

    assert (held.state, held.waiting, held.reason) == (State.PENDING, 1, "the stack is suspended")
    assert there_then == {}
    assert after.state is State.SYNCED


async def test_a_look_sees_every_thing_and_what_moved_in_it(
    client: PrefectClient, repository: Repository
) -> None:
    first = await reconcile(STACK, repository.commit("nightly", "daily"), client, MEANS)
    await edit(client, "daily")
    second = await reconcile(STACK, repository.commit("nightly", "daily", "new"), client, MEANS)
    third = await reconcile(
        replace(STACK, suspended=True), repository.commit("nightly", "other"), client, MEANS
    )

    seen = [unpack(each.sight) for each in (first, second, third)]
    marks = [{one.name: one.mark.value for one in each.things} for each in seen if each is not None]
    assert marks == [
        {"load/daily": "same", "load/nightly": "same"},
        {"load/daily": "drifted", "load/nightly": "same", "load/new": "same"},
        {"load/nightly": "same", "load/other": "create"}
        | {"load/daily": "delete", "load/new": "delete"},
    ]
    (moved,) = [one for one in seen[1].things if one.changes] if seen[1] is not None else []
    assert [(one.path, one.cause) for one in moved.changes] == [("tags", "drift")]
    assert '"by-hand"' in (moved.changes[0].before or "")
