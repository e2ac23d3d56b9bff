"""An input is given that no file has heard of.

What it finds:
    A name in `--var` or in a var file that no file declares under `vars` and no template
    uses.

Why it matters:
    It is misspelt, or for other files; what it was meant to change stays as it is.

Example:
    $ deploy --var imaeg_tag=1.10

Use instead:
    $ deploy --var image_tag=1.10

Known limits:
    A value that an environment gives is not asked about.
"""

from compiler.diagnostics.model import Rule, Severity

RULE = Rule(
    code="DEP307", name="unused-input", severity=Severity.ERROR, page=__doc__, is_opinion=True
)
