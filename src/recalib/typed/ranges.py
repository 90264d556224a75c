"""Reads a range of scores as people write it: 240-249, up to 219, < 220, 250+."""

from __future__ import annotations

import re

from recalib.typed.words import one_line, unmarked

_NUMBER = "([0-9]{2,3})"
_BOTH = re.compile(rf"{_NUMBER}\s*(?:[-–—−]|to|through|until|\.\.+)\s*{_NUMBER}", re.IGNORECASE)
#: Text to which of the bounds the number is, and how far it lies from it.
_ONE = [
    (rf"(?:≥|>=|at least|from)\s*{_NUMBER}", "low", 0),
    (rf"{_NUMBER}\s*(?:\+|(?:or|and|&)\s*(?:more|higher|above|over|greater|up))", "low", 0),
    (rf"(?:>|above|over|more than|greater than)\s*{_NUMBER}", "low", 1),
    (rf"(?:≤|<=|up to|at most|until|to)\s*{_NUMBER}", "high", 0),
    (rf"{_NUMBER}\s*(?:or|and|&)\s*(?:less|lower|below|fewer|under)", "high", 0),
    (rf"(?:<|below|under|less than)\s*{_NUMBER}", "high", -1),
    (rf"{_NUMBER}", "both", 0),
]


def read_range(text: str) -> tuple[str, str] | None:
    """Lowest and highest score of a range, blank where it is open; None where it is none."""
    bare = unmarked(one_line(text))[0] if not re.search(r"[0-9]\+$", text) else text
    both = _BOTH.fullmatch(bare)
    if both:
        return both[1], both[2]
    for pattern, bound, more in _ONE:
        found = re.fullmatch(pattern, bare, re.IGNORECASE)
        if found:
            value = str(int(found[1]) + more)
            return (value if bound != "high" else "", value if bound != "low" else "")
    return None
