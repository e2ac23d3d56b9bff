"""Findings about secrets are shown without them."""

from pathlib import Path

import pytest
from click.testing import CliRunner

from deploy.commands.validate import FORMATS
from deploy.main import deploy

TOKEN = "ghp_" + "a1B2" * 9
FLOW = "from prefect import flow\n\n\n@flow\ndef etl(source: str = ''): ...\n"
HEAD = "deployments:\n  - name: nightly\n    entrypoint: etl.py:etl\n"
IN_ENV = "    work_pool:\n      name: k8s\n      job_variables:\n        env:\n"

CASES = {
    "by its looks": (f"    parameters: {{source: {TOKEN}}}\n", TOKEN),
    "by its name": ("    parameters: {source: a, password: hunter2-more}\n", "hunter2-more"),
    "in a list of variables": (
        f"{IN_ENV}          - name: DB_PASSWORD\n            value: hunter2-more\n",
        "hunter2-more",
    ),
    "in a URL": ("    parameters: {source: 'ftp://a:hunter2-more@b'}\n", "hunter2-more"),
    "beside another mistake": (
        f"{IN_ENV}          - {{name: DB_PASSWORD, value: hunter2-more, other: no}}\n    tags: x\n",
        "hunter2-more",
    ),
}


@pytest.mark.parametrize("format", FORMATS)
@pytest.mark.parametrize(("text", "secret"), CASES.values(), ids=CASES)
def test_a_finding_does_not_show_the_secret_it_is_about(
    text: str, secret: str, format: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "etl.py").write_text(FLOW, encoding="utf-8")
    (tmp_path / "deploy.yaml").write_text(HEAD + text, encoding="utf-8")
    monkeypatch.chdir(tmp_path)

    done = CliRunner().invoke(deploy, ["validate", "--format", format])

    assert "DEP250" in done.stdout or "DEP251" in done.stdout
    assert secret not in done.output
