"""Two declarations are the same thing on the server.

What it finds:
    Two deployments of the same flow with the same name, two work pools, or two queues of a
    pool with the same name; in one file or in several of one call.

Why it matters:
    The second would overwrite the first.

Example:
    deployments:
      - {name: nightly, entrypoint: "flows/etl.py:etl", parameters: {source: web}}
      - {name: nightly, entrypoint: "flows/etl.py:etl", parameters: {source: warehouse}}

Use instead:
    deployments:
      - {name: nightly-web, entrypoint: "flows/etl.py:etl", parameters: {source: web}}
      - {name: nightly-warehouse, entrypoint: "flows/etl.py:etl", parameters: {source: warehouse}}

Known limits:
    It is the flow's name that counts: two functions in two files with the same
    `@flow(name=...)` are one flow. Files of other calls are not seen; the server's owner is
    (DEP602).
"""

from compiler.diagnostics.model import Rule, Severity

RULE = Rule(code="DEP503", name="duplicate-address", severity=Severity.ERROR, page=__doc__)
