"""Covariates beside the score come in; odds ratios, points and the guides' surcharges go out."""

from __future__ import annotations

import pandas as pd

from recalib.report import words
from recalib.report.show import Html
from recalib.report.tables.layout import GROUP, ROW, layout, two
from recalib.report.view import Specialty, View

_NOTE = (
    "Odds ratio of the outcome at the same score, and the Step 2 CK points that move the chance as "
    "much: positive where the level asks for more points for the same chance. 95 % intervals; "
    "“open” where an end is unbounded. No points where the chance does not clearly rise with the "
    "score. People who differ in one of these differ in other things too: nothing here says what a "
    "change of it would do."
)


def adjustments(work: View) -> Html | None:
    """Lay out every covariate of every curve.

    Parameters
    ----------
    work : View
        A run.

    Returns
    -------
    Html or None
        One row a curve and covariate, under the covariate; None without any.
    """
    rows = []
    table = work.adjustments.sort_values(["covariate", "level"], kind="stable")
    for _, row in table.iterrows():
        name = f"{work.label(str(row['specialty']))}: {words.heading(row)}"
        rows.append({GROUP: words.compared(row), ROW: name} | _numbers(row))
    return _layout(rows, "adjustments", "Curve")


def adjustments_of(here: Specialty) -> Html | None:
    """Lay out the covariates of one specialty.

    Parameters
    ----------
    here : Specialty
        Any.

    Returns
    -------
    Html or None
        One row a covariate, under the curve that it belongs to; None without any.
    """
    rows = []
    for _, row in here.adjustments.iterrows():
        rows.append({GROUP: words.heading(row), ROW: words.compared(row)} | _numbers(row))
    return _layout(rows, "adjustments", "At the same score")


def _numbers(row: pd.Series) -> dict[str, str]:
    if row["suppressed"]:
        blank = dict.fromkeys(("Odds ratio", "Points", "n"), words.SUPPRESSED)
        return blank | {"Grade": str(row["grade"]), "Slope": words.STATUSES[str(row["status"])]}
    ratio = points = words.NOTHING
    if not pd.isna(row["odds_ratio"]):
        ends = (words.ratio(row["odds_ratio_low"]), words.ratio(row["odds_ratio_high"]))
        ratio = two(words.ratio(row["odds_ratio"]), "–".join(ends))
    if not pd.isna(row["points"]):
        limits = words.points_interval(row["points_low"], row["points_high"])
        points = two(words.signed(float(row["points"])), limits)
    return {
        "Odds ratio": ratio,
        "Points": points,
        "n": words.count(row["n"]),
        "Grade": str(row["grade"]),
        "Slope": words.STATUSES[str(row["status"])],
    }


def _layout(rows: list[dict[str, str]], name: str, first: str) -> Html | None:
    return layout(
        rows,
        name,
        first=first,
        raw=("Odds ratio", "Points"),
        left=("Grade", "Slope"),
        widths={ROW: "45%", "Odds ratio": "13%", "Points": "17%"},
        note=_NOTE,
    )


def surcharges(work: View, found: pd.DataFrame) -> Html | None:
    """Lay out what guides ask for on top beside the estimates.

    Parameters
    ----------
    work : View
        A run, for the names of specialties.
    found : DataFrame
        From `recalib.adjust.rules.beside`.

    Returns
    -------
    Html or None
        One row a surcharge and estimate; None where no guide prints any.
    """
    rows = []
    for _, row in found.iterrows():
        asked = work.label(row["asked_of"]) if row["asked_of"] else "all specialties"
        head = (
            f"{words.guide(row['guide'])}, {words.COVARIATES[row['covariate']]} in {asked}: "
            f"{row['printed']}"
        )
        if pd.isna(row["specialty"]):
            blank = dict.fromkeys(("Odds ratio", "Points", "n", "Grade", "Slope"), words.NOTHING)
            rows.append({GROUP: head, ROW: "no estimate"} | blank | _judged(row))
            continue
        name = f"{work.label(str(row['specialty']))}: {words.heading(row)}"
        rows.append({GROUP: head, ROW: name} | _numbers(row) | _judged(row))
    return layout(
        rows, "surcharges", first="Estimate", raw=("Odds ratio", "Points"),
        left=("Grade", "Slope", "Verdict"), widths={ROW: "30%", "Points": "17%", "Verdict": "20%"},
        note="Too easy, too hard: the whole interval of the points lies above, or below, what the "
        "guide asks for; holds: it holds some of it, and the points are known to 20 or better; "
        "cannot tell: anything else. What is self-reported, made up or of another specialty judges "
        "no guide.",
    )  # fmt: skip


def _judged(row: pd.Series) -> dict[str, str]:
    verdict = words.VERDICTS[str(row["verdict"])]
    return {"Verdict": f"{verdict}: {row['why']}" if row["why"] else verdict}
