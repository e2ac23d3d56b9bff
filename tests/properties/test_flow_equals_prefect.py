"""The schema that we read from the source of any flow is the one that Prefect makes of the flow.

Prefect refuses to load some of the modules that hypothesis writes; these say nothing.
"""

from collections.abc import Mapping
from pathlib import Path

import pytest
from hypothesis import assume, given, settings

from compiler.desired.json import Json
from compiler.entrypoints.answer import Flow
from compiler.entrypoints.flow import read_flow
from tests.properties.conftest import WITH_PREFECT
from tests.support.flow_sources import Source, sources
from tests.support.prefect_reading import loaded_by_prefect, mapping, shown

pytestmark = pytest.mark.property


@settings(max_examples=WITH_PREFECT)
@given(source=sources())
def test_a_flow_of_any_module_is_read_as_prefect_loads_it(
    tmp_path_factory: pytest.TempPathFactory, source: Source
) -> None:
    flow = read_flow(source.text, "etl")

    assert isinstance(flow, Flow)
    loaded = _loaded(source, tmp_path_factory.getbasetemp())
    assume(loaded is not None)
    assert loaded is not None
    assert {name for name in flow.unknown if not source.reasons(name)} == set()
    assert flow.unknown_options == frozenset()
    assert _known(shown(flow), flow.unknown) == _known(loaded, flow.unknown)
    assert _is_certain(flow, mapping(loaded["schema"]))


def _loaded(source: Source, folder: Path) -> dict[str, Json] | None:
    try:
        return loaded_by_prefect(source.text, folder)
    except Exception:  # noqa: BLE001  # whatever the module raises
        return None


def _known(flow: dict[str, Json], unknown: frozenset[str]) -> dict[str, Json]:
    """The flow without the properties that are unknown and what they alone may refer to."""
    schema = dict(mapping(flow["schema"]))
    properties = mapping(schema.pop("properties"))
    definitions = schema.pop("definitions", None)
    kept = {name: one for name, one in properties.items() if name not in unknown}
    return {
        **flow,
        "schema": schema,
        "properties": kept,
        "names": list(properties),
        "definitions": None if unknown else definitions,
    }


def _is_certain(flow: Flow, theirs: Mapping[str, Json]) -> bool:
    """Whether what is said of unknown parameters, and all that is defined, is in their schema."""
    properties, definitions = mapping(theirs["properties"]), theirs.get("definitions", {})
    ours = mapping(flow.parameter_schema["properties"])
    return all(
        mapping(ours[name]).items() <= mapping(properties[name]).items() for name in flow.unknown
    ) and all(
        mapping(definitions)[name] == one
        for name, one in mapping(flow.parameter_schema.get("definitions", {})).items()
    )
