"""A work pool that is called like Prefect's own.

What it finds:
    A work pool whose name begins with `prefect`, in whatever letters.

Why it matters:
    The server keeps these names for itself and answers 403.

Example:
    work_pools:
      - {name: prefect-local}

Use instead:
    work_pools:
      - {name: shop-local}

Known limits:
    Only pools that the files declare are looked at; a deployment may use one of that name.
"""

from compiler.diagnostics import Report, Rule, Severity
from compiler.manifest.manifest import Placed
from compiler.manifest.model import WorkPool

RULE = Rule(code="DEP513", name="reserved-pool", severity=Severity.ERROR, page=__doc__)


def check(pool: Placed[WorkPool], report: Report) -> None:
    """Report a name that the server does not give away."""
    name = pool.value.name
    if name.casefold().startswith("prefect"):
        message = f"the server keeps names that begin with 'prefect', such as {name!r}"
        report.add(RULE, message, pool.at("name"), hint="choose another name")
