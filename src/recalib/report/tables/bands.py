"""The table of one specialty's bands: every edge with its interval."""

from __future__ import annotations

import pandas as pd

from recalib.report import words
from recalib.report.show import Html
from recalib.report.tables.layout import GROUP, ROW, Cells, layout, percent, two
from recalib.report.view import Specialty

_WHERE = {
    "guide": "reaches the anchor probability of the label",
    "chance": "is 25, 50 and 75 %",
}


def bands(here: Specialty, scheme: str) -> Html | None:
    """Lay out the bands (`guide` or `chance`) of the newest match curves, curve by curve."""
    rows = []
    curves = here.newest[here.newest["outcome"] == "match"]
    for _, curve in curves.iterrows():
        own = here.bands(curve, scheme)
        group = {GROUP: words.full(curve)}
        if own["score_min"].isna().all():
            claims = f"no edge claimed: {words.plain(curve['status'])}"
            blank = words.SUPPRESSED if own["suppressed"].any() else claims
            rows.append(group | {ROW: "every label", "Scores": blank})
            continue
        highest = own.loc[own["score_min"].notna(), "rank"].min()
        rows += [group | _row(band, scheme, highest) for _, band in own.iterrows()]
    return layout(rows, f"bands-{scheme}", "bands", where=_WHERE[scheme])


def _row(band: pd.Series, scheme: str, highest: int) -> Cells:
    row = {ROW: words.plain(band["label"])}
    if band["suppressed"]:
        return row | dict.fromkeys(("Scores", "Lower edge", "Chance in the band"), words.SUPPRESSED)
    if not pd.isna(band["score_min"]):
        row["Scores"] = words.score_range(band["score_min"], band["score_max"])
    elif band["status"] == "unreachable":
        row["Scores"] = "never reached" if band["rank"] < highest else "always passed"
    else:
        row["Scores"] = words.plain(band["status"])
    claimed = not pd.isna(band["score_min"]) and not pd.isna(band["boundary"])
    edge = two(words.number(band["boundary"]), words.edge_interval(band))
    row["Lower edge"] = edge if claimed else words.NOTHING
    row["Chance in the band"] = percent(band, "probability", "probability_low", "probability_high")
    if scheme == "guide":
        row["Guide prints"] = words.number(band["guide_edge"], 0)
        row["Shift"] = words.signed(band["shift"])
    return row
