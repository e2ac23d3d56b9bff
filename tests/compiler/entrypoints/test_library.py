"""What is followed and what is not; whatever a repository holds, a reading ends with a value."""

import os
import time
from collections.abc import Mapping
from pathlib import Path

import pytest

from compiler.entrypoints.answer import Flow, NotAFlow, NotFound, Unreadable
from tests.support.flow_files import Case, answered

_ETL = """\
from prefect import flow
from a1 import NAME, Row

@flow(name=NAME)
def etl(row: Row, other: int = 1): ...
"""
_ROW = "NAME = 'n'\nRow = int\n"


def _answer(
    root: Path, files: Mapping[str, str], entrypoint: str = "flows/etl.py:etl"
) -> Flow | NotFound | NotAFlow | Unreadable:
    case = Case(name="", files=dict(files), entrypoint=entrypoint, unknown=frozenset(), folder=".")
    case.write(root)
    return answered(root, entrypoint).answer


def _flow(root: Path, files: Mapping[str, str], entrypoint: str = "flows/etl.py:etl") -> Flow:
    found = _answer(root, files, entrypoint)
    assert isinstance(found, Flow)
    return found


def _chain(length: int, link: str) -> dict[str, str]:
    links = {f"flows/a{n}.py": link.format(n + 1) for n in range(1, length)}
    return {"flows/etl.py": _ETL, **links, f"flows/a{length}.py": _ROW}


def _fan(link: str) -> dict[str, str]:
    links = {f"flows/{side}{n}.py": link.format(n + 1) for n in range(1, 30) for side in "ab"}
    return {"flows/etl.py": _ETL, **links, "flows/a30.py": _ROW, "flows/b30.py": _ROW}


@pytest.mark.parametrize(
    "link",
    [
        pytest.param("from a{0} import NAME, Row\n", id="from"),
        pytest.param("from a{0} import *\n", id="star"),
        pytest.param("import a{0}\nNAME = a{0}.NAME\nRow = a{0}.Row\n", id="attributes"),
    ],
)
def test_a_chain_is_followed_some_way(link: str, tmp_path: Path) -> None:
    near = _flow(tmp_path / "near", _chain(20, link))
    far = _flow(tmp_path / "far", _chain(500, link))

    assert (near.name, near.unknown) == ("n", frozenset())
    assert (far.name, far.unknown) == (None, frozenset({"row"}))


@pytest.mark.parametrize(
    "files",
    [
        pytest.param({"flows/a1.py": "from a1 import NAME, Row\n"}, id="itself"),
        pytest.param({"flows/a1.py": "from a1 import *\n"}, id="all of itself"),
        pytest.param({"flows/a1.py": "from etl import NAME, Row\n"}, id="the flow's own file"),
        pytest.param(
            {
                "flows/a1.py": "from a2 import NAME, Row\n",
                "flows/a2.py": "from a1 import NAME, Row\n",
            },
            id="each other",
        ),
        pytest.param(
            {
                "flows/a1.py": "import a2\nNAME = a2.NAME\nRow = a2.Row\n",
                "flows/a2.py": "import a1\nNAME = a1.NAME\nRow = a1.Row\n",
            },
            id="each other's constants",
        ),
        pytest.param(
            {
                "flows/a1.py": "import a2\nNAME = a2.NAME\nclass Row(a2.Row): ...\n",
                "flows/a2.py": "import a1\nNAME = a1.NAME\nclass Row(a1.Row): ...\n",
            },
            id="each other's bases",
        ),
        pytest.param({"flows/a1.py": "Row = (\n"}, id="no Python"),
        pytest.param({"flows/a1.py": "Row = '\0'\n"}, id="null character"),
        pytest.param({"flows/a1.py": f"Row = {'(' * 9_000}\n"}, id="deep parentheses"),
        pytest.param({"flows/a1.py": f"Row = NAME = {'-' * 5_000}1\n"}, id="deep expression"),
        pytest.param({"flows/a1.py": f"{_ROW}{'#' * 1_100_000}\n"}, id="huge"),
        pytest.param({}, id="missing"),
        pytest.param({"flows/a1.py/x": ""}, id="folder"),
        pytest.param({"flows/A1.py": _ROW}, id="another letter case"),
        pytest.param({"one/a1.py": _ROW}, id="another folder"),
        pytest.param(
            {"a1.txt": _ROW, "flows/a1.pyi": _ROW, "flows/a1.pyc": _ROW}, id="other files"
        ),
        pytest.param({"flows/a1.py": "def __getattr__(name):\n    return int\n"}, id="computed"),
    ],
)
def test_what_cannot_be_followed_is_unknown(files: Mapping[str, str], tmp_path: Path) -> None:
    flow = _flow(tmp_path, {"flows/etl.py": _ETL, **files})

    assert (flow.name, flow.unknown) == (None, frozenset({"row"}))


