"""What the YAML of a document is, and who says whether it is right: our compiler, or a schema.

Those of GitHub, GitLab, Bitbucket and Azure are the ones that check-jsonschema comes with.
"""

import json
import re
import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

import jsonschema
import yaml
from pre_commit.clientlib import load_config  # type: ignore[import-untyped]  # it has none

from compiler import Request, compile_project
from compiler.diagnostics import Severity
from compiler.manifest import schema as grammar
from tests.support.fences import Fence

ROOT = Path(__file__).resolve().parents[2]
FLOW = 'from prefect import flow\n\n\n@flow\ndef NAME(source: str = "web") -> None: ...\n'
FLOWS = {"flows.py": "load", "teams/flows.py": "load", "flows/shop.py": "load_orders"}
_OURS = frozenset(cast("dict[str, object]", grammar.document()["properties"]))
_CHECK = Path(sys.executable).with_name("check-jsonschema")
_CONTROLLERS = jsonschema.Draft202012Validator(
    json.loads((ROOT / "controller.schema.json").read_text(encoding="utf-8"))
)
_RULES = {  # of Prometheus: what its own loader wants
    "type": "object",
    "required": ["name", "rules"],
    "additionalProperties": False,
    "properties": {
        "name": {"type": "string"},
        "rules": {
            "items": {
                "type": "object",
                "required": ["alert", "expr"],
                "additionalProperties": False,
                "properties": {
                    "alert": {"type": "string"},
                    "expr": {"type": "string"},
                    "for": {"type": "string"},
                    "labels": {"type": "object"},
                    "annotations": {"type": "object"},
                },
            }
        },
    },
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """What a block is: how it is known, and what asserts that it is right."""

    name: str
    is_it: Callable[[str, Mapping[str, Any]], bool]  # by the file's name, or what stands in it
    check: Callable[[Fence], None]


def kind_of(fence: Fence) -> Kind:
    """The only kind that a block is of."""
    read = yaml.safe_load(fence.text)
    assert isinstance(read, dict), fence
    keys = {"on" if key is True else key: value for key, value in read.items()}  # YAML 1.1
    found = [kind for kind in KINDS if kind.is_it(fence.file or "", keys)]
    assert len(found) == 1, (str(fence), [kind.name for kind in found], list(keys))
    return found[0]


class Set(dict[str, str]):
    """An environment in which every variable is set."""

    def get(self, name: str, default: object = None) -> str:  # noqa: ARG002  # a mapping's own
        return f"value-of-{name.lower()}"


def findings(fence: Fence) -> list[str]:
    """The codes that the compiler finds in a part of a stack, beside the flows that pages name."""
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        (folder / ".git").mkdir()
        for name, flow in FLOWS.items():
            (folder / name).parent.mkdir(exist_ok=True)
            (folder / name).write_text(FLOW.replace("NAME", flow), encoding="utf-8")
        file = folder / ("prefect.yaml" if is_lenient(fence) else "deploy.yaml")
        file.write_text(fence.text, encoding="utf-8")
        stack = None if "stack" in yaml.safe_load(fence.text) else "shop"
        asked = Request(files=(file,), base=folder, stack=stack, environ=Set(), cache=None)
        report = compile_project(asked).report
        return [each.rule.code for each in report if each.severity is not Severity.INFO]


def is_lenient(fence: Fence) -> bool:
    """Whether it is a file of Prefect's command."""
    return (fence.file or "").endswith("prefect.yaml")


def _check_stack(fence: Fence) -> None:
    expected = EXPECTED.get((fence.document.name, fence.file), set())
    allowed = [expected] if isinstance(expected, set) else expected
    assert set(findings(fence)) in allowed, (str(fence), findings(fence))


def _check_controller(fence: Fence) -> None:
    _CONTROLLERS.validate(yaml.safe_load(fence.text))


def _check_rules(fence: Fence) -> None:
    groups = yaml.safe_load(fence.text)["groups"]
    jsonschema.validate(groups, {"type": "array", "minItems": 1, "items": _RULES})
    ours = (ROOT / "controller" / "metrics.py").read_text(encoding="utf-8")
    for rule in (rule for group in groups for rule in group["rules"]):
        named = re.findall(r"\bdeploy_stack_(\w+)", rule["expr"])
        assert named, rule
        assert [name for name in named if f'"{name}"' not in ours] == []


def _check_hooks(fence: Fence) -> None:
    with tempfile.TemporaryDirectory() as place:
        file = Path(place, ".pre-commit-config.yaml")
        file.write_text(fence.text, encoding="utf-8")
        read = load_config(str(file))
    known = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text(encoding="utf-8"))
    asked = {hook["id"] for repo in read["repos"] for hook in repo["hooks"]}
    assert asked <= {hook["id"] for hook in known}


