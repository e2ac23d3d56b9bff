"""Wherever a user may write a secret, nothing that is said or kept has it."""

import base64
import contextlib
import io
import json
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import httpx
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from deploy.main import deploy, ladder
from tests.properties.conftest import LEAKS
from tests.support.environment import without_prefect
from tests.support.listener import listening
from tests.support.live_server import LiveServer

pytestmark = [pytest.mark.property, pytest.mark.server, pytest.mark.slow]

FLOWS = """
from prefect import flow

@flow
def load(source: str = "web", rows: int = 10, options: dict = {}) -> None:
    pass
"""
HEX = st.text("0123456789abcdef", min_size=12, max_size=12)
TAIL = st.sampled_from(["", "-x", "é", "'", '"', "\\", " & <b>", "%2F", "\nzq-second-line"])
ALL_WAYS = ("variable", "input", "token", "address")
PLACES: Mapping[str, tuple[str, ...]] = {
    "parameters.source": ALL_WAYS,
    "parameters.options.password": ("plain", "variable"),
    "parameters.options.auth.deep": ("plain",),
    "schedules.0.parameters.source": ALL_WAYS,
    "schedules.0.parameters.options.api_key": ("plain", "variable"),
    "work_pool.job_variables.env.TOKEN": ("plain", "variable", "token"),
    "work_pool.job_variables.env.OTHER": ALL_WAYS,
    "work_pool.job_variables.image": ("variable", "address"),
    "pull.0.git_clone.repository": ("address",),
    "pull.0.git_clone.access_token": ("plain", "variable", "token"),
    "triggers.0.parameters.source": ALL_WAYS,
    "triggers.0.parameters.options.api_key": ("plain", "variable"),
    "description": ALL_WAYS,
    "tags.0": ("variable", "token"),
    "version": ("variable",),
}
BLOCKS: Mapping[str, tuple[str, str]] = {  # a place in a block: its type, and the key
    "token": ("secret", "value"),
    "keys": ("aws-credentials", "aws_secret_access_key"),
    "hook": ("slack-webhook", "url"),
    "files": ("local-file-system", "basepath"),
}
WHY = ("parameters", "work_pool.job_variables", "pull", "schedules", "description", "tags")
BLOCK_WAYS = ("variable", "input", "file", "command", "json")
CONNECTIONS = ("PREFECT_API_KEY", "PREFECT_API_AUTH_STRING", "PREFECT_CLIENT_CUSTOM_HEADERS", "URL")
FORMATS: Mapping[str, tuple[str, ...]] = {
    "validate": ("text", "concise", "json", "sarif", "github", "junit"),
    "schedule": ("table", "calendar", "heatmap", "svg", "json"),
    "graph": ("mermaid", "dot", "svg"),
    "plan": ("text", "json", "markdown", "html"),
    "rollback": ("text", "json", "markdown", "html"),
    "history": ("text", "json"),
    "drift": ("text", "json"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Planted:
    """A file, what the environment and the command line give it, and the secrets in all three.

    `cores` are the parts that no form of quoting changes, `texts` the values as a server
    gets them.
    """

    document: dict[str, Any]
    environ: dict[str, str] = field(default_factory=dict)
    inputs: dict[str, str] = field(default_factory=dict)
    files: dict[str, str] = field(default_factory=dict)
    cores: list[str] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)

    @property
    def options(self) -> list[str]:
        return [
            word for name, value in self.inputs.items() for word in ("--var", f"{name}={value}")
        ]


@st.composite
def planted(draw: st.DrawFn, *, rows: int) -> Planted:
    """A stack with a secret in some of the places, each said in one of its ways."""
    found = Planted(document={})
    chosen = draw(st.lists(st.sampled_from(sorted(PLACES)), min_size=1, unique=True))
    values = {place: _said(draw, place, found) for place in chosen}
    options = _under("parameters.options.", values)
    scheduled = _under("schedules.0.parameters.", values)
    cloned = _under("pull.0.git_clone.", values)
    deployment: dict[str, Any] = {
        "name": "nightly",
        "entrypoint": "flows.py:load",
        "parameters": {"rows": rows, **_under("parameters.", values), "options": options},
        "schedules": [{"slug": "night", "cron": "0 3 * * *", "parameters": scheduled}],
        "work_pool": {"name": "ours", "job_variables": _job_variables(values)},
        **({"pull": [_clone(cloned)]} if cloned else {}),
        "triggers": [{"expect": ["a"], "parameters": _under("triggers.0.parameters.", values)}],
        **{name: values[name] for name in ("description", "version") if name in values},
        **({"tags": [values["tags.0"]]} if "tags.0" in values else {}),
    }
    found.document.update(
        {
            "stack": "shop",
            "work_pools": [{"name": "ours", "type": "process"}],
            "deployments": [deployment],
            "blocks": list(_blocks(draw, found)),
        }
    )
    return found


def _blocks(draw: st.DrawFn, found: Planted) -> Iterator[dict[str, Any]]:
    """Blocks with a secret each, under names that do not say so."""
    for name in draw(st.lists(st.sampled_from(sorted(BLOCKS)), unique=True)):
        kind, key = BLOCKS[name]
        ways: tuple[str, ...] = BLOCK_WAYS if kind == "secret" else BLOCK_WAYS[:-1]
        ways = ("file", "command") if key == "basepath" else ways
        value = _from_elsewhere(draw, draw(st.sampled_from(ways)), found)
        yield {"name": name, "type": kind, "data": {key: value}}


def _from_elsewhere(draw: st.DrawFn, way: str, found: Planted) -> Any:
    """How a file says where a secret of a block is; what it takes is noted in `found`."""
    core, number = f"zq{draw(HEX)}", len(found.cores)
    coded = base64.b64encode(f"me:{core}".encode()).decode()
    forms = [core + draw(TAIL), f"https://me:{core}@shop.example.com/x", f"Basic {coded}"]
    sent = draw(st.sampled_from(forms))
    found.cores.extend([core, coded])
    found.texts.append(sent)
    name = f"value_{number}"
    match way:
        case "variable":
            found.environ[name.upper()] = sent
            return f"{{{{ ${name.upper()} }}}}"
        case "input":
            found.inputs[name] = sent
            return f"{{{{ vars.{name} }}}}"
        case "json":
            found.files[name] = json.dumps({"user": "me", "more": [sent]})
            return {"$file": name, "as": "json"}
        case "file":
            found.files[name] = sent
            return {"$file": name}
        case _:
            found.files[name] = sent
            return {"$command": ["cat", name]}


def _said(draw: st.DrawFn, place: str, found: Planted) -> str:
    """A secret in one of the ways of a place; what it takes is noted in `found`."""
    way = draw(st.sampled_from(PLACES[place]))
    core, tail = f"zq{draw(HEX)}", draw(TAIL)
    name = f"TOKEN_{len(found.cores)}"
    match way:
        case "variable":
            found.environ[name] = sent = core + tail
            text = f"{{{{ ${name} }}}}"
        case "input":
            found.inputs[name.lower()] = sent = core + tail
            text = f"{{{{ vars.{name.lower()} }}}}"
        case "token":
            core = f"ghp_{core}{'a1B2' * 6}"
            text = sent = core
        case "address":
            text = sent = f"https://me:{core}@git.example.com/shop/flows.git"
        case _:
            text = sent = core + tail.replace("\n", " ")
    found.cores.append(core)
    found.texts.append(sent)
    return text


def _under(start: str, values: Mapping[str, str]) -> dict[str, Any]:
    """What stands below a path, its inner names as mappings."""
    found: dict[str, Any] = {}
    for place, value in values.items():
        if place.startswith(start):
            first, _, rest = place.removeprefix(start).partition(".")
            found[first] = {rest: value} if rest else value
    return found


def _job_variables(values: Mapping[str, str]) -> dict[str, Any]:
    env = _under("work_pool.job_variables.env.", values)
    image = _under("work_pool.job_variables.", values).get("image")
    return {"env": env, **({"image": image} if image else {})}


def _clone(given: Mapping[str, str]) -> dict[str, Any]:
    body = {"repository": "https://git.example.com/shop/flows.git", **given}
    return {"prefect.deployments.steps.git_clone": body}


@dataclass(frozen=True, slots=True, kw_only=True)
class Stand:
    """A folder to run the command in, against a server, and all that was said there."""

    folder: Path
    url: str
    environ: Mapping[str, str]
    said: dict[str, str] = field(default_factory=dict)

    def run(self, *words: str, url: str | None = None, given: Planted | None = None) -> int:
        """Run the command in this process, and keep what it says; return its exit code."""
        out, err = io.StringIO(), io.StringIO()
        added = given.environ if given is not None else {}
        with (
            pytest.MonkeyPatch.context() as patch,
            contextlib.chdir(self.folder),
            contextlib.redirect_stdout(out),
            contextlib.redirect_stderr(err),
        ):
            for name, value in {
                "PREFECT_API_URL": url or self.url,
                **self.environ,
                **added,
            }.items():
                patch.setenv(name, value)
            code = ladder(lambda: deploy.main(list(words), standalone_mode=False))
        self.said[f"{len(self.said)}: {' '.join(words)}"] = out.getvalue() + err.getvalue()
        return code

    def write(self, given: Planted) -> None:
        text = json.dumps(given.document, indent=2, ensure_ascii=False)
        (self.folder / "deploy.yaml").write_text(text, encoding="utf-8")
        for name, content in given.files.items():
            (self.folder / name).write_text(content, encoding="utf-8")


@settings(max_examples=LEAKS, phases=[Phase.explicit, Phase.generate])
@given(
    first=planted(rows=1),
    second=planted(rows=2),
    connection=st.sampled_from(CONNECTIONS),
    key=HEX,
)
def test_nothing_that_is_said_or_kept_has_a_secret(
    live_server: LiveServer,
    tmp_path_factory: pytest.TempPathFactory,
    first: Planted,
    second: Planted,
    connection: str,
    key: str,
) -> None:
    live_server.wipe()
    folder = tmp_path_factory.mktemp("planted")
    (folder / "flows.py").write_text(FLOWS, encoding="utf-8")
    stand = connected(folder, live_server.url, connection, f"zq{key}")

    play(stand, first, second)

    cores = [*first.cores, *second.cores, f"zq{key}"]
    kept = {path.name: path.read_text("utf-8") for path in folder.glob("*.jsonl")}
    kept |= {path.name: path.read_text("utf-8") for path in folder.glob("plan*.json")}
    assert len(kept) == 4
    for name, text in {**stand.said, **kept, **remembered(live_server.url)}.items():
        assert not [core for core in cores if core in text], (name, text)


def connected(folder: Path, url: str, connection: str, key: str) -> Stand:
    """A stand whose connection has a secret too; the server asks for none, and takes any."""
    home = {"HOME": str(folder / "home"), "PREFECT_HOME": str(folder / "home")}
    if connection == "URL":
        return Stand(folder=folder, url=url.replace("://", f"://me:{key}@"), environ=home)
    value = {
        "PREFECT_API_AUTH_STRING": f"me:{key}",
        "PREFECT_CLIENT_CUSTOM_HEADERS": json.dumps({"X-Token": key}),
    }.get(connection, key)
    return Stand(folder=folder, url=url, environ={**home, connection: value})


def play(stand: Stand, first: Planted, second: Planted) -> None:
    """Everything that a stack goes through: applied, changed, undone, refused."""
    broken(stand, first)
    stand.write(first)
    for verb in ("validate", "schedule", "graph"):
        every_format(stand, verb, first)
    stand.run("render", *first.options, given=first)
    assert stand.run("plan", "--out", "plan1.json", *first.options, given=first) == 0
    assert stand.run("--journal", "1.jsonl", *first.options, given=first) == 0
    stand.write(second)
    every_format(stand, "plan", second)
    for place in WHY:
        stand.run("why", "nightly", place, *second.options, given=second)
    all_may_go = ("--force", *second.options)
    assert stand.run("plan", "--out", "plan2.json", *all_may_go, given=second) == 0
    words = ("apply", "plan2.json", "--journal", "2.jsonl", *second.options)
    assert stand.run(*words, given=second) in {0, 1}
    assert stand.run("--yes", *all_may_go, given=second) == 0
    every_format(stand, "history", None)
    every_format(stand, "drift", None)
    assert stand.run("export", "--stack", "other", "--from-stack", "shop") == 0
    for format in FORMATS["rollback"]:
        stand.run("rollback", "--last", "--stack", "shop", "--dry-run", "--format", format)
    stand.run("rollback", "--last", "--stack", "shop", "--journal", "2.jsonl")
    refused(stand, second)
    stand.run("--journal", "2.jsonl", *second.options, url="http://127.0.0.1:9/api", given=second)


def broken(stand: Stand, given: Planted) -> None:
    """A file that is wrong, whose lines are quoted."""
    (deployment,) = given.document["deployments"]
    wrong = {**given.document, "deployments": [{**deployment, "entrypiont": "flows.py:load"}]}
    stand.write(replace(given, document=wrong))
    for verb in ("validate", "schedule", "graph"):
        every_format(stand, verb, given)
    stand.run("why", "nightly", "tags", *given.options, given=given)


def every_format(stand: Stand, verb: str, given: Planted | None) -> None:
    options = given.options if given is not None else ["--stack", "shop"]
    for format in FORMATS[verb]:
        stand.run(verb, "--format", format, *options, given=given)


def refused(stand: Stand, given: Planted) -> None:
    """A server that says back whatever it was sent."""
    said = json.dumps(given.texts)
    echo = {
        "exception_message": f"Invalid request received. {said}",
        "exception_detail": [{"loc": ["body", "x"], "msg": said, "input": said}],
        "detail": said,
    }
    for status in (409, 422):
        with listening(status, json.dumps(echo), kind="application/json") as server:
            stand.run("--journal", "2.jsonl", *given.options, url=server.url, given=given)


def remembered(url: str) -> dict[str, str]:
    """All that the server keeps for the stack beside its things, taken apart."""
    body = {"include_secrets": True, "block_types": {"slug": {"any_": ["deploy-ledger"]}}}
    answer = httpx.post(f"{url}/block_documents/filter", json=body, timeout=60)
    (document,) = answer.raise_for_status().json()
    return {
        f"{name} in the ledger": zlib.decompress(base64.b64decode(part)).decode()
        for name in ("state", "undo")
        for part in document["data"][name]
    }


@given(secret=HEX)
def test_a_mistake_of_ours_is_reported_without_values(secret: str) -> None:
    def fail() -> None:
        raise RuntimeError(f"zq{secret}")

    said = io.StringIO()
    with contextlib.redirect_stderr(said):
        code = ladder(fail)

    assert code == 70
    assert "RuntimeError" in said.getvalue()
    assert secret not in said.getvalue()


def test_the_surroundings_of_the_tests_give_no_server() -> None:
    assert not [name for name in without_prefect() if name.startswith("PREFECT")]
