"""What a terminal makes clickable, and where nothing is."""

import re
import socket
from pathlib import Path

import pytest

from deploy.links import link, ui_of, with_file, with_page

LINK = re.compile(r"\x1b\]8;;(.*?)\x1b\\(.*?)\x1b\]8;;\x1b\\")


@pytest.mark.parametrize(
    ("line", "place"),
    [
        (" --> deploy.yaml:3:63", "deploy.yaml:3:63"),
        ("  ::: flows/an etl.py:5:1", "flows/an etl.py:5:1"),
        ("deploy.yaml:3:1: DEP403 'x' is no parameter", "deploy.yaml:3:1"),
    ],
)
def test_a_place_leads_to_its_file(line: str, place: str, tmp_path: Path) -> None:
    (tmp_path / "flows").mkdir()
    (tmp_path / "deploy.yaml").touch()
    (tmp_path / "flows" / "an etl.py").touch()

    linked = with_file(line, tmp_path)

    (found,) = LINK.finditer(linked)
    name = place.partition(":")[0].replace(" ", "%20")
    assert found[1] == f"file://{socket.gethostname()}{tmp_path.resolve().as_posix()}/{name}"
    assert found[2] == place
    assert LINK.sub(r"\2", linked) == line


@pytest.mark.parametrize(
    "line",
    [" --> <stdin>:3:63", " --> gone.yaml:1:1", "3 | a: deploy.yaml:3:63", "DEP101 error: x:1:1"],
)
def test_what_is_no_file_leads_nowhere(line: str, tmp_path: Path) -> None:
    (tmp_path / "deploy.yaml").touch()

    assert with_file(line, tmp_path) == line


def test_an_address_leads_to_its_page() -> None:
    pages = {"deployment/etl/nightly": "http://x/deployments/deployment/1"}
    shown = link("deployment/etl/nightly", "http://x/deployments/deployment/1")

    assert with_page("~ deployment/etl/nightly", pages) == f"~ {shown}"
    assert with_page("- deployment/etl/nightly  (left)", pages) == f"- {shown}  (left)"
    assert with_page("+ deployment/etl/other", pages) == "+ deployment/etl/other"
    assert with_page("    deployment/etl/nightly", pages) == "    deployment/etl/nightly"


@pytest.mark.parametrize(
    ("api_url", "environ", "ui"),
    [
        ("http://127.0.0.1:4200/api", {}, "http://127.0.0.1:4200"),
        ("https://prefect.example.com/in/api/", {}, "https://prefect.example.com/in"),
        ("http://x/api", {"PREFECT_UI_URL": "https://ui.example.com/"}, "https://ui.example.com"),
        (
            "https://api.prefect.cloud/api/accounts/a/workspaces/w",
            {},
            "https://app.prefect.cloud/account/a/workspace/w",
        ),
        (None, {}, None),
    ],
)
def test_the_user_interface_is_where_prefect_says(
    api_url: str | None, environ: dict[str, str], ui: str | None
) -> None:
    assert ui_of(api_url, environ) == ui
