"""A pattern of `include` that no file matches.

What it finds:
    A path or pattern under `include` that leads to no file.

Why it matters:
    Were it taken for "nothing is wanted", every deployment of the files that it used to
    match would be deleted.

Example:
    # deploy.yaml
    include: ["teams/*/deploy.yml"]
    # teams/data/deploy.yaml
    deployments:
      - {name: nightly, entrypoint: "flows/etl.py:etl"}

Use instead:
    # deploy.yaml
    include: ["teams/*/deploy.yaml"]
    # teams/data/deploy.yaml
    deployments:
      - {name: nightly, entrypoint: "flows/etl.py:etl"}

Known limits:
    Patterns are looked for from the folder of the file that names them; `**` stands for any
    folders, but not for hidden ones such as `.git`.
"""

from compiler.diagnostics.model import Rule, Severity

RULE = Rule(code="DEP109", name="nothing-included", severity=Severity.ERROR, page=__doc__)
