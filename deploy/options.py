"""Options that several commands share, written once."""

import functools
from collections.abc import Callable, Iterable
from dataclasses import dataclass, fields
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from deploy.loudness import note_quiet, note_verbose
from deploy.views.plan import PLAN_VIEWS

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem

Command = TypeVar("Command", bound=Callable[..., Any])


@dataclass(frozen=True, slots=True, kw_only=True)
class ProjectArguments:
    """Which files, and what is laid over them.

    `variables` and `settings` are written `name=value`, as they were said.
    """

    files: tuple[str, ...] = ()
    stack: str | None = None
    lenient: bool = False
    environment: str | None = None
    variables: tuple[str, ...] = ()
    var_files: tuple[str, ...] = ()
    settings: tuple[str, ...] = ()


def _with_value(
    context: click.Context, option: click.Parameter, values: tuple[str, ...]
) -> tuple[str, ...]:
    for value in values:
        if not value.partition("=")[0].strip() or "=" not in value:
            message = f"{value!r} should be written NAME=VALUE"
            raise click.BadParameter(message, context, option)
    return values


def _environments(
    ctx: click.Context, param: click.Parameter, incomplete: str
) -> "list[CompletionItem]":
    from deploy.completing import environments  # noqa: PLC0415  # only while somebody completes

    return environments(ctx, param, incomplete)


_PROJECT_OPTIONS = (
    click.option("--lenient", is_flag=True, help="Unknown keys are warnings."),
    click.option("--stack", metavar="NAME", help="Whose things these are, over the file's."),
    click.option(
        "--set",
        "settings",
        multiple=True,
        metavar="PATH=VALUE",
        callback=_with_value,
        help="Lay a value over the files: deployments.nightly.paused=true.",
    ),
    click.option(
        "--var-file",
        "var_files",
        multiple=True,
        metavar="FILE",
        help="A YAML file of inputs; the last one wins.",
    ),
    click.option(
        "--var",
        "variables",
        multiple=True,
        metavar="NAME=VALUE",
        callback=_with_value,
        help="An input, {{ vars.NAME }} in the files.",
    ),
    click.option(
        "-e",
        "--environment",
        metavar="NAME",
        shell_complete=_environments,
        help="Lay this one of the files' environments over them.",
    ),
    click.option(
        "-f",
        "--file",
        "files",
        multiple=True,
        metavar="FILE",
        help="A deployment file, a folder that holds one, - for standard input, or "
        "git+https://host/repository.git@REF#PATH. "
        "May be given several times; the current folder if it is not.",
    ),
)


def project(command: Command) -> Callable[..., Any]:
    """Which files, and what is laid over them; the command gets it as `project`."""
    return packed(command, "project", ProjectArguments, _PROJECT_OPTIONS)


@dataclass(frozen=True, slots=True, kw_only=True)
class SelectionArguments:
    """Which part of the stack, as it was said."""

    select: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()


_SELECTION_OPTIONS = (
    click.option("--exclude", multiple=True, metavar="WORDS", help="Never change these."),
    click.option(
        "--select",
        multiple=True,
        metavar="WORDS",
        help="Change only these: 'tag:etl flow:etl-*', name:, path:, kind:. "
        "All words of one option have to hold; of several options, one.",
    ),
)


def selection(command: Command) -> Callable[..., Any]:
    """Which part of the stack; the command gets it as `selecting`."""
    return packed(command, "selecting", SelectionArguments, _SELECTION_OPTIONS)


def findings(command: Command) -> Command:
    """Which findings are heard of, and how much each matters."""
    for option in (
        click.option(
            "--severity",
            "severities",
            multiple=True,
            metavar="CODE=LEVEL",
            help="What a finding is: error, warning or info. May be given several times.",
        ),
        click.option(
            "--ignore-rules", "ignored", multiple=True, metavar="CODES", help="Not these findings."
        ),
        click.option(
            "--rules",
            "only",
            multiple=True,
            metavar="CODES",
            help="Only these findings: codes (DEP204), beginnings of codes (DEP2) or names, "
            "with commas between them.",
        ),
    ):
        command = option(command)
    return command


@dataclass(frozen=True, slots=True, kw_only=True)
class ServerArguments:
    """Which server, and what a plan may do on it."""

    api_url: str | None = None
    profile: str | None = None
    adopt: bool = False
    take_over: bool = False
    force: bool = False
    strict_git: bool = False


_QUIET = click.option(
    "-q",
    "--quiet",
    is_flag=True,
    expose_value=False,
    callback=note_quiet,
    help="Say only what is wrong, and what was asked for.",
)
_TARGET_OPTIONS = (
    _QUIET,
    click.option(
        "-v",
        "--verbose",
        count=True,
        expose_value=False,
        callback=note_verbose,
        help="Show requests and decisions on stderr; -vv shows more.",
    ),
    click.option("--profile", metavar="NAME", help="A Prefect profile."),
    click.option("--api-url", metavar="URL", help="The server's API, or 'embedded'."),
)
_SERVER_OPTIONS = (
    click.option(
        "--strict-git",
        is_flag=True,
        help="Refuse what the remote does not have, or has and this branch lacks.",
    ),
    click.option("--force", is_flag=True, help="Delete pools, what is protected, or very much."),
    click.option("--take-over", is_flag=True, help="Move the stack here from its origin."),
    click.option("--adopt", is_flag=True, help="Take over what exists and has no owner."),
    *_TARGET_OPTIONS,
)


def quiet(command: Command) -> Command:
    """How little is said, for a command that asks no server."""
    return _QUIET(command)


def target(command: Command) -> Command:
    """Which server, for a command that asks for nothing else of it."""
    for option in _TARGET_OPTIONS:
        command = option(command)
    return command


