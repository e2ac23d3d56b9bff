"""A value that only a build would make known.

What it finds:
    When planning: a template such as `{{ build-image.image }}`, which names what a step of
    `build` or `push` puts out.

Why it matters:
    This version does not run these steps, so the value cannot be known, and braces would
    reach the server.

Example:
    $ deploy plan

Use instead:
    $ deploy plan --var image=registry.example.com/shop:1.10

Known limits:
    `deploy validate` accepts it. Build the image in an earlier step of the pipeline, and write
    `{{ vars.image }}`.
"""

from compiler.diagnostics.model import Rule, Severity

RULE = Rule(code="DEP320", name="known-after-build", severity=Severity.ERROR, page=__doc__)