@pytest.mark.parametrize(
    "files",
    [
        pytest.param(_fan("from a{0} import *\nfrom b{0} import *\n"), id="stars"),
        pytest.param(
            _fan("if x:\n    from a{0} import NAME, Row\nelse:\n    from b{0} import NAME, Row\n"),
            id="branches",
        ),
        pytest.param(
            {"flows/etl.py": _ETL, "flows/a1.py": _ROW + "x = 1\n" * 20_000}, id="one name"
        ),
        pytest.param({"flows/etl.py": _ETL, "flows/a1.py": _ROW * 10_000}, id="its own name"),
    ],
)
def test_the_work_is_bounded(files: Mapping[str, str], tmp_path: Path) -> None:
    started = time.process_time()

    _flow(tmp_path, files)

    assert time.process_time() - started < 10


def test_links_in_a_ring_are_no_files(tmp_path: Path) -> None:
    folder = tmp_path / "flows"
    folder.mkdir()
    (folder / "a1.py").symlink_to(folder / "a1.py")

    assert _flow(tmp_path, {"flows/etl.py": _ETL}).unknown == {"row"}


def test_a_pipe_is_no_module(tmp_path: Path) -> None:
    folder = tmp_path / "flows"
    folder.mkdir()
    os.mkfifo(folder / "a1.py")

    assert _flow(tmp_path, {"flows/etl.py": _ETL}).unknown == {"row"}


@pytest.mark.parametrize(
    "decorators",
    [
        pytest.param(
            {
                "flows/a1.py": "import a2\ndef shop_flow(f): return a2.shop_flow(f)\n",
                "flows/a2.py": "import a1\ndef shop_flow(f): return a1.shop_flow(f)\n",
            },
            id="functions",
        ),
        pytest.param(
            {
                "flows/a1.py": "import a2\nshop_flow = a2.shop_flow\n",
                "flows/a2.py": "import a1\nshop_flow = a1.shop_flow\n",
            },
            id="names",
        ),
    ],
)
def test_a_ring_of_wrappers_may_make_flows(decorators: Mapping[str, str], tmp_path: Path) -> None:
    source = "from a1 import shop_flow\n\n@shop_flow\ndef etl(a: int): ...\n"

    flow = _flow(tmp_path, {"flows/etl.py": source, **decorators})

    assert (flow.name, flow.wrapper) == (None, "shop_flow")


