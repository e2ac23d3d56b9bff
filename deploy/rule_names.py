"""Findings by what people call them: a code, the beginning of one, or a name."""

from collections.abc import Iterable, Iterator

import click

from compiler.diagnostics import Policy, Rule, Severity, spelling
from compiler.ignores import is_named
from compiler.rules.catalogue import CATALOGUE


def policy(only: Iterable[str], ignored: Iterable[str], severities: Iterable[str]) -> Policy:
    """What options say of findings.

    Raises:
        click.UsageError: a code, a name or a severity is none.
    """
    heard = frozenset(_codes(only))
    return Policy(
        only=heard or None,
        ignored=frozenset(_codes(ignored)),
        severities=dict(_severities(severities)),
    )


def named(text: str) -> tuple[Rule, ...]:
    """The rules that `text` is a code, the beginning of a code or the name of, in order.

    Raises:
        click.UsageError: there is none.
    """
    found = tuple(rule for rule in CATALOGUE.values() if text and is_named(rule, text))
    if not found:
        near = nearest(text)
        also = f"; did you mean {near!r}?" if near else "; deploy explain lists all findings"
        raise click.UsageError(f"there is no finding {text!r}{also}")
    return found


def nearest(text: str) -> str | None:
    """The code or name that `text` may have been meant to be."""
    by_spelling = {
        known.casefold(): known for rule in CATALOGUE.values() for known in (rule.code, rule.name)
    }
    near = spelling.nearest(text.casefold(), by_spelling)
    return by_spelling[near[0]] if near else None


def _codes(given: Iterable[str]) -> Iterator[str]:
    return (rule.code for text in _parts(given) for rule in named(text))


def _severities(given: Iterable[str]) -> Iterator[tuple[str, Severity]]:
    for text in _parts(given):
        code, equals, level = text.partition("=")
        if not equals:
            raise click.UsageError(f"{text!r} should be CODE=LEVEL, such as DEP204=warning")
        severity = _severity(level.strip())
        yield from ((rule.code, severity) for rule in named(code.strip()))


def _severity(level: str) -> Severity:
    known = [str(severity) for severity in Severity]
    if level.lower() not in known:
        near = spelling.nearest(level.lower(), known)
        also = f"did you mean {near[0]!r}?" if near else f"there are: {', '.join(known)}"
        raise click.UsageError(f"there is no severity {level!r}; {also}")
    return Severity(level.lower())


def _parts(given: Iterable[str]) -> Iterator[str]:
    return (part.strip() for text in given for part in text.split(","))
