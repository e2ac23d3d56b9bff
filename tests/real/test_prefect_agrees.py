"""What these files are said to be is what Prefect itself makes of them.

A file that Prefect accepts, and whose flows exist, has no error here: only the documents
`mistakes.md` and `outputs.md` may announce some.
"""

import io
import json
from dataclasses import dataclass
from pathlib import Path

import pytest
from rich.console import Console

from compiler.desired.json import Json
from compiler.diagnostics import Report, Severity, start_of
from compiler.manifest.manifest import Placed
from compiler.manifest.model import WorkPool
from compiler.rules import job_template
from compiler.source.nodes import Scalar
from tests.specs.spec import Block, Case, diagnostics, read_cases

NOWHERE = Scalar(None, start_of("deploy.yaml"), "")
HERE = Path(__file__).resolve().parent
ACCEPTED = ("starting", "schedules", "steps", "workers", "projects")
WITH_ERRORS = ("mistakes", "outputs")
REFUSED = ("refused",)


@dataclass(frozen=True, slots=True)
class Loaded:
    """What Prefect's command reads of a file, and what it says of it."""

    deployments: list[dict[str, object]]
    said: str


def cases(*documents: str) -> list[object]:
    return [
        pytest.param(case, id=f"{name}: {case.title}")
        for name in documents
        for case in read_cases((HERE / f"{name}.md").read_text(encoding="utf-8"))
    ]


def files(case: Case) -> list[Block]:
    return [block for block in case.blocks if block.language == "yaml"]


def loaded(block: Block, folder: Path) -> Loaded:
    from prefect.cli.deploy._config import _load_deploy_configs_and_actions

    file = folder / "prefect.yaml"
    file.write_text(block.text, encoding="utf-8")
    said = io.StringIO()
    deployments, _ = _load_deploy_configs_and_actions(file, console=Console(file=said, width=200))
    return Loaded(deployments, said.getvalue())


@pytest.mark.parametrize("case", cases(*ACCEPTED, *WITH_ERRORS))
def test_prefect_accepts_these(case: Case, tmp_path: Path) -> None:
    for block in files(case):
        found = loaded(block, tmp_path)

        assert found.said == ""
        assert found.deployments


@pytest.mark.parametrize("case", cases(*ACCEPTED))
def test_prefect_can_use_their_schedules(case: Case, tmp_path: Path) -> None:
    from prefect.cli.deploy._config import _handle_deprecated_schedule_fields
    from prefect.cli.deploy._schedules import _schedule_config_to_deployment_schedule

    for block in files(case):
        for deployment in loaded(block, tmp_path).deployments:
            schedules = _handle_deprecated_schedule_fields(deployment).get("schedules") or []
            for schedule in schedules:
                if "{{" not in str(schedule):
                    assert _schedule_config_to_deployment_schedule(schedule)["schedule"]


@pytest.mark.parametrize("case", cases(*ACCEPTED))
def test_what_prefect_accepts_has_no_error(case: Case) -> None:
    found = diagnostics(case.blocks)

    assert [one.message for one in found if one.severity is Severity.ERROR] == []


@pytest.mark.parametrize("case", cases(*REFUSED))
def test_prefect_refuses_these(case: Case, tmp_path: Path) -> None:
    for block in files(case):
        found = loaded(block, tmp_path)

        assert found.deployments == []
        assert "Skipping" in found.said


@pytest.mark.parametrize("case", cases("mistakes"))
def test_each_mistake_is_found(case: Case) -> None:
    assert diagnostics(case.blocks)


def official_templates() -> list[tuple[str, Json]]:
    """The templates of all work pool types that Prefect comes with."""
    import prefect.server.api

    file = "collections_data/views/aggregate-worker-metadata.json"
    text = Path(prefect.server.api.__file__).with_name(file.partition("/")[0])
    packages = json.loads((text / file.partition("/")[2]).read_text(encoding="utf-8"))
    return [
        (name, worker["default_base_job_configuration"])
        for package in packages.values()
        for name, worker in package.items()
    ]


def test_prefects_own_templates_are_taken() -> None:
    report = Report()
    for name, template in official_templates():
        pool = WorkPool.model_validate({"name": name, "type": name})
        job_template.check(template, Placed(pool, NOWHERE), report)

    assert len(official_templates()) > 5
    assert list(report) == []


def test_there_are_as_many_files_as_it_takes() -> None:
    documents = (*ACCEPTED, *WITH_ERRORS, *REFUSED)
    every = [case for name in documents for case in read_cases((HERE / f"{name}.md").read_text())]

    assert {path.stem for path in HERE.glob("*.md")} == set(documents)
    assert sum(len(files(case)) for case in every) >= 60
