"""In: one curve and a score as given; out: the answer with all that qualifies it."""

from __future__ import annotations

from calib import _math, _names
from calib._edition import current
from calib._entry import Entry
from calib._errors import EditionError, shown
from calib._tables import REMEDY
from calib._values import Band, Boundary, Curve, Gain, Probability

TYPE_CHECKING = False  # known to the checkers; importing typing costs more than a look-up may
if TYPE_CHECKING:
    from calib._entry import Bands

_GAINS = 512
"""Differences remembered for each curve."""


def number(value: object, name: str) -> float:
    """Return any real number (Fraction, Decimal, a NumPy scalar) as an int or a float.

    Parameters
    ----------
    value : object
        As given by the user.
    name : str
        What it stands for, for the message.

    Returns
    -------
    float

    Raises
    ------
    ValueError
        If it is not a number.
    """
    if type(value) is int or type(value) is float:
        return value
    try:
        # What has a length is text or a collection, even where it offers to be a float.
        if type(value) is not bool and not hasattr(value, "__len__"):
            dtype = getattr(value, "dtype", None)
            if dtype is None or dtype.kind in "iuf":
                return float(value)  # type: ignore[arg-type]  # what is no number raises
    except Exception:  # noqa: S110 - any object may be given, and fail in any way
        pass
    raise ValueError(f"{name} must be a number, not {shown(value)}")


def _score(value: object) -> float:
    score = number(value, "score")
    if 1 <= score <= 300:
        return score
    raise ValueError(f"score must lie between 1 and 300, not {shown(value)}")


def _outside(entry: Entry, score: float) -> bool:
    low, high = entry.curve.score_low, entry.curve.score_high
    return (low is not None and score < low) or (high is not None and score > high)


def chance_at(entry: Entry, given: object) -> Probability:
    """Return the chance at a score.

    Parameters
    ----------
    entry : Entry
        The curve.
    given : object
        The score.

    Returns
    -------
    Probability

    Raises
    ------
    ValueError
        If the score is not a number from 1 to 300.
    """
    score = _score(given)
    if entry.line is None:
        return Probability(entry.curve, score, None, None, None, None)
    value, low, high = _math.chance(entry.line, score)
    return Probability(entry.curve, score, value, low, high, _outside(entry, score))


def edge_at(entry: Entry, given: object) -> Boundary:
    """Return the score at which the chance reaches a probability.

    Parameters
    ----------
    entry : Entry
        The curve.
    given : object
        The probability.

    Returns
    -------
    Boundary

    Raises
    ------
    ValueError
        If the probability is not a number between 0 and 1.
    """
    p = number(given, "p")
    if not 0.0 < p < 1.0:
        raise ValueError(f"p must lie between 0 and 1 (both excluded), not {shown(given)}")
    status = entry.curve.status
    if status != "ok" or entry.line is None:
        return Boundary(entry.curve, p, None, None, None, status)
    score, low, high = _math.edge(entry.line, p)
    if _outside(entry, score):
        return Boundary(entry.curve, p, None, None, None, "unreachable")
    return Boundary(entry.curve, p, score, low, high, status)


def gain_between(entry: Entry, start: object, end: object) -> Gain:
    """Return the difference in chance between two scores.

    Parameters
    ----------
    entry : Entry
        The curve.
    start, end : object
        The scores.

    Returns
    -------
    Gain

    Raises
    ------
    ValueError
        If a score is not a number from 1 to 300.
    """
    pair = (_score(start), _score(end))
    gain = entry.gains.get(pair)
    if gain is None:
        if len(entry.gains) >= _GAINS:
            entry.gains.clear()
        gain = entry.gains[pair] = _gain(entry, *pair)
    return gain


def _gain(entry: Entry, start: float, end: float) -> Gain:
    if entry.line is None:
        return Gain(entry.curve, start, end, *(None,) * 7)
    outside = _outside(entry, start) or _outside(entry, end)
    difference = _math.difference(entry.line, start, end)
    ratio = _math.odds_ratio(entry.line, start, end)
    return Gain(entry.curve, start, end, *difference, *ratio, outside)


