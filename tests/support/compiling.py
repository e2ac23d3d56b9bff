"""A file as a value, compiled beside the flows of a folder."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

from compiler import Request, compile_project
from compiler.desired.resources import DesiredState
from compiler.manifest.read import Overlays
from compiler.source.sources import Sources


def compiled(
    folder: Path, document: Mapping[str, Any], *, environment: str | None = None
) -> DesiredState:
    """What a `deploy.yaml` of `folder` wants that has this content."""
    path, sources = folder / "deploy.yaml", Sources(folder)
    sources.give(path, yaml.safe_dump(dict(document)).encode())
    overlays = Overlays(environment=environment)
    done = compile_project(Request(files=(path,), base=folder, overlays=overlays), sources)
    assert done.desired is not None, [each.message for each in done.report]
    return done.desired
