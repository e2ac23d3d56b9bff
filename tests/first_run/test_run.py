"""What `make first-run` takes from the README is there, and what goes wrong is told."""

import sys
from pathlib import Path

import pytest

from tests.first_run.run import README, Ended, Told, follow, told

GOOD = Ended(code=0, seconds=60, parts=(), states=("COMPLETED",), printed="")


def test_the_readme_says_all_of_it() -> None:
    what = told(README.read_text("utf-8"))
    typed = [" ".join(line.split()[:2]) for line in what.commands.splitlines() if line]

    assert list(what.files) == ["flows.py", "reports.py"]
    assert typed == [
        *(
            "python3 -m",
            "pip install",
            "prefect server",
            "export PREFECT_API_URL=http://127.0.0.1:4200/api",
        ),
        *("prefect server", "deploy init", "deploy --yes", "prefect worker", "prefect deployment"),
    ]


def test_a_readme_that_does_not_say_it_is_refused() -> None:
    with pytest.raises(SystemExit, match="does not say"):
        told(README.read_text("utf-8").replace("<!-- first run -->", ""))


def test_the_first_command_that_fails_ends_it(tmp_path: Path) -> None:
    what = Told(files={"a.txt": "hello\n"}, commands="cat a.txt\npython3 -c 'exit(3)'\ncat b.txt\n")

    ended = follow(what, sys.executable, tmp_path)

    assert (ended.code, ended.printed, ended.is_good) == (3, "hello\n", False)
    assert [command for command, _ in ended.parts] == ["cat a.txt"]


@pytest.mark.parametrize(
    "wrong",
    [
        {"code": 1},
        {"seconds": 121.0},
        {"states": ()},
        {"states": ("CRASHED",)},
        {"states": ("COMPLETED", "PENDING")},
    ],
)
def test_only_a_completed_run_in_time_is_good(wrong: dict[str, object]) -> None:
    assert GOOD.is_good
    assert not Ended(**{**_fields(GOOD), **wrong}).is_good  # type: ignore[arg-type]  # of a test


def _fields(ended: Ended) -> dict[str, object]:
    return {name: getattr(ended, name) for name in Ended.__slots__}
