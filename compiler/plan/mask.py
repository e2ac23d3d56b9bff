"""No secret is shown: not by its field, and not by its value anywhere.

Equal values get equal masks, so that a reader sees *same* or *changed*.
"""

import json
import re
from collections.abc import Iterable, Iterator, Mapping

from compiler.desired.address import Kind
from compiler.desired.block_secrets import SOURCES, is_reference
from compiler.desired.json import Json, whole
from compiler.desired.resources import DesiredState
from compiler.desired.secret import Secret
from compiler.desired.secret_shape import is_secret_name, without_shaped
from compiler.diagnostics import Diagnostic
from compiler.source.sources import Sources

_PASSWORD = re.compile(r"(://[^\s:@/\"']*:)[^\s@/\"']+@")
_NAME = r"(?<!\w)(\w[\w.-]{0,80})['\"]?"  # bounded, as the other parts: long lines stay quick
_QUOTED = re.compile(rf"""({_NAME}\s*[:=][^'",]{{0,200}}?(['"]))((?:(?!\3).)+)""")
_BARE = re.compile(rf"""({_NAME}\s*[:=]\s*)(?!\S{{1,200}}\s*=)()([^\s'",}}{{][^'",}}]*)""")
_ABOUT_SECRETS = frozenset({"DEP250", "DEP251"})
_OF_USERS = frozenset({"parameters", "job_variables", "pull", "build", "push", "data"})
_FEW = 30  # secrets that are looked for one by one
_LONG = 12  # letters of a word that is no ordinary one
_SHORTEST = 4  # a shorter text would be masked in the middle of ordinary words


def secret_values(variables: Mapping[str, str]) -> tuple[str, ...]:
    """Values of the environment variables whose name says secret."""
    return tuple(value for name, value in variables.items() if is_secret_name(name))


def secrets_in(value: Json, *, secret: bool = False) -> Iterator[str]:
    """Texts that stand under a name that says secret; templates are none."""
    match value:
        case Secret():
            yield from _inside(value)
        case str():
            if secret and value and "{{" not in value:
                yield value
        case Mapping():
            for name, item in value.items():
                if name not in SOURCES:  # which are followed by words, and by no secret
                    yield from secrets_in(item, secret=secret or is_secret_name(name))
        case list() | tuple():
            for item in value:
                yield from secrets_in(item, secret=secret)
        case _:
            return


def _inside(value: Json, *, shortest: int = 1) -> Iterator[str]:
    """The texts in a value, out of sight or not; words inside a mapping only where they are long.

    A cloud's key file names its project, too, and that name stands in many places.
    """
    match value:
        case str():
            yield from [value] if len(value) >= shortest else ()
        case Secret():
            yield from _inside(value.reveal(), shortest=shortest) if value.is_known else ()
        case Mapping():
            for name, item in value.items():
                least = 1 if is_secret_name(name) else max(shortest, _LONG)
                yield from _inside(item, shortest=least) if name not in SOURCES else ()
        case list() | tuple():
            for item in value:
                yield from _inside(item, shortest=shortest)
        case _:
            return


def secrets_wanted(desired: DesiredState) -> Iterator[str]:
    """Texts of all that is wanted that stand under a name that says secret, or are out of sight."""
    for each in desired.resources:
        yield from secrets_named(each.fields)


def texts_of_blocks(desired: DesiredState) -> Iterator[str]:
    """All texts in the data of blocks but those that stand in their files."""
    for each in (each for each in desired.resources if each.address.kind is Kind.BLOCK):
        data = each.fields.get("data")
        for name, value in data.items() if isinstance(data, Mapping) else ():
            yield from _inside(value) if name not in each.written_out else ()


def secrets_named(fields: Mapping[str, Json]) -> Iterator[str]:
    """Texts of a thing that stand under a name that says secret, where names are the user's."""
    for name in ("parameters", "job_variables", "schedules", "pull_steps", "data"):
        yield from secrets_in(fields.get(name))


def secrets_written(document: Json) -> Iterator[str]:
    """Texts of a deployment file that stand under a name that says secret.

    Looked for where names are the user's: elsewhere such a name is a word of the form,
    as `inputs: {token: {type: string}}` is.
    """
    match document:
        case Mapping():
            for name, item in document.items():
                yield from secrets_in(item) if name in _OF_USERS else secrets_written(item)
        case list() | tuple():
            for item in document:
                yield from secrets_written(item)
        case _:
            return


