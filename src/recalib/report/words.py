"""How pages print codes and numbers: names of groups, percentages, scores, intervals."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import pandas as pd

from calib.names import meanings
from recalib.cohorts.labels import kind
from recalib.problems import many as many
from recalib.report.line import EDGE, Told, told
from recalib.report.view import View

GROUPS = {
    "non_us_img": "Non-U.S. citizen IMGs",
    "us_img": "U.S. citizen IMGs",
    "img": "IMGs",
    "us_md_senior": "U.S. MD seniors",
    "us_do_senior": "U.S. DO seniors",
    "us_md": "U.S. MDs",
    "us_do": "U.S. DOs",
}
#: The same where a column is narrow.
SHORT_GROUPS = GROUPS | {
    "non_us_img": "Non-U.S. IMGs",
    "us_img": "U.S. IMGs",
    "us_md_senior": "U.S. MD",
    "us_do_senior": "U.S. DO",
}
DENOMINATORS = {
    "ranked_first": "ranked first",
    "ranked_any_pgy1": "ranked anywhere",
    "applications": "per application",
}
#: Whom each denominator counts, to stand above what is counted so.
COUNTED = {
    "ranked_first": "Ranked first: people whose preferred specialty it was",
    "ranked_any_pgy1": "Ranked anywhere, other people: who ranked it first or as a backup",
    "applications": "Per application",
    "": "Without a curve",
}
OUTCOMES = {"match": "match", "interview": "interview invitation"}
VISA = {"": "", "yes": ", visa needed", "no": ", no visa needed"}
COVARIATES = {
    "needs_visa": "a visa need",
    "step1_failures": "Step 1 failures",
    "years_since_graduation": "years since graduation",
    "us_clinical_months": "months of U.S. clinical experience",
}
#: What a status of a curve or an edge means, as the commands say it.
STATUSES = meanings("status")
#: Who is compared with whom, by covariate and level.
COMPARED = {
    ("needs_visa", "yes"): "Visa needed, against not",
    ("step1_failures", "any"): "Any Step 1 failure, against none",
    ("years_since_graduation", "per_5_years"): "Five more years since graduation",
    ("us_clinical_months", "per_3_months"): "Three more months of U.S. clinical experience",
}
NOTHING = "–"
SUPPRESSED = "[c]"
# The sign stays with its number at the end of a line.
_PERCENT = "\u00a0%"
# Neither does an interval break at its dash.
_TO = "\u2060–\u2060"
#: Digits after the point of a percentage, at most.
_MOST_DIGITS = 3


def missing(value: Any) -> bool:
    """Tell whether a value is blank."""
    return value is None or value is pd.NA or (isinstance(value, float) and math.isnan(value))


def plain(name: str) -> str:
    """Turn a code such as `highly_competitive` into words."""
    return " ".join("IMG" if word == "img" else word for word in name.split("_"))


def guide(name: str) -> str:
    """Turn the name of a guide such as `general_surgery_img` into words."""
    words = plain(name).replace("non us IMG", "non-U.S. IMG").replace("us IMG", "U.S. IMG")
    return f"{words[:1].upper()}{words[1:]} guide"


def within(name: str) -> str:
    """Return the name of a group or guide as it stands within a sentence."""
    # Abbreviations (U.S., IMGs) keep their capitals.
    return name if name[1:2].isupper() or name[1:2] == "." else f"{name[:1].lower()}{name[1:]}"


def listed(words: Sequence[str]) -> str:
    """Join words as a sentence does."""
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"


def count(value: Any) -> str:
    """Print a number of people with thousands apart; blank gives a dash, as everywhere here."""
    return NOTHING if missing(value) else f"{int(value):,}"


def number(value: Any, digits: int = 1) -> str:
    """Print a score, an odds ratio or another number without a sign."""
    return NOTHING if missing(value) else f"{float(value):.{digits}f}"


def signed(value: Any, digits: int = 1) -> str:
    """Print a number with its sign, a true minus among them; zero has none."""
    if missing(value):
        return NOTHING
    text = f"{float(value):+.{digits}f}"
    return (text if text.strip("+-0.") else text[1:]).replace("-", "−")


def p_value(value: float) -> str:
    """Print a p-value without the zero before its point."""
    return "<\u00a0.001" if value < 0.001 else f"{value:.3f}".lstrip("0")


def percent(value: Any, digits: int | None = None) -> str:
    """Print a probability as a percentage, by default with one digit near 0 and near 1.

    There whole numbers hide much: `29 %`, but `2.8 %`.
    """
    if missing(value):
        return NOTHING
    return f"{100 * float(value):.{_digits(value) if digits is None else digits}f}{_PERCENT}"


def _digits(value: float) -> int:
    return 1 if value < 0.095 or value > 0.945 else 0


def percent_interval(value: Any, low: Any, high: Any, digits: int | None = None) -> tuple[str, str]:
    """Print a probability and its 95 % interval, such as (`29 %`, `25–33 %`).

    More digits than `percent` takes are printed where both ends would look the same, up to three.
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


def of_100(share: float) -> str:
    """Print a share as whole people of 100: never 0 or 100, which would promise something.

    `shown.js` does the same.
    """
    people = f"{100 * float(share):.0f}"
    return {"0": "under 1", "100": "over 99"}.get(people, people)


def people_range(low: float, high: float) -> str:
    """Print an interval of a share as whole people of 100."""
    first, last = of_100(low), of_100(high)
    return first if first == last else f"{first} to {last}"


def doubts(
    value: Any, low: Any, high: Any, next_low: Any, next_high: Any, digits: int | None = None
) -> tuple[str, str, str]:
    """Print a probability, where the next cycle's likely lies, and its own cycle's interval."""
    shown, later = percent_interval(value, next_low, next_high, digits)
    return shown, later, percent_interval(value, low, high, digits)[1]


