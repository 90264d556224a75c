"""The public look-ups: a request by name and score, answered from the shipped edition."""

from __future__ import annotations

import dataclasses
from bisect import bisect_left

from calib import line, names
from calib.answers import AuditRow, Band, Boundary, Curve, Gain, Probability, Standing
from calib.edition import Row, current, edition_order, kept, shipped, tables


def probability(
    score: float,
    specialty: str,
    applicant_group: str,
    *,
    outcome: str = "match",
    cycle: str | int | None = None,
    denominator: str | None = None,
    needs_visa: str | bool | None = None,
    source: str | None = None,
) -> Probability:
    """Return the chance of the outcome at a score.

    A chance of a match is that of those who had interviews enough to rank it.

    Parameters
    ----------
    score : float
        Step 2 CK, 1-300.
    specialty, applicant_group : str
        Names as in `specialties` and `applicant_groups`, the sources' labels ("Surgery-General") or
        common short names ("IM", "ENT"), in any case.
    outcome : str
        ``match`` or ``interview``.
    cycle : str or int, optional
        Match year or span; by default the newest with evidence.
    denominator : str, optional
        ``ranked_first``, ``ranked_any_pgy1`` or ``applications``; by default the first of these
        that has evidence, in any cycle: a newer table never changes whom the chance counts.
    needs_visa : str or bool, optional
        ``yes``, ``no``, True or False; by default everyone.
    source : str, optional
        One of `cohorts`: the cohort's own curve, which may stand beside a printed one of the same
        key. By default the printed curve, a cohort's only where nothing was printed; `sources`
        of the answer says which it was.

    Returns
    -------
    Probability
        With an interval for the curve's own cycle, and one for the next cycle, which is wider:
        levels move. `value` is None and status ``no_evidence`` where there is no curve;
        `available` then lists those that exist.

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
    >>> 0 < p.next_low < p.low < p.value < p.high < p.next_high < 1
    True

    Without a curve there is no value, and never another group's:

    >>> none = calib.probability(251, "general_surgery", "us_do")
    >>> none.value, none.status
    (None, 'no_evidence')
    >>> "us_md_senior" in none.available_groups
    True

    >>> calib.probability(251, "dermatolgy", "non_us_img")
    Traceback (most recent call last):
        ...
    calib.UnknownNameError: Unknown specialty 'dermatolgy'. Did you mean dermatology?
    """
    curve = current().find(
        specialty, applicant_group, outcome, cycle, denominator, needs_visa, source
    )
    return chance_at(curve, score)


def chance_at(curve: Curve, score: object) -> Probability:
    """Return the chance on a curve at a score as given by the user."""
    x = checked_score(score)
    if curve.line is None:
        return Probability.to(curve, score=x)
    value, low, high = line.chance(curve.line, x)
    later = line.chance(curve.next_line, x) if curve.next_line else (None, None, None)
    ends = {"low": low, "high": high, "next_low": later[1], "next_high": later[2]}
    return Probability.to(curve, score=x, value=value, **ends, extrapolated=curve.outside(x))


def chances(
    score: float,
    applicant_group: str,
    *,
    outcome: str = "match",
    cycle: str | int | None = None,
    denominator: str | None = None,
    needs_visa: str | bool | None = None,
    source: str | None = None,
) -> tuple[Probability, ...]:
    """Return the chance at a score in every specialty that has a curve, the highest first.

    A chance of a match is that of those who had interviews enough to rank it. Two denominators
    count different people, so all chances are of one, which each of them names.

    Parameters
    ----------
    score : float
        Step 2 CK, 1-300.
    applicant_group : str
        See `probability`.
    denominator : str, optional
        See `probability`; by default the first that any specialty has for this group.
    outcome, cycle, needs_visa, source
        See `probability`.

    Returns
    -------
    tuple of Probability
        Empty where no specialty has a curve.

    Raises
    ------
    UnknownNameError, ValueError, EditionError
        See `probability`.

    Examples
    --------
    >>> import calib
    >>> found = calib.chances(243, "non_us_img")
    >>> {chance.denominator for chance in found}
    {'ranked_first'}
    >>> found[0].value > found[-1].value
    True
    """
    edition, x = current(), checked_score(score)
    found: list[Probability] = []
    for counted in edition.denominators if denominator is None else (denominator,):
        for name in edition.specialties:
            curve = edition.find(name, applicant_group, outcome, cycle, counted, needs_visa, source)
            found += [chance_at(curve, x)] if curve.line else []
        if found:
            break
    return tuple(sorted(found, key=lambda chance: -(chance.value or 0.0)))


