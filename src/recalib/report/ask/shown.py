"""How the page prints numbers for people: of 100, gaps, ranges. `shown.js` is its twin."""

from __future__ import annotations

import re

from recalib.report import words

_PLACE = re.compile(r"\{(\w+)\}")


def fill(template: str, **values: str) -> str:
    """Put values into the places of a sentence; a place without a value stays."""
    return _PLACE.sub(lambda place: values.get(place[1], place[0]), template)


def of_100(share: float) -> str:
    """Print a share as whole people of 100: never 0 or 100, which would promise something."""
    told = f"{100 * share:.0f}"
    return {"0": "under 1", "100": "over 99"}.get(told, told)


def between(low: float, high: float) -> str:
    """Print an interval of shares: ``14 to 37``."""
    ends = of_100(low), of_100(high)
    return ends[0] if ends[0] == ends[1] else " to ".join(ends)


def gap(difference: float) -> str:
    """Print a difference of shares as whole people of 100, with its sign."""
    return words.signed(100 * difference, 0)


def gaps(low: float, high: float) -> str:
    """Print the interval of a difference."""
    return f"{gap(low)} to {gap(high)}"
