"""What an apply that never said how it ended may have left undone besides its writes.

Every write makes the server drop the runs that it has queued, and the apply asks for them
again; one that was killed in between has not. The next one does, of everything that it
was about to write.
"""

from datetime import datetime, timedelta

from compiler.desired.address import Kind
from compiler.diff import schedules
from compiler.plan.build import Plan

_LONGEST = timedelta(hours=1)  # then the server's scheduler has come by, and people may have


def resumed(plan: Plan, now: datetime) -> tuple[str, ...]:
    """Ids of the deployments whose runs are asked for again, from the time that apply began.

    They are as they are now: with paused ones and such as were deleted it is not concerned.
    """
    begun = plan.ledger.begun if plan.ledger is not None else None
    if (
        begun is None
        or plan.seen is None
        or now - datetime.fromisoformat(begun.apply.at) > _LONGEST
    ):
        return ()
    things = plan.seen.things
    return tuple(
        things[address].id
        for address in begun.writes
        if address.kind is Kind.DEPLOYMENT
        and address in things
        and schedules.firing(things[address].fields)
    )