def test_a_ring_of_flows_is_unseen(tmp_path: Path) -> None:
    files = {
        "flows/etl.py": "import a1\netl = a1.etl\n",
        "flows/a1.py": "import a2\netl = a2.etl.with_options(name='x')\n",
        "flows/a2.py": "import a1\netl = a1.etl\n",
    }

    assert not _flow(tmp_path, files).is_seen


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        pytest.param("NAME = 'ä'\nRow = int\n", "utf-8-sig", id="mark"),
        pytest.param("# -*- coding: latin-1 -*-\nNAME = 'ä'\nRow = int\n", "latin-1", id="first"),
        pytest.param("#!x\n# coding=cp1252\nNAME = 'ä'\nRow = int\n", "cp1252", id="second"),
        pytest.param("# coding: utf8\r\nNAME = 'ä'\r\nRow = int\r\n", "utf-8", id="dos"),
    ],
)
def test_a_module_says_its_encoding(text: str, encoding: str, *, tmp_path: Path) -> None:
    (tmp_path / "flows").mkdir()
    (tmp_path / "flows" / "a1.py").write_bytes(text.encode(encoding))

    flow = _flow(tmp_path, {"flows/etl.py": _ETL})

    assert (flow.name, flow.unknown) == ("ä", frozenset())


@pytest.mark.parametrize(
    ("data", "message"),
    [
        pytest.param("x = 'ä'\n".encode("latin-1"), "it is not UTF-8 text", id="none stated"),
        pytest.param(b"# coding: klingon\n", "unknown encoding: klingon", id="unknown"),
        pytest.param(b"# coding: ascii\nx = '\xe4'\n", "it is not ascii text", id="wrong"),
        pytest.param(b"# coding: punycode\nx = 1\n", "unknown encoding: punycode", id="slow"),
        pytest.param(b"# coding: utf-16\nx = 1\n", "it is not utf-16 text", id="wide"),
        pytest.param(
            b"# coding: rot13\nx = 1\n",
            "'rot13' is not a text encoding; use codecs.decode() to handle arbitrary codecs",
            id="no text",
        ),
        pytest.param(
            b"\xef\xbb\xbf# coding: latin-1\n", "encoding problem: utf-8", id="mark and another"
        ),
    ],
)
def test_the_flows_own_file_must_be_text(data: bytes, message: str, *, tmp_path: Path) -> None:
    (tmp_path / "flows").mkdir()
    (tmp_path / "flows" / "etl.py").write_bytes(data)

    assert _answer(tmp_path, {}) == Unreadable(line=1, column=1, message=message)


def test_the_flows_own_file_may_state_an_encoding(tmp_path: Path) -> None:
    text = "# coding: latin-1\nfrom prefect import flow\n\n@flow(name='größer')\ndef etl(): ...\n"
    (tmp_path / "flows").mkdir()
    (tmp_path / "flows" / "etl.py").write_bytes(text.encode("latin-1"))

    assert _flow(tmp_path, {}).name == "größer"


@pytest.mark.parametrize(
    "statement",
    [
        pytest.param("import pathlib\npathlib.Path({canary!r}).unlink()\n", id="deletes"),
        pytest.param("import time\ntime.sleep(3_600)\n", id="sleeps"),
        pytest.param("raise SystemExit(3)\n", id="exits"),
        pytest.param("import os\nos._exit(3)\n", id="exits at once"),
        pytest.param("while True:\n    pass\n", id="never ends"),
        pytest.param("import sys\nsys.modules.clear()\n", id="forgets all modules"),
    ],
)
def test_what_is_followed_is_never_run(statement: str, tmp_path: Path) -> None:
    canary = tmp_path / "canary"
    canary.touch()
    files = {
        "flows/etl.py": _ETL,
        "flows/a1.py": f"{statement.format(canary=str(canary))}from pkg.names import *\n{_ROW}",
        "flows/pkg/__init__.py": statement.format(canary=str(canary)),
        "flows/pkg/names.py": statement.format(canary=str(canary)),
    }

    flow = _flow(tmp_path, files)

    assert (flow.name, flow.unknown) == ("n", frozenset())
    assert canary.exists()


