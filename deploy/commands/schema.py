"""`deploy schema`: the JSON Schema for editors."""

import json

import click

from deploy.streams import write_document


@click.command("schema")
@click.option("--controller", is_flag=True, help="That of a controller's file.")
def command(*, controller: bool) -> None:
    """Print the JSON Schema of a deployment file."""
    if controller:
        from controller.schema import document  # noqa: PLC0415  # pydantic takes its time
    else:
        from compiler.manifest.schema import document  # noqa: PLC0415

    write_document(json.dumps(document(), indent=2, ensure_ascii=False))
