"""Where a code page lacks our letters: every verb that asks a server."""

import pytest

from tests.support.code_pages import NAME, PAGES, printed, read
from tests.support.stage import Stage

pytestmark = [pytest.mark.server, pytest.mark.slow]

FILE = f"""
    stack: shop
    deployments:
      - {{name: "{NAME}", entrypoint: "flows.py:load", parameters: {{rows: 4}}}}
"""


@pytest.mark.parametrize("page", PAGES)
def test_the_views_of_a_stack_have_letters_of_the_page(page: str, stage: Stage) -> None:
    def said(*arguments: str, code: int = 0) -> str:
        ended, stdout, stderr = printed(stage.folder, *arguments, page=page, url=stage.proxy.url)
        assert ended == code, stderr
        return read(stdout + stderr, page)

    stage.write(FILE)
    shown = NAME.encode(page, "backslashreplace").decode(page)

    applied = said()
    stage.change(f"load/{NAME}", parameters={"rows": 7})
    drifted = said("drift", code=2)
    planned = said("plan", "--detailed-exitcode", code=2)

    assert f"+ deployment/load/{shown}" in applied
    assert f"[1/1] deployment/load/{shown} created" in applied
    assert "parameters.rows: 4 -> 7" in drifted
    assert f"~ deployment/load/{shown}" in planned
    assert "parameters.rows: 7 -> 4" in planned
    assert shown in said("why", NAME, "parameters.rows")
    assert "done" in said("history")
    assert "not locked" in said("unlock")
    exported = printed(stage.folder, "export", "--stack", "shop", page=page, url=stage.proxy.url)
    assert NAME in exported[1].decode()
    assert f"- deployment/load/{shown}" in said("destroy", "--yes")
