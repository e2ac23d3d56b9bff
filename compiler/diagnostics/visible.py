"""Letters that only show: what breaks, hides or reorders a line becomes a picture of itself."""

import unicodedata

_JOINER = "\u200d"
_HIDDEN = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})


def one_line(text: str) -> str:
    """The text as one line that is only shown: no control gets through."""
    return text if text.isprintable() else "".join(map(visible, text))


def visible(letter: str) -> str:
    """A picture of a control character; of one that would reorder or break a line, a mark."""
    code = ord(letter)
    if code < 0x20:
        return chr(0x2400 + code)
    if code == 0x7F:
        return "\u2421"
    hides = unicodedata.category(letter) in _HIDDEN and letter != _JOINER
    return "\ufffd" if hides else letter
