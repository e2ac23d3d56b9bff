"""What a forge tells by a webhook: is it really the forge, and which repositories does it mean?

Nothing that it says is believed but that: Git is asked what there is.

Source: GitHub "Validating webhook deliveries", GitLab "Webhooks", Gitea "Webhooks".
"""

import hashlib
import hmac
import json
from collections import OrderedDict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from compiler.desired.json import Json
from reconciler.gitops.checkout import normalised

LARGEST = 5 * 2**20  # bytes; forges send less for any push that people make
_REMEMBERED = 10_000  # deliveries
_WHERE = ("clone_url", "ssh_url", "git_url", "html_url", "http_url", "url")
_WHERE_GITLAB = ("git_http_url", "git_ssh_url", "http_url", "ssh_url", "web_url", "url")


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """A request as it came: its headers' names are in small letters."""

    headers: Mapping[str, str]
    body: bytes


@dataclass(frozen=True, slots=True)
class Forge:
    """How one forge signs, and how it calls a delivery."""

    is_signed: Callable[[Delivery, bytes], bool]
    delivery: str


def _by_github(delivery: Delivery, secret: bytes) -> bool:
    return _is_hmac(delivery, delivery.headers.get("x-hub-signature-256", ""), secret, "sha256=")


def _by_gitea(delivery: Delivery, secret: bytes) -> bool:
    return _is_hmac(delivery, delivery.headers.get("x-gitea-signature", ""), secret, "")


def _by_gitlab(delivery: Delivery, secret: bytes) -> bool:
    told = delivery.headers.get("x-gitlab-token", "").encode()
    return hmac.compare_digest(_digest(told), _digest(secret))


def _is_hmac(delivery: Delivery, told: str, secret: bytes, prefix: str) -> bool:
    """Whether the body was signed with the secret; takes as long for any signature."""
    right = prefix + hmac.new(secret, delivery.body, hashlib.sha256).hexdigest()
    return hmac.compare_digest(told.encode(), right.encode())


def _digest(text: bytes) -> bytes:
    """Of one length for all, so that not even the length can be tried out."""
    return hashlib.sha256(text).digest()


FORGES: Mapping[str, Forge] = {
    "github": Forge(_by_github, "x-github-delivery"),
    "gitlab": Forge(_by_gitlab, "x-gitlab-event-uuid"),
    "gitea": Forge(_by_gitea, "x-gitea-delivery"),
}


class Seen:
    """The deliveries of late: each is taken once, by what it is called and by what it says."""

    def __init__(self) -> None:
        self._marks: OrderedDict[bytes, None] = OrderedDict()

    def is_new(self, forge: Forge, delivery: Delivery) -> bool:
        """Whether it was not there before; from now on it was."""
        name = delivery.headers.get(forge.delivery, "")
        marks = [_digest(b"body:" + delivery.body)]
        marks += [_digest(b"name:" + name.encode())] if name else []
        was_there = any(each in self._marks for each in marks)
        for each in marks:
            self._marks[each] = None
            self._marks.move_to_end(each)
        while len(self._marks) > _REMEMBERED:
            self._marks.popitem(last=False)
        return not was_there


def repositories_in(body: bytes) -> frozenset[str] | None:
    """The repositories that a delivery is about, each in its one spelling; None for no JSON."""
    try:
        said: Json = json.loads(body)
    except (ValueError, RecursionError):
        return None
    return frozenset(_addresses(said)) if isinstance(said, Mapping) else frozenset()


def _addresses(said: Mapping[str, Json]) -> Iterator[str]:
    for part, names in (("repository", _WHERE), ("project", _WHERE_GITLAB)):
        about = said.get(part)
        if isinstance(about, Mapping):
            told = (about.get(name) for name in names)
            yield from (normalised(each) for each in told if isinstance(each, str) and each)
