"""Findings: what is wrong, where, and how to put it right."""

from compiler.diagnostics.model import Diagnostic, Label, Rule, Severity
from compiler.diagnostics.report import Report
from compiler.diagnostics.span import Position, Span, start_of

__all__ = ["Diagnostic", "Label", "Position", "Report", "Rule", "Severity", "Span", "start_of"]
