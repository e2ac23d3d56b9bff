"""`deploy explain CODE`: the page of a finding."""

import click

from deploy.complaint import Complaint


@click.command("explain")
@click.argument("code")
def command(code: str) -> None:
    """Say what a finding means and what to do about it."""
    from compiler.rules.catalogue import CATALOGUE  # noqa: PLC0415  # imports every rule

    rule = CATALOGUE.get(code.upper())
    if rule is None:
        hint = f"codes run from {min(CATALOGUE)} to {max(CATALOGUE)}"
        raise Complaint(f"there is no finding {code!r}", hint=hint)
    click.echo(f"{rule.code} {rule.name} ({rule.severity})\n\n{rule.page.strip()}")
