"""Our reading of a source against Prefect's own loading of the same file."""

import json
import re
import warnings
from collections.abc import Mapping
from pathlib import Path

import pytest

from compiler.desired.json import Json
from compiler.entrypoints.flow import Flow, read_flow
from compiler.entrypoints.version import file_version

_CASE = re.compile(r"^## (?P<name>.+?)\n+```python\n(?P<source>.*?)^```$", re.MULTILINE | re.DOTALL)


def _cases(document: str) -> list[object]:
    text = (Path(__file__).parent / document).read_text(encoding="utf-8")
    found = [pytest.param(case["source"], id=case["name"]) for case in _CASE.finditer(text)]
    assert len(found) == text.count("\n## ")
    return list(found)


def _ours(source: str) -> Flow:
    found = read_flow(source, "etl")
    assert isinstance(found, Flow)
    return found


def _prefects(source: str, folder: Path) -> dict[str, Json]:
    from prefect.flows import Flow as Loaded
    from prefect.flows import load_flow_from_entrypoint
    from prefect.utilities.callables import parameter_schema

    path = folder / "a_module_of_a_user.py"
    path.write_text(source, encoding="utf-8")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # pydantic's words on odd names and defaults
        flow: Loaded[..., object] = load_flow_from_entrypoint(
            f"{path}:etl", use_placeholder_flow=False
        )
        schema = parameter_schema(flow).model_dump(mode="json", exclude_unset=True)
    version = None if flow.version == file_version(path.read_bytes()) else flow.version
    return {
        "name": flow.name,
        "description": flow.description,
        "version": version,
        "is_async": flow.isasync,
        "schema": json.loads(json.dumps(schema)),
    }


def _shown(flow: Flow) -> dict[str, Json]:
    return {
        "name": flow.name,
        "description": flow.description,
        "version": flow.version,
        "is_async": flow.is_async,
        "schema": flow.parameter_schema,
    }


def _mapping(value: Json) -> Mapping[str, Json]:
    assert isinstance(value, dict)
    return value


@pytest.mark.parametrize("source", _cases("known_parameters.md") + _cases("known_flows.md"))
def test_a_flow_is_read_as_prefect_loads_it(source: str, tmp_path: Path) -> None:
    flow = _ours(source)

    assert flow.unknown == frozenset()
    assert flow.unknown_options == frozenset()
    assert _shown(flow) == _prefects(source, tmp_path)


@pytest.mark.parametrize("source", _cases("unknown_parameters.md"))
def test_what_is_known_of_an_unknown_parameter_is_right(source: str, tmp_path: Path) -> None:
    flow = _ours(source)

    ours, theirs = flow.parameter_schema, _mapping(_prefects(source, tmp_path)["schema"])
    properties = _mapping(theirs["properties"])
    assert flow.unknown
    assert ours.get("required") == theirs.get("required")
    for name, known in _mapping(ours["properties"]).items():
        whole = _mapping(properties[name])
        assert _mapping(known).items() <= whole.items()
        assert name in flow.unknown or known == whole
