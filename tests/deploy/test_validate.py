"""`deploy validate`: where its findings go, and what it writes."""

import json
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from click.testing import CliRunner, Result

from deploy.complaint import Complaint
from deploy.main import deploy
from deploy.mending import Mended
from deploy.mending import write as write_mended

FLOWS = "from prefect import flow\n\n@flow\ndef load(source: str = 'x', rows: int = 1): ...\n"
GOOD = "deployments:\n  - name: nightly\n    entrypoint: flows.py:load\n"
WRONG = GOOD + "    version: 1.10\n    parameters: {src: web}\n"
OPINION = GOOD + '    schedules: [{cron: "0 0 30 2 *"}]\n'


@pytest.fixture(autouse=True)
def folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    folder = tmp_path / "project"
    (folder / ".git").mkdir(parents=True)
    (folder / "flows.py").write_text(FLOWS, encoding="utf-8")
    monkeypatch.chdir(folder)
    return folder


def write(text: str, name: str = "deploy.yaml") -> Path:
    path = Path(name)
    path.write_bytes(text.encode())
    return path


def validate(*arguments: str, stdin: str = "") -> Result:
    done = CliRunner().invoke(deploy, ["validate", *arguments], input=stdin)
    if done.exception is not None and not isinstance(done.exception, SystemExit):
        raise done.exception
    return done


@pytest.mark.parametrize("format", ["text", "concise", "json", "sarif", "github", "junit"])
@pytest.mark.parametrize(("text", "code"), [(GOOD, 0), (WRONG, 1)], ids=["good", "wrong"])
def test_findings_are_the_data(format: str, text: str, code: int) -> None:
    write(text)

    done = validate("--format", format)

    assert done.exit_code == code
    assert ("DEP102" in done.stdout) is (code == 1)
    assert "DEP102" not in done.stderr
    assert ("1 resources, no errors" in done.stderr) is (code == 0)


@pytest.mark.parametrize(
    ("files", "count"),
    [({"deploy.yaml": GOOD}, 0), ({}, 1), ({"deploy.yaml": ""}, 1), ({"deploy.yaml": "a: ["}, 1)],
    ids=["right", "no file", "an empty file", "no YAML"],
)
def test_json_is_pure_whatever_happens(files: dict[str, str], count: int) -> None:
    for name, text in files.items():
        write(text, name)

    done = validate("--format", "json")

    assert len(json.loads(done.stdout)["findings"]) == count


def test_a_file_that_is_no_yaml_was_checked_all_the_same() -> None:
    write("a: [")

    (run,) = json.loads(validate("--format", "sarif").stdout)["runs"]
    suites = ET.fromstring(validate("--format", "junit").stdout.encode())  # our own

    assert run["invocations"][0]["executionSuccessful"]
    assert [suite.get("name") for suite in suites] == ["deploy.yaml"]