def standing(
    score: float,
    specialty: str,
    applicant_group: str,
    *,
    cycle: str | int | None = None,
    denominator: str | None = None,
    needs_visa: str | bool | None = None,
    source: str | None = None,
) -> Standing:
    """Return which share of those who matched, and of those who did not, is at or below a score.

    Parameters
    ----------
    score : float
        Step 2 CK, 1-300.
    specialty, applicant_group, cycle, denominator, needs_visa, source
        See `probability`.

    Returns
    -------
    Standing
        Of the curve's own cycle and people: those of a match who had interviews enough to rank it.
        None, with a `status`, for a borrowed curve, without evidence, and outside the fitted
        scores (``unreachable``).

    Raises
    ------
    UnknownNameError, ValueError, EditionError
        See `probability`.

    Examples
    --------
    >>> import calib
    >>> found = calib.standing(250, "general_surgery", "non_us_img")
    >>> 0 < found.matched_low < found.matched < found.matched_high < found.not_matched < 1
    True
    >>> calib.standing(150, "general_surgery", "non_us_img").status
    'unreachable'
    """
    curve = current().find(
        specialty, applicant_group, "match", cycle, denominator, needs_visa, source
    )
    return standing_at(curve, score)


def standing_at(curve: Curve, score: object) -> Standing:
    """Return the standing on a curve of a score as given by the user."""
    x, rows = checked_score(score), current().standing(curve)
    if not rows:
        status = curve.status if curve.status == "borrowed" else "no_evidence"
        return Standing.to(curve, score=x, status=status)
    if not rows[0][0] <= x <= rows[-1][0]:
        return Standing.to(curve, score=x, status="unreachable")
    at = max(bisect_left(rows, x, key=lambda row: row[0]), 1)
    below, above = rows[at - 1], rows[at]
    part = (x - below[0]) / (above[0] - below[0])
    shares = (low + part * (high - low) for low, high in zip(below[1:], above[1:], strict=True))
    return Standing.to(curve, score=x, **dict(zip(Standing.__slots__[1:], shares, strict=True)))