def _by_schema(schema: str, start: str = "", indent: str = "") -> Callable[[Fence], None]:
    """A check by a schema of check-jsonschema; a part of a file is put behind `start`."""

    def check(fence: Fence) -> None:
        with tempfile.TemporaryDirectory() as place:
            file = Path(place, "file.yaml")
            text = "".join(f"{indent}{line}\n" for line in fence.text.splitlines())
            file.write_text(start + text, encoding="utf-8")
            asked = [
                str(_CHECK),
                "--builtin-schema",
                f"vendor.{schema}",
                *_OPTIONS.get(schema, ()),
                str(file),
            ]
            done = subprocess.run(asked, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout + done.stderr

    return check


_OPTIONS = {  # as check-jsonschema's own hooks call it
    "azure-pipelines": ("--data-transform", "azure-pipelines", "--regex-variant", "nonunicode"),
    "gitlab-ci": ("--data-transform", "gitlab-ci"),
}
_IN_A_JOB = "on: push\njobs:\n  job:\n    runs-on: ubuntu-latest\n"

KINDS = (
    Kind(
        name="a stack, or a part of one: our compiler",
        is_it=lambda file, keys: (
            keys.keys() <= _OURS
            and "pipelines" not in file
            and (not file or file.endswith(("deploy.yaml", "prefect.yaml", "data.yaml")))
        ),
        check=_check_stack,
    ),
    Kind(
        name="a controller's file: our schema",
        is_it=lambda _, keys: "stacks" in keys,
        check=_check_controller,
    ),
    Kind(
        name="a workflow of GitHub: its schema",
        is_it=lambda _, keys: {"on", "jobs"} <= keys.keys(),
        check=_by_schema("github-workflows"),
    ),
    Kind(
        name="a part of a job of GitHub: its schema",
        is_it=lambda file, keys: not file and "steps" in keys,
        check=_by_schema("github-workflows", _IN_A_JOB, "    "),
    ),
    Kind(
        name="a pipeline of GitLab: its schema",
        is_it=lambda file, keys: file == ".gitlab-ci.yml" or (not file and "validate" in keys),
        check=_by_schema("gitlab-ci"),
    ),
    Kind(
        name="a pipeline of Bitbucket: its schema",
        is_it=lambda file, _: file == "bitbucket-pipelines.yml",
        check=_by_schema("bitbucket-pipelines"),
    ),
    Kind(
        name="a pipeline of Azure: its schema",
        is_it=lambda file, _: file == "azure-pipelines.yml",
        check=_by_schema("azure-pipelines"),
    ),
    Kind(
        name="hooks of pre-commit: pre-commit itself",
        is_it=lambda _, keys: "repos" in keys,
        check=_check_hooks,
    ),
    Kind(
        name="rules of Prometheus: a schema, and our metrics' names",
        is_it=lambda _, keys: "groups" in keys,
        check=_check_rules,
    ),
)

# What is found in blocks that show a mistake, or that lack the files around them.  Where a page has
# several blocks of one name, one of these.
EXPECTED: dict[tuple[str, str | None], set[str] | list[set[str]]] = {
    ("at-the-terminal.md", "deploy.yaml"): {"DEP403"},
    ("from-prefect-deploy.md", "teams/a/prefect.yaml"): {"DEP101"},
    ("from-prefect-deploy.md", "deploy.yaml"): {"DEP109"},
    ("ignore-a-finding.md", "deploy.yaml"): [
        *({"DEP204"}, {"DEP101", "DEP031"}, {"DEP030"}, set()),
    ],
    ("many-files-and-environments.md", "deploy.yaml"): {"DEP109", "DEP305"},
    ("many-files-and-environments.md", "teams/data.yaml"): {"DEP304"},
    ("monorepo.md", "deploy.yaml"): {"DEP109"},
    ("read-findings.md", "deploy.yaml"): {"DEP102", "DEP403"},
    ("secrets.md", "leaky/deploy.yaml"): {"DEP250"},
}
