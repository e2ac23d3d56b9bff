"""What Prefect itself makes of a flow: it imports the module that we only read."""

import json
import typing
import warnings
from collections.abc import Mapping
from pathlib import Path

from compiler.desired.json import Json
from compiler.entrypoints.answer import Flow
from compiler.entrypoints.version import file_version


def loaded_by_prefect(source: str, folder: Path) -> dict[str, Json]:
    """Name, description, version, kind and parameter schema of the module's flow `etl`."""
    path = folder / "a_module_of_a_user.py"
    path.write_text(source, encoding="utf-8")
    return loaded_from(f"{path}:etl", path)


def loaded_from(entrypoint: str, source: Path) -> dict[str, Json]:
    """The same of any entrypoint; `source` is the file that stands for its version."""
    from prefect.flows import Flow as Loaded
    from prefect.flows import load_flow_from_entrypoint
    from prefect.utilities.callables import parameter_schema

    for forget in getattr(typing, "_cleanups", ()):
        forget()  # types of earlier cases, which a process of its own would not have seen
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # pydantic's words on odd names and defaults
        flow: Loaded[..., object] = load_flow_from_entrypoint(
            entrypoint, use_placeholder_flow=False
        )
        schema = parameter_schema(flow).model_dump(mode="json", exclude_unset=True)
    version = None if flow.version == file_version(source.read_bytes()) else flow.version
    return {
        "name": flow.name,
        "description": flow.description,
        "version": version,
        "is_async": flow.isasync,
        "schema": json.loads(json.dumps(schema)),
    }


def shown(flow: Flow) -> dict[str, Json]:
    """The same of a flow that we have read."""
    return {
        "name": flow.name,
        "description": flow.description,
        "version": flow.version,
        "is_async": flow.is_async,
        "schema": flow.parameter_schema,
    }


def mapping(value: Json) -> Mapping[str, Json]:
    """The value, which is an object."""
    assert isinstance(value, dict)
    return value
