"""Seven stacks on a real server, each with a repository of its own: what a page shows.

with scene(folder, url) as there: there.push("shop", tag="weekly")
"""

import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

from tests.support.controlled import Bare, Controlled, bare, controlled

TOKEN = "a-token-of-the-page"
_FLOW = "from prefect import flow\n\n\n@flow\ndef {name}(rows: int = 10) -> None: ...\n"
FLOWS: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    "shop": {
        "orders": ("0 * * * *", "30 5 * * 1-5"),
        "invoices": ("15 6 * * *",),
        "stock": ("*/20 7-19 * * 1-5",),
        "returns": ("0 9,13,17 * * *",),
    },
    "web": {"visits": ("*/30 * * * *",), "searches": ("10 4 * * *",)},
    "warehouse": {"rollup": ("0 2 * * *",)},
    "billing": {"dunning": ("0 8 * * 1-5",)},
    "search": {"index": ("*/15 6-20 * * *",)},
    "reports": {"weekly": ("0 7 * * 1",)},
    "marketing": {"newsletter": ("0 10 * * 2",)},
}
_MORE = {
    "shop": "environment: prod",
    "warehouse": "self_heal: true",
    "reports": "windows: [{cron: '0 3 1 1 *', duration: 3600}]",
}
_ENVIRONMENT = "environments: {prod: {stack: shop-prod}}\n"
_SUBJECTS = {
    "shop": "Orders every hour",
    "web": "Visits come from the new tracker",
    "warehouse": "Roll up at two",
    "billing": "Dunning at eight, not at nine",
    "search": "Index while people are awake",
    "reports": "The week, on Mondays",
    "marketing": "The newsletter goes out on Tuesdays",
}


def file_of(stack: str, tag: str = "nightly") -> str:
    """The file of a stack, whose deployments have a tag."""
    lines = [f"stack: {stack}", "deployments:"]
    for name, crons in FLOWS[stack].items():
        listed = ", ".join(f"{{cron: '{each}', slug: s{at}}}" for at, each in enumerate(crons))
        lines += [
            f"  - name: {name}",
            f"    entrypoint: flows.py:{name}",
            "    pull: []",
            f"    tags: [{tag}]",
            f"    description: Loads {name} into the warehouse.",
            "    parameters: {rows: 500}",
            f"    schedules: [{listed}]",
        ]
    if stack == "shop":
        lines += [
            "work_pools: [{name: shop, type: process}]",
            "variables: [{name: region, value: eu}]",
        ]
        lines += [_ENVIRONMENT.rstrip()]
    return "\n".join(lines) + "\n"


@dataclass(slots=True, kw_only=True)
class Scene:
    """Repositories in a folder, a server, a controller of all stacks."""

    folder: Path
    repositories: Mapping[str, Bare]
    api: httpx.Client
    controller: Controlled

    @property
    def url(self) -> str:
        """Where the page is."""
        return self.controller.url

    def push(self, stack: str, text: str | None = None, *, tag: str = "nightly") -> str:
        """Push a file for a stack; the commit."""
        content = text if text is not None else file_of(stack, tag)
        pushed = {"deploy.yaml": content}
        return self.repositories[stack].push(pushed, subject=_SUBJECTS[stack])

    def deployment(self, name: str) -> dict[str, Any]:
        """A deployment as the server has it."""
        found: list[dict[str, Any]] = self.api.post("/deployments/filter", json={}).json()
        (there,) = [each for each in found if each["name"] == name]
        return there

    def edit(self, name: str, **fields: Any) -> None:
        """Do what somebody does in the server's own pages."""
        answer = self.api.patch(f"/deployments/{self.deployment(name)['id']}", json=fields)
        assert answer.is_success

    def stands(self, stack: str) -> str:
        """The state of a stack, as its metrics say it."""
        text = httpx.get(f"{self.url}/metrics").text
        mark = f'deploy_stack_state{{stack="{stack}",state="'
        found = [
            line for line in text.splitlines() if line.startswith(mark) and line.endswith(" 1.0")
        ]
        return found[0].removeprefix(mark).partition('"')[0] if found else ""

    def until(self, is_so: Callable[[], Any], why: str, *, within: float = 60) -> float:
        """Wait until something is so; the seconds until then."""
        begun = time.monotonic()
        self.controller.until(is_so, why, within=within)
        return time.monotonic() - begun


def _roster(repositories: Mapping[str, Bare]) -> str:
    stacks = "".join(
        f"  - {{name: {name}, repository: '{each.url}', ref: main, interval: 2, "
        f"drift_interval: 300{f', {_MORE[name]}' if name in _MORE else ''}}}\n"
        for name, each in repositories.items()
    )
    return f'listen: 127.0.0.1:0\ntoken: "{{{{ $PAGE_TOKEN }}}}"\nstacks:\n{stacks}'


def _repository(folder: Path, stack: str) -> Bare:
    made = bare(folder / stack, stack)
    flows = "\n\n".join(_FLOW.format(name=each) for each in FLOWS[stack])
    made.push({"flows.py": flows, "deploy.yaml": file_of(stack)}, subject=_SUBJECTS[stack])
    return made


@contextmanager
def scene(folder: Path, url: str) -> Iterator[Scene]:
    """A controller that has looked at every stack."""
    repositories = {name: _repository(folder, name) for name in FLOWS}
    with (
        httpx.Client(base_url=url, timeout=30) as api,
        controlled(folder, url, _roster(repositories), {"PAGE_TOKEN": TOKEN}) as controller,
    ):
        there = Scene(folder=folder, repositories=repositories, api=api, controller=controller)
        names = [each for each in FLOWS if each != "reports"]
        there.until(lambda: all(there.stands(each) == "synced" for each in names), "not synced")
        yield there
