"""The command as people run it: in a process of its own, in a folder, against an address.

    deploy(folder, "plan", "--detailed-exitcode", url=server.url)

Nothing of the tests' own surroundings reaches it, and no run may end in a traceback.
"""

import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from tests.support.environment import without_prefect

_PATIENCE = 120.0  # seconds; a run of the command takes one or two
_SCRIPT = Path(sys.executable).with_name("deploy")


@dataclass(frozen=True, slots=True, kw_only=True)
class Ended:
    """How a run of the command ended, and what it said."""

    code: int
    stdout: str
    stderr: str

    @property
    def text(self) -> str:
        """All that it said."""
        return self.stdout + self.stderr


def deploy(
    folder: Path,
    *arguments: str,
    url: str | None = None,
    environment: Mapping[str, str] | None = None,
    stdin: str = "",
) -> Ended:
    """Run `deploy` with these arguments; `url` is given to it as PREFECT_API_URL."""
    done = subprocess.run(
        command(*arguments),
        cwd=folder,
        env=surroundings(url, environment),
        input=stdin,
        capture_output=True,
        text=True,
        check=False,
        timeout=_PATIENCE,
    )
    ended = Ended(code=done.returncode, stdout=done.stdout, stderr=done.stderr)
    assert "Traceback" not in ended.text, ended.text
    return ended


def command(*arguments: str) -> list[str]:
    """The words to start a process with.

    The script rather than `python -m`, which would put the folder it is called in,
    and so the user's code, on the import path.
    """
    return [str(_SCRIPT), *arguments]


def surroundings(
    url: str | None = None, environment: Mapping[str, str] | None = None
) -> dict[str, str]:
    """A whole environment for the command: a home of its own, and what is given."""
    home = os.environ["PREFECT_HOME"]
    return {
        **without_prefect(),
        "HOME": home,
        "GIT_CONFIG_NOSYSTEM": "1",
        "PREFECT_HOME": home,
        **({} if url is None else {"PREFECT_API_URL": url}),
        **(environment or {}),
    }
