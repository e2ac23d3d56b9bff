"""However a source is written, reading it takes a time that grows as its length does."""

import time

import pytest

from compiler.entrypoints.answer import Flow, Unreadable
from compiler.entrypoints.flow import read_flow

_IMPORTS = """\
from __future__ import annotations
from dataclasses import dataclass, field
from enum import Enum
from typing import Annotated, List, Literal, NamedTuple, NewType, Optional, Union
from typing_extensions import TypeAliasType, TypedDict
from pydantic import BaseModel, Field
from prefect import flow
"""
_FIELDS = "    x: A{1}\n    y: A{1}\n"


def _chain(form: str, *, links: int = 40) -> str:
    """Definitions each of which uses the next one twice."""
    written = [form.format(n, n + 1) for n in range(links, 0, -1)]
    return "\n".join([f"A{links + 1} = int", *written])


def _flow(parameters: str, doc: str = "") -> str:
    return f'@flow\ndef etl({parameters}):\n    """{doc}"""\n'


_CASES = {
    "tuples": _chain("A{0} = tuple[A{1}, A{1}]") + "\n" + _flow("a: A1"),
    "unions": _chain("A{0} = Union[list[A{1}], set[A{1}]]") + "\n" + _flow("a: A1"),
    "new types": _chain("A{0} = NewType('A{0}', tuple[A{1}, A{1}])") + "\n" + _flow("a: A1"),
    "named aliases": _chain("A{0} = TypeAliasType('A{0}', tuple[A{1}, A{1}])")
    + "\n"
    + _flow("a: A1"),
    "models": _chain("class A{0}(BaseModel):\n" + _FIELDS) + "\n" + _flow("a: A1"),
    "typed dicts": _chain("class A{0}(TypedDict):\n" + _FIELDS) + "\n" + _flow("a: A1"),
    "dataclasses": _chain("@dataclass\nclass A{0}:\n" + _FIELDS) + "\n" + _flow("a: A1"),
    "named tuples": _chain("class A{0}(NamedTuple):\n" + _FIELDS) + "\n" + _flow("a: A1"),
    "model defaults": _chain("class A{0}(BaseModel):\n    x: A{1} = 3\n    y: A{1} = 3")
    + "\n"
    + _flow("a: A1 = A1()"),
    "instances": _chain(
        "@dataclass\nclass A{0}:\n    x: object = field(default_factory=A{1})\n"
        "    y: object = field(default_factory=A{1})\n"
    )
    + "\n"
    + _flow("a: int = A1()"),
    "values": _chain("A{0} = [A{1}, *[A{1}]]") + "\n" + _flow("a: int = A1"),
    "joined lists": "A = [0] * 1000\nB = A + A\nC = B + B\nD = C + C\nE = D + D\nF = E + E\n"
    + _flow("a: list = [" + "F, " * 500 + "]"),
    "repeated lists": _flow("a: list = [[[[[0] * 1000] * 1000] * 1000] * 1000] * 1000"),
    "repeated texts": _flow("a: str = 'a' * 1000 * 1000 * 1000, b: list = ['x' * 1000] * 1000"),
    "listed ranges": _flow("a: list = [" + "list(range(1000)), " * 3000 + "]"),
    "great range": _flow("a: list = list(range(10**18)), b: int = sum(range(10**18))"),
    "great powers": _flow("a: int = 10 ** 10 ** 10, b: int = 1 << 10 ** 10, c: int = 2 ** -1"),
    "wide formats": _flow("a: str = '%9999999999d' % 1, b: str = f'{1:>9999999999}'"),
    "great fractions": "from fractions import Fraction\nfrom decimal import Decimal\n"
    + _flow("a: object = Fraction('1e9999999'), b: Decimal = Decimal('1e9999999')"),
    "great zone": "from zoneinfo import ZoneInfo\n"
    + _flow(f"a: object = ZoneInfo('{'a' * 3000}')"),
    "long search": "class A(BaseModel):\n    model_config = {'regex_engine': 'python-re'}\n"
    "    x: str = Field(default='"
    + "a" * 60
    + "b', pattern='(a+)+$', validate_default=True)\n"
    + _flow("a: A = A()"),
    "long formats": _flow("a: str = '{0:>9999999999}'.format(1), b: str = '%*d' % (10**9, 1)"),
    "long union": _flow("a: Union[" + ", ".join(f"list[Literal[{n}]]" for n in range(3000)) + "]"),
    "long literal": _flow("a: Literal[" + ", ".join(map(str, range(5000))) + "]"),
    "long chain": _flow("a: " + " | ".join(f"list[Literal[{n}]]" for n in range(400))),
    "long sum": _flow("a: int = " + " + ".join("1" * 1 for _ in range(900))),
    "long list": _flow("a: list = [" + "1, " * 30_000 + "]"),
    "long text": _flow("a: str = '" + "x" * 1_000_000 + "'"),
    "deep types": _flow("a: " + "list[" * 90 + "int" + "]" * 90),
    "deep lists": _flow("a: list = " + "[" * 90 + "]" * 90),
    "deep attributes": _flow("a: A" + ".b" * 500),
    "deep texts": _flow('a: "' + "list['int']" * 1 + "\" = '" + "(" * 5000 + "'"),
    "many members": "class A(Enum):\n"
    + "".join(f"    M{n} = {n}\n" for n in range(2000))
    + _flow("a: A = A.M3, b: list = [" + ", ".join(f"A.M{n}" for n in range(2000)) + "]"),
    "many constants": "class A:\n"
    + "".join(f"    M{n} = {n}\n" for n in range(2000))
    + _flow("a: list = [" + ", ".join(f"A.M{n}" for n in range(2000)) + "]"),
    "many fields": "class A(BaseModel):\n"
    + "".join(f"    m{n}: int = {n}\n" for n in range(600))
    + _flow("a: A = A(), b: A = A()"),
    "many parameters": _flow(", ".join(f"p{n}: Optional[List[int]] = None" for n in range(2000))),
    "many models": "".join(f"class A{n}(BaseModel):\n    x: int\n" for n in range(100))
    + _flow(", ".join(f"p{n}: A{n}" for n in range(100))),
    "long docstring": _flow(
        ", ".join(f"p{n}" for n in range(50)),
        "Load.\n\n    Args:\n" + "".join(f"        p{n}: About.\n" for n in range(20_000)),
    ),
    "docstring of headers": _flow("a", "x\n\n" + "    Args:\n        a: b\n\n" * 10_000),
    "docstring of blanks": _flow("a", "Args:" + " " * 200_000 + "\n" + "a" * 200_000),
    "statements": "".join(f"X{n} = X{n - 1}\n" for n in range(1, 800)) + _flow("a: int = X799"),
    "bindings": "X = 1\n" * 5_000 + _flow("a: int = X, b: int = X"),
    "self-reference": "class A(BaseModel):\n    a: list[A] = []\n    b: A | None = None\n"
    + _flow("a: A, b: list[A]"),
    "aliases of themselves": "A = list[B]\nB = list[A]\nC = C\n" + _flow("a: A, b: B, c: C"),
    "bases of themselves": "class A(B): ...\nclass B(A): ...\n" + _flow("a: A = A(), b: int = B.x"),
}


@pytest.mark.parametrize("case", _CASES)
def test_a_source_takes_no_longer_than_its_length_explains(case: str) -> None:
    source = _IMPORTS + _CASES[case]
    began = time.process_time()

    found = read_flow(source, "etl")

    assert isinstance(found, Flow | Unreadable)
    assert time.process_time() - began < 2 + len(source) / 50_000
