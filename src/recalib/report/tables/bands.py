"""The table of one specialty's bands: every edge with its two doubts."""

from __future__ import annotations

import pandas as pd

from recalib.report import words
from recalib.report.line import CHANCE, EDGE, told
from recalib.report.show import Html
from recalib.report.tables.layout import GROUP, ROW, Cells, doubts, layout, two
from recalib.report.view import Specialty


def bands(here: Specialty, denominator: str) -> Html | None:
    """Lay out the bands of the newest match curves of one denominator, curve by curve."""
    rows = []
    curves = here.newest[here.newest["outcome"] == "match"]
    for _, curve in curves[curves["denominator"] == denominator].iterrows():
        own = here.bands(curve)
        group = {GROUP: words.full(curve)}
        if own["score_min"].isna().all():
            # An `ok` curve without an edge has a wide one.
            reason = "wide" if curve["status"] == "ok" else words.plain(curve["status"])
            claims = f"no edge claimed: {reason}"
            blank = words.SUPPRESSED if own["suppressed"].any() else claims
            rows.append(group | {ROW: "every label", "Guides' word": "", "Scores": blank})
            continue
        highest = own.loc[own["score_min"].notna(), "rank"].min()
        rows += [group | _row(band, highest) for _, band in own.iterrows()]
    return layout(rows, f"bands-{denominator}", "bands", wide=words.STATUSES["wide"])


def _row(band: pd.Series, highest: int) -> Cells:
    row = {ROW: words.plain(band["label"]), "Guides' word": words.plain(band["guide_label"])}
    if band["suppressed"]:
        return row | dict.fromkeys(("Scores", "Lower edge", "Chance in the band"), words.SUPPRESSED)
    if not pd.isna(band["score_min"]):
        row["Scores"] = words.score_range(band["score_min"], band["score_max"])
    elif band["status"] == "unreachable":
        row["Scores"] = "never reached" if band["rank"] < highest else "always passed"
    else:
        row["Scores"] = words.plain(band["status"])
    cycle = band["cycle"]
    claimed = not pd.isna(band["score_min"]) and not pd.isna(band["boundary"])
    edge = doubts(words.score_doubts(*told(band, *EDGE)), cycle)
    row["Lower edge"] = edge if claimed else words.NOTHING
    row["Chance in the band"] = doubts(words.doubts(*told(band, *CHANCE)), cycle)
    row["Standing"] = standing(band)
    row["Guide prints"] = words.number(band["guide_edge"], 0)
    row["Shift"] = words.signed(band["shift"])
    return row


def standing(row: pd.Series) -> str:
    """Lay out where an edge stands among those who matched, and those who did not."""
    matched, others = (row[f"standing_{name}"] for name in ("matched", "not_matched"))
    return two(words.percent(matched), "" if pd.isna(others) else f"not {words.percent(others)}")
