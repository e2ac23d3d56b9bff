"""A file is not UTF-8 text.

What it finds:
    A deployment file, or a job template, with bytes that are no UTF-8.

Why it matters:
    In another encoding, names and descriptions would reach the server as other letters.

Example:
    $ file deploy.yaml
    deploy.yaml: ISO-8859 text

Use instead:
    $ iconv -f latin1 -t utf-8 deploy.yaml > converted.yaml && mv converted.yaml deploy.yaml

Known limits:
    A byte order mark is accepted and ignored. A flow's source that is not UTF-8 is DEP406,
    also if its first line declares another encoding.
"""

from compiler.diagnostics.model import Rule, Severity

RULE = Rule(code="DEP006", name="not-utf8", severity=Severity.ERROR, page=__doc__)
