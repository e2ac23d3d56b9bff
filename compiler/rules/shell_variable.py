"""A variable in the way of a shell, which nothing fills in.

What it finds:
    `$NAME` or `${NAME}` where no shell will ever see it: in names, tags, versions, entrypoints,
    parameters, the image of a job, and the arguments of Prefect's pull steps.

Why it matters:
    Prefect keeps it as it is written: the tag is `$STAGE`, and the image is called
    `shop/flows:${TAG}`.

Example:
    tags: ["stage:${STAGE}"]

Use instead:
    tags: ["stage:{{ $STAGE | default('test') }}"]

Known limits:
    Scripts, commands and environment variables are left alone: there a shell may fill it in. So
    are descriptions, and `$NAME` in the middle of a parameter's text.
"""

import re

from compiler.diagnostics import Report, Rule, Severity
from compiler.manifest.step_functions import CORE
from compiler.manifest.values import Leaf, Part, Values
from compiler.source.locate import Step as PathStep
from compiler.source.mend import respelled

RULE = Rule(code="DEP310", name="shell-variable", severity=Severity.WARNING, page=__doc__)
_NAME = re.compile(
    r"(?<!\{ )(?<![\w$\\{])\$(?:\{(?P<braced>[A-Z_][A-Z0-9_]*)\}|"
    r"(?P<bare>[A-Z_][A-Z0-9_]*)\b)"
)
_KEYS = ("name", "entrypoint", "flow_name", "version", "tags")
_OF_POOL = ("name", "work_queue_name")
_OF_JOB = ("image", "namespace", "working_dir", "service_account_name")
_STEPS = frozenset({f"{CORE}.git_clone", f"{CORE}.set_working_directory"})


def check(values: Values, report: Report) -> None:
    """Report shell variables in places that are kept as they are written."""
    for leaf in values.leaves:
        text = leaf.scalar.text
        found = _NAME.search(text)
        if found is None or "{{" in text or not _stays(leaf):
            continue
        name = found["braced"] or found["bare"]
        in_braces = _NAME.sub(lambda one: f"{{{{ ${one['braced'] or one['bare']} }}}}", text)
        report.add(
            RULE,
            f"nothing fills in '{found[0]}' here: it stays as it is written",
            leaf.scalar.span,
            hint=f"write {{{{ ${name} }}}}",
            fix=respelled(leaf.scalar, text, in_braces),
        )


def _stays(leaf: Leaf) -> bool:
    """Whether no shell will ever read it; of parameters only one that is nothing else is sure."""
    match leaf.part:
        case Part.PARAMETERS:
            return _NAME.fullmatch(leaf.scalar.text) is not None
        case Part.JOB_VARIABLES:
            return any(name in _OF_JOB for name in leaf.path[4:5])
        case Part.STEPS:
            return not _STEPS.isdisjoint(leaf.path)
        case _:
            return _is_kept(leaf.path)


def _is_kept(path: tuple[PathStep, ...]) -> bool:
    match path:
        case ("deployments", _, "work_pool", name, *_):
            return name in _OF_POOL
        case ("deployments", _, name, *_):
            return name in _KEYS
        case _:
            return False
