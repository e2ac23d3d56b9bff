"""The address of a server's API, from what people have at hand.

That is often what stands in their browser: a page of a workspace in Prefect Cloud, or of
a server's own pages.
"""

import re
from contextlib import suppress
from urllib.parse import SplitResult, unquote, urlsplit

from deploy.complaint import Complaint

_CLOUD = re.compile(r"(?:api|app)\.((?:[\w-]+\.)*prefect\.(?:cloud|dev))")
_WORKSPACE = re.compile(r"/accounts?/([^/]+)/workspaces?/([^/]+)")
_PAGES = frozenset(
    {
        *("dashboard", "runs", "flow-runs", "task-runs", "flows", "deployments", "artifacts"),
        *("work-pools", "work-queues", "blocks", "variables", "automations", "events"),
        *("concurrency-limits", "notifications", "settings", "login", "docs", "redoc"),
    }
)


def api_address(written: str, source: str) -> str:
    """The API's address at the server that `written` names, the same without a slash at its end.

    Raises:
        Complaint: it is no address, or one of Prefect Cloud without a workspace.
    """
    parts = _taken_apart(written, source)
    cloud = _CLOUD.fullmatch(parts.hostname or "")
    if cloud is not None:
        return _of_workspace(parts, cloud[1], source)
    steps = [step for step in parts.path.split("/") if step]
    page = next((at for at, step in enumerate(steps) if step in _PAGES), None)
    if page is not None:
        steps = steps[:page]
    if not steps or (page is not None and steps[-1] != "api"):
        steps.append("api")
    return parts._replace(path="/" + "/".join(steps), query="", fragment="").geturl()


def host_of(address: str) -> str:
    """Host and port, as written."""
    return urlsplit(address).netloc.rpartition("@")[2]


def login_in(address: str) -> str | None:
    """The `user:password` that an address holds; None if there is none."""
    login = urlsplit(address).netloc.rpartition("@")[0]
    return unquote(login) if ":" in login else None


def without_login(address: str) -> str:
    """The address as it may be shown."""
    try:
        parts = urlsplit(address)
    except ValueError:
        return address
    if "@" not in parts.netloc:
        return address
    return parts._replace(netloc=parts.netloc.rpartition("@")[2]).geturl()


def _taken_apart(written: str, source: str) -> SplitResult:
    parts = None
    with suppress(ValueError):  # also of a port that is none
        split = urlsplit(written.strip())
        parts = split if split.hostname and split.port != 0 else None
    if parts is None or parts.scheme not in ("http", "https"):
        message = f"the server's address ({source}) is none"
        raise Complaint(message, hint='write "https://HOST/api"')
    return parts


def _of_workspace(parts: SplitResult, domain: str, source: str) -> str:
    found = _WORKSPACE.search(parts.path)
    if found is None:
        message = f"the address of Prefect Cloud ({source}) names no workspace"
        hint = "open the workspace in a browser and copy its address, or run 'prefect cloud login'"
        raise Complaint(message, hint=hint)
    return f"https://api.{domain}/api/accounts/{found[1]}/workspaces/{found[2]}"
