"""What an export says of itself: at the top of its file, and on stderr.  Pure: value to text."""

from collections.abc import Iterator, Mapping

from compiler.conversion.exported import Exported
from compiler.desired.address import Kind
from compiler.desired.secret_shape import without_shaped
from deploy.views.letters import one_line

_FEW = 3


def header(exported: Exported, stack: str) -> list[str]:
    """Lines of comment for the file's top."""
    lines = [f"Written by 'deploy export --stack {stack}'."]
    for line in missing(exported):
        lines += ["", line] if not line.startswith(" ") else [line]
    return lines


def missing(exported: Exported) -> Iterator[str]:
    """What the file does not say, and the secrets that it asks for; a line each."""
    grouped: dict[tuple[str | None, str], list[str]] = {}
    for left in exported.left:
        grouped.setdefault((left.field, left.reason), []).append(str(left.address))
    if grouped:
        yield "What is on the server and not in the file:"
    for (name, reason), addresses in grouped.items():
        of = f"{name}: " if name else ""
        more = f" and {len(addresses) - _FEW} more" if len(addresses) > _FEW else ""
        shown = ", ".join(addresses[:_FEW])
        yield one_line(f"  {shown}{more}: {of}{without_shaped(reason)}")
    if exported.secrets:
        yield "Secrets that were left out; each is a variable of the environment now:"
    for secret in exported.secrets:
        yield one_line(f"  ${secret.name}: {secret.address}, {secret.path}")


def summary(counts: Mapping[Kind, int], others: int) -> str:
    """What was exported, by kind, and how many things were left to other stacks."""
    listed = ", ".join(
        f"{counts[kind]} {_name(kind, counts[kind])}" for kind in Kind if counts[kind]
    )
    told = f"exported {listed or 'nothing'}"
    if others:
        told += f"; left out {others} {'thing' if others == 1 else 'things'} of other stacks"
    return told


def _name(kind: Kind, count: int) -> str:
    name = kind.value.replace("-", " ")
    return name if count == 1 else f"{name}s"
