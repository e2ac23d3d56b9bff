"""A tag, a key or a merge that no deployment file needs.

What it finds:
    A tag such as `!env` or `!!python/name`, a key that is a list or a mapping, and a `<<`
    that merges something else than mappings.

Why it matters:
    Tags make other programs run code or read files. A key that is a mapping is nearly
    always a template without quotes: YAML reads `{{ x }}` as a mapping in a mapping.

Example:
    work_pool:
      name: k8s
      job_variables:
        image: {{ $IMAGE | default('shop/flows') }}

Use instead:
    work_pool:
      name: k8s
      job_variables:
        image: "{{ $IMAGE | default('shop/flows') }}"

Known limits:
    The tags of YAML's own scalars (`!!str`, `!!int`, ...) are accepted. A value whose tag is
    refused is read as text, so that the rest can still be checked.
"""

from compiler.diagnostics.model import Rule, Severity

RULE = Rule(code="DEP009", name="unsupported-yaml", severity=Severity.ERROR, page=__doc__)
