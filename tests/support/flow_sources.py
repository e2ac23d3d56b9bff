"""Modules with a flow, as hypothesis writes them, and why a parameter of theirs may be unknown."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from hypothesis import strategies as st

IMPORTS = """\
import collections.abc
import dataclasses
import enum
import functools
import os
import re
import typing
import typing as t
import datetime as dt
import prefect
import pydantic
from collections import OrderedDict, defaultdict, deque
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta, timezone
from decimal import Decimal
from enum import Enum, IntEnum, StrEnum
from pathlib import Path
from typing import Annotated, Any, Dict, Generic, List, Literal, Optional, Set, Tuple, Type
from typing import TYPE_CHECKING, ClassVar, FrozenSet, NamedTuple, NewType, TypeAlias, TypeVar
from typing import Union
from uuid import UUID
from typing_extensions import NotRequired, Required, TypeAliasType, TypedDict
from pydantic import BaseModel, ConfigDict, Field, PrivateAttr, RootModel, SecretStr, computed_field
from pydantic import conint, constr, field_serializer, field_validator, model_validator
from pydantic import AliasChoices, HttpUrl, NonNegativeFloat, PositiveInt, StringConstraints
from prefect import flow
from prefect.types import NonNegativeInteger

if TYPE_CHECKING:
    from elsewhere import Absent
