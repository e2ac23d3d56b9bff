"""A type of blocks that the server does not know.

What it finds:
    A block whose `type` the server has not, and no package that is installed beside this program
    declares.

Why it matters:
    The server would refuse the block after others were written.

Example:
    blocks:
      - {name: hook, type: slack-webhok, data: {url: {$file: slack-url}}}

Use instead:
    blocks:
      - {name: hook, type: slack-webhook, data: {url: {$file: slack-url}}}

Known limits:
    A type that a package declares as Prefect's own integrations do (an entry point of the group
    `prefect.collections`) is registered if the package and Prefect are installed in this
    program's environment. A block class in your own code is never imported: register it with
    `prefect block register -f FILE`.
"""

from compiler.diagnostics.model import Rule, Severity

RULE = Rule(code="DEP616", name="unknown-block-type", severity=Severity.ERROR, page=__doc__)
