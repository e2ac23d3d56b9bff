"""A deployment is renamed from the name that it has.

What it finds:
    A `renamed_from` that is the deployment's own name, or its own flow and name.

Why it matters:
    Nothing is renamed: either the new name was forgotten, or the key was left behind.

Example:
    deployments:
      - {name: nightly, entrypoint: "flows/etl.py:etl", renamed_from: nightly}

Use instead:
    deployments:
      - {name: every-night, entrypoint: "flows/etl.py:etl", renamed_from: nightly}

Known limits:
    A deployment whose flow cannot be read is not looked at.
"""

from compiler.diagnostics import Report, Rule, Severity
from compiler.entrypoints.addresses import address_of, earlier_address_of
from compiler.entrypoints.read import Declared

RULE = Rule(code="DEP517", name="renamed-from-itself", severity=Severity.ERROR, page=__doc__)


def check(declared: tuple[Declared, ...], report: Report) -> None:
    """Report deployments that had their own name."""
    for one in declared:
        earlier = earlier_address_of(one)
        if earlier is not None and earlier == address_of(one):
            at = one.deployment.at("renamed_from")
            report.add(RULE, f"{earlier} is renamed from itself", at, hint="remove 'renamed_from'")
