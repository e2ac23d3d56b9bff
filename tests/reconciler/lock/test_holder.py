"""Only a process that is surely gone is taken for dead."""

import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from reconciler.lock.holder import Holder, this_process
from tests.support.locking import dead, elsewhere

HERE = this_process("ada", None)


def test_this_process_lives() -> None:
    assert not HERE.has_died()
    assert HERE.pid == os.getpid()


def test_a_process_that_has_ended_has_died() -> None:
    assert dead().has_died()


def test_a_process_whose_parent_has_not_asked_about_it_has_died() -> None:
    with subprocess.Popen([sys.executable, "-c", ""], stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        process.stdout.read()
        holder = replace(HERE, pid=process.pid, started=started(process.pid))
        os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOWAIT)

        assert holder.has_died()


def started(pid: int) -> str:
    return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[19]


@pytest.mark.parametrize(
    "other",
    [{"host": "elsewhere"}, {"boot": "another"}, {"namespace": "pid:[1]"}, {"boot": None}],
    ids=lambda each: next(iter(each)),
)
def test_of_a_process_elsewhere_nothing_is_known(other: dict[str, str | None]) -> None:
    assert not replace(dead(), **other).has_died()  # type: ignore[arg-type]  # only texts are given


def test_a_number_that_another_process_has_now_is_not_it() -> None:
    assert replace(HERE, started="1").has_died()


def test_a_system_that_tells_nothing_has_nobody_die(tmp_path: Path) -> None:
    holder = this_process("ada", None, tmp_path)

    assert (holder.boot, holder.namespace, holder.started) == (None, None, None)
    assert not replace(holder, pid=dead().pid).has_died(tmp_path)


def test_a_process_that_may_not_be_seen_lives(tmp_path: Path) -> None:
    (tmp_path / "sys/kernel/random").mkdir(parents=True)
    (tmp_path / "sys/kernel/random/boot_id").write_text("b\n")
    (tmp_path / "self/ns").mkdir(parents=True)
    (tmp_path / "self/ns/pid").symlink_to("pid:[1]")
    holder = this_process("ada", None, tmp_path)

    assert (holder.boot, holder.namespace) == ("b", "pid:[1]")
    assert not holder.has_died(tmp_path)


def test_somebody_elses_process_is_there() -> None:
    init = Holder(**{name: getattr(elsewhere(), name) for name in ("who", "host")}, pid=1)

    assert not replace(HERE, pid=1, started=started(1)).has_died()
    assert not init.has_died()
