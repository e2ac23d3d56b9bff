"""The formats that findings are written in, by the name that `--format` takes."""

from collections.abc import Mapping
from importlib import import_module
from typing import Protocol

from deploy.views.findings import Findings


class View(Protocol):
    """Findings as the text of one format, without a line break at its end."""

    def __call__(self, findings: Findings, /) -> str: ...


# Modules with a `render`: one is loaded when it is asked for, since some take their time.
VIEWS: Mapping[str, str] = {
    "text": "deploy.views.text",
    "concise": "deploy.views.concise",
    "json": "deploy.views.json_document",
    "sarif": "deploy.views.sarif",
    "github": "deploy.views.github",
    "junit": "deploy.views.junit",
}


def view(format: str) -> View:
    """The view that writes a format."""
    render: View = import_module(VIEWS[format]).render
    return render
