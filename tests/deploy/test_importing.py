"""`deploy import`: files of Prefect's command become one stack."""

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from deploy.complaint import Complaint
from deploy.main import deploy

FLOWS = "from prefect import flow\n\n\n@flow\ndef load(rows: int = 1) -> None: ...\n"
SHOP = """\
# The shop's own.
name: shop
prefect-version: 3.0.0   # of long ago

x-pool: &pool   # shared
  name: k8s
  # the small ones
  job_variables: {cpu: 1}

build: null
pull: null

deployments:
  - name: null
  - working_dir: /srv
    name: nightly   # at night
    entrypoint: flows.py:load
    work_pool: *pool
    schedules: []
    env:
      A: 1   # never read
  - {name: weekly, entrypoint: "flows.py:load", catchup: false, work_pool: *pool}
"""
IMPORTED = """\
# The shop's own.
name: shop
prefect-version: 3.0.0   # of long ago

definitions:
  x-pool: &pool   # shared
    name: k8s
    # the small ones
    job_variables: {cpu: 1}

build: null

deployments:
  - name: nightly   # at night
    entrypoint: flows.py:load
    work_pool: *pool
  - {name: weekly, entrypoint: "flows.py:load", work_pool: *pool}
"""
OTHER = 'deployments:\n- name: other\n  entrypoint: "flows.py:load"\n  parameters: {rows: 2}\n'


@pytest.fixture(autouse=True)
def folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / ".git").mkdir()
    for name, text in (("shop", SHOP), ("other/deep", OTHER)):
        (tmp_path / name).mkdir(parents=True)
        (tmp_path / name / "flows.py").write_text(FLOWS, encoding="utf-8")
        (tmp_path / name / "prefect.yaml").write_text(text, encoding="utf-8")
    return tmp_path


def run(*arguments: str) -> Result:
    done = CliRunner().invoke(deploy, ["import", *arguments])
    assert done.exception is None or isinstance(done.exception, SystemExit), done.output
    return done


def test_files_of_many_folders_become_one_stack(folder: Path) -> None:
    done = run("--stack", "all")

    assert done.exit_code == 0, done.output
    assert (folder / "shop/deploy.yaml").read_text() == IMPORTED
    assert (folder / "other/deep/deploy.yaml").read_text() == OTHER
    assert (folder / "shop/prefect.yaml").read_text() == SHOP
    root = "stack: all\ninclude:\n  - shop/deploy.yaml\n  - other/deep/deploy.yaml\n"
    assert (folder / "deploy.yaml").read_text() == root
    told = [
        line.removeprefix("DEP631 info: ").replace(" is left out", "")
        for line in done.stderr.splitlines()
        if line.startswith("DEP")
    ]
    empty = "it changes nothing in a prefect.yaml, and would remove what is there"
    assert told == [
        "'x-pool': it is under 'definitions' now, since Prefect ignores it and others use it",
        f"'pull': {empty}",
        "a deployment: it has no name, so that Prefect skips it",
        "'working_dir': Prefect ignores it",
        f"'schedules': {empty}",
        "'env': Prefect ignores it",
        "'catchup': Prefect ignores it",
    ]
    assert CliRunner().invoke(deploy, ["validate"]).exit_code == 0


def test_a_file_alone_in_its_folder_is_the_root(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(folder / "shop")

    done = run("prefect.yaml")

    assert done.exit_code == 0, done.output
    assert (folder / "shop/deploy.yaml").read_text() == f"stack: shop\n{IMPORTED}"


def test_what_is_there_is_not_written_over(folder: Path) -> None:
    (folder / "deploy.yaml").write_text("# mine\n", encoding="utf-8")

    with pytest.raises(Complaint, match=r"'deploy.yaml' is there already"):
        CliRunner().invoke(deploy, ["import", "--stack", "all"], catch_exceptions=False)
    shown = run("--stack", "all", "--force", "--dry-run")

    assert shown.exit_code == 0
    assert "would write shop/deploy.yaml" in shown.stderr
    assert (folder / "deploy.yaml").read_text() == "# mine\n"
    assert not (folder / "shop/deploy.yaml").exists()
    assert run("--stack", "all", "--force").exit_code == 0


def test_a_mistake_of_the_old_file_is_told_as_its_own(folder: Path) -> None:
    wrong = OTHER.replace("rows: 2", "rwos: 2")
    (folder / "other/deep/prefect.yaml").write_text(wrong, encoding="utf-8")

    done = run("--stack", "all")

    assert done.exit_code == 0, done.output
    assert "DEP403" in done.stderr
    assert "the old files have these mistakes too" in done.stderr


def test_what_is_no_yaml_is_not_imported(folder: Path) -> None:
    (folder / "shop/prefect.yaml").write_text("deployments: [", encoding="utf-8")

    done = run("--stack", "all")

    assert done.exit_code == 1
    assert "DEP001" in done.stderr
    assert not (folder / "deploy.yaml").exists()


def test_a_key_that_others_hang_on_is_left_to_its_author(folder: Path) -> None:
    text = SHOP.replace("build: null", "definitions: {}")
    (folder / "shop/prefect.yaml").write_text(text, encoding="utf-8")

    done = run("--stack", "all")

    assert done.exit_code == 1
    assert "DEP631 warning: 'x-pool' cannot be left out" in done.stderr