def judged(told: Told, *, at_edge: bool) -> tuple[str, str, str]:
    """Print the chance that a verdict is about; in a band, a digit more than its reason has."""
    return doubts(*told, None if at_edge else 1)


def score_doubts(
    value: Any, low: Any, high: Any, next_low: Any, next_high: Any
) -> tuple[str, str, str]:
    """Print an edge, where the next cycle's likely lies, and its own cycle's interval."""
    return number(value), score_interval(next_low, next_high), score_interval(low, high)


def both(doubts: tuple[str, str, str], cycle: str, *, short: bool = False) -> str:
    """Say a number with its two doubts; `short` where a sentence has said which is which."""
    value, later, own = doubts
    if short:
        return f"{value} ({later}; {own})"
    return f"{value} (next cycle likely {later}; {own} for the people of {cycle})"


def _interval(low: Any, high: Any, shown: Callable[[Any], str], to: str) -> str:
    return to.join("open" if missing(end) else shown(end) for end in (low, high))


def score_interval(low: Any, high: Any) -> str:
    """Print the 95 % interval of a score; a blank end is an open one."""
    return _interval(low, high, number, _TO)


def whole_range(low: Any, high: Any) -> str:
    """Print an interval of a score in whole points, for a sentence; a blank end is an open one."""
    if missing(low):
        return "anywhere" if missing(high) else f"{float(high):.0f} or less"
    return (
        f"{float(low):.0f} or more" if missing(high) else f"{float(low):.0f} to {float(high):.0f}"
    )


def points_interval(low: Any, high: Any) -> str:
    """Print the 95 % interval of points, signs among them; a blank end is an open one."""
    return _interval(low, high, signed, " to ")


def odds_ratio(row: pd.Series) -> tuple[str, str]:
    """Print the odds ratio of a row of adjustments and its 95 % interval."""
    ratio, low, high = (number(row[f"odds_ratio{end}"], 2) for end in ("", "_low", "_high"))
    return ratio, f"{low}–{high}"


def score_range(low: Any, high: Any) -> str:
    """Print a range of whole scores; ends at the bounds of the scale, 1 and 300, are open."""
    below = missing(low) or float(low) <= 1
    above = missing(high) or float(high) >= 300
    if below and above:
        return "any score"
    if below:
        return f"up to {float(high):.0f}"
    return f"{float(low):.0f} and above" if above else f"{float(low):.0f}–{float(high):.0f}"


def edge(band: pd.Series) -> str:
    """Say a band's lower edge with its two doubts."""
    return both(score_doubts(*told(band, *EDGE)), band["cycle"])


def compared(row: pd.Series) -> str:
    """Say who is compared with whom in a row of adjustments."""
    return COMPARED[row["covariate"], row["level"]]


def cohort(curve: pd.Series) -> str:
    """Return ` (cohort)` or ` (SYNTHETIC cohort)` for a curve of one, else nothing."""
    what = kind(str(curve.get("sources", "")))
    return f" ({what})" if what else ""


def cohorts_among(curves: pd.DataFrame) -> str:
    """Return what a heading over several curves says of cohorts among them."""
    kinds = set(curves["sources"].map(kind)) - {""}
    return f" ({' and '.join(sorted(kinds))} curves among them)" if kinds else ""


def group(curve: pd.Series) -> str:
    """Return whom a curve describes, visa stratum included, and whether it is a cohort's."""
    return GROUPS[curve["applicant_group"]] + VISA[curve["needs_visa"]] + cohort(curve)


def short_group(curve: pd.Series) -> str:
    """Return whom a curve describes, where a column is narrow."""
    return SHORT_GROUPS[curve["applicant_group"]] + VISA[curve["needs_visa"]] + cohort(curve)


def people(curve: pd.Series) -> str:
    """Print the people behind a curve; `[c]` where a cohort's are withheld."""
    withheld = missing(curve["n"]) and cohort(curve)
    return SUPPRESSED if withheld else count(curve["n"])


def heading(curve: pd.Series) -> str:
    """Return the name of a curve for a row: group, outcome, cycle, denominator."""
    counted = DENOMINATORS[curve["denominator"]]
    return f"{group(curve)}, {OUTCOMES[curve['outcome']]} {curve['cycle']}, {counted}"


def quality(curve: pd.Series) -> str:
    """Return n where it is known, grade and status of a curve in one line."""
    grade = curve["grade"] or "none"
    return f"{counted(curve)}grade {grade}, {plain(curve['status'])}"


def counted(curve: pd.Series) -> str:
    """Return `n 433, ` for a curve, nothing where nobody counted its people."""
    shown = people(curve)
    return "" if shown == NOTHING else f"n {shown}, "


def full(curve: pd.Series) -> str:
    """Return the name of a curve with n, grade and status."""
    return f"{heading(curve)} ({quality(curve)})"


def pool(name: str, outcomes: Mapping[str, str] = OUTCOMES) -> tuple[str, str]:
    """Return the group, and the outcome (in words of `outcomes`) with the cycles, of a pool."""
    outcome, whose, cycles = (part.strip() for part in name.split(",", 2))
    return GROUPS.get(whose, whose), f"{outcomes.get(outcome, outcome)} {cycles}"


def population(name: str) -> str:
    """Return whom a population of cells describes, from the name of a pool without cycles."""
    _, whose, *rest = name.split(", ")
    return ", ".join([GROUPS[whose], *(DENOMINATORS.get(part, part) for part in rest)])


def named(work: View, curve: pd.Series) -> str:
    """Return the name of a curve with its specialty."""
    return f"{work.label(curve['specialty'])}: {heading(curve)}"
