"""What verbs say of files that ask no server: nothing secret, whatever is wrong in the files."""

from pathlib import Path

import pytest

from tests.support.command import deploy

SECRETS = ("zqabc123def456", "zqslug998877")
FILE = """
stack: shop
deployments:
  - name: nightly
    flow_name: load
    entrypoint: flows.py:load
    work_pool: {name: local, job_variables: {env: {API_TOKEN: "zqabc123def456"}}}
    schedules: [{slug: "{{ $SLUG_TOKEN }}", cron: "CRON"}]
"""
ASKED = (
    *(("validate", "--format", each) for each in ("text", "concise", "json", "sarif")),
    *(("graph", "--format", each) for each in ("mermaid", "dot", "svg")),
    *(("schedule", "--format", each) for each in ("table", "calendar", "heatmap", "svg", "json")),
)


@pytest.mark.parametrize("cron", ["0 3 * * *", "0 3 * *"], ids=["right", "wrong"])
@pytest.mark.parametrize("words", ASKED, ids=" ".join)
def test_no_verb_shows_a_secret_of_the_files(
    words: tuple[str, ...], cron: str, tmp_path: Path
) -> None:
    (tmp_path / "deploy.yaml").write_text(FILE.replace("CRON", cron), encoding="utf-8")

    ended = deploy(tmp_path, *words, environment={"SLUG_TOKEN": "zqslug998877"})

    assert ended.code == (0 if cron == "0 3 * * *" else 1), ended.text
    assert [each for each in SECRETS if each in ended.text] == []
