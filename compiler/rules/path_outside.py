"""An entrypoint that leads out of the folder where a worker begins.

What it finds:
    An entrypoint whose path begins with `..`, where `pull` gets the code from elsewhere.

Why it matters:
    The entrypoint is stored as it is written. A worker that has cloned the repository begins in
    its root, and above that there is nothing.

Example:
    pull:
      - prefect.deployments.steps.git_clone:
          repository: https://example.com/shop/flows.git
    deployments:
      - {name: nightly, entrypoint: "flows/../../flows/etl.py:etl", flow_name: etl}

Use instead:
    pull:
      - prefect.deployments.steps.git_clone:
          repository: https://example.com/shop/flows.git
    deployments:
      - {name: nightly, entrypoint: "flows/etl.py:etl"}

Known limits:
    Where a later step sets the working directory, it is not known where a worker begins.
"""

import posixpath

from compiler.diagnostics import Report, Rule, Severity
from compiler.entrypoints.read import Declared
from compiler.manifest.steps import begins_in_a_clone, pull_of

RULE = Rule(code="DEP431", name="path-outside", severity=Severity.WARNING, page=__doc__)


def check(declared: Declared, report: Report) -> None:
    """Report paths that leave the folder that a worker clones into."""
    written = declared.deployment.value.entrypoint or ""
    path = posixpath.normpath(written.replace("\\", "/"))
    if not path.startswith("../"):
        return
    if begins_in_a_clone(pull_of(declared.deployment, declared.manifest.document)):
        report.add(
            RULE,
            f"{written!r} leads out of what a worker clones",
            declared.deployment.at("entrypoint"),
            hint="write the path from the repository's root",
        )
