"""What the how-to pages say of bad days and of moving, where nothing else tries it."""

from pathlib import Path

import pytest

from tests.support.stage import Stage
from tests.support.template import restore, save

pytestmark = [pytest.mark.server, pytest.mark.slow]

FILE = """
    stack: shop
    work_pools: [{name: local, type: process}]
    deployments:
      - name: nightly
        entrypoint: flows.py:load
        schedules: [{slug: night, cron: "0 3 * * *"}]
        work_pool: {name: local}
      - {name: weekly, entrypoint: "flows.py:report", work_pool: {name: local}}
"""
ORDERS = """
    stack: shop-orders
    external: {work_pools: [local]}
    deployments:
      - {name: weekly, entrypoint: "flows.py:report", work_pool: {name: local}}
"""


def test_what_a_lost_server_had_is_made_again(stage: Stage) -> None:
    stage.write(FILE)
    stage.apply()
    names = set(stage.ids())
    stage.server.wipe()

    again = stage.apply()

    assert "3 to create, 0 to change, 0 to delete" in again.stdout
    assert set(stage.ids()) == names
    assert stage.pending() == ""


def test_the_way_from_a_backup_to_the_files_is_a_change(stage: Stage, tmp_path: Path) -> None:
    stage.write(FILE)
    stage.apply()
    backup = tmp_path / "backup"
    save(stage.server.home, backup)
    stage.write(FILE.replace("0 3 * * *", "0 4 * * *"))
    stage.apply()

    restore(backup, stage.server.home)

    assert stage.deploy("drift").code == 0
    assert stage.pending().splitlines()[:2] == [
        "~ deployment/load/nightly",
        '    schedules[night].cron: "0 3 * * *" → "0 4 * * *"',
    ]
    stage.apply()
    assert stage.pending() == ""


def test_what_was_applied_to_the_wrong_server_is_destroyed_there(stage: Stage) -> None:
    stage.write(FILE)
    theirs = stage.make_deployment("load", "somebody-elses")
    stage.apply()

    stage.apply("destroy")

    assert [each["id"] for each in stage.deployments().values()] == [theirs]


def test_a_deployment_is_moved_from_one_stack_to_another(stage: Stage) -> None:
    stage.write(FILE)
    stage.write(ORDERS, "stacks/orders/deploy.yaml")
    stage.write((stage.folder / "flows.py").read_text(), "stacks/orders/flows.py")
    stage.apply()
    before = stage.ids()

    moved = ("--from-stack", "shop", "--select", "name:weekly")
    stage.apply("adopt", "-f", "stacks/orders", *moved)
    stage.write(FILE.replace(FILE.splitlines()[-1], ""))

    assert stage.pending("-f", "stacks/orders") == ""
    assert stage.pending() == ""
    assert stage.ids() == before
    assert stage.deployments()["report/weekly"]["tags"] == ["deploy:shop-orders"]
    assert stage.deployments()["load/nightly"]["tags"] == ["deploy:shop"]
