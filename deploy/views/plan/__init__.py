"""The formats that a plan is written in, by the name that `--format` takes.

All are made from one value, `PlanDocument`, which holds no secret; none adds to it.
Importing this loads no view.
"""

from collections.abc import Mapping

# Modules with a `render`; `formats.plan_view` loads one when it is asked for.
PLAN_VIEWS: Mapping[str, str] = {
    "text": "deploy.views.plan.text",
    "json": "deploy.views.plan.json_document",
    "markdown": "deploy.views.plan.markdown",
    "html": "deploy.views.plan.html_page",
}
