"""A repository that is somewhere else, against a real server."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.support.command import Ended
from tests.support.git_server import GitServer, git_server
from tests.support.repository import commit, git, start
from tests.support.stage import Stage

pytestmark = [pytest.mark.server, pytest.mark.slow]

TOKEN = "hunter2-of-Ada"
FILE = """
    stack: shop
    deployments: [{name: nightly, entrypoint: "flows.py:load", parameters: {rows: 5}}]
"""
CLONE = "prefect.deployments.steps.git_clone"


@dataclass(frozen=True, slots=True, kw_only=True)
class There:
    """A stage whose folder is a clone of a repository, and a server that has it."""

    stage: Stage
    server: GitServer
    elsewhere: Path

    @property
    def url(self) -> str:
        """The repository's address."""
        return f"{self.server.url}/shop.git"

    def push(self, message: str) -> str:
        """Commit and push what lies in the clone."""
        id = commit(self.stage.folder, message)
        git(
            self.stage.folder, "push", "--quiet", f"file://{self.server.root}/shop.git", "HEAD:main"
        )
        return id

    def deploy(self, *words: str, rest: str = "", more: Mapping[str, str] | None = None) -> Ended:
        """Run the command in a folder that is no clone, of that repository."""
        surroundings = {"DEPLOY_GIT_TOKEN": TOKEN, **(more or {})}
        address = f"git+{self.url}{rest}"
        return self.stage.deploy(
            *words, "-f", address, folder=self.elsewhere, environment=surroundings
        )


@pytest.fixture
def there(stage: Stage, tmp_path: Path) -> Iterator[There]:
    (tmp_path / "elsewhere").mkdir()
    root = tmp_path / "served"
    root.mkdir()
    git(root, "init", "--quiet", "--bare", "--initial-branch=main", "shop.git")
    with git_server(root, password=TOKEN) as server:
        made = There(stage=stage, server=server, elsewhere=tmp_path / "elsewhere")
        start(stage.folder, remote=made.url)
        stage.write(FILE)
        made.push("first")
        yield made


def test_a_clone_and_its_repository_are_one_stack(there: There) -> None:
    there.stage.apply()

    planned = there.deploy("plan", "--detailed-exitcode", "--format", "json")

    assert planned.code == 0, planned.text
    head = git(there.stage.folder, "rev-parse", "HEAD")
    document = json.loads(planned.stdout)
    assert (document["commit"], document["actions"]) == (head, [])
    assert document["origin"]["files"] == ["deploy.yaml"]
    assert f"commit: {head[:8]}, " in planned.stderr
    assert there.stage.pending() == ""


def test_an_edit_is_the_same_plan_from_both(there: There) -> None:
    there.stage.apply()
    there.stage.write(FILE.replace("rows: 5", "rows: 6"))
    there.push("second")

    here = json.loads(there.stage.deploy("plan", "--format", "json").stdout)
    elsewhere = json.loads(there.deploy("plan", "--format", "json").stdout)

    assert here["actions"]
    assert {**here, "created_at": ""} == {**elsewhere, "created_at": ""}


def test_the_commit_is_what_history_tells(there: There) -> None:
    elsewhere = {"GITHUB_SHA": "f" * 40}  # a pipeline of another repository
    first = there.deploy("--yes", more=elsewhere)
    there.stage.write(FILE.replace("rows: 5", "rows: 6"))
    second = there.push("second")

    shown = there.deploy("plan", "--format", "markdown", rest="@main", more=elsewhere)
    applied = there.deploy("--yes", rest="@main", more=elsewhere)

    assert (first.code, applied.code) == (0, 0), first.text + applied.text
    assert second[:8] in shown.stdout
    told = json.loads(there.deploy("history", "--format", "json").stdout)["applies"]
    assert [(each["commit"], each["dirty"]) for each in told] == [
        (second, False),
        (git(there.stage.folder, "rev-parse", "HEAD~1"), False),
    ]
    found = there.stage.deployments()["load/nightly"]
    assert (found["parameters"], found["version"]) == ({"rows": 6}, second[:8])


def test_workers_clone_the_branch_that_was_named(there: There) -> None:
    there.deploy("--yes")

    found = there.stage.deployments()["load/nightly"]
    assert found["pull_steps"] == [{CLONE: {"repository": there.url, "branch": "main"}}]
    assert there.stage.pending() == ""
    assert there.deploy("drift").code == 0
    assert there.deploy("destroy", "--yes", "--force").code == 0
    assert there.stage.deployments() == {}


def test_workers_go_on_to_the_next_tag(there: There) -> None:
    served = there.server.root / "shop.git"
    git(served, "tag", "v1.0.0", "main")
    there.deploy("--yes", rest="@~1.0")
    before = there.stage.deployments()["load/nightly"]["pull_steps"]
    there.stage.write("# a comment\n" + FILE)
    there.push("second")
    git(served, "tag", "v1.0.1", "main")

    ended = there.deploy("--yes", rest="@~1.0")

    after = there.stage.deployments()["load/nightly"]["pull_steps"]
    assert before == [{CLONE: {"repository": there.url, "branch": "v1.0.0"}}]
    assert after == [{CLONE: {"repository": there.url, "branch": "v1.0.1"}}]
    assert ended.code == 0
    assert there.deploy("plan", "--detailed-exitcode", rest="@~1.0").code == 0


def test_a_saved_plan_means_its_commit(there: There) -> None:
    planned = there.deploy("plan", "--out", "plan.json", rest="@main")
    first = git(there.stage.folder, "rev-parse", "HEAD")
    there.stage.write(FILE.replace("rows: 5", "rows: 6"))
    there.push("second")

    saved = json.loads((there.elsewhere / "plan.json").read_text())
    applied = there.stage.deploy("apply", "plan.json", folder=there.elsewhere)

    assert (planned.code, applied.code) == (0, 0), applied.text
    assert saved["saved"]["inputs"]["files"] == [f"git+{there.url}@{first}"]
    assert there.stage.deployments()["load/nightly"]["parameters"] == {"rows": 5}


def test_a_token_is_nowhere(there: There, tmp_path: Path) -> None:
    journal = tmp_path / "journal.jsonl"
    ended = there.deploy("--yes", "-vv", "--journal", str(journal))
    refused = there.deploy("--yes", more={"DEPLOY_GIT_TOKEN": "wrong-of-Ada"})
    ledger = there.stage.read("/block_documents/filter", include_secrets=True)

    assert (ended.code, refused.code) == (0, 1)
    assert "DEP441 error: " in refused.stderr
    assert there.stage.writes == []
    said = ended.text + refused.text + journal.read_text() + json.dumps(ledger)
    assert TOKEN not in said
    assert "wrong-of-Ada" not in said
    assert not [line for line in there.server.seen if TOKEN in line]


def test_steps_run_where_the_commit_lies(there: There) -> None:
    there.stage.write("""
        stack: shop
        build:
          - prefect.deployments.steps.run_shell_script:
              id: tell
              script: git rev-parse HEAD
        deployments:
          - {name: nightly, entrypoint: "flows.py:load", version: "{{ tell.stdout }}"}
    """)
    second = there.push("second")

    ended = there.deploy("--yes")

    assert ended.code == 0, ended.text
    assert there.stage.deployments()["load/nightly"]["version"] == second
