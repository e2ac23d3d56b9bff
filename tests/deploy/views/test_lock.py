"""Who holds a lock, as a person reads it."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from deploy.views.lock import render_notice, render_refusal
from reconciler.lock.hold import NoLeases
from reconciler.lock.holder import Holder
from reconciler.lock.record import Record
from reconciler.lock.standing import Standing
from reconciler.lock.take import Refusal

NOW = datetime(2026, 11, 24, 13, 5, 12, tzinfo=UTC)
ADA = Holder(who="ada@laptop", host="laptop", pid=4711, commit="4f1d3c2a9b8e7d6c")
BOT = Holder(who="github-bot", host="runner-7", pid=12)
RECORD = Record(
    lease=UUID(int=1), limit=UUID(int=2), holder=ADA, since=NOW, until=NOW + timedelta(minutes=1)
)
STANDING = Standing(limit=UUID(int=2), is_taken=True, record=RECORD, now=NOW)


@pytest.mark.parametrize(
    ("standing", "told"),
    [
        pytest.param(
            STANDING,
            "by ada@laptop (process 4711, commit 4f1d3c2a) since 2026-11-24 13:05:12 UTC, "
            "until 2026-11-24 13:06:12 UTC or longer",
            id="held",
        ),
        pytest.param(
            replace(STANDING, record=replace(RECORD, holder=BOT)),
            "by github-bot (process 12 on runner-7) since 2026-11-24 13:05:12 UTC, "
            "until 2026-11-24 13:06:12 UTC or longer",
            id="held in a pipeline, outside of Git",
        ),
        pytest.param(
            replace(STANDING, now=NOW + timedelta(minutes=2)),
            "and has not been renewed in time: ada@laptop (process 4711, commit 4f1d3c2a) "
            "had it until 2026-11-24 13:06:12 UTC",
            id="run out",
        ),
        pytest.param(
            replace(STANDING, limit=UUID(int=3)),
            "by somebody who has not said who it is",
            id="the record is of the lock before",
        ),
        pytest.param(
            replace(STANDING, record=None),
            "by somebody who has not said who it is",
            id="no record",
        ),
    ],
)
def test_what_is_known_of_the_holder_is_said(standing: Standing, told: str) -> None:
    refusal = Refusal(stack="shop", standing=standing)

    assert render_refusal(refusal) == f"the stack 'shop' is locked {told}"


def test_after_a_lost_answer_it_may_be_this_run() -> None:
    standing = replace(STANDING, record=None)

    assert render_refusal(Refusal(stack="shop", standing=standing, lost_answer=True)) == (
        "the stack 'shop' is locked, perhaps by this run: "
        "the answer to this run's own request for it was lost"
    )


def test_after_a_lost_answer_a_holder_that_is_known_is_named() -> None:
    told = render_refusal(Refusal(stack="shop", standing=STANDING, lost_answer=True))

    assert "by ada@laptop" in told


def test_how_long_is_waited_is_said() -> None:
    told = render_notice(Refusal(stack="shop", standing=STANDING), 180)

    assert told.endswith("or longer: waiting up to 180 s")


def test_a_server_without_leases_is_said_to_be_old() -> None:
    assert render_notice(NoLeases("shop"), 180) == (
        "this server is older than Prefect 3.4.9 and has no locks: "
        "nothing keeps two applies of 'shop' apart"
    )
