"""A secret that stands in the file.

What it finds:
    A value of a block that its type keeps secret, written out in the file.

Why it matters:
    Whoever may read the repository may read it, now and in all its history.

Example:
    blocks:
      - {name: shop-token, type: secret, data: {value: hunter2}}

Use instead:
    blocks:
      - {name: shop-token, type: secret, data: {value: "{{ $SHOP_TOKEN | default('') }}"}}
      - {name: from-a-file, type: secret, data: {value: {$file: /run/secrets/shop_token}}}
      - name: from-a-vault
        type: secret
        data: {value: {$command: [vault, kv, get, -field=token, secret/shop]}}

Known limits:
    Without a server it is known of the type `secret` alone; which values of another type are
    secrets says its schema on the server, and so `deploy plan`. A text that is a secret in part
    (`"Bearer {{ $TOKEN }}"`) is not found.
"""

from compiler.diagnostics.model import Rule, Severity

RULE = Rule(code="DEP229", name="secret-written-out", severity=Severity.ERROR, page=__doc__)
