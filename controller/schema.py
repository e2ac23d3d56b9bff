"""Writes `controller.schema.json`: what editors and the shape check go by."""

from compiler.desired.json import Json
from compiler.manifest.schema import schema_of
from controller.model import ControllerFile


def document() -> dict[str, Json]:
    """The JSON Schema (draft 2020-12) of a controller's file."""
    return schema_of(ControllerFile, "controller.yaml")
