"""Frames of the analysis as they are: rounded, a few rows, in a box that scrolls."""

from __future__ import annotations

import html

import pandas as pd

from recalib.report.show import Html, scrolling

ROWS = 12


def frame(data: pd.DataFrame, digits: int = 3, rows: int = ROWS, note: str = "") -> Html:
    """Show a frame of the analysis.

    `digits`: decimals shown of fractions; `rows`: rows shown at most; how many there are is said
    beneath; `note`: what stands above, such as whose chances these are.
    """
    shown = data.head(rows)
    table = shown.to_html(
        index=False,
        classes="frame",
        na_rep="",
        border=0,
        float_format=lambda number: f"{number:.{digits}f}",
    )
    if note:
        table = table.replace("<thead>", f"<caption>{html.escape(note)}</caption>\n  <thead>", 1)
    more = f"<p>{len(shown)} of {len(data)} rows.</p>" if len(shown) < len(data) else ""
    return Html(scrolling(table, "Table") + more)
