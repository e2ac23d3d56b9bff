"""Findings: what is wrong, where, and how to put it right."""

from compiler.diagnostics.model import Diagnostic, Edit, Fix, Label, Rule, Safety, Severity
from compiler.diagnostics.policy import Policy
from compiler.diagnostics.report import Report
from compiler.diagnostics.span import Position, Span, start_of

__all__ = [
    "Diagnostic",
    "Edit",
    "Fix",
    "Label",
    "Policy",
    "Position",
    "Report",
    "Rule",
    "Safety",
    "Severity",
    "Span",
    "start_of",
]
