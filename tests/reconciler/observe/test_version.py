"""A version that nobody has tried is told of, and one that cannot work is refused."""

import httpx
import pytest

from compiler.diagnostics import Report
from reconciler.api.client import PrefectClient
from reconciler.api.connect import connect
from reconciler.api.errors import NotPrefect
from reconciler.observe.version import check_version
from tests.support.faults import Fault, Faults, answer

WORKSPACE = "https://api.prefect.cloud/api/accounts/1/workspaces/2"


async def found(fault: Fault, url: str = "http://prefect.test/api") -> list[str]:
    report = Report()
    nobody = httpx.MockTransport(lambda _: httpx.Response(500))
    async with connect(url, transport=Faults(nobody, lambda *_: fault)) as http:
        client = PrefectClient(http)
        await check_version(client, report)
        await check_version(client, report)
    return [f"{one.rule.code} {one.severity} {one.message}" for one in report]


NOT_TRIED = "DEP703 warning the server is Prefect {}, which this was not tried with"


@pytest.mark.parametrize(
    ("version", "told"),
    [
        ("2.20.4", ["DEP704 error the server is Prefect 2.20.4, and this needs 3.2"]),
        ("3.1.15", ["DEP704 error the server is Prefect 3.1.15, and this needs 3.2"]),
        ("3.3.7", [NOT_TRIED.format("3.3.7")]),
        ("3.4.0", []),
        ("3.4.25", []),
        ("3.8.8", []),
        ("3.8.9.dev1+gabc", []),
        ("3.9.0", [NOT_TRIED.format("3.9.0")]),
        ("3.10.0", [NOT_TRIED.format("3.10.0")]),
        ("4.0.0rc1", [NOT_TRIED.format("4.0.0rc1")]),
        ("unknown", ["DEP703 warning the server says that its version is 'unknown'"]),
        ("", ["DEP703 warning the server says that its version is ''"]),
    ],
)
async def test_a_version_is_told_of(version: str, told: list[str]) -> None:
    assert await found(answer(200, json=version)) == told


async def test_cloud_has_no_version_and_is_not_asked() -> None:
    assert await found(answer(404, json={}), WORKSPACE) == []


async def test_another_server_that_has_none_is_no_prefect() -> None:
    with pytest.raises(NotPrefect):
        await found(answer(404, json={"detail": "Not Found"}))
