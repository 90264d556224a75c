"""Codes and numbers come in; the words and figures that pages print go out."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import pandas as pd

from recalib.cohorts.labels import kind

GROUPS = {
    "non_us_img": "Non-U.S. citizen IMGs",
    "us_img": "U.S. citizen IMGs",
    "img": "IMGs",
    "us_md_senior": "U.S. MD seniors",
    "us_do_senior": "U.S. DO seniors",
    "us_md": "U.S. MDs",
    "us_do": "U.S. DOs",
}
DENOMINATORS = {
    "ranked_first": "ranked first",
    "ranked_any_pgy1": "ranked anywhere",
    "applications": "per application",
}
OUTCOMES = {"match": "match", "interview": "interview invitation"}
VISA = {"": "", "yes": ", visa needed", "no": ", no visa needed"}
STATUSES = {
    "ok": "ok",
    "flat": "flat",
    "weak": "weak",
    "borrowed": "borrowed",
    "no_evidence": "no evidence",
    "unreachable": "unreachable",
}
VERDICTS = {
    "holds": "holds",
    "too_easy": "too easy",
    "too_hard": "too hard",
    "cannot_tell": "cannot tell",
    "no_claim": "no claim",
}
COVARIATES = {
    "needs_visa": "a visa need",
    "step1_failures": "Step 1 failures",
    "years_since_graduation": "years since graduation",
    "us_clinical_months": "months of U.S. clinical experience",
}
#: Who is compared with whom, by covariate and level.
COMPARED = {
    ("needs_visa", "yes"): "Visa needed, against not",
    ("step1_failures", "any"): "Any Step 1 failure, against none",
    ("years_since_graduation", "per_5_years"): "Five more years since graduation",
    ("us_clinical_months", "per_3_months"): "Three more months of U.S. clinical experience",
}
EDGES = {"top": "top", "middle": "middle", "bottom": "bottom", "": ""}
NOTHING = "–"
SUPPRESSED = "[c]"
# The sign stays with its number at the end of a line.
_PERCENT = "\u00a0%"
# Neither does an interval break at its dash.
_TO = "\u2060–\u2060"
#: Digits after the point of a percentage, at most.
_MOST_DIGITS = 3
#: Score points: an edge with a wider 95 % interval is shown as badly known.
WIDE = 40.0


def guide(name: str) -> str:
    """Turn the name of a guide such as `general_surgery_img` into words."""
    words = plain(name).replace("non us IMG", "non-U.S. IMG").replace("us IMG", "U.S. IMG")
    return f"{words[:1].upper()}{words[1:]} guide"


def missing(value: Any) -> bool:
    """Tell whether a value is blank."""
    return value is None or value is pd.NA or (isinstance(value, float) and math.isnan(value))


def plain(name: str) -> str:
    """Turn a code such as `highly_competitive` into words."""
    return " ".join("IMG" if word == "img" else word for word in name.split("_"))


def percent(value: Any, digits: int | None = None) -> str:
    """Print a probability as a percentage.

    Parameters
    ----------
    value : float
        In [0, 1]; blank gives a dash.
    digits : int or None
        Digits after the point; None for one near 0 and near 1, where whole numbers hide much.

    Returns
    -------
    str
        Such as `29 %` or `2.8 %`, with a space that does not break.
    """
    if missing(value):
        return NOTHING
    shown = _digits(float(value)) if digits is None else digits
    return f"{100 * float(value):.{shown}f}{_PERCENT}"


def _digits(value: float) -> int:
    return 1 if value < 0.095 or value > 0.945 else 0


def percent_interval(value: Any, low: Any, high: Any, digits: int | None = None) -> tuple[str, str]:
    """Print a probability and its 95 % interval.

    Parameters
    ----------
    value, low, high : float
        In [0, 1], or blank.
    digits : int or None
        Digits after the point, at least; None for as many as `percent` takes. More are printed
        where both ends would look the same, up to three.

    Returns
    -------
    tuple of str
        Such as (`29 %`, `25–33 %`).
    """
    if missing(value):
        return NOTHING, ""
    shown = _digits(float(value)) if digits is None else digits
    while (
        shown < _MOST_DIGITS
        and low != high
        and f"{100 * low:.{shown}f}" == f"{100 * high:.{shown}f}"
    ):
        shown += 1
    ends = [f"{100 * float(end):.{shown}f}" for end in (low, high)]
    return percent(value, shown), f"{ends[0]}{_TO}{ends[1]}{_PERCENT}"


def signed(value: float, digits: int = 1) -> str:
    """Print a number with its sign, a true minus among them."""
    text = f"{value:+.{digits}f}"
    if not text.strip("+-0."):
        text = text[1:]
    return text.replace("-", "−")


def score(value: Any, digits: int = 1) -> str:
    """Print a score; blank gives a dash."""
    return NOTHING if missing(value) else f"{float(value):.{digits}f}"


def score_interval(low: Any, high: Any) -> str:
    """Print the 95 % interval of a score; a blank end is an open one."""
    ends = ["open" if missing(end) else f"{float(end):.1f}" for end in (low, high)]
    return f"{ends[0]}{_TO}{ends[1]}"


def badly_known(low: Any, high: Any) -> str:
    """Say how badly an edge is known.

    Parameters
    ----------
    low, high : float
        Ends of its 95 % interval in score points; a blank end is an open one.

    Returns
    -------
    str
        Such as `open towards lower scores` or `known only to within 43 points`; "" for an edge
        that is known to 40 points or better.
    """
    if missing(low) and missing(high):
        return "open towards lower and higher scores"
    if missing(low) or missing(high):
        return f"open towards {'lower' if missing(low) else 'higher'} scores"
    width = float(high) - float(low)
    return f"known only to within {width:.0f} points" if width > WIDE else ""


def edge(value: Any, low: Any, high: Any) -> str:
    """Print a score with its 95 % interval, and with a warning where it is badly known."""
    parts = [score_interval(low, high), badly_known(low, high)]
    return f"{score(value)} ({'; '.join(part for part in parts if part)})"


def points_interval(low: Any, high: Any) -> str:
    """Print the 95 % interval of points, signs among them; a blank end is an open one."""
    ends = ["open" if missing(end) else signed(float(end)) for end in (low, high)]
    return f"{ends[0]} to {ends[1]}"


def ratio(value: Any) -> str:
    """Print an odds ratio; blank gives a dash."""
    return NOTHING if missing(value) else f"{float(value):.2f}"


def compared(row: pd.Series) -> str:
    """Say who is compared with whom in a row of adjustments."""
    return COMPARED[str(row["covariate"]), str(row["level"])]


def score_range(low: Any, high: Any, bounds: tuple[float, float] = (1, 300)) -> str:
    """Print a range of whole scores; ends at the bounds of the scale are open."""
    below = missing(low) or float(low) <= bounds[0]
    above = missing(high) or float(high) >= bounds[1]
    if below and above:
        return "any score"
    if below:
        return f"up to {float(high):.0f}"
    if above:
        return f"{float(low):.0f} and above"
    return f"{float(low):.0f}–{float(high):.0f}"


def count(value: Any) -> str:
    """Print a number of people with thousands apart."""
    return NOTHING if missing(value) else f"{int(value):,}"


def group(curve: pd.Series) -> str:
    """Return whom a curve describes, visa stratum included, and whether it is a cohort's."""
    whom = GROUPS[str(curve["applicant_group"])] + VISA[str(curve["needs_visa"])]
    return whom + cohort(curve)


