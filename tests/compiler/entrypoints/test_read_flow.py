"""What is a flow, and what is said of sources and functions that are none."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from compiler.entrypoints.answer import Flow, NotAFlow, NotFound, Unreadable
from compiler.entrypoints.flow import read_flow
from compiler.entrypoints.version import file_version


def _flow(source: str, function: str = "etl") -> Flow:
    found = read_flow(source, function)
    assert isinstance(found, Flow)
    return found


@pytest.mark.parametrize(
    "source",
    [
        pytest.param("def etl():\n    pass\n", id="plain"),
        pytest.param("from prefect import task\n@task\ndef etl(): ...\n", id="task"),
        pytest.param("from prefect import task\n@task(name='x')\ndef etl(): ...\n", id="task call"),
        pytest.param("import functools\n@functools.cache\ndef etl(): ...\n", id="functools"),
        pytest.param("class etl:\n    pass\n", id="class"),
        pytest.param("etl = 3\n", id="number"),
    ],
)
def test_a_function_that_nothing_makes_a_flow_is_none(source: str) -> None:
    assert isinstance(read_flow(source, "etl"), NotAFlow)


def test_what_is_not_found_comes_with_what_there_is() -> None:
    source = """\
from prefect import flow, task
@flow
def load(): ...
@task
def clean(): ...
class Jobs:
    @flow
    def run(self): ...
    def stop(self): ...
other = load.with_options(name="x")
"""

    found = read_flow(source, "laod")

    assert found == NotFound(flows=("load", "Jobs.run", "other"), others=("clean", "Jobs.stop"))


@pytest.mark.parametrize("name", ["", ".", "a.b.c", "a-b", "1", "print", "Jobs."])
def test_a_name_that_no_function_can_have_is_not_found(name: str) -> None:
    assert isinstance(read_flow("class Jobs: ...\n", name), NotFound)


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        pytest.param("x = 1\ndef etl(:\n", (2, 9), id="syntax"),
        pytest.param("x = '\0'", (1, 1), id="null byte"),
        pytest.param("x = " + "(" * 10_000, (1, 1), id="deep parentheses"),
        pytest.param("etl = " + "-" * 5_000 + "1", (1, 1), id="deep expression"),
    ],
)
def test_a_source_that_is_no_python_is_unreadable(source: str, expected: tuple[int, int]) -> None:
    found = read_flow(source, "etl")

    if isinstance(found, Unreadable):
        assert found.line == expected[0] or "nested" in found.message
    else:
        assert "-" in source  # newer Pythons parse it


def test_a_flow_is_at_its_def() -> None:
    flow = _flow(
        "from prefect import flow\n\nclass A:\n    @flow\n    def run(self): ...\n", "A.run"
    )

    assert (flow.line, flow.column) == (5, 5)


@pytest.mark.parametrize(
    ("parameters", "expected"),
    [
        pytest.param("", "()", id="none"),
        pytest.param(
            "source: str, day: date, retry: int=3",
            "(source: str, day: date, retry: int = 3)",
            id="typed",
        ),
        pytest.param("self, a, b=1", "(a, b=1)", id="method"),
        pytest.param("a, /, b, *, c", "(a, /, b, *, c)", id="markers"),
        pytest.param("a, /", "(a, /)", id="positional only"),
        pytest.param("*args: int, c=2, **kwargs", "(*args: int, c=2, **kwargs)", id="variadic"),
    ],
)
def test_a_signature_is_shown_as_it_is_written(parameters: str, expected: str) -> None:
    flow = _flow(f"from prefect import flow\n@flow\ndef etl({parameters}): ...\n")

    assert flow.signature == expected


def test_any_keyword_is_taken_by_double_stars() -> None:
    assert _flow("from prefect import flow\n@flow\ndef etl(**kwargs): ...\n").takes_any


@pytest.mark.parametrize(
    ("decorator", "name"),
    [
        pytest.param("shop_flow(name='x')", "x", id="literal name"),
        pytest.param("shop_flow", None, id="no name"),
        pytest.param("shop_flow(name=NAME)", None, id="imported name"),
        pytest.param("shop.flows.make(name='x')", "x", id="attribute"),
    ],
)
def test_a_decorator_from_elsewhere_may_make_a_flow(decorator: str, name: str | None) -> None:
    source = "import shop.flows\nfrom shop import shop_flow, NAME\n"

    flow = _flow(f"{source}@{decorator}\ndef etl(a: int): ...\n")

    assert flow.name == name
    assert flow.wrapper == decorator.partition("(")[0]
    assert "description" in flow.unknown_options
    assert flow.parameter_schema["required"] == ["a"]


@pytest.mark.parametrize(
    "decorator",
    [
        pytest.param("flow(name=NAME)", id="imported"),
        pytest.param("flow(name=os.environ['X'])", id="environment"),
        pytest.param("flow(**OPTIONS)", id="unpacked"),
        pytest.param("flow(name=make())", id="call"),
        pytest.param("flow(name=f'{NAME:>{WIDTH}}')", id="format"),
    ],
)
def test_a_computed_name_is_not_guessed(decorator: str) -> None:
    source = "import os\nfrom prefect import flow\nfrom shop import NAME, OPTIONS, WIDTH, make\n"

    flow = _flow(f"{source}@{decorator}\ndef etl(): ...\n")

    assert flow.name is None
    assert "name" in flow.unknown_options


def test_a_wrapper_that_hides_the_signature_is_not_looked_through() -> None:
    source = """\
