"""Comments on pull requests, at GitHub and GitLab.  Standard library only: nothing to install.

A comment of ours begins with a mark that names the stack, so that the next run finds it.  What
others write counts for nothing, whatever mark it has: a comment approves.
Nothing is sent to another host than the one that the pipeline names.
"""

import json
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

_PAGE = 100
_PATIENCE = 30  # seconds
_LONGEST = 60_000  # letters; GitHub takes 65,536


class Refused(Exception):
    """The forge did not do what it was asked for, and says why."""


class Forge(Protocol):
    """Where a pull request is talked about."""

    def comments(self) -> Iterator[tuple[str, str]]:
        """Our own comments on the pull request: id and text."""

    def write(self, text: str, id: str | None) -> None:
        """Write a comment, over the one with this id if there is one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Api:
    """An API with its way in."""

    url: str
    headers: Mapping[str, str]

    def ask(self, method: str, path: str, body: Mapping[str, Any] | None = None) -> Any:
        """What it answers.

        Raises:
            Refused: it does not.
        """
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(f"{self.url}{path}", data=data, method=method)
        for name, value in {**self.headers, "Content-Type": "application/json"}.items():
            request.add_header(name, value)
        try:
            with _opener().open(request, timeout=_PATIENCE) as answer:
                return json.loads(answer.read() or b"null")
        except urllib.error.HTTPError as error:
            raise Refused(f"{method} {path}: {error.code} {error.reason}") from None
        except (OSError, ValueError) as error:
            raise Refused(f"{method} {path}: {error}") from None

    def pages(self, path: str) -> Iterator[Any]:
        """Every item of a list."""
        number, sign = 1, "&" if "?" in path else "?"
        while True:
            found = self.ask("GET", f"{path}{sign}per_page={_PAGE}&page={number}")
            yield from found
            if len(found) < _PAGE:
                return
            number += 1


class _NoRedirects(urllib.request.HTTPRedirectHandler):
    """A token is for one host."""

    def redirect_request(self, *_: Any, **__: Any) -> None:
        return None


def _opener() -> urllib.request.OpenerDirector:
    return urllib.request.build_opener(_NoRedirects)


@dataclass(frozen=True, slots=True, kw_only=True)
class GitHub:
    """Source: GitHub REST API, issues/comments and commits/pulls."""

    api: _Api
    repository: str
    number: int
    author: str

    def comments(self) -> Iterator[tuple[str, str]]:
        for each in self.api.pages(f"/repos/{self.repository}/issues/{self.number}/comments"):
            if (each.get("user") or {}).get("login") == self.author:
                yield str(each["id"]), each.get("body") or ""

    def write(self, text: str, id: str | None) -> None:
        if id is None:
            path = f"/repos/{self.repository}/issues/{self.number}/comments"
            self.api.ask("POST", path, {"body": text})
        else:
            path = f"/repos/{self.repository}/issues/comments/{id}"
            self.api.ask("PATCH", path, {"body": text})


@dataclass(frozen=True, slots=True, kw_only=True)
class GitLab:
    """Source: GitLab REST API, merge request notes."""

    api: _Api
    project: str
    number: int
    author: int

    def comments(self) -> Iterator[tuple[str, str]]:
        for each in self.api.pages(self._notes):
            if not each.get("system") and (each.get("author") or {}).get("id") == self.author:
                yield str(each["id"]), each.get("body") or ""

    def write(self, text: str, id: str | None) -> None:
        if id is None:
            self.api.ask("POST", self._notes, {"body": text})
        else:
            self.api.ask("PUT", f"{self._notes}/{id}", {"body": text})

    @property
    def _notes(self) -> str:
        project = urllib.parse.quote(self.project, safe="")
        return f"/projects/{project}/merge_requests/{self.number}/notes"


def mark(stack: str) -> str:
    """What our comment for a stack begins with."""
    return f"<!-- deploy: {stack} -->"


def comment(forge: Forge, stack: str, text: str) -> None:
    """Write the comment for a stack, over the one that there is.

    Raises:
        Refused: the forge did not take it.
    """
    begin = mark(stack)
    there = next((id for id, old in forge.comments() if old.startswith(begin)), None)
    whole = f"{begin}\n{text}"
    forge.write(whole if len(whole) <= _LONGEST else f"{whole[:_LONGEST]}\n\n…", there)


def approved(forge: Forge, stack: str) -> str | None:
    """The digest of the plan that the comment for a stack shows; None without one."""
    begin, sign = mark(stack), "<!-- digest: "
    for _, text in forge.comments():
        if text.startswith(begin) and sign in text:
            return text.partition(sign)[2].partition(" -->")[0]
    return None


def here(environ: Mapping[str, str]) -> Forge | None:
    """The pull request that this pipeline is about; None if it is about none.

    After a merge that is the one which brought the commit.
    """
    if environ.get("GITHUB_ACTIONS") == "true":
        return _github(environ)
    if environ.get("GITLAB_CI") == "true":
        return _gitlab(environ)
    return None


def _github(environ: Mapping[str, str]) -> Forge | None:
    token = environ.get("INPUT_TOKEN") or environ.get("GITHUB_TOKEN")
    if not token:
        return None
    headers = {"Authorization": f"Bearer {token}", "Accept": "application/vnd.github+json"}
    api = _Api(url=environ.get("GITHUB_API_URL", "https://api.github.com"), headers=headers)
    repository = environ["GITHUB_REPOSITORY"]
    with open(environ["GITHUB_EVENT_PATH"], encoding="utf-8") as file:  # noqa: PTH123
        event = json.load(file)
    number = (event.get("pull_request") or {}).get("number")
    if number is None:
        merged = api.ask("GET", f"/repos/{repository}/commits/{environ['GITHUB_SHA']}/pulls")
        number = next((each["number"] for each in merged if each.get("merged_at")), None)
    if number is None:
        return None
    return GitHub(api=api, repository=repository, number=number, author=_login(api))


def _login(api: _Api) -> str:
    """Who we are at GitHub; a job's own token may not ask that."""
    try:
        return str(api.ask("GET", "/user")["login"])
    except Refused:
        return "github-actions[bot]"


def _gitlab(environ: Mapping[str, str]) -> Forge | None:
    token = environ.get("DEPLOY_GITLAB_TOKEN")
    if not token:
        return None
    api = _Api(url=environ["CI_API_V4_URL"], headers={"PRIVATE-TOKEN": token})
    project = environ["CI_PROJECT_PATH"]
    number = environ.get("CI_MERGE_REQUEST_IID")
    if number is None:
        quoted = urllib.parse.quote(project, safe="")
        commit = environ["CI_COMMIT_SHA"]
        merged = api.ask("GET", f"/projects/{quoted}/repository/commits/{commit}/merge_requests")
        number = next((each["iid"] for each in merged if each.get("state") == "merged"), None)
    if number is None:
        return None
    author = int(api.ask("GET", "/user")["id"])
    return GitLab(api=api, project=project, number=int(number), author=author)
