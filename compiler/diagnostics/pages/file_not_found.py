"""An entrypoint names a source file that is not there.

What it finds:
    A path or module that leads to no file, neither from the folder of the deployment file
    nor from the repository's root. The hint names both places, or the file that differs in
    its letter case only, or one of that name in another folder.

Why it matters:
    Without the source neither the flow's name nor its parameters are known, and a worker
    would not find it either.

Example:
    entrypoint: flow/etl.py:etl

Use instead:
    entrypoint: flows/etl.py:etl

Known limits:
    Only files are looked for: an installed package is not, so that every machine plans the
    same; a module may also lie in `src`. Letter case counts on every system. If the source
    lives in an image, add `flow_name`; the deployment's code fields are then left to the
    server (DEP412).
"""

from compiler.diagnostics.model import Rule, Severity

RULE = Rule(code="DEP401", name="file-not-found", severity=Severity.ERROR, page=__doc__)
