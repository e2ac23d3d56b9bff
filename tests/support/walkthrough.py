"""A page that is done from its first line to its last, in a folder of its own.

What stands under the name of a file is written there, what stands under it as a `diff` is
changed there, and every command of a `console` block is run by a shell:

    `flows.py`

    ```python
    ...
    ```

    ```console
    $ deploy plan
    + work-pool/local
    …
    ```

In what a command prints, `…` stands for anything in a line, and alone for any lines.
"""

import re
import subprocess
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

_PART = re.compile(
    r"^`(?P<file>[\w./-]+)`\n\n```(?P<language>\w+)\n(?P<text>.*?)^```$"
    r"|^```console\n(?P<console>.*?)^```$",
    re.MULTILINE | re.DOTALL,
)
_COMMAND = re.compile(r"^\$ (?P<words>.*)\n(?P<shown>(?:(?!\$ ).*\n)*)", re.MULTILINE)
_PATIENCE = 120.0  # seconds; a worker that runs a flow takes twenty


@dataclass(frozen=True, slots=True)
class Told:
    """A command of a page, what the page says that it prints, and what it does print."""

    command: str
    shown: str
    printed: str

    @property
    def is_true(self) -> bool:
        """Whether it prints what the page says."""
        return fits(self.shown, self.printed)


def walk(page: str, folder: Path, environment: Mapping[str, str]) -> Iterator[Told]:
    """Do what a page says, in order."""
    for part in _PART.finditer(page):
        if part["language"] == "diff":
            _change(folder / part["file"], part["text"])
        elif part["file"]:
            (folder / part["file"]).write_text(part["text"], encoding="utf-8")
        for each in _COMMAND.finditer(part["console"] or ""):
            yield Told(each["words"], each["shown"], _run(each["words"], folder, environment))


def fits(shown: str, printed: str) -> bool:
    """Whether a text is what a page says, `…` standing for what is another each time."""
    pattern = "".join(
        "(?:.*\n)*?" if line == "…\n" else ".*?".join(map(re.escape, line.split("…")))
        for line in shown.splitlines(keepends=True)
    )
    return re.fullmatch(pattern, printed) is not None


def _run(command: str, folder: Path, environment: Mapping[str, str]) -> str:
    """What a command prints, both streams as a terminal shows them."""
    done = subprocess.run(
        ["bash", "-c", command],
        cwd=folder,
        env=dict(environment),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
        timeout=_PATIENCE,
    )
    return done.stdout


def _change(file: Path, diff: str) -> None:
    """Put the lines with a plus in the place of those with a minus; the others have to be there."""
    lines = [(line[:1], line[1:]) for line in diff.splitlines(keepends=True)]
    before = "".join(text for sign, text in lines if sign != "+")
    after = "".join(text for sign, text in lines if sign != "-")
    text = file.read_text(encoding="utf-8")
    assert text.count(before) == 1, f"{file.name} has these lines not once:\n{before}"
    file.write_text(text.replace(before, after), encoding="utf-8")
