"""`deploy schedule`: when the deployments of the files will run."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import click

from deploy import options
from deploy.exit_codes import Exit

FORMATS = ("table", "calendar", "heatmap", "svg", "json")


class _Zone(click.ParamType[ZoneInfo]):
    """A time zone: Europe/Berlin."""

    name = "ZONE"

    def convert(
        self, value: object, param: click.Parameter | None, ctx: click.Context | None
    ) -> ZoneInfo:
        """The zone that a text names."""
        if isinstance(value, ZoneInfo):
            return value
        try:
            return ZoneInfo(str(value))
        except (ZoneInfoNotFoundError, ValueError, OSError):
            self.fail(f"{value!r} is no time zone, such as Europe/Berlin", param, ctx)


class _Moment(click.ParamType[datetime]):
    """A moment in ISO 8601, UTC if it has no offset."""

    name = "TIME"

    def convert(
        self, value: object, param: click.Parameter | None, ctx: click.Context | None
    ) -> datetime:
        """The moment that a text says."""
        if isinstance(value, datetime):
            return value
        try:
            found = datetime.fromisoformat(str(value))
        except ValueError:
            self.fail(f"{value!r} is no time, such as 2026-12-24T18:00", param, ctx)
        return found if found.tzinfo else found.replace(tzinfo=UTC)


@click.command("schedule")
@options.project
@click.option(
    "--days",
    type=click.IntRange(1, 366),
    default=7,
    show_default=True,
    metavar="N",
    help="How many days to look ahead.",
)
@click.option(
    "--from", "start", type=_Moment(), metavar="TIME", help="From when on; now if it is not said."
)
@click.option(
    "--timezone",
    "zone",
    type=_Zone(),
    default="UTC",
    show_default=True,
    metavar="ZONE",
    help="Whose clocks times are shown by.",
)
@click.option(
    "--format",
    type=click.Choice(FORMATS),
    default="table",
    show_default=True,
    help="How they are written.",
)
def command(
    *,
    project: options.ProjectArguments,
    days: int,
    start: datetime | None,
    zone: ZoneInfo,
    format: str,
) -> None:
    """Show when the deployments of the files will run: no server is asked.

    Times are those at which Prefect's scheduler makes runs.  Shown are also the minutes in
    which several deployments begin, and when clocks change.  What is paused in the files
    does not run.
    """
    begun = start or datetime.now(UTC)
    raise SystemExit(run(project, (begun, begun + timedelta(days=days)), zone, format=format))


def run(
    arguments: options.ProjectArguments,
    span: tuple[datetime, datetime],
    zone: ZoneInfo,
    *,
    format: str,
) -> Exit:
    """Print the runs of the span, or what is wrong with the files."""
    from compiler.diff.planned import planned  # noqa: PLC0415  # keeps `--version` quick
    from compiler.firing.agenda import agenda  # noqa: PLC0415
    from deploy.reading import read_files  # noqa: PLC0415
    from deploy.views.schedule import json_document, svg, text  # noqa: PLC0415

    console, desired = read_files(arguments)
    if desired is None:
        return Exit.FAILED
    found = agenda(planned(desired.resources), *span)
    if format == "json":
        console.document(json_document.render(found, console.mask.text))
    elif format == "svg":
        console.document(svg.heat_map(found, zone))
    else:
        views = {"table": text.table, "calendar": text.calendar, "heatmap": text.heat_map}
        console.data(views[format](found, zone, console.columns))
    if not found.runs:
        console.tell("nothing is scheduled")
    return Exit.OK
