"""An entrypoint that workers will not find.

What it finds:
    An entrypoint that leads to its source only from the folder of the file that names it, below
    the repository's root, where `pull` clones the repository.

Why it matters:
    A worker begins in the root of the clone and follows the entrypoint from there, as it is
    written: each run fails, though the source was found here.

Example:
    # shop/deploy.yaml
    pull:
      - prefect.deployments.steps.git_clone:
          repository: https://example.com/shop/flows.git
    deployments:
      - {name: nightly, entrypoint: "own.py:etl"}
    # shop/own.py
    from prefect import flow


    @flow
    def etl(): ...

Use instead:
    # shop/deploy.yaml
    pull:
      - prefect.deployments.steps.git_clone:
          repository: https://example.com/shop/flows.git
    deployments:
      - {name: nightly, entrypoint: "shop/own.py:etl"}
    # shop/own.py
    from prefect import flow


    @flow
    def etl(): ...

Known limits:
    Where a later step sets the working directory, it is not known where a worker begins.
"""

from pathlib import Path

from compiler.diagnostics import Report, Rule, Severity
from compiler.entrypoints.read import Declared
from compiler.manifest.steps import begins_in_a_clone, pull_of

RULE = Rule(code="DEP432", name="beside-its-file", severity=Severity.WARNING, page=__doc__)


def check(declared: Declared, root: Path, report: Report) -> None:
    """Report sources that are found from their file's folder and not from `root`."""
    reading, folder = declared.reading, declared.manifest.path.parent
    if reading is None or reading.folder is None or reading.folder == str(root):
        return
    if not begins_in_a_clone(pull_of(declared.deployment, declared.manifest.document)):
        return
    written = declared.deployment.value.entrypoint or ""
    below = folder.relative_to(root).as_posix() if folder.is_relative_to(root) else None
    report.add(
        RULE,
        f"{written!r} is found beside its file, and not from the root of a clone",
        declared.deployment.at("entrypoint"),
        hint=f"write the path from the repository's root: {below}/…" if below else None,
    )
