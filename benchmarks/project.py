"""Projects of any size: as many flows as deployments, each flow in a file of its own."""

from dataclasses import dataclass
from pathlib import Path

_FLOW = '''from prefect import flow, task


@task
def take(source: str, rows: int) -> list[str]:
    return [source] * rows


@flow(name="flow-{n}")
def run(rows: int = {n}, source: str = "x", dry_run: bool = False) -> int:
    """Flow number {n}.

    Args:
        rows: how many of them
        source: where they come from
    """
    return 0 if dry_run else len(take(source, rows))
'''
_DEPLOYMENT = """  - name: d{n}
    entrypoint: flows/flow_{n}.py:run
    schedules: [{{slug: s, cron: "{minute} {hour} * * *", timezone: Europe/Berlin}}]
    parameters: {{rows: {rows}}}
    tags: [bench]
    work_pool: {{name: bench}}
"""
POOL = "bench"


@dataclass(frozen=True, slots=True, kw_only=True)
class Project:
    """A folder with `prefect.yaml`, which both programs read."""

    folder: Path
    number: int

    def write_flows(self) -> None:
        """The flows, once."""
        flows = self.folder / "flows"
        flows.mkdir(parents=True, exist_ok=True)
        for n in range(self.number):
            (flows / f"flow_{n}.py").write_text(_FLOW.format(n=n), encoding="utf-8")

    def write(self, *, changed: int = 0, moved: int = 0, number: int | None = None) -> None:
        """The file; the first so many deployments have other parameters, or fire at other times."""
        text = "name: bench\npull: []\ndeployments:\n"
        for n in range(self.number if number is None else number):
            text += _DEPLOYMENT.format(
                n=n,
                minute=n % 60,
                hour=4 if n < moved else 3,
                rows=2 if n < changed else 1,
            )
        (self.folder / "prefect.yaml").write_text(text, encoding="utf-8")
