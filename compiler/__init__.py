"""Text and observed state in, plan out; pure: no sockets, no user code."""

from compiler.pipeline import Compilation, Request, compile_project

__all__ = ["Compilation", "Request", "compile_project"]
