"""The graph of a stack as Mermaid, DOT and SVG.  Pure: values to text.

`shown` takes what is secret out of a text.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from html import escape
from typing import TypeAlias

from compiler.conversion.graph import Graph
from compiler.desired.address import Address, Kind
from deploy.views.letters import one_line, width

Shown: TypeAlias = Callable[[str], str]
_COLUMNS = (
    (Kind.AUTOMATION,),
    (Kind.DEPLOYMENT,),
    (Kind.WORK_QUEUE,),
    (Kind.WORK_POOL, Kind.CONCURRENCY_LIMIT, Kind.TAG_LIMIT, Kind.BLOCK, Kind.VARIABLE),
)
_HEIGHT, _ROW, _LETTER, _BETWEEN, _MARGIN = 34, 46, 7.2, 90, 12
_STYLE = """
text{font:12px system-ui,sans-serif;fill:#1c1917}.k{font-size:9px;fill:#78716c}
rect{fill:#fff;stroke:#a8a29e;rx:6px}.external rect{stroke-dasharray:4 3;fill:none}
path{fill:none;stroke:#a8a29e}.deployment rect{stroke:#2563eb}.automation rect{stroke:#c026d3}
.work-pool rect,.work-queue rect{stroke:#16a34a}.block rect,.variable rect{stroke:#ca8a04}
@media (prefers-color-scheme:dark){text{fill:#f5f5f4}.k{fill:#a8a29e}rect{fill:#292524}}
""".replace("\n", "")


def _name(address: Address, shown: Shown) -> str:
    """A thing without its kind."""
    return one_line(shown("/".join(address.path)))


def mermaid(graph: Graph, shown: Shown) -> str:
    """For Markdown: GitHub and GitLab draw it."""
    known = {node: f"n{number}" for number, node in enumerate(graph.nodes)}
    lines = ["flowchart LR"]
    for node in graph.nodes:
        style = ":::external" if node in graph.external else ""
        text = _name(node, shown).replace('"', "#quot;").replace("`", "'")
        lines.append(f'  {known[node]}["{node.kind}<br/>{_plain(text)}"]{style}')
    lines += [f"  {known[edge.user]} --> {known[edge.used]}" for edge in graph.edges]
    if graph.external:
        lines.append("  classDef external stroke-dasharray: 4 3")
    return "\n".join(lines) + "\n"


def _plain(text: str) -> str:
    return text.replace("<", "#lt;").replace(">", "#gt;")


def dot(graph: Graph, shown: Shown) -> str:
    """For Graphviz."""
    known = {node: _quoted(shown(str(node))) for node in graph.nodes}
    lines = ["digraph stack {", "  rankdir=LR;", "  node [shape=box, style=rounded];"]
    for node in graph.nodes:
        style = ', style="rounded,dashed"' if node in graph.external else ""
        label = json.dumps(f"{node.kind}\n{_name(node, shown)}", ensure_ascii=False)
        lines.append(f"  {known[node]} [label={label}{style}];")
    lines += [f"  {known[edge.user]} -> {known[edge.used]};" for edge in graph.edges]
    return "\n".join((*lines, "}")) + "\n"


def _quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


@dataclass(frozen=True, slots=True)
class _Box:
    """Where a thing stands; the middle of its sides is `y`."""

    left: float
    y: float
    wide: float


def svg(graph: Graph, shown: Shown) -> str:
    """A picture that needs nothing else: what needs something stands left of it."""
    named = {node: _name(node, shown) for node in graph.nodes}
    boxes = _placed(named)
    across = max((box.left + box.wide for box in boxes.values()), default=0) + _MARGIN
    down = max((box.y + _HEIGHT / 2 for box in boxes.values()), default=0) + _MARGIN
    size = f'viewBox="0 0 {across:.0f} {down:.0f}" width="{across:.0f}" height="{down:.0f}"'
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" {size} role="img">',
        f"<title>What needs what</title><style>{_STYLE}</style>",
    ]
    parts += [_line(boxes[edge.user], boxes[edge.used]) for edge in graph.edges]
    parts += [
        _drawn(named[node], node.kind, box, is_external=node in graph.external)
        for node, box in boxes.items()
    ]
    return "".join((*parts, "</svg>\n"))


def _placed(named: Mapping[Address, str]) -> Mapping[Address, _Box]:
    boxes: dict[Address, _Box] = {}
    left: float = _MARGIN
    for kinds in _COLUMNS:
        column = [node for kind in kinds for node in named if node.kind is kind]
        if not column:
            continue
        wide = max(width(named[node]) for node in column) * _LETTER + 24
        wide = max(wide, 110)
        for row, node in enumerate(column):
            boxes[node] = _Box(left, _MARGIN + _HEIGHT / 2 + row * _ROW, wide)
        left += wide + _BETWEEN
    return boxes


def _line(user: _Box, used: _Box) -> str:
    begin, end = user.left + user.wide, used.left
    if end <= user.left:  # in the same column: around its right side
        bend, end = begin + _BETWEEN / 2, used.left + used.wide
        return (
            f'<path d="M{begin:.0f} {user.y:.0f}C{bend:.0f} {user.y:.0f} '
            f'{bend:.0f} {used.y:.0f} {end:.0f} {used.y:.0f}"/>'
        )
    middle = (begin + end) / 2
    return (
        f'<path d="M{begin:.0f} {user.y:.0f}C{middle:.0f} {user.y:.0f} '
        f'{middle:.0f} {used.y:.0f} {end:.0f} {used.y:.0f}"/>'
    )


def _drawn(name: str, what: Kind, box: _Box, *, is_external: bool) -> str:
    kind = f"{what}, of another owner" if is_external else str(what)
    style = f"{what}{' external' if is_external else ''}"
    top = box.y - _HEIGHT / 2
    return (
        f'<g class="{style}"><title>{what}/{escape(name)}</title>'
        f'<rect x="{box.left:.0f}" y="{top:.0f}" width="{box.wide:.0f}" height="{_HEIGHT}"/>'
        f'<text class="k" x="{box.left + 10:.0f}" y="{top + 13:.0f}">{kind}</text>'
        f'<text x="{box.left + 10:.0f}" y="{top + 27:.0f}">{escape(name)}</text></g>'
    )
