"""`deploy schema`: the JSON Schema for editors."""

import json

import click


@click.command("schema")
def command() -> None:
    """Print the JSON Schema of a deployment file."""
    from compiler.manifest.schema import document  # noqa: PLC0415  # pydantic takes its time

    click.echo(json.dumps(document(), indent=2, ensure_ascii=False))
