"""In: a request by name and score; out: the shipped edition's answer with all that qualifies it."""

from __future__ import annotations

from calib import _math, _names
from calib._edition import current
from calib._entry import Entry
from calib._errors import EditionError, shown
from calib._tables import REMEDY
from calib._values import Band, Boundary, Curve, Gain, Probability


def _score(score: object) -> float:
    """Return a score as a number from 1 to 300; anything else is a ValueError."""
    kind = type(score)
    if kind is not int and kind is not float:
        score = _as_number(score)
    if 1 <= score <= 300:  # type: ignore[operator]
        return score  # type: ignore[return-value]
    raise ValueError(f"score must lie between 1 and 300, not {shown(score)}")


def _as_number(value: object, name: str = "score") -> float:
    """Return a number of another type (Fraction, Decimal, a NumPy scalar) as a float."""
    # What has a length is text or a collection, even where it offers to be a float.
    dtype = getattr(value, "dtype", None)
    if (
        not isinstance(value, bool)
        and not hasattr(value, "__len__")
        and hasattr(value, "__float__")
        and (dtype is None or getattr(dtype, "kind", "") in "iuf")
    ):
        try:
            return float(value)
        except Exception as error:
            raise ValueError(f"{name} must be a number: {shown(value)} is not ({error})") from None
    raise ValueError(f"{name} must be a number, not {shown(value)}")


def probability(
    score: float,
    specialty: str,
    applicant_group: str,
    *,
    outcome: str = "match",
    cycle: str | int | None = None,
    denominator: str | None = None,
    needs_visa: str | bool | None = None,
) -> Probability:
    """Return the chance of the outcome at a score.

    Parameters
    ----------
    score : float
        Step 2 CK, 1-300.
    specialty, applicant_group : str
        Names as in `specialties` and `applicant_groups`; capitals, spaces and hyphens are allowed.
    outcome : str
        ``match`` or ``interview``.
    cycle : str or int, optional
        Match year or span; by default the newest with evidence.
    denominator : str, optional
        ``ranked_first``, ``ranked_any_pgy1`` or ``applications``; by default the first of these
        that has evidence, in any cycle: a newer table never changes whom the chance counts.
    needs_visa : str or bool, optional
        ``yes``, ``no``, True or False; by default everyone.

    Returns
    -------
    Probability
        `value` None and status ``no_evidence`` where there is no curve; `available` then lists
        those that exist.

    Raises
    ------
    UnknownNameError
        If a name is unknown (a KeyError).
    ValueError
        If the score is not a number from 1 to 300.
    EditionError
        If the installed table is missing or damaged.
    """
    entry = current().find(specialty, applicant_group, outcome, cycle, denominator, needs_visa)
    score = _score(score)
    if entry.line is None:
        return Probability(entry.curve, score, None, None, None, None)
    value, low, high = _math.chance(entry.line, score)
    return Probability(entry.curve, score, value, low, high, _outside(entry, score))


def _outside(entry: Entry, score: float) -> bool:
    low, high = entry.curve.score_low, entry.curve.score_high
    return (low is not None and score < low) or (high is not None and score > high)


def bands(
    specialty: str,
    applicant_group: str,
    *,
    scheme: str = "guide",
    outcome: str = "match",
    cycle: str | int | None = None,
    denominator: str | None = None,
    needs_visa: str | bool | None = None,
) -> tuple[Band, ...]:
    """Return every label of a scheme on one curve, the highest first.

    Parameters
    ----------
    specialty, applicant_group : str
        See `probability`.
    scheme : str
        ``guide`` (highly_competitive, competitive, borderline, low) or ``chance`` (very_likely,
        likely, possible, unlikely). The guides' labels are chances of a match: an interview curve
        has none of them (``no_evidence``).
    outcome, cycle, denominator, needs_visa
        See `probability`.

    Returns
    -------
    tuple of Band
        Four; a label without a claimed edge has None for its bounds.

    Raises
    ------
    UnknownNameError
        If a name is unknown (a KeyError).
    EditionError
        If the installed table is missing or damaged.
    """
    entry = current().find(specialty, applicant_group, outcome, cycle, denominator, needs_visa)
    return _bands(entry, scheme)[0]


def band(
    score: float,
    specialty: str,
    applicant_group: str,
    *,
    scheme: str = "guide",
    outcome: str = "match",
    cycle: str | int | None = None,
    denominator: str | None = None,
    needs_visa: str | bool | None = None,
) -> Band:
    """Return the band that holds a score.

    Parameters
    ----------
    score : float
        Step 2 CK, 1-300; a fraction belongs with the whole score below it.
    specialty, applicant_group : str
        See `probability`.
    scheme : str
        ``guide`` or ``chance``.
    outcome, cycle, denominator, needs_visa
        See `probability`.

    Returns
    -------
    Band
        With `label` None where the curve claims no edge; `status` says why.

    Raises
    ------
    UnknownNameError
        If a name is unknown (a KeyError).
    ValueError
        If the score is not a number from 1 to 300.
    EditionError
        If the installed table is missing or damaged.
    """
    entry = current().find(specialty, applicant_group, outcome, cycle, denominator, needs_visa)
    score = _score(score)
    rows, nowhere = _bands(entry, scheme)
    for row in rows:
        low, high = row.score_min, row.score_max
        if low is not None and high is not None and low <= score < high + 1:
            return row
    return nowhere


