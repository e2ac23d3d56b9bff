"""`deploy explain`: findings by what people call them."""

import pytest
from click.testing import CliRunner, Result

from compiler.rules.catalogue import CATALOGUE
from compiler.state.ownership import OWNED
from deploy.main import deploy
from deploy.views.page import STAGES, render_list, render_page


def explain(*findings: str) -> Result:
    return CliRunner().invoke(deploy, ["explain", *findings])


@pytest.mark.parametrize("finding", ["DEP204", "dep204", "schedule-never-fires"])
def test_a_finding_is_called_by_code_or_name(finding: str) -> None:
    done = explain(finding)

    assert done.exit_code == 0
    assert done.stdout.startswith("DEP204 schedule-never-fires (error, may be ignored)\n\n")


def test_several_findings_are_explained_once_each() -> None:
    done = explain("DEP101", "DEP204", "unknown-key")

    assert done.stdout.count("Why it matters:") == 2


def test_the_beginning_of_codes_means_all_of_them() -> None:
    done = explain("DEP7")

    assert "DEP701 refused-by-server (error)" in done.stdout
    assert "DEP702 not-taken (error)" in done.stdout


@pytest.mark.parametrize(
    ("finding", "meant"), [("unknown-kee", "unknown-key"), ("DEP20", None), ("DPE204", "DEP204")]
)
def test_a_near_miss_is_named(finding: str, meant: str | None) -> None:
    done = explain(finding)

    assert done.exit_code == (0 if meant is None else 2)
    assert meant is None or f"did you mean {meant!r}?" in done.stderr


def test_a_finding_that_is_none_is_told() -> None:
    done = explain("zzz")

    assert "there is no finding 'zzz'; deploy explain lists all findings" in done.stderr
    assert done.stdout == ""


def test_without_a_code_all_findings_are_listed_by_stage() -> None:
    done = explain()

    assert all(f"  {code}  " in done.stdout for code in CATALOGUE)
    assert all(stage in done.stdout for stage in STAGES.values())


@pytest.mark.parametrize("code", CATALOGUE)
def test_a_page_fits_a_narrow_terminal_but_for_its_examples(code: str) -> None:
    page = render_page(CATALOGUE[code], 60)

    before, _, rest = page.partition("\nExample:\n")
    behind = rest.partition("\nKnown limits:\n")[2]
    words = (line for line in f"{before}\n{behind}".splitlines() if " " in line.strip())
    assert [line for line in words if len(line) > 60] == []


def test_the_list_fits_a_narrow_terminal() -> None:
    assert max(map(len, render_list(CATALOGUE.values(), 60).splitlines())) <= 60


def test_ownership_is_told_of_every_field_of_every_kind() -> None:
    told = explain("ownership")

    fields = [owned.field for table in OWNED.values() for owned in table]
    lines = [line.split()[0] for line in told.output.splitlines() if line.startswith("  ")]
    assert told.exit_code == 0
    assert [line for line in lines if line != "field"] == fields
