"""The group, and the only place that catches what nobody else did."""

import os
import sys
from collections.abc import Callable, Mapping
from importlib import import_module
from typing import Any

import click

from deploy import garbage, options
from deploy.exit_codes import Exit
from deploy.streams import room, say, soften
from deploy.usage import Verbs, told

COMMANDS: Mapping[str, str] = {
    "adopt": "deploy.commands.adopt",
    "apply": "deploy.commands.apply",
    "completion": "deploy.commands.completion",
    "controller": "deploy.commands.controller",
    "destroy": "deploy.commands.destroy",
    "drift": "deploy.commands.drift",
    "explain": "deploy.commands.explain",
    "export": "deploy.commands.export",
    "graph": "deploy.commands.graph",
    "history": "deploy.commands.history",
    "import": "deploy.commands.import_",
    "init": "deploy.commands.init",
    "plan": "deploy.commands.plan",
    "preview": "deploy.commands.preview",
    "render": "deploy.commands.render",
    "rollback": "deploy.commands.rollback",
    "schedule": "deploy.commands.schedule",
    "schema": "deploy.commands.schema",
    "serve": "deploy.commands.serve",
    "unlock": "deploy.commands.unlock",
    "validate": "deploy.commands.validate",
    "why": "deploy.commands.why",
}


_HELP = getattr(click.exceptions, "NoArgsIsHelpError", ())  # of click 8.2 and later
_COMMAND_LINE = click.core.ParameterSource.COMMANDLINE


class LazyVerbs(Verbs):
    """Loads a verb's module only when the verb is used."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002  # click's signature
        """All verbs."""
        return sorted(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        """One verb, or None if there is none of that name."""
        if cmd_name not in COMMANDS:
            return None
        command: click.Command = import_module(COMMANDS[cmd_name]).command
        return command


def _print_version(ctx: click.Context, param: click.Parameter, value: bool) -> None:  # noqa: ARG001, FBT001
    if value:
        from importlib.metadata import version  # noqa: PLC0415

        click.echo(f"deploy {version('prefect-reconciler')}")
        ctx.exit()


@click.group(cls=LazyVerbs, invoke_without_command=True)
@options.project
@options.server
@options.selection
@options.building
@options.writing
@click.option(
    "--version",
    is_flag=True,
    is_eager=True,
    expose_value=False,
    callback=_print_version,
    help="Show the version.",
)
@click.pass_context
def deploy(
    ctx: click.Context,
    /,
    project: options.ProjectArguments,
    server: options.ServerArguments,
    selecting: options.SelectionArguments,
    building: options.BuildingArguments,
    writing: options.WritingArguments,
) -> None:
    """Make a Prefect server equal to a file.

    Validates the file without running any flow, shows what would change on the
    server, asks, and applies it with the fewest writes.
    """
    if ctx.invoked_subcommand is not None:
        _refuse_options_before(ctx)
        return
    from deploy.carry_out import Manner, carry_out  # noqa: PLC0415  # keeps `--version` quick
    from deploy.job import open_job  # noqa: PLC0415

    console, job = open_job(project, server, os.environ, selecting, building=building)
    if job is None:
        raise SystemExit(Exit.FAILED)
    manner = Manner(
        yes=writing.yes,
        dry_run=writing.dry_run,
        applying=writing,
        builds_first=building.build,
        reads_input="-" in project.files,
    )
    raise SystemExit(carry_out(job, manner, console))


def _refuse_options_before(ctx: click.Context) -> None:
    """An option before the verb would say nothing to it; silence would be the wrong answer."""
    given = (name for name in ctx.params if ctx.get_parameter_source(name) is _COMMAND_LINE)
    for name in given:
        option = next(each for each in ctx.command.params if each.name == name)
        verb = ctx.invoked_subcommand
        raise click.UsageError(f"'{option.opts[0]}' belongs behind the verb: deploy {verb} …")


def main() -> None:
    """Run the command and end the process with its exit code."""
    for stream in (sys.stdout, sys.stderr):
        soften(stream)
    garbage.look_among_the_new()
    code = ladder(lambda: deploy.main(standalone_mode=False))
    garbage.leave_it()
    sys.exit(code)


def ladder(run: Callable[[], Any]) -> int:
    """How a run that did not end by itself ends: who is to blame decides."""
    try:
        run()
    except SystemExit as ended:
        return int(ended.code or Exit.OK)
    except click.exceptions.Exit as ended:
        return ended.exit_code
    except (KeyboardInterrupt, click.Abort):
        say("interrupted", err=True)
        return Exit.INTERRUPTED
    except Exception as error:  # noqa: BLE001  # the one place: everything ends in an exit code
        return _blamed(error)
    return Exit.OK


def _blamed(error: Exception) -> Exit:
    if isinstance(error, _HELP):
        error.show()
        return Exit.FAILED
    if isinstance(error, click.ClickException):
        _complain(told(error))
        return Exit.FAILED
    if isinstance(error, BrokenPipeError):  # whoever read our output has gone
        return Exit.FAILED
    from deploy.blame import bug_report, reason  # noqa: PLC0415  # only when something went wrong

    why = reason(error)
    if why is None:
        say(bug_report(error), err=True)
        return Exit.BUG
    _complain(why)
    return Exit.FAILED


def _complain(text: str) -> None:
    from deploy.views.letters import paragraphs  # noqa: PLC0415  # as above

    say(paragraphs(text, room(sys.stderr)), err=True)