def bands(
    specialty: str,
    applicant_group: str,
    *,
    scheme: str = "guide",
    outcome: str = "match",
    cycle: str | int | None = None,
    denominator: str | None = None,
    needs_visa: str | bool | None = None,
    source: str | None = None,
) -> tuple[Band, ...]:
    """Return every band of one curve, cut where its chance is 25, 50 and 75 %, the highest first.

    A chance of a match is that of those who had interviews enough to rank it.

    Parameters
    ----------
    specialty, applicant_group : str
        See `probability`.
    scheme : str
        Whose words `label` speaks: ``guide`` (highly_competitive, competitive, borderline, low) or
        ``chance`` (very_likely, likely, possible, unlikely). The bands are the same. The guides
        speak of a match: for interviews they have no words, and `label` is None.
    outcome, cycle, denominator, needs_visa, source
        See `probability`.

    Returns
    -------
    tuple of Band
        Four; one whose edge is not claimed, and those below it, have None for their bounds.

    Raises
    ------
    UnknownNameError, EditionError
        See `probability`.

    Examples
    --------
    >>> import calib
    >>> for band in calib.bands("general_surgery", "non_us_img"):
    ...     print(band.rank, band.label, band.chance_label, band.status)
    1 highly_competitive very_likely unreachable
    2 competitive likely ok
    3 borderline possible ok
    4 low unlikely ok
    """
    curve = current().find(
        specialty, applicant_group, outcome, cycle, denominator, needs_visa, source
    )
    return current().bands(curve, names.resolve("scheme", scheme, names.LABELS))


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
    source: str | None = None,
) -> Band:
    """Return the band that holds a score.

    A chance of a match is that of those who had interviews enough to rank it.

    Parameters
    ----------
    score : float
        Step 2 CK, 1-300; a fraction belongs with the whole score below it.
    specialty, applicant_group : str
        See `probability`.
    scheme : str
        See `bands`.
    outcome, cycle, denominator, needs_visa, source
        See `probability`.

    Returns
    -------
    Band
        With `label` None where no band is claimed; `status` says why. `extrapolated` is True
        where the score lies outside those that the curve was fitted on, as in `probability`: the
        label is not supported there.

    Raises
    ------
    UnknownNameError, ValueError, EditionError
        See `probability`.

    Examples
    --------
    >>> import calib
    >>> band = calib.band(265, "general_surgery", "non_us_img")
    >>> band.label, band.chance_label, band.extrapolated, band.sources
    ('borderline', 'possible', False, ('nrmp_charting_outcomes_2026_non_us_img',))
    >>> calib.band(150, "general_surgery", "non_us_img").extrapolated
    True
    >>> band = calib.band(280, "family_medicine", "non_us_img")
    >>> band.label, band.status
    (None, 'flat')
    """
    curve = current().find(
        specialty, applicant_group, outcome, cycle, denominator, needs_visa, source
    )
    x = checked_score(score)
    every = current().bands(curve, names.resolve("scheme", scheme, names.LABELS))
    return dataclasses.replace(held_by(every, x), extrapolated=curve.outside(x))


def held_by(every: tuple[Band, ...], score: float) -> Band:
    """Return the one of a curve's bands that holds a score, or a band without label or bounds."""
    for found in every:
        low, high = found.score_min, found.score_max
        if low is not None and high is not None and low <= score < high + 1:
            return found
    # Rows with bounds end where an edge is not claimed; without any, all have one status, or the
    # labels that fitted scores do not reach differ from those that nobody knows.
    statuses = {found.status for found in every} - {"ok"}
    status = next((name for name in ("wide", every[0].curve.status) if name in statuses), None)
    return Band.to(every[0].curve, scheme=every[0].scheme, status=status or "unreachable")