def holding(bands: tuple[Band, ...], score: float) -> Band | None:
    """Return the band that holds a score.

    Parameters
    ----------
    bands : tuple of Band
        All of one curve and scheme.
    score : float
        From 1 to 300.

    Returns
    -------
    Band or None
        None where no edge is claimed.
    """
    for band in bands:
        low, high = band.score_min, band.score_max
        if low is not None and high is not None and low <= score < high + 1:
            return band
    return None


def band_at(entry: Entry, given: object, scheme: str) -> Band:
    """Return the band that holds a score, or why there is none.

    Parameters
    ----------
    entry : Entry
        The curve.
    given : object
        The score.
    scheme : str
        As given by the user.

    Returns
    -------
    Band

    Raises
    ------
    UnknownNameError
        If the scheme is unknown (a KeyError).
    ValueError
        If the score is not a number from 1 to 300.
    """
    score = _score(given)
    bands, nowhere = scheme_bands(entry, scheme, _outside(entry, score))
    return holding(bands, score) or nowhere


def scheme_bands(
    entry: Entry, scheme: str, extrapolated: bool = False
) -> tuple[tuple[Band, ...], Band]:
    """Return the bands of one curve.

    Parameters
    ----------
    entry : Entry
        The curve.
    scheme : str
        As given by the user.
    extrapolated : bool
        Whether they answer for a score outside the fitted ones.

    Returns
    -------
    tuple of Band
        The highest first.
    Band
        The answer for a score in none of them.

    Raises
    ------
    UnknownNameError
        If the scheme is unknown (a KeyError).
    EditionError
        If the band table is missing or damaged.
    """
    if type(scheme) is not str or scheme not in entry.bands:
        scheme = _names.known("scheme", scheme, _names.SCHEMES)
        if scheme not in entry.bands:
            entry.bands[scheme] = _read_bands(entry.curve, scheme)
    return entry.bands[scheme][extrapolated]


# In the order of Band's slots, after `curve` and `scheme` and before `extrapolated`.
_FROM_ROW = (
    "rank",
    "label",
    "score_min",
    "score_max",
    "boundary",
    "boundary_low",
    "boundary_high",
    "probability",
    "probability_low",
    "probability_high",
    "guide_edge",
    "shift",
    "suppressed",
    "status",
    "grade",
    "n",
)


def _read_bands(curve: Curve, scheme: str) -> tuple[Bands, Bands]:
    """Return the bands for scores among the fitted ones, and for those outside."""
    blank = (None,) * 11
    qualified = (curve.status, curve.grade, curve.n)
    rows = current().band_rows(curve, scheme) if curve.cycle else []
    if rows:
        values = [tuple(row[name] for name in _FROM_ROW) for row in rows]
    elif curve.status == "no_evidence":
        labels = enumerate(_names.LABELS[scheme], start=1)
        values = [(rank, label, *blank, *qualified) for rank, label in labels]
    else:
        raise EditionError(
            f"The band table has no rows of scheme {scheme} for {curve.specialty},"
            f" {curve.applicant_group}, {curve.cycle}, though curves.csv has the curve.{REMEDY}"
        )
    # Bands with edges cover 1-300, so a score is left out only where no edge is claimed: all rows
    # then have the same status, which may not be the curve's (interviews have no guide labels).
    at = _FROM_ROW.index("status")
    statuses = {row[at] for row in values} - {"ok"}
    status = statuses.pop() if len(statuses) == 1 else "unreachable"
    nowhere = (None, None, *blank, status, *qualified[1:])

    def banded(extrapolated: bool) -> Bands:
        *bands, none = (Band(curve, scheme, *row, extrapolated) for row in (*values, nowhere))
        return tuple(bands), none

    return banded(False), banded(True)
