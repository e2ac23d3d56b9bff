"""A comment ignores what is not found.

What it finds:
    A `# deploy: ignore` that nothing is found for, one with an unknown code or name in it, and
    an `ignore-file` that does not stand in the first comment of its file.

Why it matters:
    What the comment was written for has gone or moved. Left behind, it would hide the next
    mistake on its line.

Example:
    schedules:
      - cron: "0 3 * * *"   # deploy: ignore[DEP204]

Use instead:
    schedules:
      - cron: "0 3 * * *"

Known limits:
    While a file has an error that cannot be ignored, only unknown codes are reported: what
    else would be found is not known yet. What depends on environment variables may be found
    with others; `# deploy: ignore-file[DEP030]` says so. A code of other letters, such as
    `SHOP001`, is that of a rule which a program of yours has added: it is left alone where that
    rule is not known.
"""

from compiler.diagnostics.model import Rule, Severity

RULE = Rule(code="DEP030", name="unused-ignore", severity=Severity.WARNING, page=__doc__)
