"""The steps have run, and did not put out what a template names.

What it finds:
    `{{ build-image.imag }}`, where the step `build-image` puts out `image`.

Why it matters:
    The value is not known, and braces would reach the server. Nothing was written.

Example:
    $ deploy -f deploy.yaml

Use instead:
    $ deploy explain DEP230

Known limits:
    Nobody can know before a step has run what it puts out: what it is, and whether it is there.
"""

from compiler.diagnostics.model import Rule, Severity

RULE = Rule(code="DEP634", name="no-such-output", severity=Severity.ERROR, page=__doc__)
