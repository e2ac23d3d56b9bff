"""A flow's source is not Python that can be parsed.

What it finds:
    A syntax error in the source of an entrypoint, or a source that is neither UTF-8 nor in
    the encoding that a comment in its first two lines states.

Why it matters:
    Each run would fail when it loads its flow.

Example:
    # deploy.yaml
    deployments:
      - {name: nightly, entrypoint: "flows/etl.py:etl"}

    # flows/etl.py
    print "loading"

Use instead:
    # deploy.yaml
    deployments:
      - {name: nightly, entrypoint: "flows/etl.py:etl"}

    # flows/etl.py
    from prefect import flow


    @flow
    def etl(): ...

Known limits:
    The source is parsed by the Python that `deploy` runs on: newer syntax than that is an
    error here. A mistake in a module that the source imports is no finding: what comes from
    there is unknown.
"""

from compiler.diagnostics.model import Rule, Severity

RULE = Rule(code="DEP406", name="unreadable-flow", severity=Severity.ERROR, page=__doc__)
