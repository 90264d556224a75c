"""Tables of a specialty's details that fit a telephone: a row a score or group, few columns."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import pandas as pd

from recalib.bands.cut import LOWER
from recalib.report import words
from recalib.report.line import EDGE, chance_at, gain, judged, side_of, told
from recalib.report.order import by_denominator
from recalib.report.show import Html
from recalib.report.tables.layout import GROUP, ROW, Cells, layout, two
from recalib.report.view import Specialty, View

#: Scores of the plain table, which answers where scripts are off.
SCORES = (220, 230, 240, 245, 250, 260, 270)
_STEPS = (230, 240, 250, 260)
#: Labels whose lower edge is a chance, the least first, with the heading of their column.
_LABELS = {"possible": "From 25 %", "likely": "From 50 %", "very_likely": "From 75 %"}


def match_curves(here: Specialty, denominator: str) -> pd.DataFrame:
    """Return the newest match curves of a denominator that have a slope."""
    curves = here.read("match")
    return curves[curves["denominator"] == denominator]


def denominators(here: Specialty) -> list[str]:
    """Return the denominators of the newest match curves that have a slope."""
    return [name for name, _ in by_denominator(here.read("match"))]


def by_score(here: Specialty, denominator: str) -> Html | None:
    """Lay out the chance at round scores, a column a group; a dash outside its scores."""
    rows = _chances(match_curves(here, denominator), SCORES)
    whom = words.DENOMINATORS[denominator]
    return layout(rows, f"by-score-{denominator}", "by-score", whom=whom)


def interviews(here: Specialty) -> Html | None:
    """Lay out invitations per application at round scores, a column a group."""
    return layout(_chances(here.read("interview"), _STEPS), "invitations")


def _chances(curves: pd.DataFrame, scores: Sequence[int]) -> list[Cells]:
    """Return a row a score, a column a group; none without curves."""
    if curves.empty:
        return []
    told = [(words.short_group(curve), curve) for _, curve in curves.iterrows()]
    return [
        {ROW: f"{score}"} | {group: _chance(curve, score) for group, curve in told}
        for score in scores
    ]


def _chance(curve: pd.Series, score: float) -> str:
    if not curve["score_low"] <= score <= curve["score_high"]:
        return words.NOTHING
    value, later, _ = words.doubts(*chance_at(curve, score))
    return two(value, later)


def more_points(here: Specialty, denominator: str) -> Html | None:
    """Lay out how the chance of people with ten points more differs, a row a group."""
    rows = []
    for _, curve in match_curves(here, denominator).iterrows():
        row: Cells = {ROW: words.short_group(curve)}
        for low, high in pairwise(_STEPS):
            change, _, _, *later = (100 * part for part in gain(curve, low, high))
            inside = curve["score_low"] <= low and high <= curve["score_high"]
            shown = two(words.signed(change, 0), _points(*later)) if inside else words.NOTHING
            row[f"{high} beside {low}"] = shown
        rows.append(row)
    return layout(rows, f"more-{denominator}", "more")


def _points(low: float, high: float) -> str:
    return f"{words.signed(low, 0)} to {words.signed(high, 0)}"


def standing_short(here: Specialty) -> Html | None:
    """Lay out which share of those who matched, and did not, had a score or less."""
    curves = [(curve, here.standing(curve)) for _, curve in here.newest.iterrows()]
    curves = [(curve, rows) for curve, rows in curves if len(rows)]
    rows = []
    for score in SCORES:
        row: Cells = {ROW: f"{score}"}
        for curve, own in curves:
            at = own[own["score"] == score]
            row[words.short_group(curve)] = _shares(at.iloc[0]) if len(at) else words.NOTHING
        rows.append(row)
    return layout(rows if curves else [], "standing-short")


def _shares(row: pd.Series) -> str:
    ends = (row[f"matched_{end}"] for end in ("below", "low", "high"))
    others = words.percent(row["not_matched_below"])
    return two(*words.percent_interval(*ends), f"not {others}")


def edges(here: Specialty, denominator: str) -> Html | None:
    """Lay out the lower edges of a group's bands with both intervals, a row a group."""
    rows = []
    for _, curve in match_curves(here, denominator).iterrows():
        bands = here.bands(curve)
        row: Cells = {ROW: words.short_group(curve)}
        for label, heading in _LABELS.items():
            row[heading] = _edge(bands, label, curve)
        if len({*row.values()}) == 2:  # the same reason for all is said once
            row |= dict.fromkeys(list(_LABELS.values())[1:], words.NOTHING)
        rows.append(row)
    return layout(rows, f"edges-{denominator}", "edges-short")


def _edge(bands: pd.DataFrame, label: str, curve: pd.Series) -> str:
    """Lay out the lower edge of a curve's band, or say why there is none."""
    band = bands[bands["label"] == label].iloc[0]
    if band["suppressed"]:
        return words.SUPPRESSED
    if pd.isna(band["boundary"]):
        everywhere = (bands["rank"] <= band["rank"]) & (bands["score_min"] == 1)
        if everywhere.any():
            return "always"
        if band["status"] != "unreachable":
            return words.plain(band["status"])
        return "always" if side_of(curve, LOWER[label]) == "above" else "never"
    value, later, own = words.score_doubts(*told(band, *EDGE))
    return two(value, f"next {later}", own)


def cycles_of(here: Specialty) -> list[pd.Series]:
    """Return the curves of groups with several cycles of one denominator, the newest first."""
    curves = here.of("match")
    curves = curves[curves["slope"].notna() & (curves["denominator"] == "ranked_first")]
    return [
        curve
        for _, part in curves.groupby(["applicant_group", "needs_visa"], sort=False)
        if len(set(part["cycle"])) > 1
        for _, curve in part.iterrows()
    ]


def guide_lines(work: View, rows: pd.DataFrame, name: str, *, last: bool = True) -> Html | None:
    """Lay out what a guide prints line by line, as its reader knows it, with what the data say.

    `rows`: of the audit, of one guide, by specialty where there are several; a column a group.
    `name` is unlike others of the page; the `last` table of several holds the note.
    """
    shown = []
    rows = rows.sort_values(["specialty", "rank", "curve_group"])
    several = len(set(rows["specialty"])) > 1
    groups = dict.fromkeys(words.SHORT_GROUPS[name] for name in rows["curve_group"])
    for _, line in rows.groupby(["specialty", "rank", "label"], sort=False):
        first = line.iloc[0]
        row: Cells = {GROUP: work.label(first["specialty"])} if several else {}
        row |= dict.fromkeys(groups, words.NOTHING) | {
            ROW: f"{words.score_range(first['score_min'], first['score_max'])}: "
            f"{words.plain(first['label'])}"
        }
        for _, each in line.iterrows():
            row[words.SHORT_GROUPS[each["curve_group"]]] = _judged(work, each)
        standings = [words.percent(share) for share in line["standing_matched"].dropna()]
        row["Standing"] = two(", ".join(standings) or words.NOTHING)
        shown.append(row)
    return layout(shown, name, "guide-lines" if last else "guide-lines-before")


def _judged(work: View, row: pd.Series) -> str:
    """Lay out the chance at a printed edge with next cycle's range, and the verdict."""
    value, _ = judged(work, row)
    chance, later, _ = words.doubts(*value)
    verdict = words.plain(row["verdict"])
    return two(words.NOTHING, verdict) if pd.isna(value.value) else two(chance, later, verdict)
