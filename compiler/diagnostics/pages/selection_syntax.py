"""A selection that cannot be read.

What it finds:
    A word of `--select` or `--exclude` that does not begin with `tag:`, `flow:`, `name:`,
    `path:` or `kind:`, has nothing behind the colon, or names a kind that there is not; and an
    argument without a word.

Why it matters:
    Another part of the stack than the one that was meant would be changed.

Example:
    $ deploy plan --select 'tags:etl'

Use instead:
    $ deploy plan --select 'tag:etl'

Known limits:
    All words of one argument have to hold; of several arguments, one has to. There is no word
    for "not": that is what `--exclude` is for.
"""

from compiler.diagnostics.model import Rule, Severity

RULE = Rule(code="DEP610", name="selection-syntax", severity=Severity.ERROR, page=__doc__)
