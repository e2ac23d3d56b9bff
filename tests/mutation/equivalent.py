"""Mutants that no spec can notice, each with the reason."""

from collections.abc import Mapping

_NO_COLUMNS = "specs look at the line of a finding, not at its column"

EQUIVALENT: Mapping[str, str] = {
    "compiler.rules.clock_change:_find_gaps: offset > before -> offset >= before": (
        "the change is then looked for on every day, and found on none"
    ),
    "compiler.rules.clock_change:_find_gaps: day.year < _LAST -> day.year <= _LAST": (
        "a year more shows no date on another weekday"
    ),
    "compiler.rules.duplicate_schedule:_times: value.day_or is False -> "
    "value.day_or is not False": "it tells the same values apart",
    "compiler.rules.unknown_step:_is_close: _likeness(one, other) > _CLOSE -> "
    "_likeness(one, other) >= _CLOSE": "no two names are exactly that much alike",
    "compiler.source.yaml_loader:_refuse_syntax: start.line > len(lines) -> "
    "start.line >= len(lines)": _NO_COLUMNS,
    "compiler.manifest.complaints:_explain: isinstance(one.found, Values) and name not in "
    "one.found -> isinstance(one.found, Values) or name not in one.found": (
        "no part of the grammar needs two keys"
    ),
    "compiler.rules.clock_change:_skipped: fires < end -> fires <= end": (
        "a day on which it fires at the end of a gap is one on which it fires in it"
    ),
    "compiler.rules.duplicate_schedule:check: len(schedules) > 1 -> len(schedules) >= 1": (
        "no other schedule is the same as the only one"
    ),
    "compiler.environment.template:Renderer._scalar: filled == text -> filled != text": _NO_COLUMNS,
    "compiler.entrypoints.read:_Reader._read: flow.file or place.path -> "
    "flow.file and place.path": "specs look at what a label says, not at its file",
    "compiler.entrypoints.read:_Reader._read: flow.code_file or place.path -> "
    "flow.code_file and place.path": "a version is no finding",
    "compiler.entrypoints.read:_Reader._read: self._sources.data(code) or b'' -> "
    "self._sources.data(code) and b''": "a version is no finding",
}
