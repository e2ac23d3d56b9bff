"""How much a run says: `-v` and `--quiet`, before a verb or behind it."""

import click

_VERBOSE = f"{__name__}.verbose"
_QUIET = f"{__name__}.quiet"


def note_verbose(context: click.Context, option: click.Parameter, count: int) -> None:
    """Remember how often `-v` was said.

    Raises:
        click.UsageError: `--quiet` was said too.
    """
    del option
    context.meta[_VERBOSE] = max(count, verbosity())
    _refuse_both(context)


def note_quiet(context: click.Context, option: click.Parameter, is_said: bool) -> None:  # noqa: FBT001  # click's signature
    """Remember that `--quiet` was said.

    Raises:
        click.UsageError: `-v` was said too.
    """
    del option
    context.meta[_QUIET] = is_said or is_quiet()
    _refuse_both(context)


def verbosity() -> int:
    """How often `-v` was said."""
    context = click.get_current_context(silent=True)
    return int(context.meta.get(_VERBOSE, 0)) if context is not None else 0


def is_quiet() -> bool:
    """Whether only what is wrong, and what was asked for, is to be said."""
    context = click.get_current_context(silent=True)
    return context is not None and bool(context.meta.get(_QUIET, False))


def _refuse_both(context: click.Context) -> None:
    if context.meta.get(_VERBOSE) and context.meta.get(_QUIET):
        raise click.UsageError("'--quiet' and '--verbose' exclude each other: say one of them")
