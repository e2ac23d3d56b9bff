"""Why a repository was not read: one line, in which no credential is left."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

_USERINFO = re.compile(r"(://)[^/\s@]*@")
_FRAME = re.compile(r"(\s|@{3,}|(?<=\s)@(?=\s))+")  # ssh draws some around what it warns of
_LONGEST = 300  # letters
_AUTHORIZATION = re.compile(r"(?i)(authorization: *)\S+( +\S+)?")


class GitRefused(Exception):
    """Git did not do what it was asked for, and says why."""


class Why(StrEnum):
    """What stands in the way."""

    NO_ADDRESS = "no address"
    UNREACHABLE = "unreachable"
    NO_SUCH_REPOSITORY = "no such repository"
    REFUSED = "refused"
    NO_SUCH_REF = "no such ref"
    TOO_SLOW = "too slow"
    BROKEN = "broken"


class NotFetched(GitRefused):
    """A repository, or what was wanted of it, could not be had; `hint` says what to do."""

    def __init__(self, why: Why, message: str, *, hint: str | None = None) -> None:
        super().__init__(message)
        self.why = why
        self.hint = hint


def without_credentials(text: str, secrets: Iterable[str] = ()) -> str:
    """The text as one line of printable letters, and nothing in it that opens a door."""
    for secret in sorted(filter(None, secrets), key=len, reverse=True):
        text = text.replace(secret, "***")
    text = _USERINFO.sub(r"\1", text)
    text = _AUTHORIZATION.sub(r"\1***", text)
    return " ".join("".join(one if one.isprintable() else " " for one in text).split())


@dataclass(frozen=True, slots=True)
class _Saying:
    """Words of Git's, any of which mean the same; what they mean, and what to do."""

    why: Why
    words: tuple[str, ...]
    hint: str | None = None


# What Git and those whom it calls say, in the C locale; the first that is found counts.
_SAYINGS = (
    _Saying(
        Why.REFUSED,
        ("host key verification failed",),
        "the host's key is not known here: add it to ~/.ssh/known_hosts",
    ),
    _Saying(
        Why.REFUSED,
        (
            "authentication failed",
            "could not read (username|password)",
            "unable to get password",
            "permission denied",
            "access denied",
            r"error: 40[13]\b",
        ),
        "set DEPLOY_GIT_TOKEN, or let an SSH agent or a credential helper of Git's know the way",
    ),
    _Saying(Why.REFUSED, ("dubious ownership",), "git config --global --add safe.directory FOLDER"),
    _Saying(
        Why.NO_SUCH_REF,
        ("couldn't find remote ref", "not our ref", "unadvertised object", "no such remote ref"),
    ),
    _Saying(
        Why.NO_SUCH_REPOSITORY,
        (
            r"(repository|project)\b.*\bnot (be )?found",
            "error: 404",
            "does not exist",
            "not appear to be a git repository",
            "not valid: is this a git repository",
        ),
        "is it spelt right, and may these credentials see it?",
    ),
    _Saying(
        Why.NO_SUCH_REPOSITORY,
        (r"error: 30\d", "redirect"),
        "redirections are not followed: write the address that it leads to",
    ),
    _Saying(Why.TOO_SLOW, ("operation too slow", "timed? ?out")),
    _Saying(
        Why.UNREACHABLE,
        (
            "could not resolve",
            "couldn't connect",
            "failed to connect",
            "connection",
            "network is unreachable",
            "no route",
            "unable to access",
            "early eof",
            "hung up",
            "rpc failed",
            "ssl",
            "certificate",
        ),
    ),
)


def refusal(said: str, url: str, secrets: Iterable[str] = ()) -> NotFetched:
    """What Git has said, as an exception that may be shown to everybody."""
    said = without_credentials(said, secrets)
    heard = next((each for each in _SAYINGS if _is_said(each, said)), _Saying(Why.BROKEN, ()))
    shown = without_credentials(url, secrets)
    return NotFetched(heard.why, f"{shown}: {_short(said)}", hint=heard.hint)


def _is_said(saying: _Saying, said: str) -> bool:
    return any(re.search(each, said, re.IGNORECASE) for each in saying.words)


def _short(said: str) -> str:
    """What was said without what Git says of itself."""
    said = re.sub(r"\b(fatal|error|warning): ", "", said)
    said = re.sub(r"unable to access '[^']*': ", "", said)
    said = re.sub(r" Please make sure you have the correct access rights.*", "", said)
    said = _FRAME.sub(" ", said).strip()
    if len(said) > _LONGEST:  # what a thing is comes first, and what came of it last
        said = f"{said[: _LONGEST // 2]} … {said[-_LONGEST // 2 :]}"
    return said or "Git gave no reason"
