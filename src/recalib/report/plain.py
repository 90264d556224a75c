"""Frames of the analysis as they are: rounded, a few rows, no wider than they must be."""

from __future__ import annotations

import html
import re
from typing import Any

import pandas as pd

from recalib.report.show import Html, scrolling

ROWS = 12
#: A text of more letters is a sentence: its column is kept wide enough to be read.
SENTENCE = 45
# Said in the elements, too: in JupyterLab no style sheet of ours is there.
_TEXT = ' style="text-align: left"'
_SENTENCES = ' style="text-align: left; min-width: 16em"'

#: Years or numbers with a hyphen between, which stay on one line.
_SPAN = re.compile(r"\(?[\d.]+-[\d.]+\)?")


def frame(data: pd.DataFrame, digits: int = 3, rows: int = ROWS, note: str = "") -> Html:
    """Show a frame of the analysis.

    `digits`: decimals shown of fractions; `rows`: rows shown at most; how many there are is said
    beneath; `note`: what stands above, such as whose chances these are.
    """
    shown = data.head(rows)
    columns = [_column(str(name), column, digits) for name, column in shown.items()]
    body = "\n".join(f"<tr>{''.join(cells)}</tr>" for cells in zip(*columns, strict=True))
    head, _, body = body.partition("\n")
    caption = f"<caption{_TEXT}>{html.escape(note)}</caption>" if note else ""
    table = (
        f'<table class="frame">{caption}\n<thead>{head}</thead>\n<tbody>\n{body}\n</tbody></table>'
    )
    more = f"<p>{len(shown)} of {len(data)} rows.</p>" if len(shown) < len(data) else ""
    return Html(scrolling(table, "Table") + more)


def _column(name: str, column: pd.Series, digits: int) -> list[str]:
    """Return the elements of a column: its name, then its cells; text stands to the left."""
    texts = _texts(column, digits)
    style = ""
    if not pd.api.types.is_numeric_dtype(column) or pd.api.types.is_bool_dtype(column):
        style = _SENTENCES if max(map(_sentence, texts), default=False) else _TEXT
    cells = [f"<td{style}>{_breaking(text)}</td>" for text in texts]
    return [f'<th scope="col"{style}>{_breaking(name)}</th>', *cells]


def _texts(column: pd.Series, digits: int) -> list[str]:
    """Return a column's values as they are shown; whole numbers without decimals."""
    fractions = [value for value in column if isinstance(value, float) and value == value]
    decimals = 0 if all(value.is_integer() for value in fractions) else digits
    return [_told(value, decimals) for value in column]


def _told(value: Any, decimals: int) -> str:
    if isinstance(value, float):
        return f"{value:.{decimals}f}" if value == value else ""
    return "" if pd.api.types.is_scalar(value) and pd.isna(value) else str(value)


def _sentence(text: str) -> bool:
    return len(text) > SENTENCE and " " in text


def _breaking(text: str) -> str:
    """Escape a text, and let names break at their joints where room is short."""
    escaped = html.escape(text, quote=False).replace("_", "_<wbr>").replace("/", "/<wbr>")
    return _SPAN.sub(r'<span style="white-space: nowrap">\g<0></span>', escaped)
