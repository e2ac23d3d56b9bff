"""How a deployment names its flow, and where such a name can lead."""

from dataclasses import dataclass
from pathlib import Path

_EXTENSION = ".py"


@dataclass(frozen=True, slots=True, kw_only=True)
class Entrypoint:
    """A function in a file or in a module; exactly one of `file` and `module` is set.

    `function` may be `Class.method`.
    """

    file: str | None
    module: str | None
    function: str


def parse_entrypoint(text: str) -> Entrypoint | None:
    r"""Read an entrypoint; None when the text has none of the forms.

    entrypoint = file ".py:" function | module ":" function | module "." name
    module     = name *("." name)
    function   = name *("." name)

    The last colon counts, so that `C:\flows\etl.py:etl` is a file. Without a colon, the
    last name alone is the function: that is how Prefect imports it.
    """
    place, colon, function = text.rpartition(":")
    if not colon:
        return _parse_dotted(text)
    if not _is_dotted_name(function):
        return None
    if place.endswith(_EXTENSION) and place.rpartition("/")[2] != _EXTENSION:
        return Entrypoint(file=place, module=None, function=function)
    if _is_dotted_name(place):
        return Entrypoint(file=None, module=place, function=function)
    return None


def candidates(entrypoint: Entrypoint, *, folder: Path, root: Path) -> tuple[Path, ...]:
    """Paths where the source may be: from the naming file's folder first, then from the root."""
    places = tuple(dict.fromkeys((folder, root)))
    if entrypoint.file is not None:
        found = [place / _portable(entrypoint.file) for place in places]
    else:
        found = [
            place / relative for place in places for relative in _module_files(entrypoint.module)
        ]
    return tuple(dict.fromkeys(found))


def _parse_dotted(text: str) -> Entrypoint | None:
    module, dot, function = text.rpartition(".")
    if not dot or not _is_dotted_name(text) or text.endswith(_EXTENSION):
        return None
    return Entrypoint(file=None, module=module, function=function)


def _is_dotted_name(text: str) -> bool:
    return all(part.isidentifier() for part in text.split("."))


def _portable(file: str) -> Path:
    return Path(file) if ":" in file else Path(file.replace("\\", "/"))


def _module_files(module: str | None) -> tuple[Path, ...]:
    stem = Path(*(module or "").split("."))
    return stem.with_suffix(_EXTENSION), stem / "__init__.py"
