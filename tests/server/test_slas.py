"""SLAs are Prefect Cloud's: another server is not left with a promise that nobody keeps."""

import pytest

from tests.support.stage import Stage

pytestmark = [pytest.mark.server]


def test_a_server_without_slas_is_told_of_at_their_lines(stage: Stage) -> None:
    stage.write("""
        stack: shop
        deployments:
          - name: nightly
            entrypoint: flows.py:load
            sla: [{name: on time, within: PT10M}]
          - {name: hourly, entrypoint: "flows.py:load", sla: []}
          - name: daily
            entrypoint: flows.py:load
            sla: [{name: quick, duration: 60}]
    """)

    ended = stage.deploy()

    assert ended.code == 1
    assert ended.stderr.count("DEP637 error") == 2
    assert "DEP637 error: deployment/load/nightly has an SLA, and this server knows" in ended.stderr
    assert "--> deploy.yaml:6:5\n" in ended.stderr
    assert "--> deploy.yaml:10:5\n" in ended.stderr
    assert stage.writes == []
