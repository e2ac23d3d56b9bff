"""The types of the wanted blocks: what their schemas say, and those that the server lacks.

From the schema follows which values are secrets, and so out of sight from here on; and what is
wrong with a block's data, which the server takes as it comes.
"""

from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import replace
from typing import TypeAlias

from compiler.desired.address import Kind
from compiler.desired.block_secrets import heads, sealed
from compiler.desired.block_type import BlockType
from compiler.desired.json import Json
from compiler.desired.resources import DesiredState, Resource
from compiler.diagnostics import Report
from compiler.diagnostics.pages import unknown_block_type
from compiler.diagnostics.spelling import nearest
from compiler.plan.block_fit import check_data
from reconciler.api.client import PrefectClient
from reconciler.api.errors import Conflict, Unanswered
from reconciler.api.wire import BlockTypeOut

Schemas: TypeAlias = Mapping[str, Mapping[str, Json]]
Installed: TypeAlias = Callable[[], Awaitable[Mapping[str, BlockType]]]

# Source: the names of Prefect's own integrations; what is not here is somebody's own.
_PACKAGES: Mapping[str, tuple[str, ...]] = {
    "prefect-aws": ("aws", "s3", "minio", "lambda-function", "ecs"),
    "prefect-azure": ("azure", "azureml"),
    "prefect-bitbucket": ("bitbucket",),
    "prefect-databricks": ("databricks",),
    "prefect-dbt": ("dbt",),
    "prefect-docker": ("docker",),
    "prefect-email": ("email",),
    "prefect-gcp": ("gcp", "gcs", "bigquery", "cloud-run", "gcpsecret", "vertex"),
    "prefect-github": ("github",),
    "prefect-gitlab": ("gitlab",),
    "prefect-kubernetes": ("kubernetes",),
    "prefect-redis": ("redis",),
    "prefect-shell": ("shell-operation",),
    "prefect-slack": ("slack",),
    "prefect-snowflake": ("snowflake",),
    "prefect-sqlalchemy": ("database-credentials", "sqlalchemy"),
}


async def nothing_installed() -> Mapping[str, BlockType]:
    """No package declares anything."""
    return {}


async def fit_blocks(
    desired: DesiredState, client: PrefectClient, installed: Installed, report: Report
) -> DesiredState:
    """The same state with secrets out of sight, and the types that have to be registered.

    What does not fit its type is reported, and so is a type that nobody knows.  Two requests,
    and none where no block is wanted.

    Raises:
        ApiError: the server could not be read.
    """
    blocks = [each for each in desired.resources if each.address.kind is Kind.BLOCK]
    if not blocks:
        return desired
    wanted = {each.address.path[0] for each in blocks}
    schemas = await read_schemas(client, wanted)
    missing = wanted - schemas.keys()
    declared = await installed() if missing else {}
    registers = _with_needs(missing & declared.keys(), declared)
    schemas = {**{each.slug: each.fields for each in registers}, **schemas}
    if missing - declared.keys():
        known = await client.block_types()
        _report_unknown(blocks, missing - declared.keys(), [*known], declared, report)
    for block in blocks:
        if block.address.path[0] in schemas:
            check_data(block, schemas[block.address.path[0]], report)
    resources = tuple(_sealed(each, schemas) for each in desired.resources)
    return replace(desired, resources=resources, registers=registers)


async def read_schemas(
    client: PrefectClient, slugs: Iterable[str]
) -> dict[str, Mapping[str, Json]]:
    """The newest schema of each of these types that the server knows.

    Raises:
        ApiError: the server could not be read.
    """
    slug_of = {each.id: each.slug for each in await client.block_types(slugs)}
    found: dict[str, Mapping[str, Json]] = {}
    for schema in await client.block_schemas(*slug_of) if slug_of else ():
        found.setdefault(slug_of[schema.block_type_id], schema.fields)
    return found


def _with_needs(slugs: Iterable[str], declared: Mapping[str, BlockType]) -> tuple[BlockType, ...]:
    """The types, each after those that may stand inside it."""
    found: dict[str, BlockType] = {}

    def add(slug: str, above: tuple[str, ...]) -> None:
        if slug in found or slug in above or slug not in declared:
            return
        for each in declared[slug].needs:
            add(each, (*above, slug))
        found[slug] = declared[slug]

    for slug in sorted(slugs):
        add(slug, ())
    return tuple(found.values())


def _report_unknown(
    blocks: Iterable[Resource],
    unknown: Iterable[str],
    known: Iterable[BlockTypeOut],
    declared: Iterable[str],
    report: Report,
) -> None:
    slugs = sorted({*(each.slug for each in known), *declared})
    for block in blocks:
        slug = block.address.path[0]
        if slug in unknown:
            message = f"the server has no block type {slug!r}, and no installed package declares it"
            report.add(unknown_block_type.RULE, message, block.written_at, hint=_hint(slug, slugs))


def _hint(slug: str, known: list[str]) -> str:
    near = nearest(slug, known)
    if near:
        return f"did you mean {near[0]!r}?"
    for package, beginnings in _PACKAGES.items():
        if slug.startswith(beginnings):
            module = package.replace("-", "_")
            return (
                f"pip install {package} beside this program, or: prefect block register -m {module}"
            )
    return "register it: prefect block register -m MODULE, or -f FILE"


def _sealed(resource: Resource, schemas: Schemas) -> Resource:
    data = resource.fields.get("data")
    if resource.address.kind is not Kind.BLOCK or not isinstance(data, Mapping):
        return resource
    schema = schemas.get(resource.address.path[0], {})
    hidden = sealed(data, heads(schema.get("secret_fields")))
    return replace(resource, fields={**resource.fields, "data": hidden})


async def register(types: Iterable[BlockType], client: PrefectClient) -> None:
    """Make these types known to the server, in their order.

    Raises:
        ApiError: the server said no.
    """
    for each in types:
        kind = await _made(each, client)
        body: Mapping[str, Json] = {
            "block_type_id": str(kind.id),
            "fields": each.fields,
            "capabilities": list(each.capabilities),
            **({} if each.version is None else {"version": each.version}),
        }
        await client.create_block_schema(body)


async def _made(declared: BlockType, client: PrefectClient) -> BlockTypeOut:
    try:
        return await client.create_block_type(declared.body)
    except (Conflict, Unanswered):
        found = await client.block_type(declared.slug)
        if found is None:
            raise
        return found
