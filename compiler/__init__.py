"""Text and observed state in, plan out; pure: no sockets, no user code."""

from compiler.desired.own_rule import OwnRule
from compiler.manifest.read import Overlays
from compiler.pipeline import (
    Compilation,
    Pin,
    Request,
    compile_everywhere,
    compile_project,
    find_stack,
    render_project,
)

__all__ = [
    "Compilation",
    "Overlays",
    "OwnRule",
    "Pin",
    "Request",
    "compile_everywhere",
    "compile_project",
    "find_stack",
    "render_project",
]
