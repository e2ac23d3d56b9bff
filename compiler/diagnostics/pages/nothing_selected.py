"""A selection that means nothing of the stack.

What it finds:
    A `--select` or `--exclude` that no thing of the stack fits, be it wanted by the files or
    about to be deleted; or an `--exclude` that leaves nothing of what is selected.

Why it matters:
    A misspelt selection would be a run that does nothing and says that all is well; a misspelt
    exclusion, one that changes what was to be left alone.

Example:
    $ deploy plan --select 'tag:elt'

Use instead:
    $ deploy plan --select 'tag:etl'

Known limits:
    Names are those on the server, with the prefix of the environment. Tags and paths of what is
    wanted are those of the files; of what is to be deleted, those of the server.
"""

from compiler.diagnostics.model import Rule, Severity

RULE = Rule(code="DEP611", name="nothing-selected", severity=Severity.ERROR, page=__doc__)
