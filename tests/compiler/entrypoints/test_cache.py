"""Readings kept from run to run: they save time and change nothing."""

import hashlib
import json
import os
import re
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from compiler import Request, compile_project
from compiler.entrypoints.answer import Flow
from compiler.entrypoints.place import Place
from compiler.entrypoints.reference import parse_entrypoint
from compiler.entrypoints.repository import Repository
from compiler.source.sources import Sources
from tests.support.flow_files import Case, answered, read_cases

_HERE = Path(__file__).parent
_FOLLOWED = read_cases(_HERE / "followed_flows.md")
_ETL = """\
from prefect import flow
from names import NAME

@flow(name=NAME)
def etl(a: int = 1): ...
"""


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A repository whose flow takes its name from the root's module."""
    folder = tmp_path / "project"
    _write(folder / "flows" / "etl.py", _ETL)
    _write(folder / "names.py", "NAME = 'first'\n")
    return folder


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


def _name(root: Path, cache: Path | None) -> str | None:
    flow = answered(root, "flows/etl.py:etl", cache=cache).answer
    assert isinstance(flow, Flow)
    return flow.name


def _file(cache: Path) -> Path:
    (file,) = cache.glob("*.json")
    return file


def _tell_another_name(cache: Path) -> None:
    """Change what is remembered, as no run would: who then reads that name used it."""
    file = _file(cache)
    header, _, body = file.read_bytes().partition(b"\n")
    changed = body.replace(b"first", b"remembered")
    digest = hashlib.blake2b(changed, digest_size=16).hexdigest()
    file.write_bytes(json.dumps({**json.loads(header), "contents": digest}).encode())
    with file.open("ab") as end:
        end.write(b"\n" + changed)


def test_what_was_read_is_remembered(root: Path, tmp_path: Path) -> None:
    _name(root, tmp_path / "cache")
    _tell_another_name(tmp_path / "cache")

    assert _name(root, tmp_path / "cache") == "remembered"


def test_a_changed_file_is_read_again(root: Path, tmp_path: Path) -> None:
    _name(root, tmp_path / "cache")
    _write(root / "names.py", "NAME = 'other'\n")

    assert _name(root, tmp_path / "cache") == "other"


def test_a_new_file_that_comes_before_is_read(root: Path, tmp_path: Path) -> None:
    _name(root, tmp_path / "cache")
    _write(root / "flows" / "names.py", "NAME = 'nearer'\n")

    assert _name(root, tmp_path / "cache") == "nearer"


def test_a_file_that_becomes_a_package_is_noticed(root: Path, tmp_path: Path) -> None:
    _name(root, tmp_path / "cache")
    _write(root / "names" / "__init__.py", "NAME = 'package'\n")

    assert _name(root, tmp_path / "cache") == "package"


def test_a_file_that_went_is_missed(root: Path, tmp_path: Path) -> None:
    _name(root, tmp_path / "cache")
    (root / "names.py").unlink()

    assert _name(root, tmp_path / "cache") is None


def test_other_code_remembers_nothing(root: Path, tmp_path: Path) -> None:
    _name(root, tmp_path / "cache")
    _tell_another_name(tmp_path / "cache")
    file = _file(tmp_path / "cache")
    text = file.read_text(encoding="ascii")
    file.write_text(re.sub(r'"code": "\w+"', '"code": "0"', text), encoding="ascii")

    assert _name(root, tmp_path / "cache") == "first"


def _with_digest(body: bytes) -> Callable[[bytes], bytes]:
    def damage(data: bytes) -> bytes:
        header = json.loads(data.partition(b"\n")[0])
        digest = hashlib.blake2b(body, digest_size=16).hexdigest()
        return json.dumps({**header, "contents": digest}).encode() + b"\n" + body

    return damage


@pytest.mark.parametrize(
    "damage",
    [
        pytest.param(lambda _: b"", id="empty"),
        pytest.param(lambda data: data[:-20], id="cut"),
        pytest.param(lambda data: data[:30], id="cut in its head"),
        pytest.param(lambda data: data.replace(b"first", b"worst"), id="altered"),
        pytest.param(lambda data: data + b" ", id="longer"),
        pytest.param(lambda _: b"\x00\xff" * 100, id="no text"),
        pytest.param(lambda _: b"[" * 100_000, id="deep"),
        pytest.param(lambda _: b"[]\n{}", id="another form"),
        pytest.param(_with_digest(b"{}"), id="nothing within"),
        pytest.param(_with_digest(b"[[[1, 2]]]"), id="a list within"),
        pytest.param(_with_digest(b'{"places": 1, "entries": {}}'), id="a number for places"),
        pytest.param(_with_digest(b'{"places": [["a"]], "entries": {}}'), id="half a place"),
    ],
)
def test_a_damaged_cache_is_an_empty_one(
    damage: Callable[[bytes], bytes], *, root: Path, tmp_path: Path
) -> None:
    _name(root, tmp_path / "cache")
    file = _file(tmp_path / "cache")
    whole = file.read_bytes()
    file.write_bytes(damage(whole))

    assert _name(root, tmp_path / "cache") == "first"
    assert file.read_bytes() == whole


