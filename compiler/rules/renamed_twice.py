"""Two deployments are renamed from the same one.

What it finds:
    A `renamed_from` that an earlier deployment of these files has as well.

Why it matters:
    One deployment gets one new name. What had the old name is replaced once; the second is a
    new deployment, and should say so.

Example:
    deployments:
      - {name: early, entrypoint: "flows/etl.py:etl", renamed_from: nightly}
      - {name: late, entrypoint: "flows/etl.py:etl", renamed_from: nightly}

Use instead:
    deployments:
      - {name: early, entrypoint: "flows/etl.py:etl", renamed_from: nightly}
      - {name: late, entrypoint: "flows/etl.py:etl"}

Known limits:
    A deployment whose flow cannot be read is not looked at.
"""

from compiler.desired.address import Address
from compiler.diagnostics import Label, Report, Rule, Severity
from compiler.entrypoints.addresses import earlier_address_of
from compiler.entrypoints.read import Declared

RULE = Rule(code="DEP519", name="renamed-twice", severity=Severity.ERROR, page=__doc__)


def check(declared: tuple[Declared, ...], report: Report) -> None:
    """Report deployments that take the place of one which an earlier deployment replaces."""
    seen: dict[Address, Declared] = {}
    for one in declared:
        earlier = earlier_address_of(one)
        if earlier is None:
            continue
        first = seen.setdefault(earlier, one)
        if first is not one:
            report.add(
                RULE,
                f"two deployments are renamed from {earlier}",
                one.deployment.at("renamed_from"),
                related=[Label(first.deployment.at("renamed_from"), "the first one")],
            )
