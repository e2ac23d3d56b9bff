"""A folder is read from a copy, and nothing says so."""

from pathlib import Path

import pytest

from compiler import Compilation, Request, compile_project
from compiler.source.sources import Sources
from compiler.source.stand_in import StandIn

FLOW = '"""{0}."""\nfrom prefect import flow\n\n@flow\ndef load(rows: int = {1}): ...\n'
PART = "stack: shop\ndeployments: [{name: %s, entrypoint: 'flows.py:load'}]\n"


@pytest.fixture
def now(tmp_path: Path) -> Path:
    folder = tmp_path / "repository"
    write(folder, "deploy.yaml", "stack: shop\ninclude: ['teams/*.yaml']\n")
    write(folder, "teams/new.yaml", PART % "new")
    write(folder, "flows.py", FLOW.format("Of now", 2))
    (folder / ".git").mkdir()
    return folder


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    folder = tmp_path / "temporary" / "copy"
    write(folder, "deploy.yaml", "stack: shop\ninclude: ['teams/*.yaml']\n")
    write(folder, "teams/old.yaml", PART % "old")
    write(folder, "flows.py", FLOW.format("Of then", 1))
    return folder


def write(folder: Path, name: str, text: str) -> None:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


def compiled(path: Path, base: Path, stand_in: StandIn) -> Compilation:
    request = Request(files=(path,), base=base)
    return compile_project(request, Sources(base, stand_in))


def test_everything_is_read_from_the_copy(now: Path, copy: Path) -> None:
    found = compiled(now, now, StandIn.of(now, copy))

    assert found.desired is not None
    (resource,) = found.desired.resources
    assert str(resource.address) == "deployment/load/old"
    assert resource.written_at.file == "teams/old.yaml"
    assert found.files == (now / "deploy.yaml",)
    schema = resource.fields["parameter_openapi_schema"]
    assert "'default': 1" in str(schema)


def test_no_path_of_the_copy_is_stored_or_named(now: Path, copy: Path, tmp_path: Path) -> None:
    write(copy, "teams/wrong.yaml", PART.replace("flows.py", "absent.py") % "wrong")

    right = compiled(now / "teams/old.yaml", tmp_path / "elsewhere", StandIn.of(now, copy))
    wrong = compiled(now, now / "teams", StandIn.of(now, copy))

    assert right.desired is not None
    assert right.desired.resources[0].riding["pull_steps"].value == [
        {"prefect.deployments.steps.set_working_directory": {"directory": str(now)}}
    ]
    assert wrong.report.has_errors
    assert "temporary" not in f"{right} {wrong} {list(wrong.report)}"


def test_what_is_not_in_the_copy_is_not_there(now: Path, copy: Path) -> None:
    sources = Sources(now, StandIn.of(now, copy))

    assert sources.data(now / "teams" / "new.yaml") is None
    assert sources.size(now / "teams" / "new.yaml") is None
    assert sources.names(now / "teams") == frozenset({"old.yaml"})
    assert not sources.is_folder(now / ".git")


def test_other_folders_are_read_as_they_are(now: Path, copy: Path, tmp_path: Path) -> None:
    write(tmp_path, "inputs.yaml", "region: eu\n")

    sources = Sources(now, StandIn.of(now, copy))

    assert sources.data(tmp_path / "inputs.yaml") == b"region: eu\n"
    assert sources.data(now / ".." / "inputs.yaml") == b"region: eu\n"


def test_every_spelling_of_the_folder_means_the_copy(now: Path, copy: Path, tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(now)
    spelled = StandIn.of(tmp_path / "link", copy)

    for folder in (now, tmp_path / "link", now / "teams" / ".."):
        sources = Sources(folder, spelled)

        assert sources.names(folder / "teams") == frozenset({"old.yaml"})
        assert sources.real(folder / "flows.py") == now / "flows.py"


def test_links_inside_the_copy_lead_into_the_folder(now: Path, copy: Path, tmp_path: Path) -> None:
    write(tmp_path, "outside.py", "")
    (copy / "inner.py").symlink_to("flows.py")
    (copy / "outer.py").symlink_to(tmp_path / "outside.py")

    sources = Sources(now, StandIn.of(now, copy))

    assert sources.real(now / "inner.py") == now / "flows.py"
    assert sources.real(now / "outer.py") == tmp_path / "outside.py"


def test_what_was_given_stays(now: Path, copy: Path) -> None:
    sources = Sources(now)
    sources.give(now / "<stdin>", b"from a pipe")
    sources.read(now / "flows.py")

    other = sources.with_stand_in(StandIn.of(now, copy))

    assert other.data(now / "<stdin>") == b"from a pipe"
    assert other.data(now / "flows.py") == (copy / "flows.py").read_bytes()
