"""In: a score, a specialty and a group; out: two to four plain sentences with the caveat."""

from __future__ import annotations

from calib._lookup import band, probability
from calib._values import Band, Probability

CAVEAT = (
    "This describes past applicants: it is not a promise to a person and not causal, so a higher"
    " score alone need not change the chance."
)
"""Stands wherever a probability is shown."""

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
WHY = {
    "flat": "the score hardly separates applicants here",
    "weak": "the data cannot tell whether the score matters here",
    "borrowed": "only totals are published here, and the slope is borrowed from other specialties",
    "unreachable": "the edge lies outside the scores that the curve was fitted on",
}
"""Why a status claims no edge."""


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
    """
    rest = {"outcome": outcome, "cycle": cycle, "denominator": denominator}
    found = probability(score, specialty, applicant_group, needs_visa=needs_visa, **rest)  # type: ignore[arg-type]
    if found.value is None:
        return f"{_nothing(found)} {CAVEAT}"
    held = band(score, specialty, applicant_group, scheme=scheme, needs_visa=needs_visa, **rest)  # type: ignore[arg-type]
    return f"{_chance(found)} {_label(held)} {CAVEAT}"


def _who(found: Probability) -> str:
    group = _GROUPS.get(found.applicant_group, found.applicant_group.replace("_", " "))
    return group + _VISA.get(found.needs_visa or "", "")


def _nothing(found: Probability) -> str:
    specialty = found.specialty.replace("_", " ")
    groups = ", ".join(found.available_groups) or "none"
    return (
        f"No published table gives a curve for {_who(found)} in {specialty} as asked; groups that"
        f" have one in this specialty: {groups}."
    )


def _chance(found: Probability) -> str:
    specialty = found.specialty.replace("_", " ")
    people = f"{_who(found)} with a Step 2 CK score of {found.score:g}"
    share = (
        f"{_percent(found.value)} (95 % interval {_percent(found.low)} to {_percent(found.high)})"
    )
    counted = {
        "ranked_first": f"Of {people} who ranked {specialty} first, about {share} matched",
        "ranked_any_pgy1": f"Of {people} who ranked {specialty} anywhere, about {share} matched",
        "applications": f"Of applications to {specialty} by {people}, about {share} led to an"
        " interview invitation",
    }
    sentence = counted.get(
        str(found.denominator), f"For {people} in {specialty} the chance is about {share}"
    )
    sentence += f" ({found.cycle}, n = {found.n}, grade {found.grade}, status {found.status})."
    if found.extrapolated:
        sentence += " The score lies outside those that the curve was fitted on."
    return sentence


def _percent(share: float | None) -> str:
    return "?" if share is None else f"{100 * share:.0f} %"


def _label(held: Band) -> str:
    if held.label is None:
        why = WHY.get(held.status, f"the curve's status is {held.status}")
        return f"No band is claimed: {why}."
    label = held.label.replace("_", " ")
    return (
        f"That is the band '{label}' ({held.score_min}-{held.score_max}) of scheme {held.scheme}."
    )
