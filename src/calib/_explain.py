"""In: a score, a specialty and a group; out: a few plain sentences with the caveat."""

from __future__ import annotations

from calib._answers import chance_at, holding, scheme_bands
from calib._edition import current
from calib._notes import (
    CAVEAT,
    fitted,
    guide_labels,
    known_edge,
    loose,
    reach,
    self_reported,
    why,
)
from calib._values import Band, Probability

_GROUPS = {
    "us_md_senior": "U.S. MD seniors",
    "us_do_senior": "U.S. DO seniors",
    "us_md": "U.S. MD graduates and seniors",
    "us_do": "U.S. DO graduates and seniors",
    "us_img": "U.S. citizen IMGs",
    "non_us_img": "non-U.S. citizen IMGs",
    "img": "IMGs",
}
_VISA = {"yes": " who need a visa", "no": " who need no visa"}


def explain(
    score: float,
    specialty: str,
    applicant_group: str,
    *,
    scheme: str = "guide",
    outcome: str = "match",
    cycle: str | int | None = None,
    denominator: str | None = None,
    needs_visa: str | bool | None = None,
) -> str:
    """Return what the table says about a score, in plain sentences with the caveat.

    Parameters
    ----------
    score : float
        Step 2 CK, 1-300.
    specialty, applicant_group : str
        See `calib.probability`.
    scheme : str
        ``guide`` or ``chance``.
    outcome, cycle, denominator, needs_visa
        See `calib.probability`.

    Returns
    -------
    str
        One line.

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
    >>> text = calib.explain(250, "family_medicine", "non_us_img")
    >>> "No band is claimed: the score hardly separates applicants here." in text
    True
    >>> text.endswith("a higher score alone need not change the chance.")
    True
    """
    entry = current().find(specialty, applicant_group, outcome, cycle, denominator, needs_visa)
    found = chance_at(entry, score)
    every, nowhere = scheme_bands(entry, scheme, bool(found.extrapolated))
    if found.value is None:
        return f"{_nothing(found)} {CAVEAT}"
    held = holding(every, found.score) or nowhere
    # Outside the fitted scores no band is claimed, so none has neighbours.
    neighbours = [] if held.extrapolated else reach(every, held)
    notes = [*neighbours, *self_reported(found), CAVEAT]
    above = every[held.rank - 2] if held.rank is not None and held.rank > 1 else None
    return " ".join([_chance(found), _label(held, above, found.score), *notes])


def _group(found: Probability) -> str:
    return _GROUPS.get(found.applicant_group, found.applicant_group.replace("_", " "))


def _who(found: Probability) -> str:
    return _group(found) + _VISA.get(found.needs_visa or "", "")


def _nothing(found: Probability) -> str:
    specialty = found.specialty.replace("_", " ")
    by_outcome: dict[str, dict[str, None]] = {found.outcome: {}}
    for key in found.available:
        by_outcome.setdefault(key.outcome, {})[key.applicant_group] = None
    groups = ", ".join(by_outcome.pop(found.outcome)) or "none"
    sentence = (
        f"No published table of edition {found.edition} gives the curve of outcome {found.outcome}"
        f" for {_who(found)} in {specialty} as asked; groups that have one in this specialty:"
        f" {groups}."
    )
    for outcome, others in by_outcome.items():
        what = {"match": "the match", "interview": "interviews"}.get(outcome, outcome)
        ask = f"--outcome {outcome} (outcome='{outcome}')"
        if found.applicant_group in others and found.applicant_group not in groups.split(", "):
            sentence += f" The existing curve for {_group(found)} is for {what}: ask with {ask}."
        else:
            sentence += f" With a curve for {what}, {ask}: {', '.join(others)}."
    return sentence


def _chance(found: Probability) -> str:
    specialty = found.specialty.replace("_", " ")
    people = f"{_who(found)} with a Step 2 CK score of {found.score:g}"
    numbers = [_percent(x) for x in (found.value, found.low, found.high) if x is not None]
    share = "{} (95 % interval {} to {})".format(*numbers)
    counted = {
        "ranked_first": f"Of {people} who ranked {specialty} first, about {share} matched",
        "ranked_any_pgy1": f"Of {people} who ranked {specialty} anywhere, about {share} matched",
        "applications": f"Of applications to {specialty} by {people}, about {share} led to an"
        " interview invitation",
    }
    sentence = counted.get(
        str(found.denominator), f"For {people} in {specialty} the chance is about {share}"
    )
    return (
        f"{sentence} ({found.cycle}, n = {found.n}, grade {found.grade}, status {found.status};"
        f" edition {found.edition}, {', '.join(found.sources)})."
    )


def _percent(share: float) -> str:
    # A whole per cent is too coarse where the chance itself is a few of them.
    return f"{100 * share:.1f} %" if share < 0.0995 else f"{100 * share:.0f} %"


def _label(held: Band, above: Band | None, score: float) -> str:
    if held.label is None:
        reason = why(held, held.status) or f"this curve has no edges of scheme {held.scheme}"
        outside = ["The score lies outside those that the curve was fitted on."]
        sentences = [f"No band is claimed: {reason}.", *guide_labels(held)]
        return " ".join([*(outside if held.extrapolated else ()), *sentences])
    if held.extrapolated:
        return (
            f"No band is claimed outside the scores {fitted(held.curve)} that the curve was fitted"
            " on, and the chance there is extrapolated."
        )
    label = held.label.replace("_", " ")
    where = f"That is the band '{label}' ({held.score_min}-{held.score_max}) of scheme"
    return f"{where} {held.scheme}{_doubt(held, above, score)}."


def _doubt(held: Band, above: Band | None, score: float) -> str:
    """Return the clause on edges of a band that are wide, or whose interval holds the score."""
    edges = {"lower": held, "upper": above}
    doubtful = {
        name: band
        for name, band in edges.items()
        if band is not None and (loose(band) or _in_edge(band, score))
    }
    if not doubtful:
        return ""
    clause = " and ".join(
        f"its {name} edge {band.boundary:.1f} {'' if i else 'is known '}only to {known_edge(band)}"
        for i, (name, band) in enumerate(doubtful.items())
    )
    sides = [name for name, band in doubtful.items() if _in_edge(band, score)]
    if sides:
        which = f"the {sides[0]} edge" if len(sides) < len(doubtful) else "it"
        which = "them" if len(sides) > 1 else which
        clause += f", so the data do not say on which side of {which} {score:g} lies"
    return f"; {clause}"


def _in_edge(band: Band, score: float) -> bool:
    low, high = band.boundary_low, band.boundary_high
    above_low, below_high = low is None or low <= score, high is None or score <= high
    return band.boundary is not None and above_low and below_high
