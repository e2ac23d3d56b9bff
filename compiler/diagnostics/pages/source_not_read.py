"""A value of a block that cannot be had from its file.

What it finds:
    A `$file` that is not there, is empty, is not UTF-8 text, or, with `as: json`, holds no JSON.

Why it matters:
    The block would be written without its value.

Example:
    blocks:
      - {name: shop, type: secret, data: {value: {$file: /run/secrets/shop_tokne}}}

Use instead:
    blocks:
      - {name: shop, type: secret, data: {value: {$file: /run/secrets/shop_token}}}

Known limits:
    Files are read when a plan is made, not by `deploy validate`: they often are where the plan
    is made and nowhere else. One line break at the end is not part of the value.
"""

from compiler.diagnostics.model import Rule, Severity

RULE = Rule(code="DEP323", name="source-not-read", severity=Severity.ERROR, page=__doc__)
