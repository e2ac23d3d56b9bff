"""Files of several repositories, or of several commits, in one call.

What it finds:
    Several `-f` that do not all lie in one commit of one repository.

Why it matters:
    A stack remembers the one place that it is applied from. Files of two commits may never have
    been together.

Example:
    $ deploy -f git+https://example.com/shop/flows.git#a.yaml -f git+https://example.com/etl.git

Use instead:
    $ deploy -f git+https://example.com/shop/flows.git#a.yaml
    $ deploy -f git+https://example.com/etl.git

Known limits:
    Files here and files of a repository are two places as well.
"""

from compiler.diagnostics.model import Rule, Severity

RULE = Rule(code="DEP444", name="two-repositories", severity=Severity.ERROR, page=__doc__)
