"""A step whose name is nearly that of a known one.

What it finds:
    A step under `build`, `push` or `pull` that Prefect's own packages do not have: any other
    name below `prefect.deployments.steps`, a name close to that of a known step, and the
    `prefect.projects` of Prefect 2.

Why it matters:
    The step is looked for when it runs. A misspelt pull step fails every run, on the worker,
    long after the file was applied.

Example:
    pull:
      - prefect.deployments.steps.pip_install_requiements:
          requirements_file: requirements.txt
    deployments:
      - {name: nightly, entrypoint: "flows/etl.py:etl"}

Use instead:
    pull:
      - prefect.deployments.steps.pip_install_requirements:
          requirements_file: requirements.txt
    deployments:
      - {name: nightly, entrypoint: "flows/etl.py:etl"}

Known limits:
    The steps of your own packages, and of packages that are not listed here, are not looked at
    unless their name is close to a known one.
"""

import difflib
from functools import cache

from compiler.diagnostics import Report, Rule, Severity
from compiler.manifest.manifest import Manifest
from compiler.manifest.step_functions import CORE, FUNCTIONS
from compiler.manifest.steps import steps_of
from compiler.source.mend import respelled

RULE = Rule(code="DEP230", name="unknown-step", severity=Severity.WARNING, page=__doc__)
_OF_PREFECT_2 = "prefect.projects.steps."
_DOTS = 3  # of package.deployments.steps.function
_CLOSE = 0.75
_LONGEST = 200  # letters of a name that is compared with others


def check(manifest: Manifest, report: Report) -> None:
    """Report steps that are misspelt."""
    for step in steps_of(manifest):
        name = step.function
        near = None if name in FUNCTIONS else _near(name)
        is_core = name.startswith((f"{CORE}.", _OF_PREFECT_2)) and name.count(".") == _DOTS
        if name in FUNCTIONS or not (is_core or near):
            continue
        report.add(
            RULE,
            f"there is no step {name!r}",
            step.name.span,
            hint=f"did you mean {near!r}?" if near else None,
            fix=respelled(step.name, name, near) if near else None,
        )


@cache
def _near(name: str) -> str | None:
    """The known step that is meant: both its package and its function are close to it."""
    if name.count(".") != _DOTS or len(name) > _LONGEST:
        return None
    close = [known for known in FUNCTIONS if _is_close(name, known)]
    return max(close, key=lambda known: _likeness(name, known), default=None)


def _is_close(name: str, known: str) -> bool:
    """Whether both the package and the function are nearly the same."""
    pairs = [(each.partition(".")[0], each.rpartition(".")[2]) for each in (name, known)]
    return all(
        _may_be_alike(one, other) and _likeness(one, other) > _CLOSE
        for one, other in zip(*pairs, strict=True)
    )


def _may_be_alike(one: str, other: str) -> bool:
    """What `_likeness` cannot be above, and takes far less time."""
    return difflib.SequenceMatcher(None, one, other).quick_ratio() > _CLOSE


def _likeness(one: str, other: str) -> float:
    return difflib.SequenceMatcher(None, one, other).ratio()
