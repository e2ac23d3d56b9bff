"""A stack of blocks on a server, and the environment that its secrets come from."""

from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import yaml

from compiler import Request, compile_project
from compiler.desired.resources import DesiredState
from compiler.diagnostics import Report
from compiler.plan.build import Plan
from compiler.source.sources import Sources
from reconciler import pipeline
from reconciler.observe.block_types import Installed, nothing_installed
from reconciler.observe.sources import SourceReader
from tests.support.prefect_server import PrefectServer
from tests.support.rounds import ANYTHING, Round, Rounds, rounds_on

TOKEN: dict[str, Any] = {"name": "token", "type": "secret", "data": {"value": "{{ $SHOP_VALUE }}"}}

KEYS: dict[str, Any] = {
    "name": "keys",
    "type": "aws-credentials",
    "data": {"region_name": "eu", "aws_secret_access_key": "{{ $SHOP_VALUE }}"},
}

BUCKET: dict[str, Any] = {
    "name": "bucket",
    "type": "s3-bucket",
    "data": {"bucket_name": "shop", "credentials": {"$block": "aws-credentials/keys"}},
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Shop:
    """A stack of blocks on a server, and the environment that its secrets come from."""

    rounds: Rounds
    folder: Path
    environ: dict[str, str] = field(default_factory=lambda: {"SHOP_VALUE": "hunter2"})

    def compiled(self, *blocks: Mapping[str, Any], **more: Any) -> DesiredState:
        path, sources = self.folder / "deploy.yaml", Sources(self.folder)
        document = {"stack": "shop", "blocks": list(blocks), **more}
        sources.give(path, yaml.safe_dump(document).encode())
        request = Request(files=(path,), base=self.folder, environ=self.environ)
        done = compile_project(request, sources)
        assert done.desired is not None, [each.message for each in done.report]
        return done.desired

    async def settled(
        self,
        *blocks: Mapping[str, Any],
        reader: SourceReader | None = None,
        installed: Installed = nothing_installed,
        **more: Any,
    ) -> tuple[DesiredState, Report]:
        report, reader = Report(), reader or SourceReader()
        read = await reader.fill(self.compiled(*blocks, **more), report)
        return await pipeline.settle(read, self.rounds.client, report, installed), report

    async def plan(self, *blocks: Mapping[str, Any], **more: Any) -> Plan:
        wanted, report = await self.settled(*blocks, **more)
        assert not report.has_errors, [each.message for each in report]
        return await self.rounds.plan(wanted, ANYTHING)

    async def apply(self, *blocks: Mapping[str, Any], **more: Any) -> Round:
        wanted, report = await self.settled(*blocks, **more)
        assert not report.has_errors, [each.message for each in report]
        done = await self.rounds.apply(wanted, ANYTHING)
        assert done.counted == done.plan.requests
        return done

    async def data(self, type_slug: str, name: str) -> Any:
        """What the server holds, with its secrets."""
        (found,) = await self.rounds.client.named_blocks(type_slug, [name], secrets=True)
        return found.data

    async def write(self, type_slug: str, name: str, data: Mapping[str, Any]) -> None:
        """Write as an operator would."""
        found = await self.rounds.client.block_document(type_slug, name)
        assert found is not None
        await self.rounds.client.update_block_document(found.id, data, merge=True)


@pytest.fixture
async def shop(server: PrefectServer, tmp_path: Path) -> AsyncIterator[Shop]:
    rounds = rounds_on(server)
    async with AsyncExitStack() as stack:
        await stack.enter_async_context(rounds.http)
        yield Shop(rounds=rounds, folder=tmp_path)
