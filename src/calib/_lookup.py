"""In: a request by name and score; out: the shipped edition's answer with all that qualifies it."""

from __future__ import annotations

from calib._answers import band_at, chance_at, edge_at, gain_between, scheme_bands
from calib._edition import current
from calib._values import Band, Boundary, Gain, Probability


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

    Examples
    --------
    >>> import calib
    >>> p = calib.probability(251, "general_surgery", "non_us_img")
    >>> p.status, p.grade, p.denominator, p.extrapolated
    ('ok', 'A', 'ranked_first', False)
    >>> 0 < p.low < p.value < p.high < 1
    True

    Without a curve there is no value, and never another group's:

    >>> none = calib.probability(251, "general_surgery", "us_do_senior")
    >>> none.value, none.status
    (None, 'no_evidence')
    >>> "us_md_senior" in none.available_groups
    True

    >>> calib.probability(251, "dermatolgy", "non_us_img")
    Traceback (most recent call last):
        ...
    calib.UnknownNameError: Unknown specialty 'dermatolgy'. Did you mean dermatology?
    """
    entry = current().find(specialty, applicant_group, outcome, cycle, denominator, needs_visa)
    return chance_at(entry, score)


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

    Examples
    --------
    >>> import calib
    >>> for band in calib.bands("general_surgery", "non_us_img"):
    ...     print(band.rank, band.label, band.status)
    1 highly_competitive ok
    2 competitive ok
    3 borderline ok
    4 low ok
    >>> bands = calib.bands("family_medicine", "non_us_img", scheme="chance")
    >>> {(band.score_min, band.status) for band in bands}
    {(None, 'flat')}
    """
    entry = current().find(specialty, applicant_group, outcome, cycle, denominator, needs_visa)
    return scheme_bands(entry, scheme)[0]


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
        With `label` None where the curve claims no edge; `status` says why. `extrapolated` is True
        where the score lies outside those that the curve was fitted on, as in `probability`: the
        label is not supported there.

    Raises
    ------
    UnknownNameError
        If a name is unknown (a KeyError).
    ValueError
        If the score is not a number from 1 to 300.
    EditionError
        If the installed table is missing or damaged.

    Examples
    --------
    >>> import calib
    >>> band = calib.band(265, "general_surgery", "non_us_img")
    >>> band.label, band.score_max, band.extrapolated, band.sources
    ('highly_competitive', 300, False, ('nrmp_charting_outcomes_2026_non_us_img',))
    >>> calib.band(150, "general_surgery", "non_us_img").extrapolated
    True
    >>> band = calib.band(280, "family_medicine", "non_us_img")
    >>> band.label, band.status
    (None, 'flat')
    """
    entry = current().find(specialty, applicant_group, outcome, cycle, denominator, needs_visa)
    return band_at(entry, score, scheme)


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

    Examples
    --------
    >>> import calib
    >>> edge = calib.score_for(0.5, "anesthesiology", "non_us_img")
    >>> edge.status, edge.low < edge.score < edge.high
    ('ok', True)
    >>> edge = calib.score_for(0.99, "anesthesiology", "non_us_img")
    >>> edge.score, edge.status
    (None, 'unreachable')
    """
    entry = current().find(specialty, applicant_group, outcome, cycle, denominator, needs_visa)
    return edge_at(entry, p)


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

    Examples
    --------
    >>> import calib
    >>> gain = calib.gain(240, 250, "general_surgery", "non_us_img")
    >>> 0 < gain.low < gain.value < gain.high
    True
    >>> gain.odds_ratio > 1, gain.extrapolated
    (True, False)
    """
    entry = current().find(specialty, applicant_group, outcome, cycle, denominator, needs_visa)
    return gain_between(entry, from_score, to_score)
