"""A fix mends what it says and breaks nothing: for every spec that has one."""

from collections import Counter
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from compiler import Compilation, Request, compile_project
from compiler.diagnostics import Fix
from deploy.mending import mending, write
from tests.specs.spec import Case, _written, read_cases

SPECS = Path(__file__).resolve().parents[1] / "specs"
OF_SYNTAX = ("DEP001", "DEP002", "DEP003", "DEP009")


def cases() -> list[object]:
    return [
        pytest.param(case, id=f"{path.stem}: {case.title}")
        for path in sorted(SPECS.glob("*.md"))
        for case in read_cases(path.read_text(encoding="utf-8"))
    ]


def told(compiled: Compilation) -> Counter[tuple[str, str]]:
    return Counter((found.rule.code, found.message) for found in compiled.report)


def mended(request: Request, *, unsafe: bool) -> tuple[Compilation, tuple[Fix, ...], Compilation]:
    """The files before, the fixes that were made in them, and the files after."""
    before = compile_project(request)
    plan = mending(before, request, unsafe=unsafe)
    for each in plan.files:
        write(each)
    return before, plan.fixes, compile_project(request)


@pytest.mark.parametrize("unsafe", [False, True], ids=["safe", "unsafe"])
@pytest.mark.parametrize("case", cases())
def test_what_is_fixed_is_gone_and_the_rest_can_be_read(case: Case, *, unsafe: bool) -> None:
    with TemporaryDirectory() as temporary:
        request = _written(case.blocks, Path(temporary).resolve())
        before, fixes, after = mended(request, unsafe=unsafe)

    fixed = {(each.rule.code, each.message) for each in before.report if each.fix in fixes}
    assert all(told(after)[each] < told(before)[each] for each in fixed)
    codes_before, codes_after = (
        {code for code, _ in told(each) if code in OF_SYNTAX} for each in (before, after)
    )
    assert codes_after <= codes_before


def test_there_are_fixes_to_be_made() -> None:
    with TemporaryDirectory() as temporary:
        (case,) = read_cases("## A type\n\n```yaml\nversion: 1.10\n```\n")
        before, _, after = mended(_written(case.blocks, Path(temporary).resolve()), unsafe=False)

    assert (len(before.report), len(after.report)) == (1, 0)
