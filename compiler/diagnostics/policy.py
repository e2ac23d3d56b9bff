"""What a caller thinks of findings: which to hear of, and how much each matters.

An error that is no opinion stays what it is: what it leaves behind is not what the
files say, and must never be applied (docs/decisions/0011-what-may-be-ignored.md).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from compiler.diagnostics.model import Diagnostic, Severity
from compiler.diagnostics.report import Report

# Findings about values that only the place of an apply may have: of the environment, and
# of those who call. Where files are merely checked they need not be there.
OF_UNSET_VALUES = frozenset({"DEP302", "DEP305"})


def may_be_ignored(found: Diagnostic) -> bool:
    """Whether the desired state is whole in spite of a finding."""
    return found.severity is not Severity.ERROR or found.rule.is_opinion


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """Codes to hear of alone, codes not to hear of, and severities by code.

    `only` is None where all are heard of. With `allows_unset`, that a value of the environment
    or an input is missing is only noted: whoever applies the files still needs it.
    """

    only: frozenset[str] | None = None
    ignored: frozenset[str] = frozenset()
    severities: Mapping[str, Severity] = field(default_factory=dict)
    allows_unset: bool = False

    def judged(self, report: Report) -> Report:
        """The report as this policy has it."""
        if self == Policy():
            return report
        return Report(self._weighed(found) for found in report if not self._drops(found))

    def refused(self, report: Report) -> tuple[str, ...]:
        """Codes that a report has in spite of this policy, in order."""
        kept = (found for found in report if not may_be_ignored(found))
        return tuple(sorted({found.rule.code for found in kept if self._is_against(found)}))

    def _drops(self, found: Diagnostic) -> bool:
        return may_be_ignored(found) and self._is_unheard(found.rule.code)

    def _weighed(self, found: Diagnostic) -> Diagnostic:
        if self.allows_unset and found.rule.code in OF_UNSET_VALUES:
            return replace(found, severity=Severity.INFO)
        severity = self.severities.get(found.rule.code, found.severity)
        return replace(found, severity=severity) if may_be_ignored(found) else found

    def _is_against(self, found: Diagnostic) -> bool:
        severity = self.severities.get(found.rule.code, found.severity)
        return self._is_unheard(found.rule.code) or severity is not found.severity

    def _is_unheard(self, code: str) -> bool:
        return code in self.ignored or (self.only is not None and code not in self.only)