def server(command: Command) -> Callable[..., Any]:
    """Which server, and what a plan may do there; the command gets it as `server`."""
    return packed(command, "server", ServerArguments, _SERVER_OPTIONS)


_LONGEST_WAIT = 180  # seconds: two leases, after which a lock that nobody holds is free, and one


@dataclass(frozen=True, slots=True, kw_only=True)
class ApplyingArguments:
    """How a plan is carried out, as it was said.

    `expect` is the digest that it has to have, `lock_timeout` how many seconds another
    apply of the stack is waited for, `journal` a file that notes what is done.
    """

    expect: str | None = None
    fail_fast: bool = False
    lock_timeout: int = _LONGEST_WAIT
    journal: Path | None = None


_APPLYING_OPTIONS = (
    click.option(
        "--journal",
        type=click.Path(dir_okay=False, path_type=Path),
        metavar="FILE",
        help="Add what is planned, sent and answered to this file, as JSON lines.",
    ),
    click.option(
        "--lock-timeout",
        type=click.IntRange(min=0),
        default=_LONGEST_WAIT,
        show_default=True,
        metavar="SECONDS",
        help="How long to wait while another run applies the stack.",
    ),
    click.option(
        "--fail-fast",
        is_flag=True,
        help="Begin nothing else after a failure; otherwise what does not depend on it goes on.",
    ),
    click.option("--expect", metavar="DIGEST", help="Apply only the plan that has this digest."),
)


def applying(command: Command) -> Callable[..., Any]:
    """How a plan is carried out; the command gets it as `applying`."""
    return packed(command, "applying", ApplyingArguments, _APPLYING_OPTIONS)


@dataclass(frozen=True, slots=True, kw_only=True)
class WritingArguments(ApplyingArguments):
    """How a plan is carried out, and how far a run goes by itself."""

    yes: bool = False
    dry_run: bool = False


_WRITING_OPTIONS = (
    *_APPLYING_OPTIONS,
    click.option("--dry-run", is_flag=True, help="Show the plan and write nothing."),
    click.option("--yes", is_flag=True, help="Do not ask before writing."),
)


def writing(command: Command) -> Callable[..., Any]:
    """How to go about writing; the command gets it as `writing`."""
    return packed(command, "writing", WritingArguments, _WRITING_OPTIONS)


@dataclass(frozen=True, slots=True, kw_only=True)
class ShowingArguments:
    """How a plan is shown: its format, a file to save it in, an exit code that tells of changes."""

    format: str = "text"
    out: Path | None = None
    detailed_exitcode: bool = False


_SHOWING_OPTIONS = (
    click.option("--detailed-exitcode", is_flag=True, help="Exit 2 if changes are pending."),
    click.option(
        "--out",
        type=click.Path(dir_okay=False, path_type=Path),
        metavar="FILE",
        help="Save the plan, for 'deploy apply FILE'.",
    ),
    click.option(
        "--format",
        type=click.Choice(tuple(PLAN_VIEWS)),
        default="text",
        show_default=True,
        help="How the plan is written.",
    ),
)


def showing(command: Command) -> Callable[..., Any]:
    """How a plan is shown; the command gets it as `showing`."""
    return packed(command, "showing", ShowingArguments, _SHOWING_OPTIONS)


@dataclass(frozen=True, slots=True, kw_only=True)
class ReturnArguments:
    """What to go back to: a number or a commit, or what the last apply found."""

    to: str | None = None
    last: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class BuildingArguments:
    """Whether steps run before the plan, after the question, or not at all.

    `outputs`, written `name=value`, are what steps have put out that ran elsewhere.
    """

    build: bool = False
    no_build: bool = False
    outputs: tuple[str, ...] = ()

    @property
    def ran_elsewhere(self) -> tuple[str, ...] | None:
        """The outputs that were given; None where the steps run here."""
        return self.outputs if self.no_build else None


_BUILDING_OPTIONS = (
    click.option(
        "--set-output",
        "outputs",
        multiple=True,
        metavar="NAME=VALUE",
        callback=_with_value,
        help="What a step has put out that ran elsewhere: build-image.image=shop:1.10. "
        "With --no-build; may be given several times.",
    ),
    click.option("--no-build", is_flag=True, help="Do not run the steps of 'build' and 'push'."),
    click.option("--build", is_flag=True, help="Run them before the plan is made."),
)


def building(command: Command) -> Callable[..., Any]:
    """Whether and when steps run; the command gets it as `building`."""

    @functools.wraps(command)
    def checked(*arguments: Any, building: BuildingArguments, **given: Any) -> Any:
        if building.build and building.no_build:
            raise click.UsageError("'--build' and '--no-build' exclude each other")
        if building.outputs and not building.no_build:
            raise click.UsageError("'--set-output' is for steps that ran elsewhere: say --no-build")
        return command(*arguments, building=building, **given)

    return packed(checked, "building", BuildingArguments, _BUILDING_OPTIONS)


_RETURN_OPTIONS = (
    click.option("--last", is_flag=True, help="Undo the last apply, from what it found."),
    click.argument("to", metavar="[TO]", required=False),
)


def return_to(command: Command) -> Callable[..., Any]:
    """What to go back to; the command gets it as `going`."""
    return packed(command, "going", ReturnArguments, _RETURN_OPTIONS)


def packed(
    command: Callable[..., Any],
    name: str,
    kind: type[Any],
    decorators: Iterable[Callable[..., Any]],
) -> Callable[..., Any]:
    """The command with options that it gets as one value."""

    @functools.wraps(command)
    def packed(*arguments: Any, **given: Any) -> Any:
        value = kind(**{part.name: given.pop(part.name) for part in fields(kind)})
        return command(*arguments, **{name: value}, **given)

    for option in decorators:
        packed = option(packed)
    return packed
