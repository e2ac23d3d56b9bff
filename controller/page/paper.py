"""Templates: every value is escaped, whatever it is.  The only importer of `jinja2`."""

import hashlib
from collections.abc import Mapping
from datetime import UTC, datetime
from functools import cache
from importlib.resources import files

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from compiler.diagnostics.visible import one_line
from controller.page.status import far, number

STATIC: Mapping[str, str] = {
    "page.css": "text/css; charset=utf-8",
    "page.js": "text/javascript; charset=utf-8",
    "htmx.min.js": "text/javascript; charset=utf-8",
    "sse.min.js": "text/javascript; charset=utf-8",
    "icon.svg": "image/svg+xml",
}


def _shown(value: object) -> object:
    """No control, and nothing that reorders a line, gets onto the page."""
    return one_line(value) if isinstance(value, str) and not isinstance(value, Markup) else value


@cache
def static(name: str) -> bytes:
    """The content of a file that the page asks for; `name` is one of `STATIC`."""
    return files("controller.page").joinpath("static", name).read_bytes()


@cache
def version(name: str) -> str:
    """What the file's address ends in, so that a browser may keep it for ever."""
    return hashlib.sha256(static(name)).hexdigest()[:12]


def _address(name: str) -> str:
    return f"/static/{name}?v={version(name)}"


def _iso(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


def _minute(at: datetime) -> str:
    return f"{at.astimezone(UTC):%Y-%m-%d %H:%M}"


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("controller.page"),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=_shown,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    environment.filters |= {"iso": _iso, "minute": _minute}
    environment.globals |= {"static": _address, "far": far, "number": number}
    return environment


def drawn(template: str, **values: object) -> str:
    """The template with the values in it."""
    return _environment().get_template(template).render(now=datetime.now(UTC), **values)
