"""A value of a block that says wrongly where it comes from.

What it finds:
    A `$file`, `$command`, `$block` or `$literal` of another form than these have, or misspelt.

Why it matters:
    It would be written to the server as it stands, and be no secret.

Example:
    blocks:
      - name: shop
        type: secret
        data: {value: {$command: "vault kv get -field=token secret/shop"}}

Use instead:
    blocks:
      - name: shop
        type: secret
        data: {value: {$command: [vault, kv, get, -field=token, secret/shop]}}

Known limits:
    Whether the file and the program are there is seen when a plan is made.
"""

from compiler.diagnostics import Report, Rule, Severity
from compiler.manifest.block_values import misshapen
from compiler.manifest.manifest import Placed
from compiler.manifest.model import Block

RULE = Rule(code="DEP313", name="block-source", severity=Severity.ERROR, page=__doc__)


def check(block: Placed[Block], report: Report) -> None:
    """Report values that say wrongly where they come from."""
    for each in misshapen(block):
        report.add(RULE, each.message, block.at("data", *each.path), hint=each.hint)
