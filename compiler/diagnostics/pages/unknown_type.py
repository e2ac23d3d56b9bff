"""A parameter's type cannot be known from the repository alone.

What it finds:
    A parameter whose type or default comes from another package, Prefect among them, or is
    computed when the module runs. Much of the standard library and of pydantic is known, and
    the classes of the repository are read from their text, but not these:

    - a model that is generic, has a serializer, or takes descriptions from its attributes
    - two classes that name each other
    - a default that is an instance of a class with methods, or a set of several texts
    - a string within a type, such as the one in `list["Row"]`, that names a parameter
    - two classes of one name, and every parameter beside a model of `pydantic.v1`

Why it matters:
    What the server holds for this parameter is kept, or nothing if it holds nothing yet. The
    values that the file gives it are not checked.

Example:
    # deploy.yaml
    deployments:
      - {name: nightly, entrypoint: "flows/etl.py:etl"}

    # flows/etl.py
    import pandas as pd
    from prefect import flow


    @flow
    def etl(frame: pd.DataFrame, rows: int = 10): ...

Use instead:
    # deploy.yaml
    deployments:
      - {name: nightly, entrypoint: "flows/etl.py:etl"}

    # flows/etl.py
    from prefect import flow


    @flow
    def etl(frame: list[dict[str, float]], rows: int = 10): ...

Known limits:
    It is no mistake, and nothing has to be done. Packages are never looked up, installed or
    not, so that every machine plans the same.
"""

from compiler.diagnostics.model import Rule, Severity

RULE = Rule(code="DEP410", name="unknown-type", severity=Severity.INFO, page=__doc__)
