"""Findings to be shown, and the texts they are about."""

from collections.abc import Iterable
from pathlib import Path

from compiler.diagnostics import Diagnostic, Fix, Label, Position, Rule, Severity, Span
from compiler.plan.mask import Mask
from compiler.source.sources import Sources
from deploy.views.findings import Findings, masked

BASE = Path("/project")
PAGE = """A thing is wrong.

What it finds:
    A wrong thing.

Why it matters:
    It is wrong.

Example:
    tags: shop

Use instead:
    tags: [shop]

Known limits:
    None.
"""


def rule(code: str = "DEP999", severity: Severity = Severity.ERROR, **more: bool) -> Rule:
    """A rule that no stage has."""
    return Rule(code=code, name="wrong-thing", severity=severity, page=PAGE, **more)


def place(line: int, start: int, end: int, *, file: str = "deploy.yaml", last: int = 0) -> Span:
    """A place on one line, or up to the column `end` of the line `last`."""
    return Span(file, Position(line, start), Position(last or line, end))


def finding(
    at: Span | None,
    message: str = "a thing is wrong",
    *,
    of: Rule | None = None,
    hint: str | None = None,
    related: Iterable[Label] = (),
    fix: Fix | None = None,
) -> Diagnostic:
    """One finding, an error unless its rule says otherwise."""
    of = of or rule()
    return Diagnostic(
        rule=of,
        severity=of.severity,
        message=message,
        at=at,
        hint=hint,
        related=tuple(related),
        fix=fix,
    )


def findings(
    *found: Diagnostic,
    width: int | None = None,
    secrets: Iterable[str] = (),
    base: Path = BASE,
    root: Path = BASE,
    **texts: str,
) -> Findings:
    """What a view is given; `texts` are the sources, `deploy` for deploy.yaml."""
    sources = Sources(base)
    names = {name: "flows.py" if name == "flows" else f"{name}.yaml" for name in texts}
    for name, text in texts.items():
        path = base / names[name]
        sources.give(path, text.encode(errors="replace"))
        sources.read(path)
    return masked(
        Findings(
            diagnostics=found,
            sources=sources,
            mask=Mask(secrets),
            files=tuple(name for name in names.values() if name.endswith(".yaml")),
            base=base,
            root=root,
            version="1.2.3",
            width=width,
        )
    )
