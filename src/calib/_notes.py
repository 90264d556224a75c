"""In: an answer of a look-up; out: the sentences that say what it claims, and what it does not."""

from __future__ import annotations

from calib import _math, _names
from calib._values import Answered, Band, Boundary, Curve

TYPE_CHECKING = False  # known to the checkers; these imports cost more than a look-up may
if TYPE_CHECKING:
    from collections.abc import Sequence

CAVEAT = (
    "This describes past applicants: it is not a promise to a person and not causal, so a higher"
    " score alone need not change the chance."
)
"""Stands wherever a probability is shown."""

SELF_REPORTED = (
    "Self-reported by applicants: read how the chance changes with the score, not its level."
)
GUIDE_LABELS = (
    "The guides' labels are chances of a match; for interviews use --scheme chance"
    " (scheme='chance')."
)
_WIDE = 40.0
"""Score points: an edge with a wider interval says little about where it lies."""
_WHY = {
    "flat": "the score hardly separates applicants here",
    "weak": "the data cannot tell whether the score matters here",
    "borrowed": "only totals are published here, and the slope is borrowed from other specialties",
    "unreachable": "the edge lies outside the scores that the curve was fitted on",
}


def why(answer: Answered, status: str) -> str | None:
    """Return why no edge is claimed.

    Parameters
    ----------
    answer : Answered
        Any answer of a look-up.
    status : str
        Its status.

    Returns
    -------
    str or None
        Half a sentence; None where an edge is claimed or the status needs no reason.
    """
    if status == "unreachable" and isinstance(answer, Boundary):
        return _beyond(answer)
    return _WHY.get(status)


def _beyond(edge: Boundary) -> str:
    """Say on which side of `p` the whole fitted part of a curve lies."""
    a, b = edge.curve.intercept or 0.0, edge.curve.slope or 0.0
    ends = [x for x in (edge.curve.score_low, edge.curve.score_high) if x is not None]
    below = all(_math.expit(a + b * (x - 245.0) * 0.1) < edge.p for x in ends)
    return f"the chance is {'below' if below else 'above'} {100 * edge.p:g} % at every fitted score"


def self_reported(answer: Answered) -> list[str]:
    """Return the warning that belongs to what applicants reported themselves.

    Parameters
    ----------
    answer : Answered
        Any answer of a look-up.

    Returns
    -------
    list of str
        One sentence or none.
    """
    doubtful = answer.outcome == "interview" and answer.grade in ("C", "D")
    return [SELF_REPORTED] if doubtful else []


def guide_labels(answer: Band) -> list[str]:
    """Return what to ask instead of a guide's label that does not exist.

    Parameters
    ----------
    answer : Band
        A band, or the answer for a score in none.

    Returns
    -------
    list of str
        One sentence or none.
    """
    # Another status than ok claims no edge of the other scheme either.
    missing = answer.outcome == "interview" and answer.curve.status == "ok"
    return [GUIDE_LABELS] if missing and answer.scheme == "guide" else []


def fitted(curve: Curve) -> str:
    """Return the scores that a curve was fitted on.

    Parameters
    ----------
    curve : Curve
        Any with bands.

    Returns
    -------
    str
        Such as ``213.9-268.1``; an end that is not given is that of all scores.
    """
    return f"{curve.score_low or 1:g}-{curve.score_high or 300:g}"


def unsupported(answer: Band, score: float) -> list[str]:
    """Return that a label is not supported at a score.

    Parameters
    ----------
    answer : Band
        The answer for the score.
    score : float
        Step 2 CK, 1-300.

    Returns
    -------
    list of str
        One sentence or none.
    """
    if answer.label is None or not answer.extrapolated:
        return []
    return [
        f"The score {score:g} lies outside the scores of the table ({fitted(answer.curve)}), so the"
        " label is not supported there: see `calib probability`."
    ]


def known_edge(band: Band) -> str:
    """Return how far a band's lower edge is known.

    Parameters
    ----------
    band : Band
        One with an edge.

    Returns
    -------
    str
        The part of a sentence that follows "known only to".
    """
    low, high = band.boundary_low, band.boundary_high
    if low is None and high is None:
        return "lie anywhere (unbounded)"
    if low is None:
        return f"lie below {high:.1f} (unbounded)"
    return f"lie above {low:.1f} (unbounded)" if high is None else f"{low:.1f}-{high:.1f}"


def loose(band: Band) -> bool:
    """Return whether the interval of a band's lower edge is open or wide.

    Parameters
    ----------
    band : Band
        Any.

    Returns
    -------
    bool
        False where the band has no edge.
    """
    low, high = band.boundary_low, band.boundary_high
    return band.boundary is not None and (low is None or high is None or high - low > _WIDE)


def loose_edges(bands: Sequence[Band]) -> list[str]:
    """Return which edges are known only to an interval that is open or wide.

    Parameters
    ----------
    bands : sequence of Band
        Some of one curve and scheme.

    Returns
    -------
    list of str
        One sentence or none.
    """
    known = [
        f"{_name(band)} {'to' if i else 'is known only to'} {known_edge(band)}"
        for i, band in enumerate(filter(loose, bands))
    ]
    return [f"The lower edge of {', that of '.join(known)}."] if known else []


def ask_chance(answer: Band) -> list[str]:
    """Return where the chance stands if no edge is claimed.

    Parameters
    ----------
    answer : Band
        A band, or the answer for a score in none.

    Returns
    -------
    list of str
        One sentence or none.
    """
    wide = {"weak": "wide ", "borrowed": "wide ", "flat": ""}.get(answer.curve.status)
    if wide is None:
        return []
    return [f"For the chance at a score, with its {wide}interval, see `calib probability`."]


def reach(bands: Sequence[Band], held: Band | None = None) -> list[str]:
    """Return on which side of the labels that no fitted score has the chance lies.

    Parameters
    ----------
    bands : sequence of Band
        All of one curve and scheme, rank 1 first.
    held : Band, optional
        Only what concerns the neighbours of this one.

    Returns
    -------
    list of str
        Up to two sentences.
    """
    bounded = [i for i, band in enumerate(bands) if band.score_min is not None]
    if not bounded:
        return []
    first, last = bounded[0], bounded[-1]
    found: list[str] = []
    if first > 0 and held in (None, bands[first]):
        found.append(f"The chance is below {_edge(bands[first - 1])} at every fitted score.")
    if last < len(bands) - 1 and held in (None, bands[last]):
        found.append(f"The chance is above {_edge(bands[last])} at every fitted score.")
    return found


def _edge(band: Band) -> str:
    label = str(band.label)
    if label in _names.CHANCES:
        return f"{100 * _names.CHANCES[label]:g} %"
    return f"the lower edge of {_name(band)}"


def _name(band: Band) -> str:
    return f"'{str(band.label).replace('_', ' ')}'"
