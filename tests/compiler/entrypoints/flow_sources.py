"""Sources of flows, in the image of public repositories; the flow is called `etl` in each."""

from textwrap import dedent


def _source(parameters: str, before: str = "") -> str:
    return f"{dedent(before)}\nfrom prefect import flow\n\n@flow\ndef etl({parameters}):\n    pass\n"


_TYPING = "from typing import *\nimport typing\nimport datetime\nfrom pathlib import Path\n"
_PYDANTIC = "from pydantic import BaseModel, Field, ConfigDict\nfrom typing import *\n"
_COLOR = '''
from enum import Enum

class Color(str, Enum):
    """What it looks like."""
    RED = "red"
    BLUE = "blue"
'''

_SIGNATURES: dict[str, tuple[str, str]] = {
    "nothing": ("", ""),
    "no-annotation": ("a, b=1", ""),
    "builtins": ("a: str, b: int = 3, c: float = 1.5, d: bool = True, e: bytes = b'x'", ""),
    "none-annotation": ("a: None = None", ""),
    "any-and-object": ("a: Any, b: object = None", "from typing import Any"),
    "bare-collections": ("a: list, b: dict = {}, c: set = None, d: tuple = (), e: frozenset = ()", ""),
    "pep-585": ("a: list[str], b: dict[str, int] = {'x': 1}, c: set[int] = None", ""),
    "tuples": ("a: tuple[int, ...], b: tuple[int, str] = (1, 'x'), c: tuple[()] = ()", ""),
    "pep-604": ("a: int | None = None, b: str | int | None = 'x'", ""),
    "typing-generics": ("a: List[int], b: Dict[str, Any], c: Set[str], d: FrozenSet[int]", _TYPING),
    "typing-tuple": ("a: Tuple[int, ...], b: Tuple[str, int] = ('x', 1)", _TYPING),
    "optional-and-union": ("a: Optional[str] = None, b: Union[int, str, None] = 3", _TYPING),
    "abstract-collections": ("a: Sequence[int], b: Iterable[str], c: Mapping[str, int]", _TYPING),
    "collections-abc": (
        "a: Sequence[int], b: Mapping[str, float]",
        "from collections.abc import Mapping, Sequence",
    ),
    "typing-module": ("a: typing.Optional[typing.List[int]] = None", "import typing"),
    "typing-as": ("a: t.Optional[t.List[int]] = None", "import typing as t"),
    "callable": ("a: Callable[[int], str] = None", _TYPING),
    "type-of-type": ("a: type[int] = int, b: Type[str] = str", _TYPING),
    "literal": ("a: Literal['x', 'y'], b: Literal[1, 2] = 1, c: Literal['only'] = 'only'", _TYPING),
    "literal-none": ("a: Literal['x', None] = None, b: Optional[Literal['x']] = None", _TYPING),
    "literal-alias": ("a: Mode = 'fast'", _TYPING + "Mode = Literal['fast', 'slow']"),
    "literal-nested": ("a: Both", _TYPING + "A = Literal['a']\nBoth = Literal[A, 'b']"),
    "literal-list": ("a: list[Literal['x', 'y']] = ['x']", _TYPING),
    "literal-enum": ("a: Literal[Color.RED]", _TYPING + _COLOR),
    "annotated-plain": ("a: Annotated[int, 'rows'] = 1", _TYPING),
    "annotated-field": (
        "a: Annotated[int, Field(ge=1, le=9, description='rows')] = 1",
        _PYDANTIC,
    ),
    "annotated-title": ("a: Annotated[str, Field(title='T', examples=['x'])]", _PYDANTIC),
    "annotated-default": ("a: Annotated[int, Field(default=3)], b: Annotated[int, Field(3)] = 4", _PYDANTIC),
    "annotated-pattern": ("a: Annotated[str, Field(pattern='^a', max_length=3)] = 'a'", _PYDANTIC),
    "field-default": ("a: int = Field(3, ge=1, description='rows', title='T')", _PYDANTIC),
    "field-required": ("a: int = Field(..., description='rows')", _PYDANTIC),
    "field-factory": ("a: list[int] = Field(default_factory=list)", _PYDANTIC),
    "field-extra": ("a: int = Field(3, json_schema_extra={'position': 7, 'x': 1})", _PYDANTIC),
    "dates": (
        "a: datetime.date, b: datetime.datetime = None, c: datetime.time = None,"
        " d: datetime.timedelta = datetime.timedelta(minutes=5)",
        _TYPING,
    ),
    "date-default": ("a: date = date(2024, 1, 1)", "from datetime import date"),
    "datetime-default": (
        "a: datetime = datetime(2024, 1, 1, tzinfo=timezone.utc)",
        "from datetime import datetime, timezone",
    ),
    "uuid": ("a: UUID, b: UUID | None = None", "from uuid import UUID"),
    "path": ("a: Path = Path('data'), b: Path = Path('a') / 'b', c: Optional[Path] = None", _TYPING),
    "decimal": ("a: Decimal = Decimal('1.50')", "from decimal import Decimal"),
    "string-annotations": ("a: 'int', b: 'Optional[str]' = None", _TYPING),
    "string-forward": ("a: 'Later' = None", "") ,
    "string-in-type": ("a: Optional['Later'] = None, b: list['int'] = None, c: List['int'] = []", _TYPING),
    "future-annotations": (
        "a: int, b: Optional[str] = None, c: 'int' = 3, d: list['str'] = None",
        "from __future__ import annotations\n" + _TYPING,
    ),
    "future-type-checking": (
        "a: pd.DataFrame, b: str, c: Optional[int] = None, d: int | None = 3, e: list[str] = []",
        "from __future__ import annotations\n" + _TYPING
        + "if TYPE_CHECKING:\n    import pandas as pd\n",
    ),
    "future-model": (
        "a: Row, b: list[Row] = []",
        "from __future__ import annotations\n" + _PYDANTIC
        + "class Row(BaseModel):\n    x: int\n    y: Optional[Part] = None\n"
        + "class Part(BaseModel):\n    z: int = 1\n",
    ),
    "alias": ("a: Rows, b: Names = []", "Rows = list[int]\nNames = list[str]"),
    "type-alias": ("a: Rows", "from typing import TypeAlias\nRows: TypeAlias = list[int]"),
    "new-type": ("a: UserId, b: list[UserId] = []", _TYPING + "UserId = NewType('UserId', int)"),
    "type-alias-type": (
        "a: Rows, b: Rows = []",
        "from typing_extensions import TypeAliasType\nRows = TypeAliasType('Rows', list[int])",
    ),
    "negative-defaults": ("a: int = -1, b: float = -2.5, c: int = 60 * 60, d: int = 2 + 3", ""),
    "constant-default": ("a: str = NAME, b: list = ROWS", "NAME = 'x'\nROWS = [1, NAME]"),
    "constant-of-constant": ("a: str = C", "A = 'x'\nB = A + '-y'\nC = f'{B}!{1}'"),
    "rebound-constant": ("a: str = A", "A = 'x'\nA = 'x'"),
    "later-constant": ("a: str = A", "A = 'x'"),
    "class-attribute": ("a: str = C.X, b: int = C.Inner.Y", "class C:\n    X = 'x'\n    class Inner:\n        Y = 1"),
    "class-attribute-value": ("a: str = C.X.value", _COLOR + "class C:\n    X = Color.RED"),
    "enum": ("a: Color, b: Color = Color.RED, c: Optional[Color] = None", _TYPING + _COLOR),
    "enum-value": ("a: str = Color.RED.value, b: str = Color.BLUE.name", _COLOR),
    "enum-auto": ("a: E = E.B", "from enum import Enum, auto\nclass E(Enum):\n    A = auto()\n    B = auto()"),
    "enum-str": ("a: E = E.B", "from enum import StrEnum, auto\nclass E(StrEnum):\n    A = auto()\n    B = auto()"),
    "enum-int": ("a: E", "from enum import IntEnum\nclass E(IntEnum):\n    A = 1\n    B = 2"),
    "enum-method": (
        "a: Color = Color.RED",
        "import enum\nclass Color(enum.Enum):\n    RED = 1\n    def __str__(self):\n        return 'x'\n"
        "    @property\n    def label(self):\n        return 'y'\n",
    ),
    "enum-functional": ("a: E, b: E = E.A", "from enum import Enum\nE = Enum('E', 'A B')"),
    "enum-list": ("a: list[Color] = [Color.RED]", _COLOR),
    "dataclass": (
        "a: Row, b: Optional[Row] = None",
        _TYPING + "from dataclasses import dataclass, field\n@dataclass\nclass Row:\n"
        "    x: int\n    y: str = 'z'\n    t: list[int] = field(default_factory=list)\n",
    ),
    "dataclass-documented": (
        "a: Row",
        "import dataclasses\n@dataclasses.dataclass(frozen=True)\nclass Row:\n    '''A row.'''\n    x: int\n",
    ),
    "dataclass-default": (
        "a: Row = Row(x=3)",
        "from dataclasses import dataclass\n@dataclass\nclass Row:\n    x: int = 1\n    y: str = 'y'\n",
    ),
    "dataclass-methods": (
        "a: Row",
        "from dataclasses import dataclass\n@dataclass\nclass Row:\n    x: int = 1\n"
        "    def __post_init__(self):\n        self.x = 2\n    @property\n    def z(self):\n        return 1\n",
    ),
    "typed-dict": (
        "a: Row, b: Part = None",
        "from typing_extensions import TypedDict, NotRequired\nclass Row(TypedDict):\n    '''A row.'''\n"
        "    x: int\n    y: NotRequired[str]\nclass Part(TypedDict, total=False):\n    z: int\n",
    ),
    "named-tuple": (
        "a: Row",
        "from typing import NamedTuple\nclass Row(NamedTuple):\n    x: int\n    y: str = 'z'\n",
    ),
    "model": (
        "a: Row, b: list[Row] = [], c: Optional[Row] = None",
        _PYDANTIC + "class Row(BaseModel):\n    '''A row.\n\n    Of things.\n    '''\n    x: int\n"
        "    y: Optional[str] = Field(None, description='why')\n    z: dict[str, list[int]] = {}\n",
    ),
    "model-nested": (
        "a: Row",
        _PYDANTIC + _COLOR + "class Part(BaseModel):\n    c: Color = Color.RED\n"
        "class Row(BaseModel):\n    parts: list[Part] = Field(default_factory=list)\n    one: Part = Part()\n",
    ),
    "model-inherited": (
        "a: Row",
        _PYDANTIC + "class Base(BaseModel):\n    '''Base.'''\n    x: int = 1\nclass Row(Base):\n    y: str\n",
    ),
    "model-config": (
        "a: Row",
        _PYDANTIC + "class Row(BaseModel):\n    model_config = ConfigDict(extra='forbid', title='T')\n    x: int\n",
    ),
    "model-default": ("a: Row = Row(x=3)", _PYDANTIC + "class Row(BaseModel):\n    x: int\n    y: str = 'y'\n"),
    "model-validators": (
        "a: Row",
        _PYDANTIC + "from pydantic import field_validator, model_validator\nclass Row(BaseModel):\n    x: int\n"
        "    @field_validator('x')\n    @classmethod\n    def check(cls, x):\n        return x\n"
        "    @model_validator(mode='after')\n    def whole(self):\n        return self\n"
        "    def double(self):\n        return 2 * self.x\n",
    ),
    "model-shadowing-field": (
        "a: Row",
        _PYDANTIC + "from datetime import date\nclass Row(BaseModel):\n    date: date\n    day: Optional[int] = None\n",
    ),
    "root-model": ("a: Rows", "from pydantic import RootModel\nclass Rows(RootModel[list[int]]):\n    pass\n"),
    "plain-class": ("a: Thing, b: Thing = None", "class Thing:\n    def __init__(self, x):\n        self.x = x\n"),
    "pydantic-types": ("a: PositiveInt = 3, b: SecretStr = SecretStr('x'), c: HttpUrl = None",
        "from pydantic import PositiveInt, SecretStr, HttpUrl"),
    "variadic": ("a, *args: int, **kwargs: str", ""),
    "positional-only": ("a: int, /, b: str, *, c: float = 1.0, d", ""),
    "names-of-pydantic": ("schema: str, copy: bool = True, json: dict = {}, model_x: int = 1, dict: int = 2", ""),
    "protected-names": ("model_config: str, model_dump_x: int = 1, model_validate_me: int = 2", ""),
    "default-not-of-type": ("a: int = 'x', b: str = None", ""),
    "default-none": ("a: dict = None, b=None", ""),
    "default-nested": ("a: dict = {'x': [1, {'y': None}], 'z': (1, 2)}", ""),
    "default-joined": ("a: str = 'a' 'b', b: str = 'A'.lower(), c: str = 'x-{}'.format(1)", ""),
    "unicode": ("größe: int = 1, 名前: str = 'é'", ""),
    "dictionary-item": ("a: int = CONFIG['rows']", "CONFIG = {'rows': 3}"),
    "try-import": (
        "a: Annotated[int, 'x'] = 1",
        "try:\n    from typing import Annotated\nexcept ImportError:\n"
        "    from typing_extensions import Annotated\n",
    ),
    "ellipsis-in-dict": ("a: dict[str, dict[str, list[int | None]]] = {}", ""),
    "float-default-of-int": ("a: float = 1, b: int = 1_000_000, c: int = 0x10", ""),
}
_SIGNATURES = {
    name: (parameters, _TYPING.replace("import *", "import " + (
        "Any, Dict, FrozenSet, Iterable, List, Literal, Mapping, NewType, Optional, Sequence, Set,"
        " Tuple, Type, Union, Annotated, Callable, TYPE_CHECKING")).join(before.split(_TYPING)))
    for name, (parameters, before) in _SIGNATURES.items()
}

KNOWN = {name: _source(*parts) for name, parts in _SIGNATURES.items()}