def _bands(entry: Entry, scheme: str) -> tuple[tuple[Band, ...], Band]:
    """Return an entry's bands of a scheme and the answer for a score in none of them."""
    if type(scheme) is not str or scheme not in entry.bands:
        scheme = _names.known("scheme", scheme, _names.SCHEMES)
        if scheme not in entry.bands:
            entry.bands[scheme] = _read_bands(entry.curve, scheme)
    return entry.bands[scheme]


# In the order of Band's slots, after `curve` and `scheme`.
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


def _read_bands(curve: Curve, scheme: str) -> tuple[tuple[Band, ...], Band]:
    blank = (None,) * 11
    qualified = (curve.status, curve.grade, curve.n)
    rows = current().band_rows(curve, scheme) if curve.cycle else []
    if rows:
        found = [Band(curve, scheme, *(row[name] for name in _FROM_ROW)) for row in rows]
    elif curve.status == "no_evidence":
        labels = enumerate(_names.LABELS[scheme], start=1)
        found = [Band(curve, scheme, rank, label, *blank, *qualified) for rank, label in labels]
    else:
        raise EditionError(
            f"The band table has no rows of scheme {scheme} for {curve.specialty},"
            f" {curve.applicant_group}, {curve.cycle}, though curves.csv has the curve.{REMEDY}"
        )
    # Bands with edges cover 1-300, so a score is left out only where no edge is claimed: all rows
    # then have the same status, which may not be the curve's (interviews have no guide labels).
    statuses = {band.status for band in found} - {"ok"}
    status = statuses.pop() if len(statuses) == 1 else "unreachable"
    return tuple(found), Band(curve, scheme, None, None, *blank, status, *qualified[1:])


def score_for(
    p: float,
    specialty: str,
    applicant_group: str,
    *,
    outcome: str = "match",
    cycle: str | int | None = None,
    denominator: str | None = None,
    needs_visa: str | bool | None = None,
) -> Boundary:
    """Return the score at which the chance reaches `p`.

    Parameters
    ----------
    p : float
        Probability, above 0 and below 1.
    specialty, applicant_group : str
        See `probability`.
    outcome, cycle, denominator, needs_visa
        See `probability`.

    Returns
    -------
    Boundary
        `score` None where the curve is not ``ok`` (`status` says what it is) or reaches `p` only
        beyond the scores that it was fitted on (``unreachable``).

    Raises
    ------
    UnknownNameError
        If a name is unknown (a KeyError).
    ValueError
        If `p` is not a number between 0 and 1.
    EditionError
        If the installed table is missing or damaged.
    """
    entry = current().find(specialty, applicant_group, outcome, cycle, denominator, needs_visa)
    if type(p) is not float:
        p = _as_number(p, "p")
    if not 0.0 < p < 1.0:
        raise ValueError(f"p must lie between 0 and 1 (both excluded), not {shown(p)}")
    status = entry.curve.status
    if status != "ok" or entry.line is None:
        return Boundary(entry.curve, p, None, None, None, status)
    score, low, high = _math.edge(entry.line, p)
    if _outside(entry, score):
        return Boundary(entry.curve, p, None, None, None, "unreachable")
    return Boundary(entry.curve, p, score, low, high, status)


def gain(
    from_score: float,
    to_score: float,
    specialty: str,
    applicant_group: str,
    *,
    outcome: str = "match",
    cycle: str | int | None = None,
    denominator: str | None = None,
    needs_visa: str | bool | None = None,
) -> Gain:
    """Return how much higher the chance is at one score than at another.

    Parameters
    ----------
    from_score, to_score : float
        Step 2 CK, 1-300; in either order.
    specialty, applicant_group : str
        See `probability`.
    outcome, cycle, denominator, needs_visa
        See `probability`.

    Returns
    -------
    Gain
        A difference in probability and an odds ratio, each with an interval from the covariance
        of the curve's coefficients. It compares people; it is not what a person gains by scoring
        higher.

    Raises
    ------
    UnknownNameError
        If a name is unknown (a KeyError).
    ValueError
        If a score is not a number from 1 to 300.
    EditionError
        If the installed table is missing or damaged.
    """
    entry = current().find(specialty, applicant_group, outcome, cycle, denominator, needs_visa)
    pair = (_score(from_score), _score(to_score))
    if pair not in entry.gains:
        if len(entry.gains) >= _GAINS:
            entry.gains.clear()
        entry.gains[pair] = _gain(entry, *pair)
    return entry.gains[pair]


_GAINS = 512
"""Differences remembered for each curve."""


def _gain(entry: Entry, start: float, end: float) -> Gain:
    if entry.line is None:
        return Gain(entry.curve, start, end, *(None,) * 7)
    outside = _outside(entry, start) or _outside(entry, end)
    return Gain(
        entry.curve,
        start,
        end,
        *_math.difference(entry.line, start, end),
        *_math.odds_ratio(entry.line, start, end),
        outside,
    )
