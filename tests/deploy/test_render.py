"""`deploy render`: what files become, and where it was written."""

from pathlib import Path

import pytest
import yaml
from click.testing import CliRunner, Result

from deploy.main import deploy

TEXT = """\
vars: {region: eu}
deployments:
  - name: nightly
    entrypoint: flows.py:load
    tags: ["in {{ vars.region }}", "{{ $API_TOKEN | default('none') }}"]
    description: "{{ '{{' }} as text"
environments:
  prod:
    deployments: [{name: nightly, parameters: {rows: 5, of: [1.5, yes, "yes", null, "a: b"]}}]
"""


@pytest.fixture(autouse=True)
def folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    monkeypatch.chdir(tmp_path)
    Path("deploy.yaml").write_text(TEXT, encoding="utf-8")
    return tmp_path


def render(*arguments: str) -> Result:
    done = CliRunner().invoke(deploy, ["render", *arguments])
    assert done.exception is None or isinstance(done.exception, SystemExit), done.output
    return done


def test_what_is_printed_is_the_resolved_file() -> None:
    done = render("-e", "prod", "--var", "region=us", "--set", "deployments.nightly.paused=true")

    assert done.exit_code == 0
    assert yaml.safe_load(done.stdout) == {
        "deployments": [
            {
                "name": "nightly",
                "entrypoint": "flows.py:load",
                "tags": ["in us", "none"],
                "description": "{{ as text",
                "parameters": {"rows": 5, "of": [1.5, True, "yes", None, "a: b"]},
                "paused": True,
            }
        ]
    }


def test_each_value_says_where_it_was_written() -> None:
    done = render("-e", "prod", "--origins", "--set", "deployments.nightly.paused=true")

    lines = done.stdout.splitlines()
    assert "      - in eu  # deploy.yaml:5:12 ← deploy.yaml:1:16" in lines
    assert "      rows: 5  # deploy.yaml:9:54" in lines
    assert "    paused: true  # --set:1:28" in lines
    assert yaml.safe_load(done.stdout) == yaml.safe_load(
        render("-e", "prod", "--set", "deployments.nightly.paused=true").stdout
    )


def test_what_is_wrong_is_no_document() -> None:
    done = render("-e", "prdo")

    assert done.exit_code == 1
    assert done.stdout == ""
    assert "DEP301" in done.stderr


def test_a_secret_is_not_printed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("API_TOKEN", "swordfish-7f3a9c")

    done = render("--origins")

    assert done.exit_code == 0
    assert "swordfish" not in done.output


def test_what_is_printed_is_rendered_again_to_itself() -> None:
    first = render("-e", "prod").stdout
    Path("again.yaml").write_text(first, encoding="utf-8")

    again = render("-f", "again.yaml")

    assert again.exit_code == 0
    assert again.stdout == first


def test_an_argument_without_a_value_is_wrong_usage() -> None:
    for option in ("--var", "--set"):
        done = CliRunner().invoke(deploy, ["render", option, "region"])
        assert done.exit_code != 0
        assert "NAME=VALUE" in done.output


def test_what_templates_give_to_blocks_is_not_printed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VALUE", "hunter2-abc")
    Path("deploy.yaml").write_text(
        "vars: {x: {required: true}}\n"
        "blocks:\n"
        "  - {name: a, type: secret, data: {value: 'Bearer {{ $VALUE }}'}}\n"
        "  - {name: b, type: x, data: {url: ['{{ vars.x }}'], more: {n: '{{ $VALUE }}', m: 1}}}\n"
        "  - {name: c, type: secret, data: {value: {deep: swordfish}}}\n"
        "  - {name: d, type: secret, data: {value: {$command: [vault, '{{ $VALUE }}']}}}\n",
        encoding="utf-8",
    )

    done = render("--var", "x=hunter3-abc")

    assert done.exit_code == 0, done.output
    blocks = yaml.safe_load(done.stdout)["blocks"]
    assert [each["data"] for each in blocks] == [
        {"value": "Bearer {{ $VALUE }}"},
        {"url": ["{{ vars.x }}"], "more": {"n": "{{ $VALUE }}", "m": 1}},
        {"value": {"deep": "(secret)"}},
        {"value": {"$command": ["vault", "{{ $VALUE }}"]}},
    ]
    assert "hunter" not in done.output
    assert "swordfish" not in done.output


def test_nothing_is_run_to_print_or_to_check(tmp_path: Path) -> None:
    ran = tmp_path / "ran"
    Path("deploy.yaml").write_text(
        "blocks:\n"
        f"  - {{name: a, type: secret, data: {{value: {{$command: [touch, '{ran}']}}}}}}\n",
        encoding="utf-8",
    )

    assert render().exit_code == 0
    assert CliRunner().invoke(deploy, ["validate"]).exit_code == 0
    assert not ran.exists()
