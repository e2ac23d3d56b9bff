"""An entrypoint names a function that is no flow.

What it finds:
    A function, class or value that nothing makes a flow: no decorator, or only decorators
    that are known to make something else, such as `@task`.

Why it matters:
    Prefect would wrap it into a flow with the defaults of one, or fail; neither is what the
    file says.

Example:
    # deploy.yaml
    deployments:
      - {name: nightly, entrypoint: "flows/etl.py:etl"}

    # flows/etl.py
    def etl(): ...

Use instead:
    # deploy.yaml
    deployments:
      - {name: nightly, entrypoint: "flows/etl.py:etl"}

    # flows/etl.py
    from prefect import flow


    @flow
    def etl(): ...

Known limits:
    A decorator that cannot be seen into is taken to make a flow. Its flow's name is then
    unknown too: see DEP409.
"""

from compiler.diagnostics.model import Rule, Severity

RULE = Rule(code="DEP407", name="not-a-flow", severity=Severity.ERROR, page=__doc__)
