"""The formats that findings are written in, by the name that `--format` takes."""

from collections.abc import Mapping
from typing import Protocol

from deploy.views import concise, github, json_document, junit, sarif, text
from deploy.views.findings import Findings


class View(Protocol):
    """Findings as the text of one format, without a line break at its end."""

    def __call__(self, findings: Findings, /) -> str: ...


VIEWS: Mapping[str, View] = {
    "text": text.render,
    "concise": concise.render,
    "json": json_document.render,
    "sarif": sarif.render,
    "github": github.render,
    "junit": junit.render,
}
