"""The heat map of the runs to come, as a picture that needs nothing else.

Light or dark as the reader's screen is; each hour says in words how many runs it has.
"""

from datetime import timedelta
from html import escape
from zoneinfo import ZoneInfo

from compiler.firing.agenda import Agenda, busiest

_CELL, _GAP, _LEFT, _TOP = 22, 3, 84, 30
_STEPS = 5
_STYLE = """
text{font:12px system-ui,sans-serif;fill:#57534e}.c{rx:3px;fill:#e7e5e4}
.s1{fill:#bfdbfe}.s2{fill:#93c5fd}.s3{fill:#60a5fa}.s4{fill:#3b82f6}.s5{fill:#1d4ed8}
@media (prefers-color-scheme:dark){text{fill:#a8a29e}.c{fill:#292524}
.s1{fill:#1e3a5f}.s2{fill:#1e4b8f}.s3{fill:#2563eb}.s4{fill:#60a5fa}.s5{fill:#bfdbfe}}
""".replace("\n", "")


def heat_map(agenda: Agenda, zone: ZoneInfo) -> str:
    """A rectangle for each hour of each day, darker the more runs begin in it."""
    heat, first = agenda.heat(zone), agenda.start.astimezone(zone).date()
    last = (agenda.end - timedelta(microseconds=1)).astimezone(zone).date()
    days, most = (last - first).days + 1, busiest(heat)
    step = _CELL + _GAP
    across, down = _LEFT + 24 * step, _TOP + days * step + 4
    size = f'viewBox="0 0 {across} {down}" width="{across}" height="{down}"'
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" {size} role="img">',
        f"<title>Runs by hour, {escape(zone.key)}</title><style>{_STYLE}</style>",
        *(
            f'<text x="{_LEFT + hour * step}" y="{_TOP - 10}">{hour:02}:00</text>'
            for hour in range(0, 24, 3)
        ),
    ]
    for day in range(days):
        date, top = first + timedelta(days=day), _TOP + day * step
        parts.append(f'<text x="0" y="{top + 15}">{date:%a %d %b}</text>')
        for hour in range(24):
            count = heat.get((day, hour), 0)
            shade = f" s{1 + (count * _STEPS - 1) // most}" if count else ""
            runs = "no run" if count == 0 else f"{count} run{'s' if count > 1 else ''}"
            parts.append(
                f'<rect class="c{shade}" x="{_LEFT + hour * step}" y="{top}" width="{_CELL}" '
                f'height="{_CELL}"><title>{date:%a %d %b} {hour:02}:00: {runs}</title></rect>'
            )
    return "".join((*parts, "</svg>\n"))
