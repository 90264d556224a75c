"""Rows of text laid out as a table by great-tables, as `sentences.yml` says of its kind."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

import pandas as pd
from great_tables import GT, html
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
    `sentences.yml`, whose gaps `said` fills; columns of `hidden` are left out. A
    `narrow` kind fits a telephone; any other lies in a box that scrolls.
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
    drawn = _IN_LAB + _STYLE.sub("", table.as_raw_html())
    narrow = kinds.get("narrow", False)
    return Html(f'<div class="fits">{drawn}</div>' if narrow else scrolling(drawn, "Table"))


#: JupyterLab aligns all cells of a table to the right.
_IN_LAB = (
    "<style>.jp-RenderedHTMLCommon .gt_table :is(th, td):not(.gt_right) "
    "{ text-align: left; }</style>"
)
#: What pages need not carry: great-tables' colours and lines, ten thousand characters a table, its
#: own scrolling, and ids of headers, whose scope says the same.
_STYLE = re.compile(
    r"<style>.*?</style>"
    r"|(?<=\") style=\"padding-left[^\"]*\""
    r"| headers=\"[^\"]*\""
    r"|(?<=scope=\"col\") id=\"[^\"]*\""
    r"|(?<=scope=\"colgroup\") id=\"[^\"]*\""
    r"|(?<=scope=\"row\") id=\"[^\"]*\""
    r"| (?:row|col)span=\"1\""
    r"| data-quarto-[\w-]*=\"[^\"]*\"",
    re.DOTALL,
)
