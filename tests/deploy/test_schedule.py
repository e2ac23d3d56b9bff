"""`deploy schedule` shows when the files' deployments will run, and asks no server."""

import json
from pathlib import Path

import pytest
from lxml import etree  # type: ignore[import-untyped]

from tests.support.command import Ended, deploy

FILE = """
stack: shop
deployments:
  - name: nightly
    flow_name: load
    entrypoint: flows.py:load
    schedules:
      - {slug: night, cron: "30 2 * * *", timezone: Europe/Berlin}
      - {slug: asleep, cron: "* * * * *", active: false}
  - name: weekdays
    flow_name: load
    entrypoint: flows.py:load
    schedules: [{slug: s, cron: "30 1 * * 1-5"}]
  - name: paused
    flow_name: load
    entrypoint: flows.py:load
    paused: true
    schedules: [{slug: s, cron: "* * * * *"}]
"""
SPRING = ("--from", "2027-03-24", "--timezone", "Europe/Berlin")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "deploy.yaml").write_text(FILE, encoding="utf-8")
    return tmp_path


def shown(folder: Path, *arguments: str) -> Ended:
    ended = deploy(folder, "schedule", *arguments, url="http://127.0.0.1:9/api")
    assert ended.code == 0, ended.text
    return ended


def test_the_table_has_the_next_run_of_each(folder: Path) -> None:
    assert shown(folder, *SPRING).stdout == (
        "next (Europe/Berlin)  deployment     schedule  its own time   runs in 7 days\n"
        "Wed 24 Mar 02:30      load/nightly   night                    7\n"
        "Wed 24 Mar 02:30      load/weekdays  s         Wed 01:30 UTC  5\n"
        "\n"
        "! Wed 24 Mar 02:30: 2 at once: load/nightly, load/weekdays\n"
        "! Thu 25 Mar 02:30: 2 at once: load/nightly, load/weekdays\n"
        "! Fri 26 Mar 02:30: 2 at once: load/nightly, load/weekdays\n"
        "! Sun 28 Mar: clocks of Europe/Berlin go from 02:00 to 03:00: that time is skipped\n"
    )


def test_the_calendar_has_every_run_by_day(folder: Path) -> None:
    told = shown(folder, *SPRING, "--days", "2", "--format", "calendar").stdout

    assert told.startswith(
        "Wed 24 Mar\n  02:30  load/nightly, load/weekdays\n\nThu 25 Mar\n  02:30  load/nightly, "
    )


def test_the_heat_map_fits_seventy_columns(folder: Path) -> None:
    told = shown(folder, *SPRING, "--format", "heatmap").stdout.splitlines()

    days = [line for line in told if line.startswith(("Wed", "Thu", "Sun"))]
    assert days[0] == "Wed 24 Mar ····██" + "··" * 21 + " 2"
    assert max(map(len, told[:9])) <= 70


def test_the_picture_is_xml_that_says_each_hour(folder: Path) -> None:
    picture = shown(folder, *SPRING, "--format", "svg").stdout

    titles = etree.fromstring(picture.encode()).xpath("//*[local-name()='rect']/*/text()")
    assert len(titles) == 24 * 8
    assert "Wed 24 Mar 02:00: 2 runs" in titles


def test_json_has_everything(folder: Path) -> None:
    found = json.loads(shown(folder, *SPRING, "--format", "json").stdout)

    assert len(found["runs"]) == 12
    assert found["runs"][0] == {
        "at": "2027-03-24T01:30:00Z",
        "deployment": "load/nightly",
        "schedule": "night",
        "timezone": "Europe/Berlin",
    }
    assert found["clock_changes"] == [
        {"at": "2027-03-28T01:00:00Z", "timezone": "Europe/Berlin", "seconds": 3600}
    ]


def test_files_that_are_wrong_have_no_schedule(folder: Path) -> None:
    (folder / "deploy.yaml").write_text(FILE.replace("30 2 * * *", "30 2 * *"), encoding="utf-8")

    ended = deploy(folder, "schedule", url="http://127.0.0.1:9/api")

    assert ended.code == 1
    assert "error" in ended.stderr
    assert ended.stdout == ""


@pytest.mark.parametrize("option", [("--timezone", "Berlin"), ("--from", "now"), ("--days", "0")])
def test_options_that_are_wrong_are_said(option: tuple[str, str], folder: Path) -> None:
    ended = deploy(folder, "schedule", *option, url="http://127.0.0.1:9/api")

    assert ended.code != 0
    assert option[1] in ended.stderr


def test_nothing_scheduled_is_said(folder: Path) -> None:
    (folder / "deploy.yaml").write_text("stack: shop\ndeployments: []\n", encoding="utf-8")

    assert "nothing is scheduled" in shown(folder).stderr
