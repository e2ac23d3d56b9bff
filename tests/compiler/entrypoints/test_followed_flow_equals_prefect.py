"""Flows that need other files of their repository, against Prefect's own loading of them."""

import importlib
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest

from compiler.desired.json import Json
from compiler.entrypoints.answer import Flow
from tests.support.flow_files import Case, answered, read_cases
from tests.support.prefect_reading import loaded_from, shown

_CASES = read_cases(Path(__file__).parent / "followed_flows.md")


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder from which modules are imported, and forgotten afterwards."""
    before = set(sys.modules)
    monkeypatch.setattr(sys, "path", list(sys.path))
    importlib.invalidate_caches()
    yield tmp_path
    new = {name: sys.modules[name] for name in set(sys.modules) - before}
    for name in [name for name, module in new.items() if _is_below(module, tmp_path)]:
        del sys.modules[name]


def _is_below(module: ModuleType, folder: Path) -> bool:
    file = getattr(module, "__file__", None)
    paths = [file] if file else list(getattr(module, "__path__", []))
    return any(Path(path).is_relative_to(folder) for path in paths)


def _known(found: dict[str, Json], unknown: frozenset[str]) -> dict[str, Json]:
    """Without what we do not claim to know."""
    schema = found["schema"]
    assert isinstance(schema, dict)
    properties = schema["properties"]
    assert isinstance(properties, dict)
    kept = {name: one for name, one in properties.items() if name not in unknown}
    whole = {"definitions": schema.get("definitions")} if not unknown else {}
    rest = {name: one for name, one in found.items() if name not in unknown and name != "schema"}
    return {**rest, **whole, "properties": kept, "required": schema.get("required")}


@pytest.mark.parametrize("case", _CASES, ids=[case.name for case in _CASES])
def test_a_flow_is_followed_as_prefect_loads_it(
    case: Case, root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    case.write(root)
    monkeypatch.chdir(root / case.folder)

    flow = answered(root, case.entrypoint, folder=case.folder).answer

    assert isinstance(flow, Flow)
    assert flow.code_file is not None
    assert flow.unknown | flow.unknown_options == case.unknown
    theirs = loaded_from(case.entrypoint, flow.code_file)
    assert _known(shown(flow), case.unknown) == _known(theirs, case.unknown)


def test_prefect_refuses_an_import_above_a_script(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from prefect.exceptions import ScriptError
    from prefect.flows import load_flow_from_entrypoint

    files = {
        "shop/__init__.py": "",
        "shop/flows/__init__.py": "",
        "shop/flows/etl.py": "from ..names import NAME\nfrom prefect import flow\n\n"
        "@flow(name=NAME)\ndef etl(): ...\n",
        "shop/names.py": "NAME = 'n'\n",
    }
    script, module = "shop/flows/etl.py:etl", "shop.flows.etl:etl"
    Case(name="", files=files, entrypoint="", unknown=frozenset(), folder=".").write(root)
    monkeypatch.chdir(root)

    found = [answered(root, entrypoint).answer for entrypoint in (script, module)]

    assert [isinstance(one, Flow) and one.import_above for one in found] == [1, None]
    assert load_flow_from_entrypoint(module, use_placeholder_flow=False).name == "n"
    with pytest.raises(ScriptError, match="beyond top-level package"):
        load_flow_from_entrypoint(script, use_placeholder_flow=False)
