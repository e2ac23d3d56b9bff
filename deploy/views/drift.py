"""What moved on the server, as text and as JSON.  Pure: value to text."""

import json
from collections.abc import Iterator, Mapping, Sequence

from compiler.desired.json import Json
from compiler.desired.secret_shape import is_secret_name
from compiler.plan.drift import Drift, Moved, Shift
from compiler.plan.mask import Mask
from compiler.state.memory import is_shown, recalled
from deploy.views.letters import broken, one_line

_MARKS: Mapping[Moved, str] = {Moved.DELETED: "-", Moved.REPLACED: "!", Moved.CHANGED: "~"}
_FORMAT = "1.0"
_LONGEST = 100


def as_text(drifts: Sequence[Drift], mask: Mask, columns: int | None = None) -> str:
    """A thing a block, each place as last applied and as it is; `columns` are the terminal's."""
    lines = [
        part for each in drifts for line in _thing(each, mask) for part in broken(line, columns)
    ]
    count = len(drifts)
    summary = f"{count} moved on the server since the last apply" if count else "nothing moved"
    return "\n".join([*lines, "", summary] if lines else [summary]) + "\n"


def _thing(drift: Drift, mask: Mask) -> Iterator[str]:
    note = "" if drift.how is Moved.CHANGED else f"  ({drift.how})"
    yield f"{_MARKS[drift.how]} {one_line(str(drift.address))}{note}"
    for shift in drift.shifts:
        old = _short(_old(shift, mask)) if is_shown(shift.old) else _unknown(shift)
        now = _short(_now(shift, mask)) if shift.is_there else "(nothing)"
        yield f"    {one_line('.'.join(shift.path))}: {old} → {now}"


def _unknown(shift: Shift) -> str:
    return "(nothing)" if shift.old is None else "(as applied)"


def _short(value: Json) -> str:
    text = one_line(json.dumps(value, ensure_ascii=False, default=dict))
    return text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"


def _old(shift: Shift, mask: Mask) -> Json:
    assert shift.old is not None
    return mask.value(recalled(shift.old), secret=_is_secret(shift))


def _now(shift: Shift, mask: Mask) -> Json:
    return mask.value(shift.now, secret=_is_secret(shift))


def _is_secret(shift: Shift) -> bool:
    return any(map(is_secret_name, shift.path[1:]))


def as_json(stack: str, drifts: Sequence[Drift], mask: Mask) -> str:
    """One object; `last_applied` is null too where it is too long to keep, or a secret."""
    document = {
        "format_version": _FORMAT,
        "stack": stack,
        "drifted": bool(drifts),
        "things": [
            {
                "address": str(each.address),
                "how": each.how.value,
                "changes": [
                    {
                        "path": ".".join(shift.path),
                        "last_applied": _old(shift, mask) if is_shown(shift.old) else None,
                        "is_last_applied_known": shift.old is None or is_shown(shift.old),
                        "now": _now(shift, mask) if shift.is_there else None,
                        "is_there": shift.is_there,
                    }
                    for shift in each.shifts
                ],
            }
            for each in drifts
        ],
    }
    return json.dumps(document, indent=2, default=dict) + "\n"
