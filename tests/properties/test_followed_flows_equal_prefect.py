"""Whatever small repositories hypothesis writes: what we say of a flow is what Prefect loads."""

import importlib
import os
import sys
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from compiler.entrypoints.answer import Flow
from tests.support.flow_files import Case, answered

pytestmark = pytest.mark.property

_MODULES = ("m", "n", "pk", "pk.m", "pk.sub", "pk.sub.m", "ns.m")
_FILES = ("m", "n", "pk/__init__", "pk/m", "pk/sub/__init__", "pk/sub/m", "ns/m")
_TOPS = ("m", "n", "pk", "ns", "flows", "etl")
_NAMES = st.sampled_from(["X", "Y", "m", "n"])
_VALUES = st.sampled_from(["1", "'a'", "'b'", "None", "X", "Y", "m.X", "pk.X", "pk.m.Y"])
_IMPORTS = st.one_of(
    st.builds("from {} import {}".format, st.sampled_from(_MODULES), _NAMES),
    st.builds("from {} import {} as {}".format, st.sampled_from(_MODULES), _NAMES, _NAMES),
    st.builds("from {} import *".format, st.sampled_from(_MODULES)),
    st.builds("from .{} import {}".format, st.sampled_from(["", "m", "sub", ".m"]), _NAMES),
    st.builds("import {}".format, st.sampled_from(_MODULES)),
    st.builds("import {} as {}".format, st.sampled_from(_MODULES), _NAMES),
)
_STATEMENTS = st.one_of(
    _IMPORTS,
    st.builds("{} = {}".format, _NAMES, _VALUES),
    st.sampled_from(["__all__ = ['X', 'm']", "class m:\n        X = 'c'"]),
)
_BODIES = st.lists(_STATEMENTS, max_size=4).map(
    lambda lines: "".join(f"try:\n    {line}\nexcept Exception: pass\n" for line in lines)
)
_REPOSITORIES = st.dictionaries(
    st.sampled_from([f"{folder}{file}.py" for folder in ("", "flows/") for file in _FILES]),
    _BODIES,
    min_size=4,
)


@contextmanager
def _called_in(root: Path) -> Iterator[None]:
    """In a folder, with its modules forgotten afterwards."""
    before, path, folder = set(sys.modules), list(sys.path), Path.cwd()
    os.chdir(root)
    importlib.invalidate_caches()
    try:
        yield
    finally:
        os.chdir(folder)
        sys.path[:] = path
        for name in set(sys.modules) - before:
            if name.partition(".")[0] in _TOPS:
                del sys.modules[name]


def _prefects(root: Path, entrypoint: str) -> tuple[str, str | None] | None:
    """Name and description as Prefect loads them; None where it cannot."""
    from prefect.exceptions import ScriptError
    from prefect.flows import Flow as Loaded
    from prefect.flows import load_flow_from_entrypoint

    try:
        with _called_in(root), warnings.catch_warnings():
            warnings.simplefilter("ignore")
            flow: Loaded[..., object] = load_flow_from_entrypoint(
                entrypoint, use_placeholder_flow=False
            )
    except (ScriptError, NameError, AttributeError, TypeError, ValueError):
        return None
    return flow.name, flow.description


@settings(max_examples=100, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    files=_REPOSITORIES,
    before=_BODIES,
    name=_VALUES,
    description=_VALUES,
    entrypoint=st.sampled_from(["flows/etl.py:etl", "flows.etl:etl"]),
)
def test_what_is_followed_is_what_is_loaded(
    files: dict[str, str], before: str, *, name: str, description: str, entrypoint: str
) -> None:
    decorator = f'@flow(name=f"n{{{name}}}", description=f"d{{{description}}}")'
    source = f"from prefect import flow\n{before}{decorator}\ndef etl(): ...\n"
    files = {**files, "flows/etl.py": source}
    with TemporaryDirectory() as temporary:
        root = Path(temporary).resolve()
        Case(name="", files=files, entrypoint="", unknown=frozenset(), folder=".").write(root)
        theirs = _prefects(root, entrypoint)
        ours = answered(root, entrypoint).answer

    assert isinstance(ours, Flow)
    if theirs is not None:
        assert ours.name in (None, theirs[0])
        assert "description" in ours.unknown_options or ours.description == theirs[1]