@pytest.mark.parametrize(
    "entry",
    [
        pytest.param(3, id="number"),
        pytest.param([[0], 3], id="number for a flow"),
        pytest.param([[7], []], id="no such place"),
        pytest.param([["x"], []], id="text for a place"),
        pytest.param([[], []], id="no flow"),
        pytest.param([[-1], [[1, 2, 3, 4, 5]]], id="half a flow"),
    ],
)
def test_a_damaged_entry_is_none(entry: object, *, root: Path, tmp_path: Path) -> None:
    _name(root, tmp_path / "cache")
    file = _file(tmp_path / "cache")
    whole = file.read_bytes()
    body = json.loads(whole.partition(b"\n")[2])
    entries = dict.fromkeys(body["entries"], entry) | {"another": entry}
    file.write_bytes(_with_digest(json.dumps({**body, "entries": entries}).encode())(whole))

    assert _name(root, tmp_path / "cache") == "first"
    assert len(json.loads(file.read_bytes().partition(b"\n")[2])["entries"]) in (1, 2)


def test_a_folder_that_cannot_be_written_is_no_matter(root: Path, tmp_path: Path) -> None:
    (tmp_path / "file").touch()

    assert _name(root, tmp_path / "file" / "cache") == "first"


def test_a_folder_that_cannot_be_replaced_in_is_no_matter(root: Path, tmp_path: Path) -> None:
    cache = tmp_path / "cache"
    _name(root, cache)
    file = _file(cache)
    file.unlink()
    file.mkdir()

    assert _name(root, cache) == "first"
    assert list(cache.iterdir()) == [file]


def test_readings_of_files_that_went_are_dropped(root: Path, tmp_path: Path) -> None:
    _write(root / "flows" / "other.py", _ETL)
    answered(root, "flows/other.py:etl", cache=tmp_path / "cache")
    (root / "flows" / "other.py").unlink()

    _name(root, tmp_path / "cache")

    text = _file(tmp_path / "cache").read_text(encoding="ascii")
    assert "other.py" not in text
    assert "etl.py" in text


def test_readings_of_other_runs_are_kept(root: Path, tmp_path: Path) -> None:
    _write(root / "flows" / "other.py", _ETL)
    answered(root, "flows/other.py:etl", cache=tmp_path / "cache")
    _name(root, tmp_path / "cache")
    _tell_another_name(tmp_path / "cache")

    other = answered(root, "flows/other.py:etl", cache=tmp_path / "cache").answer

    assert isinstance(other, Flow)
    assert other.name == "remembered"


def test_files_of_long_ago_are_deleted(root: Path, tmp_path: Path) -> None:
    cache = tmp_path / "cache"
    for name, age in (("old.json", 100), ("killed.tmp", 100), ("new.json", 1), ("mine.txt", 100)):
        _write(cache / name, "")
        then = (cache / name).stat().st_mtime - age * 24 * 3600
        os.utime(cache / name, (then, then))

    _name(root, cache)

    assert {path.name for path in cache.iterdir()} - {_newest(cache).name} == {
        "new.json",
        "mine.txt",
    }


def _newest(cache: Path) -> Path:
    return max(cache.iterdir(), key=lambda path: path.stat().st_size)


_PROCESS = """\
import sys
from pathlib import Path
from tests.support.flow_files import answered
for n in range(15):
    (Path(sys.argv[1]) / "flows" / f"{sys.argv[3]}{n}.py").write_text(Path(sys.argv[4]).read_text())
    answered(Path(sys.argv[1]), f"flows/{sys.argv[3]}{n}.py:etl", cache=Path(sys.argv[2]))
    assert answered(Path(sys.argv[1]), "flows/etl.py:etl", cache=Path(sys.argv[2])).answer.name
"""


