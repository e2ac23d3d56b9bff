"""`deploy render`: the files with everything laid over them and filled in."""

from dataclasses import replace

import click

from deploy import options
from deploy.exit_codes import Exit


@click.command("render")
@options.project
@click.option("--origins", is_flag=True, help="Say behind each value where it was written.")
def command(project: options.ProjectArguments, *, origins: bool) -> None:
    """Print the resolved files: what an environment, --var and --set make of them."""
    raise SystemExit(run(project, origins=origins))


def run(arguments: options.ProjectArguments, *, origins: bool) -> Exit:
    """Print the files, or what is wrong with them."""
    from compiler import render_project  # noqa: PLC0415  # keeps `deploy --version` quick
    from compiler.diagnostics import Report  # noqa: PLC0415
    from compiler.manifest.untold import untold  # noqa: PLC0415
    from compiler.plan.mask import Mask, secret_values, secrets_written  # noqa: PLC0415
    from compiler.source.nodes import plain  # noqa: PLC0415
    from deploy.console import Console  # noqa: PLC0415
    from deploy.session import open_project  # noqa: PLC0415
    from deploy.views.documents import render_documents  # noqa: PLC0415
    from deploy.views.text import render_report  # noqa: PLC0415

    project = open_project(arguments, ask_git=False)
    report = Report()
    resolved = render_project(project.request, project.sources, report)
    mask = Mask()
    for one in resolved:
        mask.learn(secret_values(one.taken.filled))
        mask.learn(secrets_written(plain(one.root)))
    console = Console(mask)
    console.findings(render_report(report, project.sources, console.mask, console.width))
    if report.has_errors:
        return Exit.FAILED
    shown = [replace(one, root=untold(one.root)) for one in resolved]
    text = render_documents(shown, project.sources, origins=origins)
    console.document(console.mask.text(text))
    return Exit.OK
