"""`deploy explain`: the pages of findings, or the list of them."""

import sys

import click

from deploy.streams import room, say

_UNWRAPPED = 100  # columns where there is no terminal: as wide as the pages are written


@click.command("explain")
@click.argument("findings", nargs=-1, metavar="[CODE]...")
def command(findings: tuple[str, ...]) -> None:
    """Say what findings mean and what to do about them.

    A CODE is DEP204, the beginning of one (DEP2), or a name (schedule-never-fires). Without
    any, all findings are listed. 'deploy explain ownership' says which fields of which kind
    a stack can own, and what becomes of a value that left the file.
    """
    if findings == ("ownership",):
        from deploy.views import ownership  # noqa: PLC0415  # as below

        say(ownership.as_text())
        return
    from compiler.rules.catalogue import CATALOGUE  # noqa: PLC0415  # imports every rule
    from deploy.rule_names import named  # noqa: PLC0415
    from deploy.views.page import render_list, render_page  # noqa: PLC0415

    width = room(sys.stdout) or _UNWRAPPED
    if findings:
        rules = dict.fromkeys(rule for each in findings for rule in named(each))
        say("\n\n\n".join(render_page(rule, width) for rule in rules))
    else:
        say(render_list(CATALOGUE.values(), width))
