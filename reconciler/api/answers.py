"""Whether an answer is a good one, and which error one is that is not."""

import json
import re

from reconciler.api.errors import (
    ApiError,
    NotPrefect,
    Unanswered,
    Unreachable,
    from_status,
    reason_in,
)
from reconciler.api.http import httpx
from reconciler.api.retry import PERHAPS_CARRIED_OUT
from reconciler.api.trouble import Route, explain, was_never_sent

_LOGIN_ADDRESS = re.compile(
    r"\b(log-?in|sign-?in|sso|saml2?|oauth2?|openid|authorize|adfs|cdn-cgi/access)\b", re.IGNORECASE
)
_LOGIN_PAGE = re.compile(
    rb"type=[\"']?password|\b(log|sign)[ -]?(in|on)\b|single sign|SAMLRequest|\bsso\b",
    re.IGNORECASE,
)
_BEHIND_A_LOGIN = (
    "name an address that programs reach, or the header that lets them through "
    "in PREFECT_CLIENT_CUSTOM_HEADERS"
)


def lost(error: httpx.RequestError, call: str, route: Route, *, repeatable: bool) -> ApiError:
    """The error of a call that had no answer."""
    trouble = explain(error, route)
    if repeatable or was_never_sent(error):
        return Unreachable(trouble.reason, call=call, hint=trouble.hint)
    return Unanswered(trouble.reason, call=call, hint=trouble.hint)


def is_good(response: httpx.Response) -> bool:
    """Whether the server has done it, and answers as Prefect does."""
    return response.is_success and (not response.content or _is_json(response))


def refusal(response: httpx.Response, call: str, route: Route, *, repeatable: bool) -> ApiError:
    """The error of an answer that is no good one."""
    status = response.status_code
    if status == 407:
        trouble = explain(httpx.ProxyError(f"{status} {response.reason_phrase}"), route)
        return Unreachable(trouble.reason, call=call, hint=trouble.hint)
    if status in PERHAPS_CARRIED_OUT and not repeatable:
        return Unanswered(_reason(response), call=call)
    if _is_login(response):
        told = f"a login page came instead of an answer ({_reason(response)})"
        return NotPrefect(told, call=call, hint=_BEHIND_A_LOGIN)
    if not _is_json(response) and status < 500 and status not in (401, 403, 408, 429):
        return NotPrefect(_reason(response), call=call, hint=_elsewhere(response))
    return from_status(status, _reason(response), call=call)


def _is_json(response: httpx.Response) -> bool:
    return "json" in response.headers.get("Content-Type", "")


def _is_login(response: httpx.Response) -> bool:
    """Whether somebody in between wants a person to sign in."""
    if response.has_redirect_location:
        return _LOGIN_ADDRESS.search(response.headers["Location"]) is not None
    is_page = "html" in response.headers.get("Content-Type", "")
    is_refused = response.is_success or response.status_code in (401, 403)
    return is_page and is_refused and _LOGIN_PAGE.search(response.content) is not None


def _elsewhere(response: httpx.Response) -> str | None:
    """What to do about an answer that points to another address."""
    if not response.has_redirect_location:
        return None
    try:
        there = response.request.url.join(response.headers["Location"])
    except httpx.InvalidURL:
        return None
    if there.scheme != response.request.url.scheme and there.host == response.request.url.host:
        return f'write "{there.scheme}://" instead of "{response.request.url.scheme}://"'
    return "name the address that it points to"


def _reason(response: httpx.Response) -> str:
    said = _said(response)
    if response.headers.get("Prefect-Maintenance", "").lower() == "true":
        said = f"{said}: Prefect is under maintenance"
    if response.headers.get("Retry-After"):
        said = f"{said}, and asks to wait: Retry-After {response.headers['Retry-After']}"
    tries = response.extensions.get("tries", 1)
    return said if tries == 1 else f"{said}, after {tries} tries"


def _said(response: httpx.Response) -> str:
    told = f"{response.status_code} {response.reason_phrase}"
    if response.has_redirect_location:
        return f"{told}, to {_without_query(response.headers['Location'])}"
    if not _is_json(response):
        return f"{told}, and no JSON" if response.content else told
    try:
        return reason_in(json.loads(response.content)) or told
    except ValueError:
        return told


def _without_query(location: str) -> str:
    """A login's address carries a state that is nobody's business."""
    return location.partition("?")[0]
