"""The way back needs a secret that is kept nowhere.

What it finds:
    A thing that `deploy rollback --last` would change back, or make again, where a value was a
    secret that the server does not hold any more.

Why it matters:
    What an apply found is kept on the server without its secrets. A secret that something of the
    stack still holds is known again by its digest, and is put back. One that nothing holds is
    gone, and half a value would be worse than none: nothing is written.

Example:
    $ deploy                        # with another password than before
    $ deploy rollback --last

Use instead:
    $ deploy rollback               # the files of the apply before say where the secret is

Known limits:
    What is a secret is known by the name of its key, by its looks, or since it came from an
    environment variable with such a name; any other value is recorded. Of a secret in a block
    nothing is kept at all, so that it is never put back.
"""

from compiler.diagnostics.model import Rule, Severity

RULE = Rule(code="DEP621", name="secret-not-recorded", severity=Severity.ERROR, page=__doc__)
