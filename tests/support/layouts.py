"""Projects as people lay them out, for `deploy init`: files, and what is to be deployed of them.

What they hold is in the image of what real repositories hold: entrypoints with and without
`./`, modules, methods, flows of the repository's own decorator, names in other scripts; one
`prefect.yaml` or several, beside their flows or above them, with anchors, definitions, steps,
placeholders, schedules of every kind, the older key, empty values, and keys that Prefect drops.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from tests.support.layout_files import (
    ANCHORS,
    AS_INIT_WRITES,
    DROPPED,
    LIMITS,
    METHOD,
    MODULES,
    NAMED,
    NAMES,
    OF_A_TEAM,
    OPTIONS,
    PLAIN,
    PREFECT,
    RE_EXPORTED,
    SCHEDULES,
    STEPS,
    TEMPLATED,
    TWO,
    TYPES,
    WRAPPED,
    WRAPPER,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """Files by their names, and the entrypoints of what there should be, by flow and name.

    `calls` is what people type to deploy it with Prefect, each in a folder; where there is
    nothing they would deploy each entrypoint by itself.
    """

    files: Mapping[str, str]
    deployments: Mapping[str, str]
    calls: Mapping[str, str] = field(default_factory=dict)


def layout(deployments: Mapping[str, str] | None = None, **files: str) -> Layout:
    """A layout of files without a `prefect.yaml`: `a__b_py` is `a/b.py`."""
    named = {name.replace("__", "/").replace("_py", ".py"): text for name, text in files.items()}
    return Layout(files=named, deployments=deployments or {})


def with_prefect(text: str, deployments: Mapping[str, str], files: Mapping[str, str]) -> Layout:
    """A layout with a `prefect.yaml` at its root."""
    files = {**files, "prefect.yaml": text}
    return Layout(files=files, deployments=deployments, calls={".": "--all"})


def write(folder: Path, files: Mapping[str, str]) -> None:
    """Lay the files into a folder."""
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")


ONE = {"load/default": "flows.py:load"}
NIGHTLY = {"load/nightly": "flows.py:load"}
FLOWS = {"flows.py": PLAIN}

LAYOUTS = {
    "one file": layout(ONE, flows_py=PLAIN),
    "a folder of flows": layout(
        {"load/default": "flows/a.py:load", "Täglich laden/default": "flows/b.py:load"},
        flows__a_py=PLAIN,
        flows__b_py=NAMED,
    ),
    "a flow that calls another": layout({"report/default": "flows.py:report"}, flows_py=TWO),
    "a flow of a name with letters": layout(
        {"Täglich laden/default": "flows.py:load"}, flows_py=NAMED
    ),
    "flows with options": layout(
        {"shop-load/default": "flows.py:load", "每日更新/default": "flows.py:daily"},
        flows_py=OPTIONS,
    ),
    "parameters of every type": layout(ONE, flows_py=TYPES),
    "a method of a class": layout({"run/default": "jobs.py:Jobs.run"}, jobs_py=METHOD),
    "a package under src": layout(
        {"load/default": "src/shop/flows.py:load"}, src__shop__flows_py=PLAIN
    ),
    "deep folders": layout(
        {"load/default": "teams/data/orders/flows.py:load"}, teams__data__orders__flows_py=PLAIN
    ),
    "tests beside it": layout(ONE, flows_py=PLAIN, tests__test_flows_py=NAMED),
    "tests in the same folder": layout(ONE, flows_py=PLAIN, test_flows_py=NAMED),
    "a virtual environment": Layout(
        files={**FLOWS, "env/pyvenv.cfg": "", "env/lib/x.py": NAMED}, deployments=ONE
    ),
    "hidden folders and caches": Layout(
        files={**FLOWS, ".tox/x.py": NAMED, "a/__pycache__/y.py": NAMED}, deployments=ONE
    ),
    "a file that is no Python": layout(ONE, flows_py=PLAIN, broken_py="def flow(:\n"),
    "Python of another kind": layout(ONE, flows_py=PLAIN, other_py="flow = 7\n"),
    "a decorator of the repository": Layout(
        files={"flows.py": WRAPPED, "lib/wrapping.py": WRAPPER, "lib/__init__.py": ""},
        deployments=ONE,
    ),
    "a decorator under a condition": Layout(
        files={
            "flows.py": PLAIN.replace("from prefect", "from lib.compat"),
            "lib/compat.py": RE_EXPORTED,
            "lib/__init__.py": "",
        },
        deployments=ONE,
    ),
    "no flow at all": layout(readme_py="print('hello')\n"),
    "a name with a space in the path": Layout(
        files={"my flows/load it.py": PLAIN},
        deployments={"load/default": "my flows/load it.py:load"},
    ),
    "a repository": Layout(files={".git/HEAD": "ref: refs/heads/main\n", **FLOWS}, deployments=ONE),
    "a prefect.yaml": with_prefect(PREFECT, NIGHTLY, FLOWS),
    "what prefect init writes": with_prefect(AS_INIT_WRITES, NIGHTLY, FLOWS),
    "a prefect.yaml below": Layout(
        files={"team/flows.py": PLAIN, "team/prefect.yaml": PREFECT},
        deployments=NIGHTLY,
        calls={"team": "--all"},
    ),
    "two of them": Layout(
        files={
            "a/flows.py": PLAIN,
            "a/prefect.yaml": PREFECT,
            "b/flows.py": NAMED,
            "b/prefect.yaml": PREFECT.replace("  parameters: {rows: 5}\n", ""),
        },
        deployments={**NIGHTLY, "Täglich laden/nightly": "flows.py:load"},
        calls={"a": "--all", "b": "--all"},
    ),
    "a monorepo called from its root": Layout(
        files={
            ".git/HEAD": "ref: refs/heads/main\n",
            "shop/flows.py": PLAIN,
            "shop/prefect.yaml": OF_A_TEAM.replace("TEAM", "shop"),
            "stock/flows.py": NAMED,
            "stock/prefect.yaml": OF_A_TEAM.replace("TEAM", "stock"),
        },
        deployments={
            "load/nightly": "shop/flows.py:load",
            "Täglich laden/nightly": "stock/flows.py:load",
        },
        calls={
            ".": "--all --prefect-file shop/prefect.yaml",
            "./.": "--all --prefect-file stock/prefect.yaml",
        },
    ),
    "a prefect.yaml with anchors and steps": with_prefect(
        PREFECT.replace("deployments:", "definitions:\n  t: &t [x]\ndeployments:") + "  tags: *t\n",
        NIGHTLY,
        FLOWS,
    ),
    "definitions and merge keys": with_prefect(
        ANCHORS, {f"load/{name}": "flows.py:load" for name in "abc"}, FLOWS
    ),
    "a prefect.yaml with the older schedule": with_prefect(
        PREFECT.replace('cron: "0 3 * * *"', "interval: 3600"), NIGHTLY, FLOWS
    ),
    "schedules of every kind": with_prefect(
        SCHEDULES,
        {
            "load/of-every-kind": "flows.py:load",
            "load/older": "./flows.py:load",
            "load/asleep": "flows.py:load",
            "load/unscheduled": "flows.py:load",
        },
        FLOWS,
    ),
    "values of the environment": with_prefect(
        TEMPLATED, {"load/prod-load": "flows.py:load"}, FLOWS
    ),
    "outputs of steps": with_prefect(
        STEPS, {**NIGHTLY, "load/with-steps-of-its-own": "flows.py:load"}, FLOWS
    ),
    "keys that Prefect drops": with_prefect(DROPPED, NIGHTLY, FLOWS),
    "limits and triggers": with_prefect(
        LIMITS, {"load/one": "flows.py:load", "load/many": "flows.py:load"}, FLOWS
    ),
    "modules, a method, and ./": with_prefect(
        MODULES,
        {
            "load/a": "shop.flows:load",
            "load/b": "shop.flows.load",
            "load/c": "./shop/flows.py:load",
            "run/d": "shop/jobs.py:Jobs.run",
        },
        {"shop/__init__.py": "", "shop/flows.py": PLAIN, "shop/jobs.py": METHOD},
    ),
    "names in other scripts": with_prefect(
        NAMES,
        {"每日更新/每日更新": "flows.py:daily", "shop-load/일간 보고서": "flows.py:load"},
        {"flows.py": OPTIONS},
    ),
}
