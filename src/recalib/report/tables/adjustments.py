"""Tables of covariates beside the score: odds ratios, points and the guides' surcharges."""

from __future__ import annotations

import pandas as pd

from recalib.report import words
from recalib.report.covariates import asked_of
from recalib.report.show import Html
from recalib.report.tables.layout import GROUP, ROW, Cells, layout, two
from recalib.report.view import Specialty, View


def adjustments(work: View) -> Html | None:
    """Lay out every covariate of every curve, under the covariate."""
    rows = work.adjustments.sort_values(["covariate", "level"], kind="stable")
    cells = [
        {GROUP: words.compared(row), ROW: words.named(work, row)} | _numbers(row)
        for _, row in rows.iterrows()
    ]
    return layout(cells, "adjustments")


def adjustments_of(here: Specialty) -> Html | None:
    """Lay out the covariates of one specialty, under the curve that they belong to."""
    cells = [
        {GROUP: words.heading(row), ROW: words.compared(row)} | _numbers(row)
        for _, row in here.adjustments.iterrows()
    ]
    return layout(cells, "adjustments", "adjustments-of")


def _numbers(row: pd.Series) -> Cells:
    cells: Cells = dict.fromkeys(("Odds ratio", "Points", "n"), words.SUPPRESSED)
    if not row["suppressed"]:
        known = not pd.isna(row["odds_ratio"])
        points = words.points_interval(row["points_low"], row["points_high"])
        cells = {
            "Odds ratio": two(*words.odds_ratio(row)) if known else words.NOTHING,
            "Points": two(words.signed(row["points"]), "" if pd.isna(row["points"]) else points),
            "n": words.count(row["n"]),
        }
    return cells | {"Grade": row["grade"], "Slope": words.plain(row["status"])}


def surcharges(work: View, found: pd.DataFrame) -> Html | None:
    """Lay out what guides ask for on top beside the estimates (`recalib.adjust.rules.beside`)."""
    rows = []
    for _, row in found.iterrows():
        head = (
            f"{words.guide(row['guide'])}, {words.COVARIATES[row['covariate']]} in "
            f"{asked_of(work, row)}: {row['printed']}"
        )
        cells = dict.fromkeys(("Odds ratio", "Points", "n", "Grade", "Slope"), words.NOTHING)
        name = "no estimate"
        if not pd.isna(row["specialty"]):
            name, cells = words.named(work, row), _numbers(row)
        verdict = words.plain(row["verdict"]) + (f": {row['why']}" if row["why"] else "")
        rows.append({GROUP: head, ROW: name} | cells | {"Verdict": verdict})
    return layout(rows, "surcharges")