@pytest.mark.parametrize(
    ("files", "name"),
    [
        pytest.param({"src/a1.py": _ROW}, "n", id="src"),
        pytest.param({"a1.py": _ROW}, "n", id="the root"),
        pytest.param({"team/a1.py": _ROW}, "n", id="in between"),
        pytest.param({"src/a1.py": _ROW, "a1.py": _ROW}, "n", id="two alike"),
        pytest.param({"src/a1.py": _ROW, "team/a1.py": f"{_ROW}#"}, None, id="two that differ"),
        pytest.param({"src/a1.py": _ROW, "team/flows/a1.py": f"{_ROW}#"}, "n", id="certain"),
    ],
)
def test_a_module_elsewhere_counts_if_it_is_the_only_one(
    files: Mapping[str, str], name: str | None, *, tmp_path: Path
) -> None:
    flow = _flow(tmp_path, {"team/flows/etl.py": _ETL, **files}, "team/flows/etl.py:etl")

    assert flow.name == ("n" if name else None)


def test_a_module_entrypoint_may_lie_in_src(tmp_path: Path) -> None:
    files = {
        "src/shop/__init__.py": "",
        "src/shop/flows.py": _ETL.replace("a1", ".names"),
        "src/shop/names.py": _ROW,
    }

    assert _flow(tmp_path, files, "shop.flows:etl").name == "n"


def test_a_script_has_nothing_above_it(tmp_path: Path) -> None:
    files = {"shop/flows/etl.py": _ETL.replace("a1", "..names"), "shop/names.py": _ROW}

    flow = _flow(tmp_path, files, "shop/flows/etl.py:etl")

    assert (flow.name, flow.unknown) == (None, frozenset({"row"}))


def test_the_standard_library_is_never_the_repositorys(tmp_path: Path) -> None:
    source = "from prefect import flow\nfrom uuid import UUID\n\n@flow\ndef etl(a: UUID): ...\n"

    flow = _flow(tmp_path, {"flows/etl.py": source, "flows/uuid.py": "UUID = int\n"})

    assert flow.parameter_schema["properties"] == {
        "a": {"format": "uuid", "position": 0, "title": "a", "type": "string"}
    }


def test_a_submodule_or_a_name_of_its_package_is_not_guessed(tmp_path: Path) -> None:
    source = "from prefect import flow\nfrom shop import name\n\n@flow(name=name)\ndef etl(): ...\n"
    package = {"flows/shop/__init__.py": "name = 'n'\n", "flows/shop/name.py": ""}

    assert _flow(tmp_path, {"flows/etl.py": source, **package}).name is None


def test_a_plain_function_of_another_module_is_no_flow(tmp_path: Path) -> None:
    files = {"flows/etl.py": "from impl import etl\n", "flows/impl.py": "\ndef etl(): ...\n"}

    assert _answer(tmp_path, files) == NotAFlow(line=2, file=tmp_path / "flows" / "impl.py")


def test_a_method_of_a_base_that_is_not_here_is_unseen(tmp_path: Path) -> None:
    source = "from shop import Base\n\nclass Jobs(Base): ...\n\nclass Own: ...\n"

    flow = _flow(tmp_path, {"flows/etl.py": source}, "flows/etl.py:Jobs.run")
    missing = _answer(tmp_path, {"flows/etl.py": source}, "flows/etl.py:Own.run")

    assert not flow.is_seen
    assert isinstance(missing, NotFound)


def test_a_reading_knows_what_it_depended_on(tmp_path: Path) -> None:
    case = Case(
        name="",
        files={"flows/etl.py": _ETL, "a1.py": _ROW},
        entrypoint="flows/etl.py:etl",
        unknown=frozenset(),
        folder=".",
    )
    case.write(tmp_path)

    consulted = answered(tmp_path, case.entrypoint).consulted

    states = {one.path.relative_to(tmp_path).as_posix(): one.state for one in consulted}
    assert {name for name, state in states.items() if state == "absent"} == {
        "flows/a1",
        "flows/a1.py",
        "a1",
    }
    assert {name for name, state in states.items() if len(state) == 32} == {"flows/etl.py", "a1.py"}
