"""A password inside an address.

What it finds:
    `user:password@` in a URL, in parameters, job variables, labels and
    the arguments of steps.

Why it matters:
    Such an address is stored and shown in clear, on the server and in logs: a `repository` with a
    token in it gives that token to everybody who sees the deployment.

Example:
    pull:
      - prefect.deployments.steps.git_clone:
          repository: https://bot:hunter2@example.com/shop/flows.git
    deployments:
      - {name: nightly, entrypoint: "flows/etl.py:etl"}

Use instead:
    pull:
      - prefect.deployments.steps.git_clone:
          repository: https://example.com/shop/flows.git
          access_token: "{{ prefect.blocks.secret.flows-token }}"
    deployments:
      - {name: nightly, entrypoint: "flows/etl.py:etl"}

Known limits:
    A user without a password, such as `git@`, and a password that a template fills in are left
    alone.
"""

import re

from compiler.diagnostics import Report, Rule, Severity
from compiler.manifest.values import Part, Values

RULE = Rule(code="DEP251", name="password-in-url", severity=Severity.WARNING, page=__doc__)
_WITH_PASSWORD = re.compile(r"[a-z][a-z0-9+.-]{0,30}://[^\s:@/\"']*:(?P<password>[^\s@/\"']+)@")


def check(values: Values, report: Report) -> None:
    """Report addresses with a password, without saying it."""
    for leaf in values.leaves:
        found = _WITH_PASSWORD.search(leaf.scalar.text) if leaf.part is not Part.OTHER else None
        if found is None or "{{" in found[0] or "$" in found["password"]:
            continue
        message = "this address has a password in it"
        hint = "give the password by a block, apart from the address"
        report.add(RULE, message, leaf.scalar.span, hint=hint)
