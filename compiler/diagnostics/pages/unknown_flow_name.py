"""A flow's name cannot be read from its source.

What it finds:
    A name that is computed when the module runs, a decorator that cannot be seen into, or a
    flow that is imported from a package, while the file gives no `flow_name`.

Why it matters:
    A deployment is known by its flow and its name. With a guess, another deployment would be
    made or changed.

Example:
    # deploy.yaml
    deployments:
      - {name: nightly, entrypoint: "flows/etl.py:etl"}

    # flows/etl.py
    import os
    from prefect import flow


    @flow(name=os.environ["FLOW"])
    def etl(): ...

Use instead:
    # deploy.yaml
    deployments:
      - {name: nightly, entrypoint: "flows/etl.py:etl", flow_name: shop-etl}

    # flows/etl.py
    import os
    from prefect import flow


    @flow(name=os.environ["FLOW"])
    def etl(): ...

Known limits:
    Text, f-strings and constants can be read, those of other modules of the repository too;
    what comes from a package, the environment or a call cannot. That `flow_name` says the
    name which the run will have is yours to see to.
"""

from compiler.diagnostics.model import Rule, Severity

RULE = Rule(code="DEP409", name="unknown-flow-name", severity=Severity.ERROR, page=__doc__)
