"""A comment asks to ignore an error that cannot be ignored.

What it finds:
    A `# deploy: ignore` for an error that is more than an opinion, and one for a finding of the
    plan or the server (DEP6, DEP7).

Why it matters:
    Such an error leaves a document that does not say what its author meant: a key that was
    dropped, a value that could not be read. Applied all the same it would change or delete
    what it should not.

Example:
    tagz: [shop]   # deploy: ignore[DEP101]

Use instead:
    tags: [shop]

Known limits:
    A comment without codes is only reported when it ignores nothing else.
"""

from compiler.diagnostics.model import Rule, Severity

RULE = Rule(code="DEP031", name="ignore-refused", severity=Severity.WARNING, page=__doc__)
