"""Rows of text come in; one table in the layout of the reports goes out."""

from __future__ import annotations

import html as escaping
from collections.abc import Sequence
from typing import Any

import pandas as pd
from great_tables import GT, html, loc, style

from recalib.report.show import Html, scrolling

GROUP, ROW = "_group", "_row"


def two(value: str, below: str) -> str:
    """Lay a number out with its interval in a second, smaller line.

    Parameters
    ----------
    value, below : str
        Plain text.

    Returns
    -------
    str
        HTML of one cell.
    """
    first = escaping.escape(value)
    return f"{first}<br><small>{escaping.escape(below)}</small>" if below else first


def layout(
    rows: Sequence[dict[str, str]],
    name: str,
    *,
    first: str = "",
    raw: Sequence[str] = (),
    left: Sequence[str] = (),
    widths: dict[str, str] | None = None,
    note: str = "",
) -> Html | None:
    """Lay rows out as a table with header cells.

    Parameters
    ----------
    rows : sequence of dict
        Text by column, in order of showing; `_group` heads rows that belong together, `_row` names
        a row.
    name : str
        Identifier of the table on its page.
    first : str
        Heading above `_row`.
    raw : sequence of str
        Columns whose cells are HTML.
    left : sequence of str
        Columns of words, aligned to the left.
    widths : dict of str to str or None
        Widths of columns.
    note : str
        Plain text below the table.

    Returns
    -------
    Html or None
        None without rows.
    """
    if not rows:
        return None
    frame = pd.DataFrame(list(rows)).fillna("")
    options: dict[str, Any] = {}
    if GROUP in frame:
        options["groupname_col"] = GROUP
    if ROW in frame:
        options["rowname_col"] = ROW
    columns = [column for column in frame.columns if column not in (GROUP, ROW)]
    table: Any = GT(frame, id=name, **options)
    for column in columns:
        if column in raw:
            table = table.fmt(fns=str, columns=column)
    words = [column for column in columns if column in left]
    numbers = [column for column in columns if column not in left]
    table = table.cols_align("left", words).cols_align("right", numbers)
    if first:
        table = table.tab_stubhead(label=first)
    if widths:
        table = table.cols_width(widths)
    if note:
        table = table.tab_source_note(html(escaping.escape(note)))
    table = table.tab_style(style.css("white-space: normal;"), loc.stub()).tab_options(
        table_font_names=["system-ui", "sans-serif"],
        table_font_size="14px",
        table_font_color="#1f2430",
        table_width="100%",
        column_labels_font_weight="600",
        row_group_font_weight="600",
        row_group_background_color="#f4f7fb",
        data_row_padding="4px",
        row_group_padding="6px",
        source_notes_font_size="13px",
        table_border_top_color="#8a94a3",
        table_border_bottom_color="#8a94a3",
    )
    return Html(scrolling(table.as_raw_html(), "Table"))
