"""A variable that is longer than the server takes.

What it finds:
    A variable whose value has 5,000 characters or more as JSON.

Why it matters:
    The server refuses it, in the middle of an apply.

Example:
    $ wc -c regions.json
    6000

Use instead:
    variables:
      - {name: regions, value: "s3://shop/regions.json"}

Known limits:
    None.
"""

import json

from compiler.diagnostics import Report, Rule, Severity
from compiler.manifest.manifest import Placed
from compiler.manifest.model import Variable

RULE = Rule(code="DEP228", name="variable-too-large", severity=Severity.ERROR, page=__doc__)
_TOO_LARGE = 5000  # characters


def check(variable: Placed[Variable], report: Report) -> None:
    """Report a value that the server refuses."""
    size = len(json.dumps(variable.value.value))
    if size >= _TOO_LARGE:
        message = f"the value has {size:,} characters, and the server takes {_TOO_LARGE - 1:,}"
        report.add(RULE, message, variable.at("value"), hint="keep the place of the data in it")
