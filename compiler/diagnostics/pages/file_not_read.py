"""A file that was named is not there, or cannot be read.

What it finds:
    A file of `-f` or of a work pool's `base_job_template` that does not exist or may not be
    read, and a folder of `-f` without `deploy.yaml`, `deploy.yml`, `prefect.yaml` or
    `prefect.yml`.

Why it matters:
    A file that is missing by mistake must not look like one whose deployments were all
    removed.

Example:
    work_pools:
      - name: k8s
        type: kubernetes
        base_job_template: pools/k8s.json

Use instead:
    # deploy.yaml
    work_pools:
      - name: k8s
        type: kubernetes
        base_job_template: pools/k8s.json

    # pools/k8s.json
    {"job_configuration": {"image": "{{ image }}"}, "variables": {"properties": {"image": {}}}}

Known limits:
    A template's path counts from the folder of the file that names it, never from the
    repository's root. A flow's source that is missing is DEP401. Files of more than 64 MB, and
    what is no file, such as a pipe that another file includes, are not read.
"""

from compiler.diagnostics.model import Rule, Severity

RULE = Rule(code="DEP005", name="file-not-read", severity=Severity.ERROR, page=__doc__)
