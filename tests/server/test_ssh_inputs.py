"""A repository behind SSH: with a key in a file, with one in an agent, and with none."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.support.command import Ended
from tests.support.repository import commit, git, start
from tests.support.ssh_server import SshServer, agent, new_key, ssh_server
from tests.support.stage import Stage

pytestmark = [pytest.mark.server, pytest.mark.slow]

FILE = """
    stack: shop
    deployments: [{name: nightly, entrypoint: "flows.py:load", parameters: {rows: 5}}]
"""
_NOBODY = "-F /dev/null -o IdentityFile=/dev/null"


@dataclass(frozen=True, slots=True, kw_only=True)
class There:
    """A stage, and an SSH server that has its repository."""

    stage: Stage
    server: SshServer
    elsewhere: Path

    def plan(self, options: str, more: Mapping[str, str] | None = None) -> Ended:
        """Plan from the repository; `options` are ssh's, as a person would set them for Git."""
        known = f"-o UserKnownHostsFile={self.server.known} -o GlobalKnownHostsFile=/dev/null"
        ssh = f"ssh -F /dev/null {known} {options}"
        return self.stage.deploy(
            *("plan", "-f", f"git+{self.server.url}/shop.git@main"),
            folder=self.elsewhere,
            environment={"GIT_SSH_COMMAND": ssh, "SSH_AUTH_SOCK": "", **(more or {})},
        )


@pytest.fixture
def there(stage: Stage, tmp_path: Path) -> Iterator[There]:
    elsewhere, root = tmp_path / "elsewhere", tmp_path / "served"
    elsewhere.mkdir()
    root.mkdir()
    git(root, "init", "--quiet", "--bare", "--initial-branch=main", "shop.git")
    start(stage.folder, remote=f"file://{root}/shop.git")
    stage.write(FILE)
    commit(stage.folder, "first")
    git(stage.folder, "push", "--quiet", "origin", "HEAD:main")
    with ssh_server(tmp_path / "ssh", root) as server:
        yield There(stage=stage, server=server, elsewhere=elsewhere)


def test_a_key_in_a_file_reads_it(there: There) -> None:
    planned = there.plan(f"-o IdentitiesOnly=yes -i {there.server.key}")

    assert planned.code == 0, planned.text
    assert "deployment/load/nightly" in planned.stdout
    assert {each.split()[0] for each in there.server.asked} == {"git-upload-pack"}


def test_a_key_in_an_agent_reads_it(there: There, tmp_path: Path) -> None:
    with agent(tmp_path, there.server.key) as socket:
        planned = there.plan(_NOBODY, {"SSH_AUTH_SOCK": str(socket)})

    assert planned.code == 0, planned.text
    assert "deployment/load/nightly" in planned.stdout


def test_without_a_key_it_is_refused_and_nobody_is_asked(there: There, tmp_path: Path) -> None:
    strangers = new_key(tmp_path / "strangers")

    refused = [there.plan(_NOBODY), there.plan(f"-o IdentitiesOnly=yes -i {strangers}")]

    assert [each.code for each in refused] == [1, 1], refused
    for each in refused:
        assert "Traceback" not in each.text
        assert "Permission denied" in each.text
        assert "help:" in each.text
    assert there.server.asked == []
    assert there.stage.writes == []


def test_a_host_that_nobody_knows_is_not_spoken_to(there: There) -> None:
    there.server.known.write_text("")

    refused = there.plan(f"-o IdentitiesOnly=yes -i {there.server.key}")

    assert refused.code == 1, refused.text
    assert "Host key verification failed" in refused.text
    assert "help:" in refused.text
    assert there.server.asked == []
