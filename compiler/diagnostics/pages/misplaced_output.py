"""What a step puts out stands where the value is needed before the step runs.

What it finds:
    `{{ build-image.image }}` or a bare `{{ image }}`, where there are `build` or `push` steps,
    in any other place than `job_variables`, `parameters`, `tags`, `description`, `version`,
    `labels`, `pull`, and the value of a variable.

Why it matters:
    A name, an entrypoint, a pool or a schedule decides what the plan is about. Nobody could
    look at a plan in which these are unknown.

Example:
    build:
      - prefect.deployments.steps.run_shell_script: {id: commit, script: git rev-parse HEAD}
    deployments:
      - {name: "nightly-{{ commit.stdout }}", entrypoint: "flows/etl.py:etl"}

Use instead:
    build:
      - prefect.deployments.steps.run_shell_script: {id: commit, script: git rev-parse HEAD}
    deployments:
      - {name: nightly, version: "{{ commit.stdout }}", entrypoint: "flows/etl.py:etl"}

Known limits:
    A value that has to be known before is given with `{{ $NAME }}` or `--var`.
"""

from compiler.diagnostics.model import Rule, Severity

RULE = Rule(code="DEP511", name="misplaced-output", severity=Severity.ERROR, page=__doc__)
