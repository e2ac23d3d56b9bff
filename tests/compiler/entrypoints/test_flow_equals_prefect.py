"""Our reading of a source against Prefect's own loading of the same file."""

import re
from pathlib import Path

import pytest

from compiler.entrypoints.answer import Flow
from compiler.entrypoints.flow import read_flow
from tests.support.prefect_reading import loaded_by_prefect, mapping, shown

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


@pytest.mark.parametrize("source", _cases("known_parameters.md") + _cases("known_flows.md"))
def test_a_flow_is_read_as_prefect_loads_it(source: str, tmp_path: Path) -> None:
    flow = _ours(source)

    assert flow.unknown == frozenset()
    assert flow.unknown_options == frozenset()
    assert shown(flow) == loaded_by_prefect(source, tmp_path)


@pytest.mark.parametrize("source", _cases("unknown_parameters.md"))
def test_what_is_known_of_an_unknown_parameter_is_right(source: str, tmp_path: Path) -> None:
    flow = _ours(source)

    ours, theirs = flow.parameter_schema, mapping(loaded_by_prefect(source, tmp_path)["schema"])
    properties = mapping(theirs["properties"])
    assert flow.unknown
    assert ours.get("required") == theirs.get("required")
    for name, known in mapping(ours["properties"]).items():
        whole = mapping(properties[name])
        assert mapping(known).items() <= whole.items()
        assert name in flow.unknown or known == whole
