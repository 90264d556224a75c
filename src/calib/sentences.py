"""The sentences of an answer: what it claims, what it does not, and the caveat."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from calib import lookup, names
from calib.answers import Answer, Band, Boundary, Curve, Probability
from calib.edition import current
from calib.line import chance

#: Stands wherever a probability is shown.
CAVEAT = (
    "This describes past applicants: it is not a promise to a person and not causal, so a higher"
    " score alone need not change the chance."
)

SELF_REPORTED = (
    "Self-reported by applicants: read how the chance changes with the score, not its level."
)
GUIDE_LABELS = (
    "The guides' labels are chances of a match; for interviews use --scheme chance"
    " (scheme='chance')."
)
#: Score points: an edge with a wider interval says little about where it lies.
_WIDE = 40.0
_WHY = {  # where the edition has no note of the curve
    "flat": "the score hardly separates applicants here",
    "weak": "the data cannot tell whether the score matters here",
    "borrowed": "only totals are published here, and the slope is borrowed from other specialties",
    "unreachable": "the edge lies outside the scores that the curve was fitted on",
}


def why(answer: Answer, status: str) -> str | None:
    """Return why no edge is claimed, in sentences, or None where nothing needs a reason."""
    if status == "unreachable" and isinstance(answer, Boundary):
        return f"No edge is claimed: {_beyond(answer)}."
    if status not in _WHY:
        return None
    return current().note(answer.curve) or f"No edge is claimed: {_WHY[status]}."


def _beyond(edge: Boundary) -> str:
    """Say on which side of `p` the whole fitted part of a curve lies."""
    line, ends = edge.curve.line, (edge.curve.score_low, edge.curve.score_high)
    assert line is not None  # or the status were another
    below = all(chance(line, x)[0] < edge.p for x in ends if x is not None)
    return f"the chance is {'below' if below else 'above'} {100 * edge.p:g} % at every fitted score"


def self_reported(answer: Answer) -> list[str]:
    """Return the warning that belongs to what applicants reported themselves."""
    doubtful = answer.outcome == "interview" and answer.grade in ("C", "D")
    return [SELF_REPORTED] if doubtful else []


def guide_labels(answer: Band) -> list[str]:
    """Return what to ask instead of a guide's label that does not exist."""
    # Another status than ok claims no edge of the other scheme either.
    missing = answer.outcome == "interview" and answer.curve.status == "ok"
    return [GUIDE_LABELS] if missing and answer.scheme == "guide" else []


def fitted(curve: Curve) -> str:
    """Return the scores that a curve was fitted on."""
    return f"{curve.score_low or 1:g}-{curve.score_high or 300:g}"


def unsupported(answer: Band, score: float) -> list[str]:
    """Return that a label is not supported at a score."""
    if answer.label is None or not answer.extrapolated:
        return []
    return [
        f"The score {score:g} lies outside the scores of the table ({fitted(answer.curve)}), so the"
        " label is not supported there: see `calib probability`."
    ]


def known_edge(band: Band) -> str:
    """Return how far a band's lower edge is known."""
    low, high = band.boundary_low, band.boundary_high
    if low is None and high is None:
        return "lie anywhere (unbounded)"
    if low is None:
        return f"lie below {high:.1f} (unbounded)"
    return f"lie above {low:.1f} (unbounded)" if high is None else f"{low:.1f}-{high:.1f}"


def loose(band: Band) -> bool:
    """Return whether the interval of a band's lower edge is open or wide."""
    low, high = band.boundary_low, band.boundary_high
    return band.boundary is not None and (low is None or high is None or high - low > _WIDE)


def loose_edges(bands: Sequence[Band]) -> list[str]:
    """Return which edges are known only to an interval that is open or wide."""
    known = [
        f"{_name(band)} {'to' if i else 'is known only to'} {known_edge(band)}"
        for i, band in enumerate(filter(loose, bands))
    ]
    return [f"The lower edge of {', that of '.join(known)}."] if known else []


def instead(answer: Band) -> list[str]:
    """Return what to ask where no edge is claimed: the other scheme, or the chance at a score."""
    wide = {"weak": "wide ", "borrowed": "wide ", "flat": ""}.get(answer.curve.status)
    if wide is None:
        return guide_labels(answer)
    return [f"For the chance at a score, with its {wide}interval, see `calib probability`."]


def reach(bands: Sequence[Band], held: Band | None = None) -> list[str]:
    """Return on which side of the labels that no fitted score has the chance lies."""
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
    if label in names.CHANCES:
        return f"{100 * names.CHANCES[label]:g} %"
    return f"the lower edge of {_name(band)}"


def _name(band: Band) -> str:
    return f"'{str(band.label).replace('_', ' ')}'"


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
    >>> "The score hardly separates those who succeed from those who do not" in text
    True
    >>> text.endswith("a higher score alone need not change the chance.")
    True
    """
    curve = current().find(specialty, applicant_group, outcome, cycle, denominator, needs_visa)
    found = lookup.chance_at(curve, score)
    every = current().bands(curve, names.resolve("scheme", scheme, names.LABELS))
    if found.value is None:
        note = current().note(curve)
        return " ".join([_nothing(found), *([note] if note else []), CAVEAT])
    held = replace(lookup.held_by(every, found.score), extrapolated=bool(found.extrapolated))
    # Outside the fitted scores no band is claimed, so none has neighbours.
    neighbours = [] if held.extrapolated else reach(every, held)
    above = every[held.rank - 2] if held.rank is not None and held.rank > 1 else None
    said = [_chance(found), _label(held, above, found.score)]
    return " ".join([*said, *neighbours, *self_reported(found), CAVEAT])


def _group(found: Probability) -> str:
    return names.GROUPS.get(found.applicant_group, found.applicant_group.replace("_", " "))


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
        none = f"No edge is claimed: this curve has no edges of scheme {held.scheme}."
        reason = why(held, held.status) or none
        outside = ["The score lies outside those that the curve was fitted on."]
        sentences = [reason.replace("No edge is", "No band is"), *guide_labels(held)]
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
