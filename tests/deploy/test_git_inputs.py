"""Files of a repository that is somewhere else, before any server is asked."""

import json
import tempfile
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from deploy.complaint import Complaint
from deploy.main import deploy
from tests.support.command import deploy as command
from tests.support.repository import commit, git, start
from tests.support.stage import FLOWS

DEPLOYMENT = 'deployments: [{name: nightly, entrypoint: "flows.py:load", parameters: {rows: 5}}]\n'
Run = Callable[..., Result]


@pytest.fixture
def url(tmp_path: Path) -> str:
    """A repository of two stacks, one of which is wrong; a branch and a tag have only one."""
    folder = tmp_path / "clone"
    (folder / "etl").mkdir(parents=True)
    start(folder)
    (folder / "flows.py").write_text(FLOWS, encoding="utf-8")
    (folder / "deploy.yaml").write_text("stack: shop\n" + DEPLOYMENT)
    commit(folder, "one stack")
    git(folder, "tag", "v1.0.0")
    git(folder, "branch", "release/1.x")
    (folder / "etl" / "deploy.yaml").write_text("stack: etl\n" + DEPLOYMENT.replace("rows", "raws"))
    commit(folder, "another")
    git(tmp_path, "clone", "--quiet", "--bare", "clone", "there.git")
    return f"git+file://{tmp_path}/there.git"


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Run:
    """The command in a folder that has no files, and leaves none."""
    here, temporary = tmp_path / "here", tmp_path / "temporary"
    here.mkdir()
    temporary.mkdir()
    monkeypatch.chdir(here)
    monkeypatch.setenv("DEPLOY_CACHE_DIR", str(tmp_path / "cache"))
    monkeypatch.setattr(tempfile, "tempdir", str(temporary))

    def run(*arguments: str) -> Result:
        done = CliRunner().invoke(deploy, arguments)
        assert list(here.iterdir()) == []
        assert list(temporary.iterdir()) == []
        if done.exception is not None and not isinstance(done.exception, SystemExit):
            raise done.exception
        return done

    return run


@pytest.mark.parametrize(
    "rest", ["", "@master", "@~1.0", "@release/1.x", "@refs/tags/v1.0.0#deploy.yaml", "#./etl/.."]
)
def test_a_repository_is_as_good_as_a_folder(rest: str, url: str, run: Run) -> None:
    done = run("validate", "-f", url + rest)

    assert (done.exit_code, done.stderr) == (0, "1 resources, no errors\n")


def test_findings_name_files_inside_the_repository(url: str, run: Run) -> None:
    done = run("validate", "-f", f"{url}#etl", "--format", "concise")

    assert done.exit_code == 1
    assert done.stdout.startswith("etl/deploy.yaml:2:")
    assert "DEP403 'raws' is no parameter" in done.stdout


def test_what_is_rendered_names_files_inside_the_repository(url: str, run: Run) -> None:
    done = run("render", "--origins", "-f", f"{url}#etl/deploy.yaml")

    assert done.exit_code == 0
    assert "# etl/deploy.yaml:1" in done.stdout


def test_files_of_one_commit_are_taken_together(url: str, run: Run) -> None:
    done = run("render", "-f", f"{url}@master", "-f", f"{url}#etl")

    assert done.exit_code == 0
    assert "stack: shop" in done.stdout
    assert "stack: etl" in done.stdout


