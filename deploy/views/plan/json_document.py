"""A plan for programs: the document itself.  `docs/explanation/plan-format.md` explains it."""

import json

from compiler.plan.document import PlanDocument


def render(document: PlanDocument) -> str:
    """One object, keys in the order of the models, in ASCII: equal documents, equal bytes."""
    return json.dumps(document.model_dump(), indent=2) + "\n"
