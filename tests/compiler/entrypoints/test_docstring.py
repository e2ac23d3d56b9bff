"""Our reading of docstrings against griffe's, which Prefect uses."""

import inspect

from hypothesis import given, settings
from hypothesis import strategies as st

from compiler.entrypoints.docstring import describe_parameters

_LINES = st.sampled_from(
    [
        "",
        "Load the rows.",
        "Args:",
        "Parameters:",
        "Args: these",
        "Returns:",
        "Note:",
        "Note: this",
        "    a: How many.",
        "    b (int): Which",
        "    c(str, optional): Why: so",
        "    *args: Rest",
        "    no colon",
        "        more",
        "      odd",
        "   ",
        "  x: narrow",
        "    ```",
        "```",
        "\ttab: here",
        "text: here",
        "    \xa0n: wide",
        "Keyword Args:",
        "Examples:",
        "Args:\r",
    ]
)


@settings(max_examples=300, deadline=None)
@given(st.lists(_LINES, max_size=14))
def test_parameters_are_described_as_prefect_reads_them(lines: list[str]) -> None:
    from prefect.utilities.callables import parameter_docstrings

    text = inspect.cleandoc("\n".join(lines))

    assert describe_parameters(text) == parameter_docstrings(text)
