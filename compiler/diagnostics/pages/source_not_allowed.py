"""A controller does not read this secret.

What it finds:
    A value of a block that a controller would have to run a command for (`$command`), or read
    from a file that is not in the commit (`$file`).

Why it matters:
    A controller acts for everybody who may push. A command in the file would let each of them
    run anything on its machine, and a file of the machine would let them read anything on it.

Example:
    $ deploy controller -f controller.yaml

Use instead:
    blocks:
      - name: shop-token
        type: secret
        data: {value: "{{ $SHOP_TOKEN | default('only for this example') }}"}

Known limits:
    Environment variables that the controller itself needs are not shown to files either: those
    that its own file names, and all that begin with PREFECT_, DEPLOY_, GIT_ or SSH_.
"""

from compiler.diagnostics.model import Rule, Severity

RULE = Rule(code="DEP808", name="source-not-allowed", severity=Severity.ERROR, page=__doc__)
