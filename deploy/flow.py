"""One look at one stack as a flow run: what `deploy controller --on prefect` lets Prefect start.

A worker runs it where this package is installed beside Prefect; nothing is pulled. Git's
credentials, and whatever the stack's files take, come from that worker's environment.
"""

import json
import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from prefect import flow
from prefect.logging import get_run_logger

from compiler.diagnostics import Report
from compiler.plan.mask import Mask, secret_values
from compiler.source.sources import Sources
from controller.once import look_once
from controller.read import read_roster
from controller.roster import Roster
from controller.settled import Settled, State
from deploy.controlling import Place, kept_files, means_of, remotes_of, target_of
from deploy.options import ServerArguments
from deploy.session import open_client
from deploy.target import proxy_secrets
from deploy.views.text import render_report

_WELL = frozenset({State.SYNCED, State.DRIFTED, State.PENDING})


class NotInSync(Exception):
    """The stack does not stand as its files have it, and this look did not change that."""


@flow(name="deploy-controller", flow_run_name="{stack}")
async def reconcile(stack: str, entry: dict[str, object]) -> dict[str, object]:
    """Make the server equal to one stack's files in Git.

    Args:
        stack: its name
        entry: what the controller's file says of it, with nothing filled in yet
    """
    environ = dict(os.environ)
    mask = Mask((*secret_values(environ), *proxy_secrets(environ)))
    roster = _roster(entry, mask)
    target = target_of(ServerArguments(), environ)
    mask.learn(target.secrets())
    with kept_files(environ) as cache, ThreadPoolExecutor(2, "aside") as threads:
        place = Place(target=target, mask=mask, environ=environ, cache=cache)
        means, git = means_of(roster, place, threads), remotes_of(place)
        (wanted,) = roster.stacks
        settled = await look_once(wanted, git, means, lambda: open_client(target))
    return _told(stack, settled)


def _roster(entry: dict[str, object], mask: Mask) -> Roster:
    """The roster of this one stack; templates take the environment of this process.

    Raises:
        NotInSync: the entry is wrong here.
    """
    base, report = Path.cwd(), Report()
    path, sources = base / "controller.yaml", Sources(base)
    sources.give(path, json.dumps({"stacks": [entry]}).encode())
    roster = read_roster(path, os.environ, sources, report)
    if roster is None:
        raise NotInSync(render_report(report, sources, mask, None))
    return roster


def _told(stack: str, settled: Settled) -> dict[str, object]:
    """What the run shows of the look; one that did not end well is a failed run.

    Raises:
        NotInSync: it did not.
    """
    log = get_run_logger()
    for each in settled.findings:
        log.warning("%s", each)
    said = f"{stack}: {settled.state} at {settled.commit or 'no commit'}"
    if settled.state not in _WELL:
        reasons = (settled.reason, *map(str, settled.findings))
        raise NotInSync("; ".join((said, *filter(None, reasons))))
    log.info("%s, %s", said, "something was written" if settled.written else "nothing was written")
    return {
        "state": str(settled.state),
        "commit": settled.commit,
        "written": settled.written,
        "drift": settled.drift,
        "waiting": settled.waiting,
    }
