"""An environment that no file has.

What it finds:
    A name given to `-e` that stands under `environments` in none of the files.

Why it matters:
    Without its values the files would mean another environment, perhaps production.

Example:
    $ deploy -e prdo

Use instead:
    $ deploy -e prod

Known limits:
    It is enough that one of the files has it: the others are taken as they are.
"""

from compiler.diagnostics.model import Rule, Severity

RULE = Rule(code="DEP301", name="unknown-environment", severity=Severity.ERROR, page=__doc__)
