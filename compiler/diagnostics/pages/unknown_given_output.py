"""An output is given that nothing asks for.

What it finds:
    `--set-output NAME=VALUE`, where no template names that output and no step of `build` or
    `push` has that id.

Why it matters:
    The output that was meant stays unknown, or keeps an older value.

Example:
    $ deploy --no-build --set-output build_image.image=registry.example.com/shop:1.10

Use instead:
    $ deploy --no-build --set-output build-image.image=registry.example.com/shop:1.10

Known limits:
    Other outputs of a step that is there may be given, so that a pipeline can hand over all of
    them.
"""

from compiler.diagnostics.model import Rule, Severity

RULE = Rule(code="DEP502", name="unknown-given-output", severity=Severity.ERROR, page=__doc__)