def score_for(
    p: float,
    specialty: str,
    applicant_group: str,
    *,
    outcome: str = "match",
    cycle: str | int | None = None,
    denominator: str | None = None,
    needs_visa: str | bool | None = None,
    source: str | None = None,
) -> Boundary:
    """Return the score at which the chance reaches `p`.

    A chance of a match is that of those who had interviews enough to rank it.

    Parameters
    ----------
    p : float
        Probability, above 0 and below 1.
    specialty, applicant_group : str
        See `probability`.
    outcome, cycle, denominator, needs_visa, source
        See `probability`.

    Returns
    -------
    Boundary
        `score` None where the curve is not ``ok`` (`status` says what it is), reaches `p` only
        beyond the scores that it was fitted on (``unreachable``), or is not known to 40 points
        there (``wide``).

    Raises
    ------
    UnknownNameError, EditionError
        See `probability`.
    ValueError
        If `p` is not a number between 0 and 1.

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
    curve = current().find(
        specialty, applicant_group, outcome, cycle, denominator, needs_visa, source
    )
    chance = names.number(p, "p")
    if not 0.0 < chance < 1.0:
        raise ValueError(f"p must lie between 0 and 1 (both excluded), not {names.shown(p)}")
    if curve.status != "ok" or curve.line is None:
        return Boundary.to(curve, p=chance)
    claim = line.claim(curve.line, chance, curve.score_low or 1.0, curve.score_high or 300.0)
    if claim != "ok":
        return Boundary.to(curve, p=chance, status=claim)
    score, low, high = line.edge(curve.line, chance)
    later = line.edge(curve.next_line, chance) if curve.next_line else (None, None, None)
    ends = {"low": low, "high": high, "next_low": later[1], "next_high": later[2]}
    return Boundary.to(curve, p=chance, score=score, **ends)


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
    source: str | None = None,
) -> Gain:
    """Return how much higher the chance is at one score than at another.

    A chance of a match is that of those who had interviews enough to rank it.

    Parameters
    ----------
    from_score, to_score : float
        Step 2 CK, 1-300; in either order.
    specialty, applicant_group : str
        See `probability`.
    outcome, cycle, denominator, needs_visa, source
        See `probability`.

    Returns
    -------
    Gain
        A difference in probability and an odds ratio, each with an interval from the covariance
        of the curve's coefficients. It compares people; it is not what a person gains by scoring
        higher. It has no interval for the next cycle: it lies in the curve's slope, and what is
        known to move is its level.

    Raises
    ------
    UnknownNameError, ValueError, EditionError
        See `probability`.

    Examples
    --------
    >>> import calib
    >>> gain = calib.gain(240, 250, "general_surgery", "non_us_img")
    >>> 0 < gain.low < gain.value < gain.high
    True
    >>> gain.odds_ratio > 1, gain.extrapolated
    (True, False)
    """
    curve = current().find(
        specialty, applicant_group, outcome, cycle, denominator, needs_visa, source
    )
    start, end = checked_score(from_score), checked_score(to_score)
    if curve.line is None:
        return Gain.to(curve, from_score=start, to_score=end)
    value, low, high = line.difference(curve.line, start, end)
    ratio, ratio_low, ratio_high = line.odds_ratio(curve.line, start, end)
    return Gain.to(
        curve,
        from_score=start,
        to_score=end,
        value=value,
        low=low,
        high=high,
        odds_ratio=ratio,
        odds_ratio_low=ratio_low,
        odds_ratio_high=ratio_high,
        extrapolated=curve.outside(start) or curve.outside(end),
    )


def checked_score(value: object) -> float:
    """Return a score as a number from 1 to 300, or raise ValueError."""
    score = names.number(value, "score")
    if 1 <= score <= 300:
        return score
    raise ValueError(f"score must lie between 1 and 300, not {names.shown(value)}")


def specialties(applicant_group: str | None = None) -> tuple[str, ...]:
    """Return the specialties of the edition, sorted.

    Parameters
    ----------
    applicant_group : str, optional
        Only those that have a curve for this group.

    Returns
    -------
    tuple of str
        Canonical names. Without a group also those of which nothing but a name is known.

    Raises
    ------
    UnknownNameError
        If the group is unknown (a KeyError).
    EditionError
        If the installed table is missing or damaged.

    Examples
    --------
    >>> import calib
    >>> "general_surgery" in calib.specialties("non_us_img")
    True
    """
    edition = current()
    if applicant_group is None:
        return edition.specialties
    group = names.resolve("applicant group", applicant_group, edition.groups)
    return tuple(name for name in edition.specialties if edition.has_curve(name, group))


def applicant_groups(specialty: str | None = None) -> tuple[str, ...]:
    """Return the applicant groups that have a curve.

    Parameters
    ----------
    specialty : str, optional
        Only those that have one in this specialty.

    Returns
    -------
    tuple of str
        From U.S. seniors to international graduates.

    Raises
    ------
    UnknownNameError
        If the specialty is unknown (a KeyError).
    EditionError
        If the installed table is missing or damaged.

    Examples
    --------
    >>> import calib
    >>> calib.applicant_groups("anesthesiology")
    ('us_md_senior', 'us_do_senior', 'us_img', 'non_us_img')
    """
    edition = current()
    asked = edition.specialties
    if specialty is not None:
        asked = (names.resolve("specialty", specialty, asked),)
    return tuple(g for g in edition.groups if any(edition.has_curve(name, g) for name in asked))


def editions() -> tuple[str, ...]:
    """Return the editions that `calib.load` opens, the shipped one last.

    Returns
    -------
    tuple of str

    Raises
    ------
    EditionError
        If the installed edition is missing or damaged.

    Examples
    --------
    >>> import calib
    >>> calib.editions()[-1] == calib.EDITION
    True
    >>> "2026.3" in calib.editions()
    True
    """
    name = shipped().name
    before = [other for other in kept() if edition_order(other) < edition_order(name)]
    return (*before, name)


def cohorts() -> tuple[str, ...]:
    """Return the cohorts that have curves of their own in the edition, as sources.

    Returns
    -------
    tuple of str
        What `source` of the look-ups takes; empty in the shipped edition, which has none.

    Raises
    ------
    EditionError
        If the installed edition is missing or damaged.

    Examples
    --------
    >>> import calib
    >>> calib.cohorts()
    ()
    """
    return current().cohorts


def guides() -> tuple[str, ...]:
    """Return the guides that the edition audits, sorted.

    Returns
    -------
    tuple of str

    Raises
    ------
    EditionError
        If the installed table is missing or damaged.

    Examples
    --------
    >>> import calib
    >>> "general_surgery_img" in calib.guides()
    True
    """
    return tuple(current().audits)


def guide_audit(
    guide: str, *, specialty: str | None = None, applicant_group: str | None = None
) -> tuple[AuditRow, ...]:
    """Return the printed bands of a guide with the chance that the data give them and a verdict.

    A chance is that of those who had interviews enough to rank it.

    Parameters
    ----------
    guide : str
        One of `guides`.
    specialty : str, optional
        Only the rows of this specialty.
    applicant_group : str, optional
        Only the rows audited against this group's curve. A guide for IMGs is audited against
        ``non_us_img`` and ``us_img`` apart.

    Returns
    -------
    tuple of AuditRow
        In the table's order.

    Raises
    ------
    UnknownNameError, EditionError
        See `probability`.

    Examples
    --------
    >>> import calib
    >>> rows = calib.guide_audit("general_surgery_img", applicant_group="non_us_img")
    >>> row = next(row for row in rows if row.label == "highly_competitive")
    >>> row.score_min, row.reading, row.data_label, row.verdict
    (250.0, 'highly_competitive', 'borderline', 'overstates')
    >>> row.edge_low < row.probability_at_edge < row.edge_high
    True
    """
    edition = current()
    rows = edition.audits[names.resolve("guide", guide, edition.audits)]
    if specialty is not None:
        # A tier's row may stand under the tier's own name.
        named = {*edition.specialties, *(row.specialty for row in rows)}
        specialty = names.resolve("specialty", specialty, named)
        rows = tuple(row for row in rows if row.specialty == specialty)
    if applicant_group is not None:
        group = names.resolve("applicant group", applicant_group, edition.groups)
        rows = tuple(row for row in rows if row.curve_group == group)
    return rows


def table(name: str) -> list[Row]:
    """Return a whole table of the edition.

    Parameters
    ----------
    name : str
        ``bands``, ``curves``, ``standing``, ``guide_audit``, ``curve_notes``, ``evidence``,
        ``adjustments``, or the name of its file.

    Returns
    -------
    list of dict
        One dict a row, by column name; numbers as int or float, blanks as None. The rows are the
        caller's own to change.

    Raises
    ------
    UnknownNameError
        If there is no such table (a KeyError).
    EditionError
        If the installed table is missing or damaged.

    Examples
    --------
    >>> import calib
    >>> row = calib.table("curves")[0]
    >>> list(row)[:5]
    ['edition', 'cycle', 'specialty', 'applicant_group', 'needs_visa']
    >>> type(row["n"]), row["needs_visa"]
    (<class 'int'>, None)
    """
    known = {file: name for name, (file, _) in tables().items()}
    spelt = names.resolve("table", name, (*tables(), *known))
    return [dict(row) for row in current().table(known.get(spelt, spelt))]
