"""What all parts of a plan's document have in common."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field


class Part(BaseModel):
    """A part of a document: never changed, and read strictly."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, defer_build=True)


class Place(Part):
    """A place in a file of the project; lines and columns count from 1."""

    file: Annotated[str, Field(description="From the project's root, with `/`.")]
    line: Annotated[int, Field(description="The first line is 1.")]
    column: Annotated[int, Field(description="The first character of a line is 1.")]
