"""The text is not YAML.

What it finds:
    A file that YAML cannot be made of, at the place where reading it stopped.

Why it matters:
    Nothing of such a file is known, so nothing of it is checked or planned.

Example:
    schedules:
      - cron: * * * * *

Use instead:
    schedules:
      - cron: "* * * * *"

Known limits:
    Reading stops at the first mistake of a file; the next one shows when it is put
    right. The place is where YAML gave up, which may be a line after the cause.
"""

from compiler.diagnostics.model import Rule, Severity

RULE = Rule(code="DEP001", name="yaml-syntax", severity=Severity.ERROR, page=__doc__)
