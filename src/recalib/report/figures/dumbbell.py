"""The figure of the guides' printed edges beside the calibrated ones, over all specialties."""

from __future__ import annotations

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from calib.names import DENOMINATORS, WHOSE
from recalib.report import style, words
from recalib.report.view import View

_SCALE = (205.0, 290.0)
_GUIDE, _DATA = style.NOT_MATCHED, style.MATCHED


def dumbbell(work: View, denominator: str = DENOMINATORS[0]) -> Figure | None:
    """Draw every printed edge whose label has a reading, and where the data put that reading.

    A row an edge on a curve that may claim one, specialty by specialty; thin line: where next
    cycle's edge likely lies. None where no guide prints such an edge for people counted so.
    """
    rows = work.audit
    rows = rows[(rows["reading"] != "") & rows["score_min"].notna()]
    rows = rows[(rows["denominator"] == denominator) & (rows["status"] == "ok")]
    if rows.empty:
        return None
    rows = rows.sort_values(["curve_group", "specialty", "rank"], ignore_index=True)
    figure, (panel,) = style.small(0.36 * len(rows) + 0.9)
    names, told = [], []
    for place, (_, row) in enumerate(rows.iterrows()):
        where = f"{work.label(row['specialty'])}, {words.SHORT_GROUPS[row['curve_group']]}"
        names.append(f"{where}: {words.plain(row['label'])}")
        said = _row(panel, place, row, work.calibrated_band(row))
        told.append(f"{names[-1]}, printed {row['score_min']:.0f}, {said}")
    style.names_above(panel, names)
    panel.set_xlim(*_SCALE)
    panel.set_xticks(range(210, 290, 20))
    panel.set_xlabel("Step 2 CK score")
    panel.grid(axis="y", visible=False)
    handles = [
        style.entry("guide", _GUIDE, "|", markersize=10, markeredgewidth=3, linestyle="none"),
        style.entry("data, next cycle likely", _DATA, "D", markersize=4.5, linewidth=1.2),
    ]
    style.legend(figure, handles, 2)
    return style.describe(
        figure,
        "Printed edges of the guides beside the score from which the chance of a match, "
        f"{WHOSE}, is what the label stands for. {'; '.join(told)}.",
    )


def _row(panel: Axes, place: float, row: pd.Series, band: pd.Series | None) -> str:
    printed = float(row["score_min"])
    panel.plot(printed, place, marker="|", markersize=10, markeredgewidth=3, color=_GUIDE, zorder=4)
    if band is None or pd.isna(row["calibrated_edge"]):
        style.note(panel, _SCALE[1], place, "no edge", color=style.QUIET, va="center", bbox=None)
        return "no edge claimed by the data"
    edge = float(band["boundary"])
    low, high = band["boundary_next_low"], band["boundary_next_high"]
    ends = [
        _SCALE[0] if pd.isna(low) else float(low),
        _SCALE[1] if pd.isna(high) else float(high),
    ]
    panel.plot([printed, edge], [place, place], color=style.LINE, linewidth=3.5, zorder=1)
    style.interval(panel, place, ends, edge, _DATA, mark="D", size=4.5, width=1.2)
    return f"the data {edge:.0f} (next cycle likely {words.whole_range(low, high)})"