def secrets_at(report: Iterable[Diagnostic], sources: Sources) -> Iterator[str]:
    """Texts that findings have called secrets, as they stand in the files."""
    for found in report:
        if found.rule.code in _ABOUT_SECRETS and found.at is not None:
            start, end = found.at.start, found.at.end
            line = sources.line(found.at.file, start.line) or ""
            last = end.column - 1 if end.line == start.line else len(line)
            yield line[start.column - 1 : last].strip("'\"")


def quoted(line: str) -> str:
    """A line of a source as it may be quoted: what is given to a secret name is left out.

    So is what looks like a token, and the password of a URL.
    """

    def hide(found: re.Match[str]) -> str:
        hidden = is_secret_name(found[2]) and "{{" not in found[4]
        return f"{found[1]}(secret)" if hidden else found[0]

    named = _BARE.sub(hide, _QUOTED.sub(hide, line))
    return _PASSWORD.sub(r"\1(secret)@", without_shaped(named))


class Mask:
    """Replaces secrets in whatever is about to be shown."""

    def __init__(self, secrets: Iterable[str] = ()) -> None:
        self._masks: dict[str, str] = {}
        self._wholes: dict[str, str] = {}
        self._by_beginning: dict[str, list[str]] = {}
        self._count = 0
        self.learn(secrets)

    @property
    def secrets(self) -> frozenset[str]:
        """The texts that are hidden, line by line."""
        return frozenset(self._masks)

    def learn(self, secrets: Iterable[str]) -> None:
        """Hide these texts from now on."""
        lines = (line for secret in secrets for line in secret.splitlines())
        for line in lines:
            if len(line) >= _SHORTEST and line not in self._masks:
                self._count += 1
                spellings = (line, json.dumps(line)[1:-1], repr(line)[1:-1])
                self._masks |= dict.fromkeys(spellings, f"(secret #{self._count})")
        self._by_beginning = {}
        for spelling in self._masks:
            self._by_beginning.setdefault(spelling[:_SHORTEST], []).append(spelling)

    def value(self, value: Json, *, secret: bool = False) -> Json:
        """The value with every secret replaced, short ones too."""
        match value:
            case Secret():
                return self._secret(value)
            case str():
                hide = secret and value and "{{" not in value
                return self._masks.get(value, "(secret)") if hide else self.text(value)
            case Mapping() if is_reference(value):
                return value
            case Mapping():
                return {
                    name: self.value(item, secret=secret or is_secret_name(name))
                    for name, item in value.items()
                }
            case list() | tuple():
                return [self.value(item, secret=secret) for item in value]
            case _:
                return value

    def _secret(self, secret: Secret[Json]) -> str:
        """A mask for the whole of it, the same for the same value."""
        if secret.source is not None:
            return "(secret)"
        if secret.is_withheld:
            return "(secret, which the server does not show)"
        bare = secret.reveal()
        if isinstance(bare, str) and bare in self._masks:
            return self._masks[bare]
        key = json.dumps(whole(bare), sort_keys=True, default=dict)
        if key not in self._wholes:
            self._count += 1
            self._wholes[key] = f"(secret #{self._count})"
        return self._wholes[key]

    def text(self, text: str) -> str:
        """The text with every known secret replaced, the longest first, and URLs' passwords."""
        for secret in self._perhaps_in(text):
            text = text.replace(secret, self._masks[secret])
        return _PASSWORD.sub(r"\1(secret)@", without_shaped(text))

    def _perhaps_in(self, text: str) -> list[str]:
        """The secrets whose first letters are in the text, the longest first.

        A file may have thousands of them, and thousands of findings.
        """
        known = self._by_beginning
        if len(known) <= _FEW:
            beginnings = [each for each in known if each in text]
        else:
            letters = (text[at : at + _SHORTEST] for at in range(len(text)))
            beginnings = [each for each in dict.fromkeys(letters) if each in known]
        found = [secret for each in beginnings for secret in known[each]]
        return sorted(found, key=lambda secret: (-len(secret), secret))
