"""A selected step needs one that is not selected.

What it finds:
    A deployment whose work pool or queue would be created or changed, a pool that would be
    deleted while something moves out of it, one of several queues of a pool that get other
    priorities, or one half of a renaming, where the other step is not selected.

Why it matters:
    The half that is carried out would stand on something that is not there, or not as the files
    want it.

Example:
    $ deploy plan --select 'tag:etl'

Use instead:
    $ deploy plan --select 'tag:etl' --select 'kind:work-pool name:local'

Known limits:
    Only steps are looked at: what is there as it is wanted need not be selected.
"""

from compiler.diagnostics.model import Rule, Severity

RULE = Rule(code="DEP612", name="needs-unselected", severity=Severity.ERROR, page=__doc__)
