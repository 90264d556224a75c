"""Statuses of pooled curves, and the sentence that says why a curve claims no edge."""

from __future__ import annotations

from collections.abc import Sequence

from calib.line import Z
from recalib.curves import grade
from recalib.curves.curve import Curve
from recalib.curves.pool import Pool
from recalib.curves.units import Unit

#: Standard errors between a cell's own slope and the pooled one beyond which they contradict.
APART = 3.0


def own_error(unit: Unit, pool: Pool, units: Sequence[Unit]) -> float:
    """Standard error of a specialty's slope by its own tables: all that its pool holds of them."""
    held = {id(site) for site in pool.sites}
    own = [each for each in units if each.key.specialty == unit.key.specialty]
    known = [
        (each.raw.site()[1] * each.widening) ** -2
        for each in own
        if each.raw is not None and id(each.site) in held
    ]
    return sum(known) ** -0.5 if known else float("inf")


def judge(curve: Curve, unit: Unit, own: float) -> Curve:
    """Give a pooled curve the status that the specialty's own tables support."""
    curve.own_share = min(1.0, (curve.slope_se / own) ** 2)
    bend = unit.bends[curve.cell.key] if unit.raw is not None else None
    apart = 0.0
    if unit.raw is not None:
        slope, error = unit.raw.site()
        apart = abs(slope - curve.slope) / (error * unit.widening)
    off_the_pool = apart > APART
    bent = bend is not None and bend.contradicts
    curve.status = grade.status(
        round(curve.slope, 4),
        round(curve.slope_se, 4),
        round(curve.own_share, 3),
        contradicted=bent or off_the_pool,
    )
    if bent:
        curve.note = (
            "What was printed contradicts a straight logit: scores of the two results lie apart as "
            "they do where the chance jumps at a cut-off or stops rising. No edge is claimed. "
            "Finer bins would show the shape."
        )
    elif off_the_pool:
        curve.intercept_se *= apart / APART
        curve.slope_se *= apart / APART
        curve.note = (
            f"Its own tables give a slope of {curve.raw['slope_raw']:.2f} per 10 points, far from "
            f"the {curve.slope:.2f} that the pool allows: the two contradict each other, so no "
            "edge is claimed."
        )
    return curve


def with_notes(curve: Curve, unit: Unit, pool: Pool) -> Curve:
    """Say what the status means, and where a cohort of the same people gave the slope."""
    curve = _with_status_note(curve)
    if not unit.cohort and not any(unit.site is site for site in pool.sites):
        lent = (
            "Its slope comes from a cohort of the same people, which knows it better; nobody "
            "counts twice."
        )
        curve.note = f"{curve.note} {lent}".strip()
    return curve


def _wanted(curve: Curve) -> str:
    """What would tell the slope: where nothing says how scores spread, no number of people does."""
    if curve.cell.is_thin:
        return "Quartiles, or a standard deviation, of each result would change it."
    return "More people would change it."


def _with_status_note(curve: Curve) -> Curve:
    if curve.status == "borrowed" and not curve.own_share:
        curve.note = (
            "Too few people of one result, or all of them apart, for a slope of their own: it is "
            "lent by other specialties, so no edge is claimed. More people would change it."
        )
    elif curve.status == "borrowed":
        curve.note = (
            f"Its own tables hold {100 * curve.own_share:.0f} % of what is known of the slope, the "
            f"rest is lent by other specialties, so no edge is claimed. {_wanted(curve)}"
        )
    elif curve.status == "flat" and curve.slope + Z * curve.slope_se < 0:
        curve.note = (
            "Those who succeeded scored lower: the whole 95 % interval of the slope lies below 0, "
            "so no edge is claimed."
        )
    elif curve.status == "flat":
        curve.note = (
            "The score hardly separates those who succeed from those who do not: the upper 95 % "
            f"limit of the slope is below {grade.FLAT} per 10 points, so no edge is claimed."
        )
    elif curve.status == "weak":
        curve.note = (
            "The data cannot tell whether a higher score helps: the 95 % interval of the slope "
            "holds 0, so no edge is claimed. More people would change it."
        )
    return curve
