"""A secret that stands in the file.

What it finds:
    A literal that looks like a token or a private key, and a literal under a name such as
    `password`, `token` or `api_key`: in parameters, job variables, labels and the arguments of
    steps.

Why it matters:
    Whoever reads the repository has it, and so has everybody who may read the deployment on the
    server: parameters, job variables and steps are stored and shown in clear.

Example:
    work_pool:
      name: k8s
      job_variables: {env: {DB_PASSWORD: hunter2-and-more}}

Use instead:
    work_pool:
      name: k8s
      job_variables: {env: {DB_PASSWORD: "{{ prefect.blocks.secret.db-password }}"}}

Known limits:
    The value is never shown. Templates, empty texts, file paths and the names of secrets
    (`secret_name`, `token_file`) are left alone, as are words that say that they are none, such
    as `changeme`.
"""

import re
from collections.abc import Iterator

from compiler.desired.secret_shape import is_secret_name, secret_shape
from compiler.diagnostics import Report, Rule, Severity
from compiler.manifest.values import Part, Values
from compiler.source.nodes import Scalar

RULE = Rule(code="DEP250", name="secret-in-clear", severity=Severity.WARNING, page=__doc__)
_NAMES_A_SECRET = re.compile(
    r"(name|ref|file|path|dir|id|url|uri|arn|type|block|backend|manager|store|provider|version"
    r"|region|scope|method|mode|prefix|expir\w{0,20}|ttl|length|count|limit|max|min|secrets"
    r"|existing_?secret|pull_?secret)$|^(use|has|is|enable|max|min|num)[_-]",
    re.IGNORECASE,
)
_NO_SECRET = re.compile(
    r"x+|\*+|<.*>|change.?me|example|dummy|none|null|todo|true|false|\$.*"
    # the name of a secret, as it is called where it is kept
    r"|[a-z][a-z0-9]*(_[a-z0-9]+)+|passw(or)?d|user(name)?|token|secret|key|credentials?",
    re.IGNORECASE,
)
_SHORTEST = 4
_HAVE_VARIABLES, _ENV = (Part.JOB_VARIABLES, Part.STEPS), "env"


def check(values: Values, report: Report) -> None:
    """Report secrets, without saying them."""
    for name, scalar in _places(values):
        if not isinstance(scalar.value, str) or "{{" in scalar.text or not scalar.text.strip():
            continue
        shape = secret_shape(scalar.value)
        if shape is None and not _is_given_to_a_secret(name, scalar.value):
            continue
        what = f"{name!r} looks like {shape}" if shape else f"{name!r} is a secret in clear"
        report.add(
            RULE,
            what,
            scalar.span,
            hint='refer to a block: "{{ prefect.blocks.secret.NAME }}"',
        )


def _is_given_to_a_secret(name: str, value: str) -> bool:
    """Whether the name says secret, and the value is one rather than a place or a name."""
    if not is_secret_name(name) or _NAMES_A_SECRET.search(name):
        return False
    is_place = value.startswith(("/", "./", "~", "..")) or "://" in value
    return len(value) >= _SHORTEST and not is_place and not _says_none(value)


def _says_none(value: str) -> bool:
    return "${" in value or _NO_SECRET.fullmatch(value) is not None


def _places(values: Values) -> Iterator[tuple[str, Scalar]]:
    """What may hold a secret, by the name that it is given to."""
    yield from values.variables
    for leaf in values.leaves:
        if leaf.part is not Part.OTHER and not (leaf.part in _HAVE_VARIABLES and _ENV in leaf.path):
            yield leaf.name, leaf.scalar
