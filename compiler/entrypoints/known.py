"""The closed table of things that a flow's source may use and that are taken for what they are.

Each comes from the standard library, `typing_extensions`, pydantic or annotated_types. Types
only describe, and what may be called only builds a value: nothing here reads a
file, an environment or a clock. What is not listed is unknown, installed or not.
"""

import importlib
from functools import cache

_TYPES = {
    "builtins": "abs any bool bytes callable complex dict float frozenset int len list max min"
    " object property range round set sorted str sum tuple type classmethod staticmethod"
    " BaseException Exception",
    "types": "NoneType",
    "typing": "Any Optional Union List Dict Set FrozenSet Tuple Type Sequence MutableSequence"
    " Iterable Iterator Generator Mapping MutableMapping Collection Container Hashable Sized"
    " Callable Literal Annotated ClassVar Final Deque DefaultDict OrderedDict Counter NamedTuple"
    " NewType AbstractSet MutableSet Pattern Text NoReturn ByteString final",
    "typing_extensions": "TypedDict Required NotRequired Never TypeAliasType",
    "collections": "OrderedDict Counter defaultdict deque",
    "collections.abc": "Sequence MutableSequence Iterable Iterator Generator Mapping"
    " MutableMapping Collection Container Hashable Sized Callable Set MutableSet",
    "abc": "ABC",
    "datetime": "date datetime time timedelta timezone tzinfo UTC timezone.utc date.min date.max"
    " datetime.min datetime.max time.min time.max timedelta.min timedelta.max",
    "decimal": "Decimal",
    "fractions": "Fraction",
    "uuid": "UUID",
    "pathlib": "Path PurePath PosixPath PurePosixPath",
    "os": "PathLike",
    "re": "Pattern",
    "enum": "Enum IntEnum StrEnum Flag IntFlag auto unique",
    "dataclasses": "dataclass field KW_ONLY InitVar",
    "functools": "cached_property total_ordering",
    "ipaddress": "IPv4Address IPv6Address IPv4Network IPv6Network",
    "zoneinfo": "ZoneInfo",
    "annotated_types": "Gt Ge Lt Le Interval MultipleOf MinLen MaxLen Len",
    "pydantic": "BaseModel RootModel Field ConfigDict PrivateAttr SecretStr SecretBytes Json"
    " StringConstraints PositiveInt NegativeInt NonNegativeInt NonPositiveInt PositiveFloat"
    " NegativeFloat NonNegativeFloat NonPositiveFloat FiniteFloat StrictBool StrictInt"
    " StrictFloat StrictStr StrictBytes conint confloat constr conbytes conlist conset"
    " confrozenset condecimal condate UUID1 UUID3 UUID4 UUID5"
    " AwareDatetime NaiveDatetime ByteSize"
    " AnyUrl AnyHttpUrl HttpUrl FileUrl PostgresDsn Strict AllowInfNan WithJsonSchema"
    " AliasChoices AliasPath computed_field field_validator model_validator",
    "pydantic.dataclasses": "dataclass",
}

# The same things under their other names.
_ALIASES = {
    "typing.TypedDict": "typing_extensions.TypedDict",  # pydantic refuses typing's before 3.12
    "typing.NotRequired": "typing_extensions.NotRequired",
    "typing.Required": "typing_extensions.Required",
    "typing.Never": "typing_extensions.Never",
    "typing.TypeAliasType": "typing_extensions.TypeAliasType",
    "pydantic.fields.Field": "pydantic.Field",
    "pydantic.main.BaseModel": "pydantic.BaseModel",
}

_CALLABLE = [
    "builtins.bool",
    "builtins.dict",
    "builtins.float",
    "builtins.frozenset",
    "builtins.int",
    "builtins.list",
    "builtins.set",
    "builtins.tuple",
    "datetime.date",
    "datetime.datetime",
    "datetime.time",
    "datetime.timedelta",
    "datetime.timezone",
    "decimal.Decimal",
    "uuid.UUID",
    "pathlib.Path",
    "pathlib.PurePath",
    "pathlib.PosixPath",
    "pathlib.PurePosixPath",
    "enum.auto",
    "dataclasses.dataclass",
    "dataclasses.field",
    "annotated_types.Gt",
    "annotated_types.Ge",
    "annotated_types.Lt",
    "annotated_types.Le",
    "annotated_types.Interval",
    "annotated_types.Len",
    "annotated_types.MultipleOf",
    "annotated_types.MinLen",
    "annotated_types.MaxLen",
    "pydantic.Field",
    "pydantic.ConfigDict",
    "pydantic.PrivateAttr",
    "pydantic.SecretStr",
    "pydantic.SecretBytes",
    "pydantic.StringConstraints",
    "pydantic.conint",
    "pydantic.confloat",
    "pydantic.constr",
    "pydantic.conbytes",
    "pydantic.condecimal",
    "pydantic.condate",
    "pydantic.AliasChoices",
    "pydantic.AliasPath",
    "pydantic.Strict",
    "pydantic.AllowInfNan",
    "pydantic.WithJsonSchema",
    "pydantic.dataclasses.dataclass",
    "pydantic.field_validator",
    "pydantic.model_validator",
    "ipaddress.IPv4Address",
    "ipaddress.IPv6Address",
    "zoneinfo.ZoneInfo",
]


def known(path: str) -> object | None:
    """The thing that is called `module.name`; None when the table does not hold it.

    Its module is imported when the thing is first asked for.
    """
    if path not in _reached:
        _reached[path] = _reach(path)
    return _reached[path]


def canonical(path: str) -> str:
    """The one path for things that have several."""
    return _ALIASES.get(path, path)


def may_be_called(thing: object) -> bool:
    """Whether calling it only builds a value from its arguments."""
    return thing is not None and any(thing is _reached.get(path) for path in _CALLABLE)


_reached: dict[str, object | None] = {}


def _reach(path: str) -> object | None:
    if (other := canonical(path)) != path:
        return known(other)
    for module, names in _names().items():
        name = path.removeprefix(f"{module}.")
        if name != path and name in names:
            return _member(importlib.import_module(module), name)
    package, _, name = path.partition(".")
    return known(f"typing.{name}") if package == "typing_extensions" else None


@cache
def _names() -> dict[str, frozenset[str]]:
    return {module: frozenset(names.split()) for module, names in _TYPES.items()}


def _member(owner: object, name: str) -> object | None:
    """The attribute of an attribute …; None where this Python lacks it."""
    for part in name.split("."):
        owner = getattr(owner, part, None)
    return owner
