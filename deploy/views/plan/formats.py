"""From the name of a format to the function that writes it."""

from importlib import import_module
from typing import Protocol

from compiler.plan.document import PlanDocument
from deploy.views.plan import PLAN_VIEWS


class PlanView(Protocol):
    """A plan as the text of one format, with a line break at its end."""

    def __call__(self, document: PlanDocument, /) -> str: ...


def plan_view(format: str) -> PlanView:
    """The view that writes a format."""
    render: PlanView = import_module(PLAN_VIEWS[format]).render
    return render
