"""Rows of text laid out as a table by great-tables, as `sentences.yml` says of its kind."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

import pandas as pd
from great_tables import GT, html, loc, style
from markupsafe import Markup, escape

from recalib.report import words
from recalib.report.sentences import SENTENCES
from recalib.report.show import Html, scrolling

#: Columns of rows: the heading of those that belong together, the name of a row.
GROUP, ROW = "_group", "_row"
Cells = dict[str, str]


def two(value: str, *below: str) -> Markup:
    """Lay a number out with what belongs to it in smaller lines; Markup is not escaped."""
    said = [Markup("<small>{}</small>").format(line) for line in below if line]
    return Markup("<br>").join([escape(value), *said])


def doubts(told: tuple[str, str, str], cycle: str) -> Markup:
    """Lay a number out with where the next cycle's likely lies, and its own cycle's interval."""
    value, later, own = told
    return two(value) if value == words.NOTHING else two(value, f"next {later}", f"{cycle} {own}")


def breakable(names: str) -> Markup:
    """Let long names of files be broken after _ and points."""
    parts = re.split(r"(?<=[_.])", names)
    return Markup("<wbr>").join(map(escape, parts))


def lines(parts: Sequence[str]) -> Markup:
    """Lay texts out one below the other."""
    return Markup("<br>").join(parts)


def layout(
    rows: Sequence[Cells], name: str, kind: str = "", hidden: Sequence[str] = (), **said: str
) -> Html | None:
    """Lay rows out as a table with header cells; None without rows.

    `name` is unlike every other on its page, `kind` (by default the name) one of those in
    `sentences.yml`, whose gaps `said` fills; columns of `hidden` are left out.
    """
    if not rows:
        return None
    kinds = SENTENCES["tables"][kind or name]
    frame = pd.DataFrame(list(rows), dtype=object).fillna("").drop(columns=list(hidden))
    columns = [column for column in frame.columns if column not in (GROUP, ROW)]
    left = [column for column in columns if column in kinds.get("left", ())]
    numbers = [column for column in columns if column not in left]
    table: Any = GT(
        frame, id=name, rowname_col=ROW, groupname_col=GROUP if GROUP in frame else None
    )
    table = table.fmt(fns=escape, columns=columns)
    table = table.cols_align("left", left).cols_align("right", numbers)
    table = table.tab_stubhead(label=kinds["first"].format(**said))
    if "widths" in kinds:
        there = {name: width for name, width in kinds["widths"].items() if name in frame}
        table = table.cols_width(there)
    if "note" in kinds:
        table = table.tab_source_note(html(escape(kinds["note"].format(**said))))
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
