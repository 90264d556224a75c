"""The bands of one specialty come in; a table with every edge and its interval goes out."""

from __future__ import annotations

import pandas as pd

from recalib.report import words
from recalib.report.show import Html
from recalib.report.tables.layout import GROUP, ROW, layout, two
from recalib.report.view import Specialty

_NOTES = {
    "guide": "Edges lie where the chance of a match reaches the anchor probability of the label.",
    "chance": "Edges lie where the chance of a match is 25, 50 and 75 %.",
}


def bands(here: Specialty, scheme: str) -> Html | None:
    """Lay out the bands of the newest curves.

    Parameters
    ----------
    here : Specialty
        Any.
    scheme : str
        `guide` or `chance`.

    Returns
    -------
    Html or None
        Rows of a curve stand together under its name, n, grade and status; a curve that claims no
        edge has one row that says so.
    """
    rows = []
    for _, curve in here.newest.iterrows():
        if curve["outcome"] != "match":
            continue
        own = here.bands(curve, scheme)
        group = f"{words.heading(curve)} ({words.quality(curve)})"
        if own["score_min"].isna().all():
            reason = words.STATUSES[str(curve["status"])]
            suppressed = own["suppressed"].any()
            blank = words.SUPPRESSED if suppressed else f"no edge claimed: {reason}"
            rows.append({GROUP: group, ROW: "every label", "Scores": blank})
            continue
        highest = own.loc[own["score_min"].notna(), "rank"].min()
        rows += [{GROUP: group} | _row(band, scheme, highest) for _, band in own.iterrows()]
    return layout(
        rows,
        f"bands-{scheme}",
        first="Band",
        raw=("Lower edge", "Chance in the band"),
        left=("Scores",),
        note=(
            f"{_NOTES[scheme]} 95 % intervals; “open” where an end is unbounded. "
            "“Never reached”, “always passed”: at every fitted score the chance lies below, or "
            "above, that of the label. Chance in the band: mean of its people."
        ),
    )


def _row(band: pd.Series, scheme: str, highest: int) -> dict[str, str]:
    row = {ROW: words.plain(str(band["label"]))}
    if band["suppressed"]:
        blank = dict.fromkeys(("Scores", "Lower edge", "Chance in the band"), words.SUPPRESSED)
        return row | blank
    if pd.isna(band["score_min"]):
        row["Scores"] = words.STATUSES[str(band["status"])]
        if band["status"] == "unreachable":
            row["Scores"] = "never reached" if band["rank"] < highest else "always passed"
        edge = words.NOTHING
    else:
        row["Scores"] = words.score_range(band["score_min"], band["score_max"])
        edge = words.NOTHING
        if not pd.isna(band["boundary"]):
            limits = words.score_interval(band["boundary_low"], band["boundary_high"])
            vague = words.badly_known(band["boundary_low"], band["boundary_high"])
            below = f"{limits}; {vague}" if vague else limits
            edge = two(words.score(band["boundary"]), below)
    row["Lower edge"] = edge
    chance = (band["probability"], band["probability_low"], band["probability_high"])
    row["Chance in the band"] = two(*words.percent_interval(*chance))
    if scheme == "guide":
        printed = words.score(band["guide_edge"], 0)
        row["Guide prints"] = printed
        shift = band["shift"]
        row["Shift"] = words.NOTHING if pd.isna(shift) else words.signed(float(shift))
    return row
