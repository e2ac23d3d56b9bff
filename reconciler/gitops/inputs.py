"""A file of a repository, as a command is told of it: `git+https://host/name.git@ref#path`."""

import posixpath
from dataclasses import dataclass

from reconciler.gitops.git_process import checked_url
from reconciler.gitops.refs import Head, Ref, parse_ref
from reconciler.gitops.refusal import NotFetched, Why, without_credentials

PREFIX = "git+"


@dataclass(frozen=True, slots=True, kw_only=True)
class GitInput:
    """A file or folder of a repository; `path` has slashes, and is `.` for the whole of it."""

    url: str
    ref: Ref
    path: str = "."

    def at(self, commit: str) -> str:
        """The same input, bound to a commit."""
        path = "" if self.path == "." else f"#{self.path}"
        return f"{PREFIX}{self.url}@{commit}{path}"


def is_git_input(name: str) -> bool:
    """Whether a name is an address of a repository, and not of a file here."""
    return name.startswith(PREFIX)


def parse_input(text: str) -> GitInput:
    """What an address means.  The first `@` behind the host begins the ref; without one it is HEAD.

    Raises:
        NotFetched: it is no such address.
    """
    address, _, path = text.removeprefix(PREFIX).partition("#")
    scheme, slashes, rest = address.partition("://")
    host, slash, rest = rest.partition("/")
    place, at, ref = rest.partition("@")
    url = checked_url(f"{scheme}{slashes}{host}{slash}{place}")
    if at and not ref.strip():
        message = f"{without_credentials(text)!r} names no ref behind its '@'"
        raise NotFetched(Why.NO_ADDRESS, message, hint="is the variable set?")
    return GitInput(url=url, ref=parse_ref(ref) if at else Head(), path=_inside(path, text))


def _inside(path: str, text: str) -> str:
    plain = posixpath.normpath(path or ".")
    if plain.startswith(("/", "../")) or plain == ".." or not path.isprintable():
        message = f"{without_credentials(text)!r} names a path outside of its repository"
        raise NotFetched(Why.NO_ADDRESS, message, hint="paths begin at its root: #etl/deploy.yaml")
    return plain
