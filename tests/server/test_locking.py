"""Two runs of one stack never write at once, and a lock that nobody holds stops nobody for long."""

import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from threading import Lock, Thread

import httpx
import pytest

from compiler.diagnostics import Report
from reconciler import ledger, pipeline
from reconciler.api.client import PrefectClient
from reconciler.api.connect import connect
from reconciler.apply.walker import Done
from reconciler.lock.hold import hold
from reconciler.lock.holder import Holder
from reconciler.lock.standing import free, look
from tests.support.builders import STAMP
from tests.support.command import command, surroundings
from tests.support.compiling import compiled
from tests.support.faults import Fault, Faults
from tests.support.live_server import run_server
from tests.support.locking import Clock, elsewhere, terms
from tests.support.prefect_server import PrefectServer
from tests.support.proxy import Proxy, proxy_to
from tests.support.recording import Call, Role, noted
from tests.support.rounds import rounds_on
from tests.support.stage import Stage
from tests.support.template import copy, database
from tests.support.terminal import LISTENING, at_a_terminal

pytestmark = [pytest.mark.server, pytest.mark.slow]

ROUNDS = int(os.environ.get("DEPLOY_LOCKING_ROUNDS", "3"))  # 50 of each were run by hand
ONE = """
    stack: shop
    deployments: [{name: nightly, entrypoint: "flows.py:load", parameters: {rows: 10}}]
"""


@dataclass(slots=True)
class Log:
    """What several runs ask of one server, in one order."""

    lines: list[tuple[str, Call]] = field(default_factory=list)
    _lock: Lock = field(default_factory=Lock)

    def watch(self, who: str, proxy: Proxy) -> None:
        """Note what passes: a lock when it is had, all else before it is done."""
        proxy.before = lambda call: None if _acquires(call) else self._add(who, call)
        proxy.after = lambda call: self._add(who, call) if _acquires(call) else None

    def _add(self, who: str, call: Call) -> None:
        with self._lock:
            self.lines.append((who, call))

    def check(self) -> None:
        """Whoever writes has the lock at that moment, and nobody has it beside him."""
        holder: str | None = None
        for who, call in self.lines:
            if _acquires(call):
                assert call.status in {200, 423, 503}
                if call.status == 200:
                    assert holder is None, f"{who} and {holder}"
                    holder = who
            elif call.role is not Role.READ:
                assert holder == who, f"{who} sent {call} while {holder} had the lock"
                holder = None if "decrement" in call.path else holder
        assert holder is None


def _acquires(call: Call) -> bool:
    return call.path.endswith("/increment-with-lease")