def test_a_subfolder_is_named_from_the_repositorys_root(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (folder / "etl").mkdir()
    monkeypatch.chdir(folder / "etl")
    write(WRONG)

    assert "::error file=etl/deploy.yaml,line=4" in validate("--format", "github").stdout
    assert validate("--format", "concise").stdout.startswith("deploy.yaml:4:14: ")


def test_no_format_shows_a_secret(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("API_TOKEN", "swordfish-7f3a9c")
    write(GOOD + '    schedules: [{cron: "{{ $API_TOKEN }}"}]\n')

    shown = [validate("--format", each) for each in ("text", "concise", "json", "sarif", "junit")]

    assert all("no cron expression" in done.stdout for done in shown)
    assert all("swordfish" not in done.output for done in shown)


def test_only_some_findings_are_heard_of() -> None:
    write(OPINION + "    tags: [a]  # deploy: ignore\n")

    assert "DEP204" not in validate("--rules", "unused-ignore").stdout
    assert "DEP030" in validate("--rules", "DEP03").stdout
    assert validate("--ignore-rules", "DEP204,DEP030").stdout == ""
    assert validate("--ignore-rules", "DEP204", "--ignore-rules", "DEP030").exit_code == 0


def test_an_opinion_can_be_lowered_and_a_warning_raised() -> None:
    write(OPINION + "    tags: [a]  # deploy: ignore\n")

    lowered = validate("--severity", "schedule-never-fires=warning")
    raised = validate("--ignore-rules", "DEP2", "--severity", "DEP030=error")

    assert (lowered.exit_code, raised.exit_code) == (0, 1)
    assert "DEP204 warning: " in lowered.stdout
    assert "DEP030 error: " in raised.stdout


def test_an_error_that_leaves_holes_stays_and_says_so() -> None:
    write(WRONG)

    done = validate("--ignore-rules", "DEP102,DEP403", "--format", "concise")

    assert done.exit_code == 1
    assert done.stdout.count("\n") == 1
    assert done.stderr == "DEP102 stays an error: it leaves a document that cannot be used\n"


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["--rules", "DEP999"], "there is no finding 'DEP999'"),
        (["--ignore-rules", "unknown-kee"], "did you mean 'unknown-key'?"),
        (["--rules", ""], "there is no finding ''"),
        (["--severity", "DEP204"], "should be CODE=LEVEL"),
        (["--severity", "DEP204=warn"], "did you mean 'warning'?"),
        (["--severity", "DEP204=7"], "there are: error, warning, info"),
        (["--unsafe-fixes"], "needs '--fix' or '--diff'"),
        (["--fix", "-f", "-"], "'--diff' shows how it would be"),
    ],
)
def test_a_slip_in_an_option_is_an_error(arguments: list[str], told: str) -> None:
    write(GOOD)

    done = validate(*arguments)

    assert done.exit_code == 2  # click's own; `ladder` makes 1 of it
    assert told in done.stderr
    assert done.stdout == ""


def test_a_safe_fix_is_made_and_the_files_are_checked_again() -> None:
    path = write(WRONG)

    done = validate("--fix", "--format", "concise")

    assert path.read_text(encoding="utf-8") == WRONG.replace("1.10", '"1.10"')
    assert done.stderr == "mended deploy.yaml\n"
    assert done.stdout.startswith("deploy.yaml:5:18: DEP403 ")
    assert done.stdout.count("\n") == 1


def test_a_guess_is_made_when_asked_for() -> None:
    path = write(WRONG)

    done = validate("--fix", "--unsafe-fixes")

    assert done.exit_code == 0
    assert "{source: web}" in path.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("flows.py:lode", "flows.py:load"),
        ("nightly\n    paramters: {rows: 2}", "nightly\n    parameters: {rows: 2}"),
        ("nightly\n    is_paused: true", "nightly\n    paused: true"),
        (
            "nightly\n    work_pool: {name: p, queue: q}",
            "nightly\n    work_pool: {name: p, work_queue_name: q}",
        ),
        (
            "nightly\n    schedules: [{cron: '0 3 * * *', tz: UTC}]",
            "nightly\n    schedules: [{cron: '0 3 * * *', timezone: UTC}]",
        ),
        (
            "nightly\n    schedule: {cron: '0 3 * * *', timezone: Europe/Berln}",
            "nightly\n    schedule: {cron: '0 3 * * *', timezone: Europe/Berlin}",
        ),
        (
            "nightly\n    schedule:\n      cron: * * * * *",
            'nightly\n    schedule:\n      cron: "* * * * *"',
        ),
    ],
)
def test_every_guess_that_is_offered_leads_to_a_right_file(before: str, after: str) -> None:
    part = before.partition("\n")[0].replace("lode", "load")
    path = write(GOOD.replace(part, before))

    done = validate("--fix", "--unsafe-fixes")

    assert path.read_text(encoding="utf-8") == GOOD.replace(part, after)
    assert (done.exit_code, done.stdout) == (0, "")


