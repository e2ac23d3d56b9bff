"""The server refused a write.

What it finds:
    An action that did not succeed, with the server's own words, under the line that asked
    for it.

Why it matters:
    What depends on it was not written either. Everything else was: the summary counts what
    is done, failed and skipped.

Example:
    $ deploy -f deploy.yaml

Use instead:
    $ deploy plan -f deploy.yaml

Known limits:
    Network trouble that outlasted all retries ends here as well. What the server's words
    mean may differ between its versions; the next run begins where this one ended.
"""

from compiler.diagnostics.model import Rule, Severity

RULE = Rule(code="DEP701", name="refused-by-server", severity=Severity.ERROR, page=__doc__)
