"""`deploy completion`: what a shell needs to complete commands, environments and deployments."""

import click
from click.shell_completion import get_completion_class

SHELLS = ("bash", "zsh", "fish")
_VARIABLE = "_DEPLOY_COMPLETE"  # what click looks for, of a program called deploy


@click.command("completion")
@click.argument("shell", type=click.Choice(SHELLS))
@click.pass_context
def command(ctx: click.Context, /, shell: str) -> None:
    """Print what makes a shell complete commands, options, environments and deployments.

    bash: add 'eval "$(deploy completion bash)"' to ~/.bashrc, for zsh the same to ~/.zshrc;
    fish: deploy completion fish > ~/.config/fish/completions/deploy.fish
    """
    kind = get_completion_class(shell)
    assert kind is not None
    click.echo(kind(ctx.find_root().command, {}, "deploy", _VARIABLE).source())