def test_what_is_wrong_and_has_no_fix_is_not_written() -> None:
    path = write(GOOD + "    wrong_key: 1\n")
    before = path.stat()

    validate("--fix", "--unsafe-fixes")

    assert path.stat() == before


@pytest.mark.parametrize(
    "before",
    [
        "\ufeff" + WRONG,
        WRONG.replace("\n", "\r\n"),
        WRONG + "# no end",
        WRONG.replace("nightly", "日本語 🎉"),
    ],
    ids=["a byte order mark", "CRLF", "no last line break", "wide letters"],
)
def test_every_byte_outside_of_a_fix_stays(before: str) -> None:
    path = write(before)

    validate("--fix", "--unsafe-fixes")

    after = before.replace("1.10", '"1.10"').replace("src", "source")
    assert path.read_bytes() == after.encode()


def test_a_file_keeps_its_mode_and_leaves_nothing_beside_it(folder: Path) -> None:
    path = write(WRONG)
    path.chmod(0o640)

    validate("--fix")

    assert path.stat().st_mode & 0o777 == 0o640
    assert sorted(each.name for each in folder.iterdir()) == [".git", "deploy.yaml", "flows.py"]


def test_a_link_is_followed_within_the_project_and_never_out_of_it(folder: Path) -> None:
    inside, outside = write(WRONG, "real.yaml"), write(WRONG, "../outside.yaml")
    Path("deploy.yaml").symlink_to("real.yaml")
    Path("other.yaml").symlink_to("../outside.yaml")

    validate("--fix", "-f", "deploy.yaml", "-f", "other.yaml")

    assert '"1.10"' in inside.read_text(encoding="utf-8")
    assert (folder / "deploy.yaml").is_symlink()
    assert outside.read_text(encoding="utf-8") == WRONG


def test_a_file_that_has_changed_since_is_left_alone() -> None:
    path = write(WRONG)
    file = Mended(file="deploy.yaml", path=path, before="", after="x", data=b"something else")

    with pytest.raises(Complaint, match=r"'deploy.yaml' has changed since it was read"):
        write_mended(file)
    assert path.read_text(encoding="utf-8") == WRONG


def test_a_difference_is_shown_and_nothing_is_written() -> None:
    path = write(WRONG)

    done = validate("--diff")

    assert done.exit_code == 1
    assert done.stdout == (
        "--- deploy.yaml\n"
        "+++ deploy.yaml\n"
        "@@ -1,5 +1,5 @@\n"
        " deployments:\n"
        "   - name: nightly\n"
        "     entrypoint: flows.py:load\n"
        "-    version: 1.10\n"
        '+    version: "1.10"\n'
        "     parameters: {src: web}\n"
    )
    assert done.stderr == "2 findings, of which this mends 1\n"
    assert path.read_text(encoding="utf-8") == WRONG


def test_a_difference_shows_no_secret() -> None:
    write(WRONG.replace("{src: web}", "{source: web, password: swordfish}"))

    done = validate("--diff")

    assert "password: (secret)" in done.stdout
    assert "swordfish" not in done.output


def test_standard_input_has_a_difference_too() -> None:
    done = validate("--diff", "-f", "-", stdin=WRONG)

    assert done.stdout.startswith("--- <stdin>\n")


def test_a_comment_with_several_codes_is_left_to_its_author() -> None:
    path = write(GOOD + "    tags: [a]  # deploy: ignore[DEP1, DEP2]\n")

    validate("--fix")

    assert "tags: [a]  # deploy: ignore[DEP1, DEP2]\n" in path.read_text(encoding="utf-8")


def test_a_comment_that_ignores_nothing_is_taken_out() -> None:
    path = write(f"# deploy: ignore-file[DEP204]\n{GOOD}    tags: [a]  # deploy: ignore\n")

    done = validate("--fix")

    assert done.exit_code == 0
    assert path.read_text(encoding="utf-8") == f"{GOOD}    tags: [a]\n"
