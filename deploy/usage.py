"""What is wrong in the words of a call, and what they may have been meant to be."""

from collections.abc import Iterable, Mapping
from pathlib import Path

import click

_FILES = (".yaml", ".yml")
_OF_OTHERS: Mapping[str, str] = {  # what a verb is called elsewhere
    "check": "validate",
    "delete": "destroy",
    "diff": "plan",
    "down": "destroy",
    "lint": "validate",
    "log": "history",
    "refresh": "drift",
    "status": "drift",
    "undo": "rollback",
}


class NoSuchVerb(click.UsageError):
    """There is no such verb; `hint` says which one may have been meant."""

    def __init__(self, word: str, known: Iterable[str], ctx: click.Context) -> None:
        super().__init__(f"there is no command {word!r}", ctx)
        self.hint = _instead(word, tuple(known), ctx)


class Verbs(click.Group):
    """A group that says which verb may have been meant, and whose option it was."""

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """The verb that the first word names.

        Raises:
            NoSuchVerb: it names none.
        """
        word = args[0]
        is_verb = word.startswith("-") or self.get_command(ctx, word) is not None
        if not is_verb and not ctx.resilient_parsing:
            raise NoSuchVerb(word, self.list_commands(ctx), ctx)
        return super().resolve_command(ctx, args)

    def invoke(self, ctx: click.Context) -> object:
        """Run the verb; what is wrong in its words is wrong in its own context."""
        try:
            return super().invoke(ctx)
        except click.UsageError as error:
            name = ctx.invoked_subcommand
            verb = None if name is None else self.get_command(ctx, name)
            if error.ctx is None and verb is not None:  # click's parser knows of none
                error.ctx = click.Context(verb, info_name=name, parent=ctx)
            raise


def told(error: click.ClickException) -> str:
    """The mistake, what may have been meant, and where the right words stand."""
    hint = _hint(error)
    lines = [f"error: {_message(error)}", *([f" = hint: {hint}"] if hint else [])]
    if isinstance(error, click.UsageError):
        path = error.ctx.command_path if error.ctx is not None else "deploy"
        lines.append(f" = help: {path} --help")
    return "\n".join(lines)


def _message(error: click.ClickException) -> str:
    if isinstance(error, click.NoSuchOption):
        return f"there is no option {error.option_name!r}"
    text = error.format_message().rstrip(".")
    is_clicks = text[1:2].islower()  # and no 'TO', nor a name in quotes
    return text[:1].lower() + text[1:] if is_clicks else text


def _hint(error: click.ClickException) -> str | None:
    if isinstance(error, click.NoSuchOption):
        return _nearest(error.option_name, _options(error.ctx), error.possibilities or ())
    return getattr(error, "hint", None)


def _options(ctx: click.Context | None) -> list[str]:
    params = ctx.command.params if ctx is not None else ()
    return [name for each in params for name in (*each.opts, *each.secondary_opts)]


def _instead(word: str, known: tuple[str, ...], ctx: click.Context) -> str:
    if word.endswith(_FILES) or Path(word).is_dir():
        return f"a file is named with -f: {ctx.command_path} -f {word}"
    elsewhere = _OF_OTHERS.get(word.lower())
    found = elsewhere if elsewhere in known else None
    return (found and f"that is {found!r} here") or (
        _nearest(word, known) or f"there are: {', '.join(known)}"
    )


def _nearest(word: str, known: Iterable[str], others: Iterable[str] = ()) -> str | None:
    from compiler.diagnostics import spelling  # noqa: PLC0415  # only when something is misspelt

    words = [*known, *others]
    longer = [each for each in words if len(word.strip("-")) > 1 and each.startswith(word)]
    near = longer[:1] or spelling.nearest(word, words)
    return f"did you mean {near[0]!r}?" if near else None
