"""A score, a specialty and a group come in; what the table says of them goes out."""

from __future__ import annotations

import calib

CAVEAT = (
    "These are shares of past applicants who had interviews enough to rank the specialty. Nothing"
    " here is causal, and nothing is a promise to a person."
)
_WHY = {
    "flat": "the score hardly separates applicants there",
    "weak": "the data cannot tell what the score does there",
    "borrowed": "only totals are published there",
    "no_evidence": "nobody has published a table for these people",
}


def advise(step2_ck: float, specialty: str, applicant_group: str) -> str:
    """Say what the table says about one score.

    Parameters
    ----------
    step2_ck : float
        Step 2 CK, 1-300.
    specialty, applicant_group : str
        Names as in `calib.specialties` and `calib.applicant_groups`.

    Returns
    -------
    str
        A chance with all that qualifies it, or why there is none.

    Raises
    ------
    calib.UnknownNameError
        If the specialty or the group is unknown.
    ValueError
        If the score is not a number from 1 to 300.
    """
    chance = calib.probability(step2_ck, specialty, applicant_group)
    if chance.status != "ok" or chance.value is None or chance.low is None or chance.high is None:
        return f"no number: {_WHY.get(chance.status, chance.status)} (status {chance.status})"
    if chance.extrapolated:
        return "no number: the table has hardly anybody with such a score"
    band = calib.band(step2_ck, specialty, applicant_group)
    label = band.label.replace("_", " ") if band.label else f"no band ({band.status})"
    interval = f"95 % interval {chance.low:.0%} to {chance.high:.0%}"
    if chance.next_low is not None and chance.next_high is not None:
        # A reader applies in a later cycle, whose level may have moved.
        interval = f"next cycle {chance.next_low:.0%} to {chance.next_high:.0%}; {interval}"
    return (
        f"{chance.value:.0%} of those who ranked it matched ({interval}), {label};"
        f" grade {chance.grade}, {chance.n} people, {chance.denominator}, match {chance.cycle},"
        f" edition {chance.edition}, source {', '.join(chance.sources)}"
    )
