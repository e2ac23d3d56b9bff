"""An entrypoint means two different files.

What it finds:
    A path or module that leads to one file beside the deployment file and to another from
    the repository's root, with different contents.

Why it matters:
    Which of the two a worker loads depends on the folder that it starts in.

Example:
    # shop/deploy.yaml
    deployments:
      - {name: nightly, entrypoint: "flows/etl.py:etl"}

    # shop/flows/etl.py
    from prefect import flow


    @flow(name="shop-etl")
    def etl(): ...

Use instead:
    # shop/deploy.yaml
    deployments:
      - {name: nightly, entrypoint: "shop/flows/etl.py:etl"}

    # shop/flows/etl.py
    from prefect import flow


    @flow(name="shop-etl")
    def etl(): ...

Known limits:
    Two files with equal contents are taken for one.
"""

from compiler.diagnostics.model import Rule, Severity

RULE = Rule(code="DEP408", name="ambiguous-path", severity=Severity.ERROR, page=__doc__)
