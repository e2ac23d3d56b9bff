"""A base job template that the server would refuse, once the file's part is laid over it.

What it finds:
    A `base_job_template_patch` of a pool that is about to be written, which makes of the template
    under it one with a placeholder that is no variable, or a default that does not fit.

Why it matters:
    The server refuses to make such a pool; it takes the change of one that exists, and every run
    in it fails.

Example:
    work_pools:
      - name: local
        base_job_template_patch: {job_configuration: {command: "{{ cmd }}"}}

Use instead:
    work_pools:
      - name: local
        base_job_template_patch: {job_configuration: {command: "{{ command }}"}}

Known limits:
    It takes a server, so `deploy validate` does not find it; where the files give the whole
    template, DEP510 does.
"""

from compiler.diagnostics.model import Rule, Severity

RULE = Rule(code="DEP638", name="refused-job-template", severity=Severity.ERROR, page=__doc__)
