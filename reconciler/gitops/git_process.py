"""Git as a process that talks to other machines: it never asks a person, and has an end.

Credentials reach it through its environment alone, and only what it needs of them: nothing
is in its arguments, which everybody on the machine can read, and nothing in a file.
"""

import base64
import contextlib
import os
import re
import signal
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from urllib.parse import quote, urlsplit

from reconciler.gitops.refusal import NotFetched, Why, refusal, without_credentials

_SCHEMES = ("https", "http", "ssh", "file")
_OLDEST = (2, 31)  # the first with GIT_CONFIG_COUNT
_SLOWEST = (1_000, 30)  # bytes a second, for as many seconds
# What would point Git at another repository, tell of itself on stderr, or open a window.
_NOT_PASSED_ON = frozenset(
    (
        "GIT_DIR",
        "GIT_WORK_TREE",
        "GIT_INDEX_FILE",
        "GIT_OBJECT_DIRECTORY",
        "GIT_COMMON_DIR",
        "GIT_PREFIX",
        "GIT_ALTERNATE_OBJECT_DIRECTORIES",
        "GIT_NAMESPACE",
        "GIT_SHALLOW_FILE",
        "GIT_GRAFT_FILE",
        "GIT_CONFIG",
        "GIT_REPLACE_REF_BASE",
        "GIT_QUARANTINE_PATH",
        "GIT_CURL_VERBOSE",
        "SSH_ASKPASS",
        "DEPLOY_GIT_TOKEN",
        "DEPLOY_GIT_USERNAME",
    )
)
# Programs and hooks of a repository never run; nothing is left behind that runs later.
_QUIETLY = {
    "core.hooksPath": os.devnull,
    "core.fsmonitor": "false",
    "core.splitIndex": "false",
    "gc.autoDetach": "false",
    "maintenance.autoDetach": "false",
    "advice.detachedHead": "false",
    "protocol.version": "2",
}
# It answers Git alone, from an environment that only the two have.
_HELPER = (
    "!f() { test \"$1\" = get && printf 'username=%s\\npassword=%s\\n'"
    ' "$DEPLOY_GIT_USERNAME" "$DEPLOY_GIT_TOKEN"; }; f'
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Surroundings:
    """What Git is run in: environment variables, and how many seconds a command may take."""

    environ: Mapping[str, str] = field(default_factory=lambda: os.environ)
    patience: float = 300.0


def checked_url(url: str) -> str:
    """The address, if it is one that Git is asked for.

    Raises:
        NotFetched: it is none, or holds a password.
    """
    scheme, slashes, rest = url.partition("://")
    hint = "https://host/repository.git, ssh://git@host/repository.git or file:///repository.git"
    shown = without_credentials(url)
    if not slashes or scheme not in _SCHEMES or not rest or not url.isprintable() or " " in url:
        raise NotFetched(Why.NO_ADDRESS, f"{shown!r} is no address of a repository", hint=hint)
    try:
        parts = urlsplit(url)
        host, password, _ = parts.hostname or "", parts.password, parts.port
    except ValueError as error:
        message = f"{shown!r} is no address of a repository: its host cannot be read"
        raise NotFetched(Why.NO_ADDRESS, message, hint=hint) from error
    if parts.query or parts.fragment or (scheme == "file") == bool(host) or host.startswith("-"):
        raise NotFetched(Why.NO_ADDRESS, f"{shown!r} is no address of a repository", hint=hint)
    if password is not None or (parts.username is not None and scheme != "ssh"):
        message = f"{shown!r} was given with a name or password in it, which others can read"
        hint = "leave it out, and set DEPLOY_GIT_TOKEN (and DEPLOY_GIT_USERNAME if need be)"
        raise NotFetched(Why.NO_ADDRESS, message, hint=hint)
    return url


def environment(url: str, environ: Mapping[str, str]) -> dict[str, str]:
    """The environment that Git gets, for this repository and no other host."""
    kept = {
        name: value
        for name, value in environ.items()
        if name not in _NOT_PASSED_ON and not name.startswith("GIT_TRACE")
    }
    token = environ.get("DEPLOY_GIT_TOKEN", "")
    settings = list(_QUIETLY.items())
    if _is_http(url):
        settings += [
            ("http.followRedirects", "false"),
            ("http.lowSpeedLimit", str(_SLOWEST[0])),
            ("http.lowSpeedTime", str(_SLOWEST[1])),
        ]
        if token and _may_have_a_token(url):
            kept["DEPLOY_GIT_TOKEN"] = token
            kept["DEPLOY_GIT_USERNAME"] = environ.get("DEPLOY_GIT_USERNAME") or "git"
            # Helpers of the user's would otherwise be told the token, to keep it.
            settings += [("credential.helper", ""), (f"credential.{_door(url)}.helper", _HELPER)]
    return {
        **kept,
        **_settings(settings, kept),
        "GIT_TERMINAL_PROMPT": "0",
        "GCM_INTERACTIVE": "never",
        "GIT_ALLOW_PROTOCOL": ":".join(_SCHEMES),
        "GIT_OPTIONAL_LOCKS": "0",
        "LC_ALL": "C",
        "LANGUAGE": "C",
        "SSH_ASKPASS_REQUIRE": "never",
        **_ssh(url, kept),
    }


def _is_http(url: str) -> bool:
    return url.startswith(("https://", "http://"))


def _may_have_a_token(url: str) -> bool:
    """Whether nobody on the way can read it: over TLS, or on this machine."""
    return url.startswith("https://") or urlsplit(url).hostname in ("localhost", "127.0.0.1", "::1")


def _door(url: str) -> str:
    """The address of the host alone, as Git names it in its settings."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"


def _settings(settings: Sequence[tuple[str, str]], environ: Mapping[str, str]) -> dict[str, str]:
    """Settings behind those that the environment has already."""
    told = environ.get("GIT_CONFIG_COUNT", "")
    first = int(told) if told.isdecimal() else 0
    made = {"GIT_CONFIG_COUNT": str(first + len(settings))}
    for number, (key, value) in enumerate(settings, start=first):
        made[f"GIT_CONFIG_KEY_{number}"] = key
        made[f"GIT_CONFIG_VALUE_{number}"] = value
    return made


def _ssh(url: str, environ: Mapping[str, str]) -> dict[str, str]:
    """How SSH is run: as the user has it, but without questions."""
    if not url.startswith("ssh://"):
        return {}
    told = environ.get("GIT_SSH_COMMAND") or (
        "" if environ.get("GIT_SSH") else _ssh_of_user(environ)
    )
    if not told or "plink" in told.lower():  # which does not know the option
        return {}
    return {"GIT_SSH_COMMAND": f"{told} -o BatchMode=yes"}


def _ssh_of_user(environ: Mapping[str, str]) -> str:
    done = subprocess.run(
        ["git", "config", "--global", "--get", "core.sshCommand"],  # noqa: S607  # the user's own Git
        env=dict(environ),
        capture_output=True,
        text=True,
        check=False,
    )
    return done.stdout.strip() or "ssh"


def ask_git(
    url: str,
    words: Sequence[str],
    within: Surroundings,
    *,
    home: Path,
    own: Mapping[str, str] | None = None,
) -> str:
    """What Git prints; it runs in the folder `home`, with `own` environment variables besides.

    Raises:
        NotFetched: it did not end well, or not in time; without any credential.
    """
    _check_version(within.environ.get("PATH"))
    try:
        process = subprocess.Popen(  # noqa: S603  # an address was checked, a name is no option
            ["git", *words],  # noqa: S607  # the user's own Git
            cwd=home,
            env={**environment(url, within.environ), **(own or {})},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            start_new_session=True,  # so that those whom it starts end with it
        )
    except OSError as error:
        raise NotFetched(Why.BROKEN, f"git cannot be run: {error.strerror}") from None
    with process:
        try:
            out, said = process.communicate(timeout=within.patience)
        except subprocess.TimeoutExpired:
            _end(process)
            message = f"{without_credentials(url)}: no answer within {within.patience:g} seconds"
            raise NotFetched(Why.TOO_SLOW, message) from None
        except BaseException:
            _end(process)
            raise
    if process.returncode != 0:
        raise _refusal(said.decode(errors="replace"), url, within.environ)
    return out.decode(errors="replace")


@cache
def _check_version(path: str | None) -> None:
    """Older ones do not hear of settings that are told through the environment.

    Raises:
        NotFetched: it is too old, or there is none.
    """
    try:
        done = subprocess.run(
            ["git", "--version"],  # noqa: S607  # the user's own Git
            env={} if path is None else {"PATH": path},
            capture_output=True,
            text=True,
            check=False,
        )
    except OSError as error:
        message = f"repositories are read with Git, which cannot be run: {error.strerror}"
        raise NotFetched(Why.BROKEN, message, hint="install it, or put it on the PATH") from None
    found = re.search(r"(\d+)\.(\d+)", done.stdout)
    if found is not None and (int(found[1]), int(found[2])) < _OLDEST:
        wanted = ".".join(map(str, _OLDEST))
        message = f"{done.stdout.strip()} is too old to be told a token safely"
        raise NotFetched(Why.BROKEN, message, hint=f"install Git {wanted} or newer")


def _refusal(said: str, url: str, environ: Mapping[str, str]) -> NotFetched:
    token = environ.get("DEPLOY_GIT_TOKEN", "")
    user = environ.get("DEPLOY_GIT_USERNAME") or "git"
    basic = base64.b64encode(f"{user}:{token}".encode()).decode() if token else ""
    refused = refusal(said, url, (token, quote(token, safe=""), basic))
    if refused.why is Why.REFUSED and token and not _may_have_a_token(url) and _is_http(url):
        refused.hint = "a token is not sent over http, where others can read it: use https"
    return refused


def _end(process: subprocess.Popen[bytes]) -> None:
    with contextlib.suppress(ProcessLookupError, PermissionError):
        if hasattr(os, "killpg"):
            os.killpg(process.pid, signal.SIGKILL)
        else:
            process.kill()
    process.wait()
