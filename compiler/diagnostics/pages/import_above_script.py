"""A flow's file imports from above its folder, which a file that is run as a script cannot.

What it finds:
    An entrypoint `path/to/file.py:function` whose file has a relative import with more than
    one dot, such as `from ..settings import LIMIT`, outside of functions, `if` and `try`.

Why it matters:
    Prefect runs such a file as a script: there is no package above it, and each run fails
    with "attempted relative import beyond top-level package".

Example:
    # deploy.yaml
    deployments:
      - {name: nightly, entrypoint: "shop/flows/etl.py:etl"}

    # shop/settings.py
    LIMIT = 5

    # shop/flows/etl.py
    from prefect import flow

    from ..settings import LIMIT


    @flow
    def etl(limit: int = LIMIT): ...

Use instead:
    # deploy.yaml
    deployments:
      - {name: nightly, entrypoint: "shop.flows.etl:etl"}

    # shop/settings.py
    LIMIT = 5

    # shop/flows/etl.py
    from prefect import flow

    from ..settings import LIMIT


    @flow
    def etl(limit: int = LIMIT): ...

Known limits:
    Only the flow's own file is looked at. One dot is fine: such an import is looked for in
    the folder of the file and in the working directory.
"""

from compiler.diagnostics.model import Rule, Severity

RULE = Rule(code="DEP414", name="import-above-script", severity=Severity.WARNING, page=__doc__)