"""

# Why a parameter may be unknown: what its source, or a definition that it uses, then holds.
REASONS: Mapping[str, str] = {
    "a type is Prefect's": r"\bNonNegativeInteger\b",
    "pydantic makes classes of a generic one": r"\bGeneric\[",
    "a serializer shapes the schema": r"\bfield_serializer\b",
    "the value comes from the machine": r"\bos\.sep|\bdate\.today\b",
    "a set of texts has another order in every run": r"\{'[a-z]', ",
    "pydantic reads the source of the class": r"\buse_attribute_docstrings\b",
}
# The same, for the default alone.
REASONS_OF_VALUES: Mapping[str, str] = {
    "methods of the class may run": r"\bdef ",
    "only numbers and texts are put into a text": r"f'\{[A-Z]\w+\}",
}
_WORD = re.compile(r"\w+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """A module whose flow is called `etl`."""

    text: str
    parameters: Mapping[str, str]
    definitions: Mapping[str, str]

    def reasons(self, parameter: str) -> set[str]:
        """Why the schema of a parameter may be unknown."""
        written = self.parameters[parameter]
        annotation, _, default = written.partition(" = ")
        annotation = annotation.partition(":")[2]
        words = {word for text in self._reached(annotation) for word in _WORD.findall(text)}
        return {
            *self._found(REASONS, written),
            *self._found(REASONS_OF_VALUES, default),
            *({"a text in a type names a parameter"} if words & set(self.parameters) else ()),
        }

    def _found(self, reasons: Mapping[str, str], text: str) -> Iterator[str]:
        texts = list(self._reached(text))
        for reason, mark in reasons.items():
            if any(re.search(mark, one) for one in texts):
                yield reason

    def _reached(self, text: str) -> Iterator[str]:
        waiting, seen = [text], {text}
        while waiting:
            text = waiting.pop()
            yield text
            found = {self.definitions[w] for w in _WORD.findall(text) if w in self.definitions}
            waiting += found - seen
            seen |= found


def _one_of(*texts: str) -> st.SearchStrategy[str]:
    return st.sampled_from(texts)


_PLAIN = _one_of("int", "str", "float", "bool", "date", "datetime", "None", "list", "dict", "Any")
_ATOMS = _PLAIN | _one_of(
    *("bytes", "object", "complex", "set", "frozenset", "tuple", "List", "Dict", "Set", "type"),
    *("time", "timedelta", "UUID", "Path", "Decimal", "dt.date", "dt.datetime", "typing.Any"),
    *("re.Pattern", "typing.Pattern[str]", "Callable", "Callable[[int], str]", "typing.Callable"),
    *("Type", "Type[int]", "type[str]", "SecretStr", "PositiveInt", "NonNegativeFloat", "HttpUrl"),
    *("pydantic.UUID4", "conint(ge=1, le=9)", "constr(min_length=1)", "os.PathLike"),
    *("Sequence", "Mapping", "Iterable", "deque", "OrderedDict", "defaultdict", "typing.Hashable"),
    *(
        "Optional[int]",
        "Optional[str]",
        "int | None",
        "NonNegativeInteger",
        "enum.Enum",
        "timezone",
    ),
    *("pydantic.BaseModel", "pydantic.Json", "pydantic.EmailStr", "typing.NoReturn", "range"),
    *("pydantic.AwareDatetime", "pydantic.ByteSize", "typing.Text", "Exception", "3"),
)
_LITERAL_MEMBERS = _one_of("'a'", "'b'", "1", "-2", "True", "False", "None", "b'x'", "'é'")
_METADATA = _one_of(
    *("'words'", "3", "Field()", "Field(gt=0)", "Field(ge=1, le=5)", "Field(max_length=3)"),
    *("Field(description='D', title='T')", "Field(examples=[1, date(2024, 1, 2)])"),
    *("Field(json_schema_extra={'x': 1})", "Field(alias='other')", "Field(pattern='^a$')"),
    *("Field(default=4)", "Field(default_factory=list)", "StringConstraints(max_length=2)"),
    *("Field(multiple_of=2, strict=True)", "Field(deprecated=True)", "Field(deprecated='old')"),
    *("Field(json_schema_extra={'position': 9})", "Field(min_length=1, examples=['a'])"),
    *("Field(validation_alias=AliasChoices('x', 'y'))", "Field(serialization_alias='z')"),
    *("Field(validation_alias='v')", "Field(exclude=True)", "Field(frozen=True)"),
)


def _composed(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    two = st.tuples(inner, inner)
    some = st.lists(inner, min_size=1, max_size=3).map(", ".join)
    quoted = inner.filter(lambda text: "'" not in text).map(lambda text: f"'{text}'")
    wrappers = _one_of(
        *("Optional[{}]", "list[{}]", "List[{}]", "set[{}]", "Set[{}]", "frozenset[{}]"),
        *("Sequence[{}]", "Iterable[{}]", "tuple[{}, ...]", "Tuple[{}, ...]", "deque[{}]"),
        *("typing.Optional[{}]", "t.List[{}]", "collections.abc.Sequence[{}]", "FrozenSet[{}]"),
        *("{} | None", "None | {}", "typing.Final[{}]", "collections.abc.Set[{}]", "tuple[()]"),
        *("dict[str, {}]", "Dict[str, {}]", "Mapping[str, {}]", "list[{}] | None", "({})"),
    )
    return st.one_of(
        st.builds(str.format, wrappers, inner),
        two.map("dict[{0[0]}, {0[1]}]".format),
        two.map("{0[0]} | {0[1]}".format),
        two.map("tuple[{0[0]}, {0[1]}]".format),
        two.map("Union[{0[0]}, {0[1]}]".format),
        some.map("Union[{}]".format),
        some.map("Tuple[{}]".format),
        st.lists(_LITERAL_MEMBERS, min_size=1, max_size=3).map(", ".join).map("Literal[{}]".format),
        st.tuples(inner, st.lists(_METADATA, min_size=1, max_size=2).map(", ".join)).map(
            "Annotated[{0[0]}, {0[1]}]".format
        ),
        quoted,
        quoted.map("list[{}]".format),
    )


def _annotations(names: list[str]) -> st.SearchStrategy[str]:
    atoms = _PLAIN | _ATOMS
    if names:
        atoms = atoms | st.sampled_from(names) | st.sampled_from(names)
    return atoms | st.recursive(atoms, _composed, max_leaves=4)


_VALUES = _one_of(
    *("0", "3", "-3", "1_000", "2.5", "-0.5", "1e300", "'x'", "'é\\n'", "b'x'", "True", "False"),
    *("None", "[]", "{}", "()", "[1, 'a']", "{'a': 1, 'b': [None]}", "(1, 2)", "...", "3j"),
    *("timedelta(minutes=5)", "date(2024, 1, 2)", "datetime(2024, 1, 2, 3, tzinfo=timezone.utc)"),
    *("dt.time(3, 4)", "Path('a') / 'b'", "Decimal('1.50')", "UUID(int=3)", "SecretStr('s')"),
    *(
        "f'{1}-{\"x\"}'",
        "'a' + 'b'",
        "'A'.lower()",
        "2 * 3 + 1",
        "not True",
        "int",
        "str",
        "list()",
    ),
    *("dict(a=1)", "{1, 2}", "{1}", "frozenset()", "os.sep", "date.today()", "{'a', 'b'}", "[[1]]"),
    *("Field(3)", "Field(...)", "Field()", "Field(default=2, description='F')", "1 if True else 2"),
    *("Field(default_factory=list)", "Field(None, json_schema_extra={'y': 2})", "Field(gt=3)"),
    *(
        "Field(1, json_schema_extra={'position': 7})",
        "Field(default=date(2024, 1, 2))",
        "[*[1], 2]",
    ),
    *("float('inf')", "float('nan')", "lambda: 3", "str(3)", "{**{'a': 1}}", "'%s' % 3", "1 << 3"),
    *(
        "2 ** 3",
        "3 > 2",
        "'x' or 'y'",
        "~3",
        "'ab'[0]",
        "[1, 2][1]",
        "-True",
        "'a' * 3",
        "len('abc')",
    ),
    *(
        "max(1, 2)",
        "'a b'.split()",
        "'-'.join(['a', 'b'])",
        "f'{3:>4}'",
        "f'{3!r}'",
        "f'{2.50:.1f}'",
    ),
    *("timedelta(days=1).total_seconds()", "range(3)", "list(range(3))", "tuple([1])", "set()"),
)
_FIELDS = _one_of("x", "y", "z", "kind", "name", "copy", "_hidden", "date")
_DOCS = _one_of("", '"""About it."""\n', '"""About it.\n\n    At length.\n    """\n')


@st.composite
def _enumeration(draw: st.DrawFn, name: str, names: list[str]) -> tuple[str, list[str]]:
    del names
    base, values = draw(
        st.sampled_from(
            [
                ("Enum", ["'a'", "'b'"]),
                ("str, Enum", ["'a'", "'b'"]),
                ("StrEnum", ["enum.auto()", "'B'"]),
                ("IntEnum", ["1", "2"]),
                ("int, enum.Enum", ["1", "2"]),
                ("Enum", ["1", "'b'"]),
                ("Enum", ["(1, 2)", "None"]),
                ("Enum", ["'a'", "'a'"]),
                ("enum.IntFlag", ["1", "2"]),
                ("Enum", ["enum.auto()", "enum.auto()"]),
                ("float, Enum", ["1.5", "2"]),
            ]
        )
    )
    lines = [f"A = {values[0]}", f"B = {values[1]}"]
    lines += draw(_one_of("", "def shown(self): return self.name", "C = A")).split("\n")
    text = _class(name, base, draw(_DOCS), lines)
    return text, [f"{name}.A", f"{name}.B.value", f"{name}.A.name", f"{name}['B']", f"[{name}.A]"]


def _class(name: str, bases: str, doc: str, lines: list[str], *, decorator: str = "") -> str:
    body = "\n".join(f"    {line}" for line in [*filter(None, [doc.rstrip()]), *lines] if line)
    head = f"class {name}({bases}):" if bases else f"class {name}:"
    return f"{decorator}{head}\n{body or '    pass'}\n"


@st.composite
def _fields(
    draw: st.DrawFn, names: list[str], values: st.SearchStrategy[str], *, size: int = 3
) -> list[str]:
    fields = draw(st.lists(_FIELDS, max_size=size, unique=True))
    return [
        f"{one}: {draw(_annotations(names))}{draw(st.just('') | values.map(' = {}'.format))}"
        for one in fields
    ]


_MODEL_VALUES = _VALUES | _one_of(
    *("Field(default_factory=list)", "Field(alias='Other')", "Field(3, gt=1, description='D')"),
    *("Field(examples=[1])", "PrivateAttr(3)", "Field(default_factory=dict, title='T')"),
    *("Field(exclude=True, repr=False)", "Field(default='x', json_schema_extra={'q': [1]})"),
    *(
        "Field(validation_alias='v')",
        "Field(default=3, frozen=True)",
        "Field(discriminator='kind')",
    ),
)
_MODEL_LINES = _one_of(
    "",
    "",
    "model_config = ConfigDict(extra='forbid', title='T')",
    "model_config = {'extra': 'allow', 'populate_by_name': True}",
    "model_config = ConfigDict(arbitrary_types_allowed=True, frozen=True)",
    "model_config = ConfigDict(json_schema_extra={'e': 1}, use_enum_values=True)",
    "model_config = ConfigDict(str_strip_whitespace=True, strict=True)",
    "model_config = ConfigDict(use_attribute_docstrings=True)",
    "model_config = ConfigDict(ser_json_timedelta='float')",
    "class Config:\n        extra = 'forbid'",
    "@model_validator(mode='after')\n    def whole(self): return self",
    "@model_validator(mode='before')\n    @classmethod\n    def before(cls, data): return data",
    "@field_validator('*')\n    @classmethod\n    def every(cls, value): return value",
    "@computed_field\n    @property\n    def double(self) -> int: return 2",
    "@field_serializer('*')\n    def show(self, value): return str(value)",
    "@property\n    def half(self): return 1",
    "def method(self, n): return n",
    "LIMIT: ClassVar[int] = 3",
    "kind: Literal['a'] = 'a'",
)


@st.composite
def _model(draw: st.DrawFn, name: str, names: list[str]) -> tuple[str, list[str]]:
    models = [one for one in names if one.startswith("Model")]
    base = draw(st.sampled_from(["BaseModel", "BaseModel", "pydantic.BaseModel", *models]))
    lines = [*draw(_fields([*names, f"'{name}'"], _MODEL_VALUES)), draw(_MODEL_LINES)]
    text = _class(name, base, draw(_DOCS), lines)
    return text, [f"{name}()", f"[{name}()]", f"{name}(x=3)", name]


@st.composite
def _dataclass(draw: st.DrawFn, name: str, names: list[str]) -> tuple[str, list[str]]:
    decorator = draw(
        _one_of(
            *(
                "@dataclass\n",
                "@dataclass(frozen=True)\n",
                "@dataclasses.dataclass(kw_only=True)\n",
            ),
            *("@pydantic.dataclasses.dataclass\n", "@dataclass(slots=True)\n", "@dataclass()\n"),
        )
    )
    values = _VALUES | _one_of(
        *("field(default=3)", "field(default_factory=list)", "field(default=1, metadata={'a': 1})"),
        *("field(init=False, default=2)", "dataclasses.field(repr=False, default=None)"),
        *("field(kw_only=True)", "Field(default=3, description='D')", "field()"),
    )
    base = draw(st.sampled_from(["", "", *(one for one in names if one.startswith("Data"))]))
    lines = [
        *draw(_fields([*names, f"'{name}'"], values)),
        draw(_one_of("", "", "LIMIT: ClassVar[int] = 3", "def method(self): return 1")),
        draw(_one_of("", "", "def __post_init__(self): self.x = 1", "_: dataclasses.KW_ONLY")),
    ]
    text = _class(name, base, draw(_DOCS), lines, decorator=decorator)
    return text, [f"{name}()", f"{name}(x=3)", f"{{'k': {name}()}}"]


@st.composite
def _typed_dict(draw: st.DrawFn, name: str, names: list[str]) -> tuple[str, list[str]]:
    bases = [one for one in names if one.startswith("Typed")]
    base = draw(st.sampled_from(["TypedDict", "TypedDict, total=False", *bases]))
    wrapper = _one_of("{}", "{}", "NotRequired[{}]", "Required[{}]")
    fields = draw(st.lists(_FIELDS, max_size=3, unique=True))
    lines = [f"{one}: {draw(wrapper).format(draw(_annotations(names)))}" for one in fields]
    return _class(name, base, draw(_DOCS), lines), ["{'x': 1}", f"{name}(x=1)"]


@st.composite
def _named_tuple(draw: st.DrawFn, name: str, names: list[str]) -> tuple[str, list[str]]:
    lines = [one for one in draw(_fields(names, _VALUES)) if not one.startswith("_")]
    return _class(name, "NamedTuple", draw(_DOCS), lines), [f"{name}()", f"{name}(1)"]


@st.composite
def _root_model(draw: st.DrawFn, name: str, names: list[str]) -> tuple[str, list[str]]:
    text = _class(name, f"RootModel[{draw(_annotations(names))}]", draw(_DOCS), [])
    return text, [f"{name}([])", f"{name}(1)"]


@st.composite
def _generic(draw: st.DrawFn, name: str, names: list[str]) -> tuple[str, list[str]]:
    del names
    text = _class(name, "BaseModel, Generic[T]", draw(_DOCS), ["items: list[T]"])
    return f"T = TypeVar('T')\n{text}", [f"{name}[int](items=[])"]


@st.composite
def _plain_class(draw: st.DrawFn, name: str, names: list[str]) -> tuple[str, list[str]]:
    del names
    lines = draw(st.sampled_from([[], ["def __init__(self, x=1): self.x = x"], ["x = 3"]]))
    return _class(name, "", draw(_DOCS), lines), [f"{name}()", f"{name}.x"]


@st.composite
def _constants(draw: st.DrawFn, name: str, names: list[str]) -> tuple[str, list[str]]:
    del names
    lines = [f"A = {draw(_VALUES)}", f"B: Any = {draw(_VALUES)}", "C = A"]
    return _class(name, "", "", lines), [f"{name}.A", f"{name}.B", f"{name}.C", f"[{name}.A]"]


@st.composite
def _constant(draw: st.DrawFn, name: str, names: list[str]) -> tuple[str, list[str]]:
    del names
    text = f"{name}{draw(_one_of('', ': Any'))} = {draw(_VALUES)}\n"
    return text, [name, f"f'{{{name}}}-x'", f"-{name}", f"{{'a': {name}}}", f"{name} if 1 else 2"]


@st.composite
def _alias(draw: st.DrawFn, name: str, names: list[str]) -> tuple[str, list[str]]:
    form = draw(
        _one_of(
            *("{0} = {1}\n", "{0}: TypeAlias = {1}\n", "{0} = NewType('{0}', {1})\n"),
            *("{0} = TypeAliasType('{0}', {1})\n", "{0}: typing.TypeAlias = '{1}'\n"),
        )
    )
    annotation = draw(_annotations(names).filter(lambda text: "'" not in text))
    return form.format(name, annotation), [f"{name}(3)", name]


_KINDS = {
    "Enum_": _enumeration,
    "Model": _model,
    "Data": _dataclass,
    "Typed": _typed_dict,
    "Named": _named_tuple,
    "Root": _root_model,
    "Paged": _generic,
    "Plain": _plain_class,
    "Constants": _constants,
    "CONSTANT": _constant,
    "Alias": _alias,
}
_USUAL = ("Enum_", "Model", "Data", "Typed", "Alias", "CONSTANT", "Constants")
_NOT_TYPES = ("Constants", "CONSTANT")
_PARAMETERS = _one_of(
    *("a", "b", "c", "day", "rows", "source", "a", "b", "c", "retries", "größe", "type", "id"),
    *("json", "copy", "schema", "dict", "model_x", "model_dump", "validate", "date"),
    *("self", "cls", "construct", "model_fields", "a_", "fields", "str", "list"),
)
_DOCSTRING_LINES = _one_of(
    *("", "Load the rows.", "Args:", "    a: How many.", "    b (int): Which", "    c: one: two"),
    *(
        "    day (str, optional): When.",
        "        more of it",
        "      odd",
        "  narrow: x",
        "Returns:",
    ),
    *(
        "    int: what",
        "Parameters",
        "----------",
        "a : int",
        "    The a.",
        ":param a: It.",
        "Raises:",
    ),
    *("    rows(int): R", "    *args: rest", "    **kwargs: rest", "Note: x", "```", "    ```"),
    *(
        "Keyword Args:",
        "Example:",
        "    >>> etl(1)",
        "Yields:",
        "Attributes:",
        "Params:",
        "\ttab: x",
    ),
    *("Arguments: these", "    source : S", "    none", "    a:", "    b:no space", "Examples:"),
)
_DECORATORS = _one_of(
    *("@flow", "@flow", "@flow()", "@prefect.flow", "@flow(name='The flow')", "@flow(version='3')"),
    *("@flow(name='x', description='About', retries=2, log_prints=True)", "@flow(name=f'x-{1}')"),
    *("@flow(validate_parameters=False, timeout_seconds=3)", "@flow(description='')"),
    *("@functools.partial(flow, name='part')", "@flow(flow_run_name='{a}', persist_result=True)"),
)


@st.composite
def _signature(
    draw: st.DrawFn, annotations: st.SearchStrategy[str], values: st.SearchStrategy[str]
) -> tuple[str, dict[str, str]]:
    """The parameters between the parentheses, and the text of each."""
    names = draw(st.lists(_PARAMETERS, max_size=6, unique=True))
    slash = draw(st.integers(0, len(names)) | st.just(0))
    star = draw(st.integers(slash, len(names)) | st.just(len(names)))
    pieces: dict[str, str] = {}
    has_default = False
    for at, name in enumerate(names):
        annotation = draw(st.just("") | annotations.map(": {}".format))
        has_default = (has_default and at < star) or draw(st.booleans())
        pieces[name] = name + annotation + (f" = {draw(values)}" if has_default else "")
    variadic = draw(_one_of("", "", "", "*args", "*args: int"))
    last = draw(_one_of("", "", "", "**kwargs", "**kwargs: str"))
    ordered = list(pieces.values())
    written = [
        *(ordered[:slash] and [*ordered[:slash], "/"]),
        *ordered[slash:star],
        *([variadic] if variadic else ["*"] if star < len(names) else []),
        *ordered[star:],
        *([last] if last else []),
    ]
    extra = {"args": variadic, "kwargs": last}
    return ", ".join(written), {**pieces, **{key: one for key, one in extra.items() if one}}


@st.composite
def sources(draw: st.DrawFn) -> Source:
    """A module that Python may refuse to import, but seldom does."""
    definitions: dict[str, str] = {}
    values: list[str] = []
    kinds = draw(st.lists(st.sampled_from(_USUAL) | st.sampled_from(sorted(_KINDS)), max_size=4))
    for at, kind in enumerate(kinds):
        name = f"{kind}{at}"
        types = [one for one in definitions if not one.startswith(_NOT_TYPES)]
        text, more = draw(_KINDS[kind](name, types))
        definitions[name] = text
        values += more
    types = [one for one in definitions if not one.startswith(_NOT_TYPES)]
    default = (_VALUES | st.sampled_from(values)) if values else _VALUES
    signature, parameters = draw(_signature(_annotations(types), default))
    doc = "\n    ".join(draw(st.just([]) | st.lists(_DOCSTRING_LINES, max_size=9)))
    postponed = draw(st.booleans())
    returns = _one_of("", "", " -> int", " -> Absent" if postponed else ' -> "Absent"', " -> None")
    text = "\n".join(
        [
            "from __future__ import annotations" if postponed else "",
            IMPORTS,
            *definitions.values(),
            draw(_DECORATORS),
            f"{draw(_one_of('def', 'def', 'async def'))} etl({signature}){draw(returns)}:",
            f'    """{doc}"""\n',
        ]
    )
    return Source(text=text, parameters=parameters, definitions=definitions)
