"""Every format that is named can be written, and ends as a file does."""

import subprocess
import sys

import pytest

from compiler.plan.document import PlanDocument
from deploy.views.plan import PLAN_VIEWS
from deploy.views.plan.formats import plan_view
from tests.support.plan_documents import many, plan


def test_the_formats_are_these() -> None:
    assert list(PLAN_VIEWS) == ["text", "json", "markdown", "html"]


@pytest.mark.parametrize("format", PLAN_VIEWS)
@pytest.mark.parametrize("document", [plan(), many(3)], ids=["empty", "steps"])
def test_a_format_ends_with_one_line_break(format: str, document: PlanDocument) -> None:
    text = plan_view(format)(document)

    assert text.endswith("\n")
    assert not text.endswith("\n\n")


@pytest.mark.parametrize("format", PLAN_VIEWS)
def test_equal_documents_are_equal_bytes(format: str) -> None:
    assert plan_view(format)(many(30)) == plan_view(format)(many(30))


def test_knowing_the_names_of_formats_loads_no_library() -> None:
    program = "import sys, deploy.views.plan; print('pydantic' in sys.modules)"

    run = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )

    assert run.stdout == "False\n"