from prefect import flow
def my_flow(fn):
    @flow
    def inner(*args, **kwargs):
        return fn(*args, **kwargs)
    return inner
@my_flow
def etl(a: int): ...
"""

    flow = _flow(source)

    assert (flow.name, flow.wrapper) == (None, "my_flow")


@pytest.mark.parametrize(
    "annotation",
    [
        pytest.param("Annotated[date, Field(gt=3)]", id="no date"),
        pytest.param("Row", id="no date in a dataclass"),
        pytest.param("Annotated[Union[int, str], Field(discriminator='x')]", id="no models"),
        pytest.param("dict[[], 3]", id="no types"),
        pytest.param("Annotated[NoReturn, Field(strict=True)]", id="no constraint of it"),
    ],
)
def test_a_type_that_pydantic_refuses_is_unknown(annotation: str) -> None:
    source = f"""\
from datetime import date
from typing import Annotated, NoReturn, Union
from pydantic import Field
from pydantic.dataclasses import dataclass
from prefect import flow
@dataclass
class Row:
    day: date = Field(gt=3)
@flow
def etl(a: {annotation}, b: int = 1): ...
"""

    flow = _flow(source)

    assert flow.unknown <= {"a"}
    assert flow.parameter_schema["required"] == ["a"]


def test_an_imported_flow_says_where_it_is() -> None:
    flow = _flow("from shop.flows import load as etl\n")

    assert flow.imported_from == "shop.flows.load"
    assert flow.name is None


def test_a_flow_made_by_a_call_is_unseen() -> None:
    flow = _flow("from shop import make\netl = make(3)\n")

    assert (flow.name, flow.imported_from, flow.line) == (None, None, 2)


@pytest.mark.parametrize(
    "source",
    [
        pytest.param("import pathlib\npathlib.Path({canary!r}).unlink()\n", id="deletes"),
        pytest.param("import sys\nsys.exit(3)\n", id="exits"),
        pytest.param("import os\nos._exit(3)\n", id="exits at once"),
        pytest.param("T = \"__import__('os').unlink({canary!r})\"\n", id="alias of a string"),
        pytest.param(
            "U = \"__import__('os').unlink({canary!r})\"\nT = 'U'\n", id="string of a string"
        ),
        pytest.param(
            "from typing import List\nU = \"__import__('os').unlink({canary!r})\"\nT = List[U]\n",
            id="string in a type",
        ),
        pytest.param(
            "from pydantic import BaseModel\nU = \"__import__('os').unlink({canary!r})\"\n"
            "class T(BaseModel):\n    x: U\n    y: 'U'\n",
            id="string in a model",
        ),
        pytest.param(
            "from typing import NewType\n"
            "T = NewType('T', \"__import__('os').unlink({canary!r})\")\n",
            id="string in a new type",
        ),
        pytest.param(
            "from pydantic import BaseModel\nimport os\nclass T(BaseModel):\n    x: int = 1\n"
            "    def __init__(self, **kw):\n        os.unlink({canary!r})\n",
            id="method of a model",
        ),
    ],
)
@pytest.mark.parametrize(
    "postponed", ["", "from __future__ import annotations\n"], ids=["", "future"]
)
def test_a_source_is_never_run(source: str, postponed: str, *, tmp_path: Path) -> None:
    canary = tmp_path / "canary"
    canary.touch()
    flow = "from prefect import flow\n@flow(name='x')\n"
    function = "def etl(a: T, b: 'T', c: list[T], d: T = T()): ...\n"

    found = read_flow(f"{postponed}{source.format(canary=str(canary))}{flow}{function}", "etl")

    assert isinstance(found, Flow)
    assert found.name == "x"
    assert canary.exists()


@pytest.mark.parametrize(
    "source",
    [
        pytest.param(
            "".join(f"A{n} = [A{n + 1}, A{n + 1}]\n" for n in range(40, 0, -1)), id="lists"
        ),
        pytest.param(
            "".join(f"A{n} = dict[A{n + 1}, A{n + 1}]\n" for n in range(40, 0, -1)), id="types"
        ),
        pytest.param("".join(f"A{n} = A{n + 1} + A{n + 1}\n" for n in range(40, 0, -1)), id="sums"),
        pytest.param(
            "".join(
                f"def A{n}(fn):\n    A{n + 1}(fn)\n    return A{n + 1}(fn)\n"
                for n in range(40, 0, -1)
            ),
            id="wrappers",
        ),
        pytest.param("A1 = 'x'" + ".replace('x', 'xxxxxxxxxx')" * 60 + "\n", id="texts"),
    ],
)
def test_the_work_is_bounded(source: str) -> None:
    before = "from prefect import flow\nA41 = int\n"

    flow = _flow(f"{before}{source}@flow(name=A1)\n@A1\ndef etl(a: A1 = A1, b: int = 3): ...\n")

    assert "a" in flow.unknown


_WORDS = st.sampled_from(
    [
        "from prefect import flow\n",
        "@flow\n",
        "@flow(name=",
        ")\n",
        "def etl(",
        "a: ",
        "int",
        "'",
        "list[",
        "]",
        " = ",
        "A",
        "B",
        ", ",
        "): ...\n",
        "class A:\n    ",
        "A = ",
        "B: ",
        "Literal",
        "Annotated[",
        "from typing import *\n",
        "None",
        "1",
        "-",
        "{",
        "}",
        ".",
        "*",
        "**",
        "lambda: ",
        "import enum\n",
        "class B(enum.Enum):\n    A = ",
        "f'{",
        "}'",
        "    ",
        "if ",
        ":\n",
    ]
)


@settings(max_examples=300, deadline=None)
@given(
    st.one_of(st.text(), st.lists(_WORDS, max_size=25).map("".join)),
    st.sampled_from(["etl", "A.B"]),
)
def test_any_text_gives_a_value(source: str, function: str) -> None:
    assert isinstance(read_flow(source, function), Flow | NotFound | NotAFlow | Unreadable)


@settings(max_examples=300, deadline=None)
@given(st.lists(_WORDS, max_size=10).map("".join), st.lists(_WORDS, max_size=8).map("".join))
def test_any_parameter_gives_a_flow(before: str, parameters: str) -> None:
    imports = "from prefect import flow\nfrom typing import *\n"

    source = f"{imports}{before}\n@flow\ndef etl({parameters}): ...\n"

    assert isinstance(read_flow(source, "etl"), Flow | Unreadable | NotFound | NotAFlow)


def test_a_version_is_the_hash_of_the_file() -> None:
    assert file_version(b"x = 1\n") == "3253b41059cac6e987c5a5e9233ea5d0"
