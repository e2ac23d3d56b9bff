"""A value is needed that only a build makes known.

What it finds:
    A template such as `{{ build-image.image }}`, which names what a step of `build` or `push`
    puts out, where the steps do not run: with `--no-build` and no `--set-output` for it, in a
    plan that is saved before they ran, in a rollback to an earlier commit.

Why it matters:
    The value cannot be known, and braces would reach the server.

Example:
    $ deploy --no-build

Use instead:
    $ deploy --no-build --set-output build-image.image=registry.example.com/shop:1.10

Known limits:
    An output without a step's id in front of it, in `pull`, may be meant for a worker, and is
    then left as it is.
"""

from compiler.diagnostics.model import Rule, Severity

RULE = Rule(code="DEP320", name="known-after-build", severity=Severity.ERROR, page=__doc__)