@pytest.mark.parametrize(
    ("rest", "code", "message", "hint"),
    [
        ("@maiin", "DEP442", "it has no branch and no tag 'maiin'", "has it been pushed?"),
        ("@~7", "DEP442", "it has no tag in the range '~7'", "v1.2.3"),
        ("@" + "0" * 40, "DEP442", "it has no commit 0000", "has it been pushed?"),
        ("@", "DEP439", "names no ref behind its '@'", "is the variable set?"),
        ("@a..b", "DEP442", "'a..b' is no ref", "a branch, a tag"),
        ("#nope.yaml", "DEP443", "there is no 'nope.yaml' in ", "deploy.yaml, etl/deploy.yaml"),
        ("@v1.0.0#etl", "DEP443", "there is no 'etl' in ", "it has deploy.yaml"),
        ("#../x", "DEP439", "names a path outside of its repository", "begin at its root"),
        ("#/etc/passwd", "DEP439", "names a path outside of its repository", "begin at its root"),
    ],
)
def test_what_is_wrong_is_a_finding(  # a table
    rest: str, code: str, message: str, hint: str, url: str, run: Run
) -> None:
    done = run("validate", "-f", url + rest, "--format", "json")

    found = json.loads(done.stdout)["findings"]
    assert done.exit_code == 1
    assert [each["code"] for each in found] == [code]
    assert message in found[0]["message"]
    assert hint in found[0]["hint"]


def test_all_that_is_wrong_is_told_at_once(url: str, run: Run) -> None:
    done = run("validate", "-f", f"{url}@maiin", "-f", f"{url}@~7", "--format", "concise")

    assert done.stdout.count("DEP442") == 2


@pytest.mark.parametrize(
    ("names", "code", "message"),
    [
        (("git+https://ada:hunter2@example.com/x.git",), "DEP439", "with a name or password"),
        (("git+nowhere",), "DEP439", "is no address of a repository"),
        (("git+file:///nowhere.git",), "DEP441", "not appear to be a git repository"),
        (("{url}", "git+file:///other.git"), "DEP444", "are of several repositories"),
        (("{url}", "deploy.yaml"), "DEP444", "'deploy.yaml' lies here"),
        (("{url}@master", "{url}@v1.0.0"), "DEP444", "are of several commits"),
    ],
)
def test_addresses_that_do_not_do(
    names: tuple[str, ...], code: str, message: str, url: str, run: Run
) -> None:
    files = [word for name in names for word in ("-f", name.format(url=url))]

    done = run("validate", *files, "--format", "concise")

    assert done.exit_code == 1
    assert code in done.stdout
    assert message in done.stdout
    assert "hunter2" not in done.output


@pytest.mark.parametrize(
    "arguments", [("validate", "--fix", "-f"), ("drift", "--write-back", "-f"), ("import",)]
)
def test_files_somewhere_else_are_not_written(
    arguments: tuple[str, ...], url: str, run: Run
) -> None:
    with pytest.raises(Complaint, match="cannot be written") as raised:
        run(*arguments, url)

    assert raised.value.hint == "clone it, and run this there"


def test_nothing_has_to_be_kept(url: str, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DEPLOY_CACHE_DIR", "")

    assert run("validate", "-f", url).exit_code == 0


def test_a_time_limit_is_a_number(url: str, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DEPLOY_GIT_TIMEOUT", "5m")

    with pytest.raises(Complaint, match="'5m', and no number of seconds"):
        run("validate", "-f", url)


def test_going_back_is_naming_the_commit(url: str, run: Run) -> None:
    with pytest.raises(Complaint) as raised:
        run("rollback", "--api-url", "http://127.0.0.1:9", "-f", f"{url}#etl", "HEAD~1")

    assert raised.value.hint == f"deploy -f {url}@COMMIT#etl"


def test_without_git_nothing_is_fetched(url: str, folder: Path) -> None:
    ended = command(folder, "validate", "-f", url, environment={"PATH": "/nowhere"})

    assert ended.code == 1
    assert "DEP441 error: repositories are read with Git, which cannot be run" in ended.stdout


def test_what_was_read_of_flows_is_known_the_next_time(url: str, run: Run, tmp_path: Path) -> None:
    run("validate", "-f", url)
    before = {path: path.stat().st_mtime_ns for path in (tmp_path / "cache").glob("*.json")}

    again = run("validate", "-f", url)
    run("validate", "-f", f"{url}@v1.0.0")

    assert again.exit_code == 0
    assert len(before) == 1
    assert before == {path: path.stat().st_mtime_ns for path in (tmp_path / "cache").glob("*.json")}