@contextmanager
def running(folder: Path, url: str, *arguments: str) -> Iterator[subprocess.Popen[str]]:
    """The command in the background, which can be interrupted."""
    with subprocess.Popen(
        [sys.executable, "-c", LISTENING, *command(*arguments)],
        cwd=folder,
        env=surroundings(url),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        yield process


def at_once(stage: Stage, texts: tuple[str, str]) -> Log:
    """Apply two files from two folders at the same time; both have to succeed."""
    log = Log()
    with ExitStack() as all_of_it:
        runs = []
        for number, text in enumerate(texts):
            folder = stage.folder / str(number)
            stage.write(text, f"{number}/deploy.yaml")
            (folder / "flows.py").write_text((stage.folder / "flows.py").read_text())
            proxy = all_of_it.enter_context(proxy_to(stage.server.url))
            log.watch(str(number), proxy)
            runs.append(all_of_it.enter_context(running(folder, proxy.url)))
        for process in runs:
            _, told = process.communicate(timeout=120)
            assert process.returncode == 0, told
    return log


def rows(stage: Stage, name: str = "load/nightly") -> object:
    return stage.deployments()[name]["parameters"]["rows"]


def test_two_applies_of_one_stack_at_once_are_made_one_after_the_other(stage: Stage) -> None:
    stage.write(ONE, "0/deploy.yaml")
    (stage.folder / "0/flows.py").write_text((stage.folder / "flows.py").read_text())
    stage.apply(folder=stage.folder / "0")

    for number in range(ROUNDS):
        one = ONE.replace("rows: 10", f"rows: {100 + number}")
        other = ONE.replace("rows: 10", f"rows: {200 + number}")
        log = at_once(stage, (one, other))

        log.check()
        assert rows(stage) in {100 + number, 200 + number}
        last = "0" if rows(stage) == 100 + number else "1"
        assert stage.pending(folder=stage.folder / last) == ""
    history = stage.deploy("history", "--stack", "shop").stdout
    assert history.count("done") == 1 + 2 * ROUNDS


def test_two_applies_of_two_stacks_at_once_do_not_meet(stage: Stage) -> None:
    for number in range(ROUNDS):
        one = ONE.replace("rows: 10", f"rows: {number}")
        other = one.replace("shop", "other").replace("nightly", "weekly")
        log = at_once(stage, (one, other))

        assert [call for _, call in log.lines if call.status == 423] == []
        assert rows(stage) == rows(stage, "load/weekly") == number


def test_after_a_run_was_killed_the_next_one_goes_on_at_once(stage: Stage) -> None:
    stage.write(ONE)
    with running(stage.folder, stage.proxy.url) as process:
        untouched = stage.proxy.after
        stage.proxy.after = lambda call: process.kill() if call.path == "/deployments/" else None
        process.wait(timeout=60)
    stage.proxy.after = untouched
    assert process.returncode == -signal.SIGKILL

    ended = stage.deploy("--lock-timeout", "0")

    assert ended.code == 0, ended.text
    assert list(stage.deployments()) == ["load/nightly"]


@contextmanager
def held_by(stage: Stage, holder: Holder) -> Iterator[Callable[[], None]]:
    """Have the lock held, by another machine; what is handed out gives it back."""
    done, has = asyncio.Event(), asyncio.Event()
    loop = asyncio.new_event_loop()

    async def keep() -> None:
        async with (
            connect(stage.server.url) as http,
            hold(PrefectClient(http), ("shop",), terms(Clock(), holder)),
        ):
            has.set()
            await done.wait()

    thread = Thread(target=loop.run_until_complete, args=[keep()])
    thread.start()
    asyncio.run_coroutine_threadsafe(has.wait(), loop).result(timeout=60)

    def end() -> None:
        if thread.is_alive():
            loop.call_soon_threadsafe(done.set)
            thread.join(timeout=60)

    try:
        yield end
    finally:
        end()
        loop.close()


def test_one_that_cannot_wait_says_who_holds_it(stage: Stage) -> None:
    stage.write(ONE)
    with held_by(stage, elsewhere("eve")):
        ended = stage.deploy("--lock-timeout", "0")

    assert ended.code == 1
    assert "DEP615" in ended.stderr
    assert "the stack 'shop' is locked by eve (process" in ended.stderr
    assert "on elsewhere" in ended.stderr
    assert "nothing was written" in ended.stderr
    assert [call for call in stage.writes if not _acquires(call)] == []
    assert stage.deployments() == {}


def test_one_that_is_interrupted_while_it_waits_leaves_nothing(stage: Stage) -> None:
    stage.write(ONE)
    with held_by(stage, elsewhere("eve")) as end:
        with running(stage.folder, stage.proxy.url) as process:
            assert process.stderr is not None
            wait_for("waiting up to 180 s", process)
            process.send_signal(signal.SIGINT)
            told = process.stderr.read()
        end()

    assert process.returncode == 130
    assert "interrupted" in told
    assert "Traceback" not in told
    assert stage.deployments() == {}
    assert stage.deploy("--lock-timeout", "0").code == 0


def wait_for(words: str, process: subprocess.Popen[str]) -> None:
    assert process.stderr is not None
    lines = iter(process.stderr.readline, "")
    assert any(words in line for line in lines)


def test_what_was_approved_is_refused_if_it_differs_after_waiting(stage: Stage) -> None:
    stage.write(ONE)
    stage.apply()
    stage.write(ONE.replace("rows: 10", "rows: 5"))
    digest = next(
        word for word in stage.deploy("plan").stdout.split() if word.startswith("sha256:")
    )

    with (
        held_by(stage, elsewhere("eve")) as end,
        running(stage.folder, stage.proxy.url, "--expect", digest) as process,
    ):
        wait_for("waiting", process)
        stage.change("load/nightly", tags=["deploy:shop", "by-hand"])
        stage.change("load/nightly", description="By hand.")
        end()
        out, told = process.communicate(timeout=60)

    assert process.returncode == 1, out + told
    assert "DEP603" in told
    assert rows(stage) == 10


def test_a_person_is_asked_again_if_somebody_has_applied_meanwhile(stage: Stage) -> None:
    stage.write(ONE)
    stage.apply()
    stage.write(ONE.replace("rows: 10", "rows: 5"))

    def somebody_else() -> None:
        stage.write(ONE.replace("rows: 10", "rows: 7"), "theirs/deploy.yaml")
        (stage.folder / "theirs/flows.py").write_text((stage.folder / "flows.py").read_text())
        stage.apply("--take-over", "--yes", folder=stage.folder / "theirs")

    talk = at_a_terminal(stage, "--take-over", answer="y\n", before=somebody_else)

    assert talk.code == 0, talk.screen
    assert talk.screen.count("Apply? [y/N]") == 2
    assert "something has changed on the server" in talk.screen
    assert "7" in talk.screen.partition("something has changed")[2]
    assert rows(stage) == 5


def test_a_lock_is_freed_by_hand(stage: Stage) -> None:
    stage.write(ONE)
    stage.apply()
    with held_by(stage, elsewhere("eve")):
        unasked = stage.deploy("unlock", "--stack", "shop")
        freed = stage.deploy("unlock", "--yes")
        again = stage.deploy("unlock", "--stack", "shop")

    assert (unasked.code, freed.code, again.code) == (1, 0, 0)
    assert "is locked by eve" in unasked.stdout
    assert "say --yes" in unasked.stderr
    assert "is locked by eve" in freed.stdout
    assert "it is free" in freed.stderr
    assert "'shop' is not locked" in again.stderr


def test_freeing_a_lock_is_asked(stage: Stage) -> None:
    with held_by(stage, elsewhere("eve")):
        no = at_a_terminal(stage, "unlock", "--stack", "shop", answer="n\n")
        still = stage.read("/v2/concurrency_limits/filter")[0]["active_slots"]
        yes = at_a_terminal(stage, "unlock", "--stack", "shop", answer="y\n")

    assert (no.code, yes.code) == (1, 0)
    assert "it stays locked" in no.screen
    assert still == 1
    assert stage.read("/v2/concurrency_limits/filter") == []


async def test_a_slot_that_a_restart_of_the_server_left_taken_is_freed(
    tmp_path: Path, template: Path
) -> None:
    home, kept = tmp_path / "home", tmp_path / "kept.db"
    home.mkdir()
    with run_server(home, template, environment={}) as server:
        async with connect(server.url) as http:
            lock = hold(PrefectClient(http), ("shop",), terms(Clock(), elsewhere("eve")))
            await lock.__aenter__()
            copy(database(home), kept)
            await lock.__aexit__(None, None, None)

    with run_server(home, kept, environment={}) as server:
        async with connect(server.url) as http:
            client, clock = PrefectClient(http), Clock()
            before = await look(client, "shop")
            async with hold(client, ("shop",), terms(clock, patience=180)) as held:
                after = await look(client, "shop")
                await held.client.create_flow("etl")

    assert before.is_taken
    assert before.record is not None
    assert before.record.holder == elsewhere("eve")
    assert after.limit != before.limit
    assert 120 <= sum(clock.naps) < 123


async def test_a_lock_that_is_lost_stops_the_apply_before_its_next_write(
    server: PrefectServer, tmp_path: Path
) -> None:
    (tmp_path / "flows.py").write_text("from prefect import flow\n@flow\ndef etl(): ...\n")
    deployments = [{"name": f"d{number}", "entrypoint": "flows.py:etl"} for number in range(9)]
    desired = compiled(tmp_path, {"stack": "shop", "deployments": deployments})
    clock, after_the_loss = Clock(), list[str]()
    is_lost = False

    async def lose_it(request: httpx.Request, inner: httpx.AsyncBaseTransport) -> httpx.Response:
        nonlocal is_lost
        async with server.connect() as http:
            assert await free(PrefectClient(http), "shop", await look(PrefectClient(http), "shop"))
        clock.tick()
        await asyncio.sleep(1)
        is_lost = True
        return await inner.handle_async_request(request)

    def at_the_third(_: int, request: httpx.Request) -> Fault | None:
        call = noted(request.method, request.url.path, body=request.content, status=None)
        if is_lost and call.role is not Role.READ:
            after_the_loss.append(str(call))
        is_it = call.path == "/deployments/" and b'"d2"' in request.content
        return lose_it if is_it else None

    rounds, report = rounds_on(server), Report()
    transport = Faults(server.transport, at_the_third)
    async with rounds.http, connect(server.url, transport=transport) as http:
        plan = await rounds.plan(desired)
        async with hold(PrefectClient(http), ("shop",), terms(clock)) as held:
            outcomes = await pipeline.apply(plan, desired, held.client, STAMP, report=report)
        remembered = await ledger.load(rounds.client, "shop")
        there = {each.name: each.id for each in await rounds.client.deployments({})}
        await rounds.apply(desired)
        converged = {each.name: each.id for each in await rounds.client.deployments({})}

    given_back = "POST /v2/concurrency_limits/decrement-with-lease"
    assert after_the_loss == [given_back]
    assert 3 <= len(there) < 9
    assert len(there) == outcomes.count(Done)
    assert not outcomes.all_done
    assert [each.rule.code for each in report] == ["DEP615"]
    assert remembered is not None
    assert remembered.history == ()
    assert len(converged) == 9
    assert converged.items() >= there.items()
