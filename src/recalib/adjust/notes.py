"""Writes the sentences that go with a row of adjustments.csv."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from recalib.adjust.points import Estimate
from recalib.cohorts.comparisons import COMPARISONS
from recalib.cohorts.labels import remark
from recalib.evidence import self_reported
from recalib.privacy.adjusted import BLANK, FEW
from recalib.privacy.effects import Effects
from recalib.privacy.score_fit import SINGLE
from recalib.sources import reader_notes

#: What `suppressed` says.
FEW_ON_A_SIDE = "too few people tell its sides apart in one of the results"
_NO_POINTS = {
    "flat": "No points are given: the score hardly separates applicants.",
    "weak": "No points are given: the data cannot tell whether a higher score helps.",
    "borrowed": "No points are given: most of the slope is lent by other specialties.",
    "ok": "No points are given: they would be more than the scale of scores holds.",
}
SELF_REPORTED = (
    "Self-reported: levels are what such tables cannot be trusted for, and this is a difference of "
    "two."
)


def suppressed(one: Effects, name: str) -> str:
    """Say why the numbers of a cohort's covariate are withheld; "" where none is."""
    return FEW_ON_A_SIDE if one.left_out.get(name) == FEW else ""


def printed_note(estimate: Estimate, provenance: Iterable[Mapping[str, Any]]) -> str:
    """Say what goes with a difference of printed strata."""
    said = [_points(estimate)]
    for record in provenance:
        if self_reported({"": dict(record)}):
            said.append(SELF_REPORTED)
        said += reader_notes(record)
    return " ".join(dict.fromkeys(part for part in said if part))


def cohort_note(one: Effects, name: str, estimate: Estimate | None) -> str:
    """Say what goes with a covariate of a cohort."""
    if estimate is None:
        blank = "Blank for more than half of the people: not fitted."
        return " ".join([blank if one.left_out[name] == BLANK else "", remark(one.source)]).strip()
    others = [COMPARISONS[other].title for other in one.effects if other != name]
    said = [f"Compared at the same {', '.join(['score', *others])}.", _points(estimate)]
    if name in one.bent:
        said.append(
            "A step counts more at some values than at others (1 % level); the figure is an "
            "average."
        )
    if one.penalised:
        said.append("The results are separated: the fit is Firth's penalised one.")
    if one.single:
        said.append(SINGLE)
    return " ".join(part for part in [*said, remark(one.source)] if part)


def _points(estimate: Estimate) -> str:
    low, high = estimate.points[1:]
    if estimate.points[0] != estimate.points[0]:
        return _NO_POINTS[estimate.status]
    if low != low or high != high:
        return "The points have no end on one side at least: the slope is badly known."
    return ""