def cohort(curve: pd.Series) -> str:
    """Return ` (cohort)` or ` (SYNTHETIC cohort)` for a curve of one, else nothing."""
    what = kind(str(curve.get("sources", "")))
    return f" ({what})" if what else ""


def cohorts_among(curves: pd.DataFrame) -> str:
    """Return what a heading over several curves says of cohorts among them."""
    kinds = set(curves["sources"].map(kind)) - {""}
    return f" ({' and '.join(sorted(kinds))} curves among them)" if kinds else ""


def people(curve: pd.Series) -> str:
    """Print the people behind a curve; `[c]` where a cohort's are withheld."""
    withheld = missing(curve["n"]) and cohort(curve)
    return SUPPRESSED if withheld else count(curve["n"])


def within(name: str) -> str:
    """Return the name of a group or guide as it stands within a sentence."""
    # Abbreviations (U.S., IMGs) keep their capitals.
    return name if name[1:2].isupper() or name[1:2] == "." else f"{name[:1].lower()}{name[1:]}"


def heading(curve: pd.Series) -> str:
    """Return the name of a curve for a row: group, outcome, cycle, denominator."""
    return (
        f"{group(curve)}, {OUTCOMES[str(curve['outcome'])]} {curve['cycle']}, "
        f"{DENOMINATORS[str(curve['denominator'])]}"
    )


def quality(curve: pd.Series) -> str:
    """Return n, grade and status of a curve in one line."""
    grade = str(curve["grade"]) or "none"
    return f"n {people(curve)}, grade {grade}, {STATUSES[str(curve['status'])]}"


def listed(words: Sequence[str]) -> str:
    """Join words as a sentence does."""
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"
