"""Pictures of what the command shows: a terminal as tmux captured it, a page, a drawing."""

from io import StringIO
from pathlib import Path

from playwright.sync_api import Browser
from rich.console import Console
from rich.terminal_theme import TerminalTheme
from rich.text import Text

from tests.support.chromium import page

_LIGHT = TerminalTheme(
    (255, 255, 255),
    (31, 35, 40),
    [
        (31, 35, 40),
        (194, 42, 42),
        (26, 127, 55),
        (154, 103, 0),
        (9, 105, 218),
        (130, 80, 223),
        (17, 117, 136),
        (110, 119, 129),
    ],
    [
        (110, 119, 129),
        (207, 34, 46),
        (45, 164, 78),
        (191, 135, 0),
        (33, 139, 255),
        (163, 113, 247),
        (49, 146, 170),
        (140, 149, 159),
    ],
)
_WINDOW = """<!doctype html><meta charset="utf-8"><style>
body {{ margin: 0; padding: 16px; background: #f6f8fa; display: inline-block }}
figure {{ margin: 0; background: #fff; border: 1px solid #d0d7de; border-radius: 8px }}
figcaption {{ font: 13px system-ui, sans-serif; color: #57606a; padding: 7px 14px;
  border-bottom: 1px solid #d0d7de; background: #f6f8fa; border-radius: 8px 8px 0 0 }}
pre {{ margin: 0; padding: 12px 16px; font: 13.5px/1.4 "DejaVu Sans Mono", monospace }}
svg {{ display: block; padding: 14px }}
</style><figure><figcaption>{title}</figcaption>{body}</figure>"""


def of_terminal(browser: Browser, screen: str, title: str, path: Path) -> None:
    """A screen with its colours, in a light window."""
    lines = Text.from_ansi(screen)
    console = Console(record=True, width=400, file=StringIO(), force_terminal=True)
    console.print(lines, soft_wrap=True)
    body = console.export_html(theme=_LIGHT, inline_styles=True, code_format="<pre>{code}</pre>")
    of_body(browser, body, title, path)


def of_body(browser: Browser, body: str, title: str, path: Path) -> None:
    """A piece of HTML, in a light window as large as it is."""
    with page(browser, width=1400) as tab:
        tab.set_content(_WINDOW.format(title=title, body=body))
        tab.locator("body").screenshot(path=path)


def of_page(browser: Browser, html: Path, path: Path, *, width: int) -> None:
    """A whole page."""
    with page(browser, width=width) as tab:
        tab.goto(html.as_uri())
        tab.screenshot(path=path, full_page=True)


def size(path: Path) -> tuple[int, int]:
    """Width and height of a PNG, in pixels."""
    head = path.read_bytes()[:24]
    assert head.startswith(b"\x89PNG\r\n\x1a\n")
    return int.from_bytes(head[16:20]), int.from_bytes(head[20:24])
