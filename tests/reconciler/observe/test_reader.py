"""What is read of a server before a plan is made."""

import httpx
import pytest

from reconciler.api.client import PrefectClient
from reconciler.observe.reader import observe
from tests.support.builders import desired
from tests.support.faults import Faults, answer, when
from tests.support.prefect_server import PrefectServer
from tests.support.which_server import chosen

pytestmark = pytest.mark.server


def asks_for_version(request: httpx.Request) -> bool:
    return request.url.path.endswith("/admin/version")


async def test_a_server_is_asked_for_its_version(client: PrefectClient) -> None:
    observed = await observe(client, desired())

    assert observed.server_version == chosen().version


@pytest.mark.parametrize("status", [403, 404])
async def test_a_server_need_not_tell_its_version(status: int, server: PrefectServer) -> None:
    silent = Faults(server.transport, when(asks_for_version, answer(status)))
    async with server.connect(silent) as http:
        observed = await observe(PrefectClient(http), desired())

    assert observed.server_version is None
