"""The base job templates that the server offers for the types of workers."""

from collections.abc import Iterable

from compiler.desired.address import Kind
from compiler.desired.json import Json
from compiler.desired.patch import unsaid
from compiler.desired.resources import DesiredState, Resource
from compiler.state.ledger import Ledger
from reconciler.api import wire
from reconciler.api.client import PrefectClient


async def templates_needed(
    client: PrefectClient,
    desired: DesiredState,
    ledger: Ledger | None,
    pools: Iterable[wire.WorkPoolOut],
) -> dict[str, Json]:
    """The server's base job templates by worker type.

    Read only for a pool that gives none and is to be created, or that gave one before; and so
    too for what is laid over one.
    """
    existing = {pool.name for pool in pools}
    wanted = [each for each in desired.resources if each.address.kind is Kind.WORK_POOL]
    if not any(
        _takes_types_template(each, ledger, is_there=each.address.name in existing)
        for each in wanted
    ):
        return {}
    return await read_templates(client)


async def read_templates(client: PrefectClient) -> dict[str, Json]:
    """All of them, by worker type.

    Raises:
        ApiError: the server could not be read.
    """
    packages = await client.worker_metadata()
    return {
        name: worker.default_base_job_configuration
        for workers in packages.values()
        for name, worker in workers.items()
    }


def _takes_types_template(pool: Resource, ledger: Ledger | None, *, is_there: bool) -> bool:
    given = pool.fields.get("base_job_template")
    is_whole = given is not None and "base_job_template" not in pool.partial
    if is_whole or not is_there:
        return not is_whole
    noted = (ledger.applied, ledger.ahead) if ledger is not None else ()
    earlier = (fields.get(pool.address, {}).get("base_job_template") for fields in noted)
    return any(
        each is not None and (given is None or isinstance(each, str) or any(unsaid(each, given)))
        for each in earlier
    )
