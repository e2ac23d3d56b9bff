"""What a terminal makes clickable: files that findings name, and things of a plan.

A link is laid over a text that says the same to who sees none (OSC 8); it is no colour, but
where no colour is wanted text is wanted.  Findings have no page on the net that is known here.
"""

import re
import socket
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote

if TYPE_CHECKING:
    from compiler.plan.document import PlanDocument

_CLOUD = re.compile(
    r"https://api\.prefect\.cloud/api/accounts/(?P<account>[^/]+)/workspaces/(?P<workspace>[^/]+)"
)
_PLACE = re.compile(
    r"(?P<lead> *(?:-->|:::) |)(?P<place>(?P<file>[^ ].*?):\d+:\d+)(?P<rest>$|: .*)"
)
_STEP = re.compile(r"(?P<lead>[+~=!-] )(?P<address>.*?)(?P<rest>  \(.*|)")


def link(text: str, url: str) -> str:
    """The text, clickable where a terminal knows how."""
    return f"\x1b]8;;{url}\x1b\\{text}\x1b]8;;\x1b\\"


def with_file(line: str, base: Path) -> str:
    """A line of a finding; the place in it leads to the file, if there is one."""
    found = _PLACE.fullmatch(line)
    if found is None:
        return line
    path = base / found["file"]
    if not path.is_file():
        return line
    return found["lead"] + link(found["place"], _address_of(path)) + found["rest"]


def with_page(line: str, pages: Mapping[str, str]) -> str:
    """A line of a plan; the address that it begins with leads to the thing's page."""
    found = _STEP.fullmatch(line)
    if found is None or found["address"] not in pages:
        return line
    return found["lead"] + link(found["address"], pages[found["address"]]) + found["rest"]


def pages_of(
    document: "PlanDocument", api_url: str | None, environ: Mapping[str, str]
) -> dict[str, str]:
    """The pages that the server's user interface has of what a plan changes, by address."""
    from deploy.views.plan import wording  # noqa: PLC0415  # only where there is a plan

    ui = ui_of(api_url, environ)
    if ui is None:
        return {}
    return {
        wording.address(each.address): f"{ui}/deployments/deployment/{each.id}"
        for each in document.actions
        if each.kind == "deployment" and each.id is not None
    }


def ui_of(api_url: str | None, environ: Mapping[str, str]) -> str | None:
    """Where the user interface of a server is, as Prefect derives it; None where nobody serves it.

    Source: `PREFECT_UI_URL` and its default in `prefect.settings`.
    """
    if told := environ.get("PREFECT_UI_URL"):
        return told.rstrip("/")
    if api_url is None:
        return None
    if cloud := _CLOUD.match(api_url):
        return (
            f"https://app.prefect.cloud/account/{cloud['account']}/workspace/{cloud['workspace']}"
        )
    return api_url.rstrip("/").removesuffix("/api")


def _address_of(path: Path) -> str:
    """The file's address, with this machine's name: a terminal may be on another one."""
    whole = path.resolve()
    return (
        f"file://{socket.gethostname()}{quote(whole.as_posix())}"
        if whole.drive == ""
        else whole.as_uri()
    )
