"""A plan would delete something protected.

What it finds:
    A deployment, work pool or queue that left the files, or is renamed, and was last applied
    with `protect: true`.

Why it matters:
    Protection is remembered on the server, so that what takes a thing out of the files does not
    take its protection away with it.

Example:
    $ deploy -f deploy.yaml

Use instead:
    $ git revert HEAD
    $ deploy -f deploy.yaml --set deployments.nightly.protect=false

Known limits:
    `--force` deletes it all the same. What is deleted by hand is not protected from that.
"""

from compiler.diagnostics.model import Rule, Severity

RULE = Rule(code="DEP609", name="protected", severity=Severity.ERROR, page=__doc__)
