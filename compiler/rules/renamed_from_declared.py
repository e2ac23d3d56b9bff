"""A deployment is renamed from one that the files still have.

What it finds:
    A `renamed_from` that is the name of another deployment of these files.

Why it matters:
    What has the old name is deleted when it has a new one, and here it is wanted as well.

Example:
    deployments:
      - {name: nightly, entrypoint: "flows/etl.py:etl"}
      - {name: every-night, entrypoint: "flows/etl.py:etl", renamed_from: nightly}

Use instead:
    deployments:
      - {name: every-night, entrypoint: "flows/etl.py:etl", renamed_from: nightly}

Known limits:
    Two deployments cannot swap their names in one run. Files of other calls are not seen.
"""

from compiler.diagnostics import Label, Report, Rule, Severity
from compiler.entrypoints.addresses import address_of, earlier_address_of
from compiler.entrypoints.read import Declared

RULE = Rule(code="DEP518", name="renamed-from-declared", severity=Severity.ERROR, page=__doc__)


def check(declared: tuple[Declared, ...], report: Report) -> None:
    """Report deployments that take the place of one which stays."""
    places = {
        address: one.deployment.at("name")
        for one in reversed(declared)
        if (address := address_of(one)) is not None
    }
    for one in declared:
        earlier = earlier_address_of(one)
        if earlier is not None and earlier in places and earlier != address_of(one):
            report.add(
                RULE,
                f"{earlier} is renamed, and these files still have it",
                one.deployment.at("renamed_from"),
                hint="remove the one, or the 'renamed_from' of the other",
                related=[Label(places[earlier], "declared here")],
            )