def test_runs_at_the_same_time_do_no_harm(root: Path, tmp_path: Path) -> None:
    cache = tmp_path / "cache"
    words = [sys.executable, "-c", _PROCESS, str(root), str(cache)]
    flow = str(root / "flows" / "etl.py")
    environment = {**os.environ, "PYTHONPATH": str(_HERE.parents[2])}

    runs = [subprocess.Popen([*words, name, flow], env=environment) for name in "ab"]

    assert [run.wait(timeout=100) for run in runs] == [0, 0]
    assert [path.suffix for path in cache.iterdir()] == [".json"]
    _tell_another_name(cache)
    assert _name(root, cache) in ("first", "remembered")


@pytest.mark.parametrize("case", _FOLLOWED, ids=[case.name for case in _FOLLOWED])
def test_what_is_remembered_is_what_was_read(case: Case, tmp_path: Path) -> None:
    root, cache = tmp_path / "project", tmp_path / "cache"
    case.write(root)

    read = answered(root, case.entrypoint, folder=case.folder)
    cold = answered(root, case.entrypoint, folder=case.folder, cache=cache)
    warm = answered(root, case.entrypoint, folder=case.folder, cache=cache)

    assert read == cold == warm


_TEXTS = {
    "flows/etl.py": [_ETL, _ETL.replace("int", "Row").replace("NAME\n", "NAME, Row\n")],
    "names.py": ["NAME = 'a'\nRow = int\n", "from shop import *\n", "NAME = (\n"],
    "flows/names.py": ["from shop.names import NAME\nRow = str\n", "from names import NAME\n"],
    "shop/__init__.py": ["NAME = 'b'\nRow = bool\n", ""],
    "shop/names.py": ["from . import NAME, Row\n", "NAME = 'c'\n"],
    "src/names.py": ["NAME = 'd'\n"],
    "names/__init__.py": ["NAME = 'e'\n"],
}
_EDITS = st.lists(
    st.sampled_from([(name, text) for name, texts in _TEXTS.items() for text in [*texts, None]]),
    max_size=12,
)


@settings(max_examples=60, deadline=None)
@given(_EDITS)
def test_the_cache_never_changes_a_reading(edits: list[tuple[str, str | None]]) -> None:
    with TemporaryDirectory() as temporary:
        root, cache = Path(temporary) / "project", Path(temporary) / "cache"
        _write(root / "flows" / "etl.py", _ETL)
        for name, text in edits:
            _edit(root / name, text)
            if not (root / "flows" / "etl.py").exists():
                _write(root / "flows" / "etl.py", _ETL)

            fresh = answered(root, "flows/etl.py:etl")
            assert answered(root, "flows/etl.py:etl", cache=cache) == fresh


def _edit(path: Path, text: str | None) -> None:
    if text is not None:
        _write(path, text)
    else:
        path.unlink(missing_ok=True)


def test_lines_of_remembered_flows_can_be_quoted(root: Path, tmp_path: Path) -> None:
    _name(root, tmp_path / "cache")
    sources = Sources(root)
    entrypoint = parse_entrypoint("flows/etl.py:etl")
    assert entrypoint is not None

    Repository(root, sources, tmp_path / "cache").read(
        entrypoint, Place(path=root / "flows" / "etl.py", folder=root)
    )

    assert sources.line("flows/etl.py", 5) == "def etl(a: int = 1): ..."


_DEPLOYMENTS = """\
name: shop
deployments:
  - {name: a, entrypoint: "flows/etl.py:etl", parameters: {b: 1}}
  - {name: b, entrypoint: "flows/etl.py:etl", parameters: {a: x}}
  - {name: c, entrypoint: "flows/etl.py:elt"}
  - {name: d, entrypoint: "flows.etl:etl", flow_name: other}
  - {name: e, entrypoint: "flows/broken.py:etl"}
"""


def test_a_compilation_is_the_same_with_what_is_remembered(root: Path, tmp_path: Path) -> None:
    _write(root / "deploy.yaml", _DEPLOYMENTS)
    _write(root / "flows" / "broken.py", "def etl(:\n")
    request = Request(files=(root,), base=root, cache=tmp_path / "cache")

    runs = [compile_project(one) for one in (replace(request, cache=None), request, request)]

    assert len({tuple(run.report) for run in runs}) == 1
    labels = [label.span for one in runs[0].report for label in one.related]
    assert labels
    lines = [[run.sources.line(at.file, at.start.line) for at in labels] for run in runs]
    assert lines[0] == lines[1] == lines[2]
