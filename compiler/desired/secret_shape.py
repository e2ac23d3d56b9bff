"""What a secret looks like, by its name and by itself."""

import re
from collections.abc import Mapping
from functools import lru_cache

_SECRET_NAME = re.compile(
    r"pass(word|wd|phrase)?$|secret|token(?!i[sz])|api_?key|access_?key|private_?key|credential"
    r"|(^|[_-])auth($|[_-])|authorization",
    re.IGNORECASE,
)

# Source: the prefixes that the makers of the tokens document, so that they can be found.
_SHAPES: Mapping[str, str] = {
    "a token of GitHub": r"gh[pousr]_[A-Za-z0-9]{30,}|github_pat_\w{30,}",
    "a token of GitLab": r"gl(?:pat|ptt|dt|rt)-[\w-]{20,}",
    "an access key of AWS": r"(?:AKIA|ASIA)[A-Z0-9]{16}",
    "a token of Slack": r"xox[abeoprs]-[\w-]{10,}",
    "a webhook of Slack": r"https://hooks\.slack\.com/services/[\w/]{20,}",
    "a key of Prefect": r"pn[ub]_[A-Za-z0-9]{20,}",
    "an API key": r"sk-(?:[a-z]+-)*[A-Za-z0-9_]{20,}|sk_live_[A-Za-z0-9]{16,}|AIza[\w-]{35}",
    "a token of PyPI": r"pypi-[\w-]{50,}",
    "a private key": r"-----BEGIN [A-Z ]*PRIVATE KEY-----",
    "a JSON Web Token": r"eyJ[\w-]{10,}\.eyJ[\w-]{10,}\.[\w-]{10,}",
}
_BEGINNINGS = (  # one of them is in every secret of these shapes: the shapes take far longer
    *("ghp_", "gho_", "ghu_", "ghs_", "ghr_", "github_pat_", "glpat-", "glptt-", "gldt-", "glrt-"),
    *("AKIA", "ASIA", "xox", "hooks.slack.com", "pnu_", "pnb_", "sk-", "sk_live_", "AIza"),
    *("pypi-", "-----BEGIN ", "eyJ"),
)
_PLACE = re.compile(r"\s*\{\{\s*prefect\.(blocks|variables)\.[\w.-]+\s*\}\}\s*")
_PASSWORD = re.compile(r"://[^\s:@/\"']*:[^\s@/\"']+@")
_SHAPED = re.compile(
    "|".join(rf"(?<![\w-])(?P<s{place}>{one})" for place, one in enumerate(_SHAPES.values()))
)


@lru_cache(maxsize=4096)  # the same few names, again and again
def is_secret_name(name: str) -> bool:
    """Whether a thing of this name is kept from every eye."""
    return _SECRET_NAME.search(name) is not None


def secret_shape(text: str) -> str | None:
    """What sort of secret the text holds, if it looks like one."""
    if not _may_have(text):
        return None
    found = _SHAPED.search(text)
    if found is None or found.lastgroup is None:
        return None
    return tuple(_SHAPES)[int(found.lastgroup[1:])]


def has_password(text: str) -> bool:
    """Whether a URL with a password is in the text."""
    return "://" in text and _PASSWORD.search(text) is not None


def without_shaped(text: str) -> str:
    """The text with every secret left out that is known by its looks."""
    return _SHAPED.sub("(secret)", text) if _may_have(text) else text


def is_filled_in_later(text: str) -> bool:
    """Whether all of the text is the name of a block or variable: no secret, but where it is."""
    return _PLACE.fullmatch(text) is not None


def _may_have(text: str) -> bool:
    return any(beginning in text for beginning in _BEGINNINGS)
