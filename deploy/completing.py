"""What a shell may complete: environments and deployments of the files that the line names.

Whatever is wrong is no reason to print anything between the letters that somebody types.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click
from click.shell_completion import CompletionItem

if TYPE_CHECKING:
    from compiler.source.nodes import Mapping


def environments(
    ctx: click.Context, param: click.Parameter, incomplete: str
) -> list[CompletionItem]:
    """The environments of the files."""
    del param
    return _those(set(_environments(ctx)), incomplete)


def deployments(
    ctx: click.Context, param: click.Parameter, incomplete: str
) -> list[CompletionItem]:
    """The names of the deployments in the files."""
    del param
    return _those(set(_deployments(ctx)), incomplete)


def _those(names: set[str], incomplete: str) -> list[CompletionItem]:
    return [CompletionItem(name) for name in sorted(names) if name.startswith(incomplete)]


def _environments(ctx: click.Context) -> Iterator[str]:
    from compiler.source.nodes import Mapping  # noqa: PLC0415  # only while somebody completes

    for root in _roots(ctx):
        written = root.get("environments")
        if isinstance(written, Mapping):
            yield from (name for name, _ in written)


def _deployments(ctx: click.Context) -> Iterator[str]:
    from compiler.source.nodes import Mapping, Scalar, Sequence  # noqa: PLC0415  # as above

    for root in _roots(ctx):
        listed = root.get("deployments")
        for item in listed.items if isinstance(listed, Sequence) else ():
            name = item.get("name") if isinstance(item, Mapping) else None
            if isinstance(name, Scalar) and isinstance(name.value, str):
                yield name.value


def _roots(ctx: click.Context) -> "list[Mapping]":
    """The files as they are written, with what they include, and nothing laid over them."""
    from compiler.diagnostics import Report  # noqa: PLC0415  # only while somebody completes
    from compiler.manifest.draft import Drafts, locate  # noqa: PLC0415
    from compiler.source.sources import Sources  # noqa: PLC0415

    base, report = Path.cwd(), Report()
    sources = Sources(base)
    drafts = Drafts(sources, report, lenient=True)
    names = [str(each) for each in ctx.params.get("files") or (".",)]
    try:
        located = [locate(base / name, sources, report) for name in names if name != "-"]
        return [one.root for path in located if path is not None for one in drafts.read(path)]
    except Exception:  # noqa: BLE001  # see above
        return []
