"""Single cells: in go the strings of a column, out come numbers or known words.

A blank cell comes out as NaN among numbers and as "" among words. None (NaN in a frame of words)
marks a cell that was already noted as a problem, so that later checks leave it alone.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Collection

from recalib.contract.vocabulary import Layout, cycle_years, suggestion
from recalib.sources.catalogue import Findings
from recalib.sources.csv_text import Sheet
from recalib.sources.labels import Labels

_NUMBER = re.compile(r"-?[0-9]+(?:\.[0-9]+)?")
SHOWN = 60  # characters of a cell that a message quotes


def quote(text: str) -> str:
    """Quote a cell in a message, shortened and on one line."""
    plain = " ".join(text.split())
    return f'"{plain}"' if len(plain) <= SHOWN else f'"{plain[:SHOWN]}…"'


def parse_number(text: str) -> float | None:
    """Read a plain decimal.

    Parameters
    ----------
    text : str
        Digits with at most one point and a leading minus; nothing else.

    Returns
    -------
    float or None
        The number (infinite where it has more digits than a float holds); None for other text.
    """
    return float(text) if _NUMBER.fullmatch(text) else None


def number_column(sheet: Sheet, column: str, layout: Layout, findings: Findings) -> list[float]:
    """Read a column of numbers.

    Parameters
    ----------
    sheet : Sheet
        The table as text.
    column : str
        Which column; NaN throughout where the table lacks it.
    layout : Layout
        Says whether it may be blank.
    findings : Findings
        Where problems go.

    Returns
    -------
    list of float
        One number a row, NaN where blank or unusable.
    """
    numbers: list[float] = []
    for line, text in zip(sheet.lines, _texts(sheet, column), strict=True):
        number = math.nan
        if text == "":
            _note_blank(sheet, line, column, layout, findings)
        elif text is not None:
            parsed = parse_number(text)
            if parsed is None:
                found = f"{quote(text)} is not a number."
                findings.add("not-a-number", sheet.file, found, row=line, column=column)
            else:
                number = parsed
        numbers.append(number)
    return numbers


def word_column(
    sheet: Sheet,
    column: str,
    layout: Layout,
    findings: Findings,
    *,
    known: Collection[str] | None = None,
    rule: str = "",
) -> list[str | None]:
    """Read a column of words.

    Parameters
    ----------
    sheet, column, layout, findings
        As in `number_column`.
    known : collection of str, optional
        The words that are allowed; any where not given.
    rule : str
        The rule that an unknown word violates.

    Returns
    -------
    list of (str or None)
        One word a row, "" where blank and allowed to be, None where unusable.
    """

    def read(text: str, line: int) -> str | None:
        if known is None or text in known:
            return text
        found = f"{quote(text)} is not known. {suggestion(text, known)}"
        findings.add(rule, sheet.file, found, row=line, column=column)
        return None

    return _read_words(sheet, column, layout, findings, read)


def cycle_column(sheet: Sheet, layout: Layout, findings: Findings) -> list[str | None]:
    """Read the column `cycle`; parameters and result as in `word_column`."""

    def read(text: str, line: int) -> str | None:
        if cycle_years(text) is not None:
            return text
        found = f"{quote(text)} is not a cycle."
        findings.add("cycle-format", sheet.file, found, row=line, column="cycle")
        return None

    return _read_words(sheet, "cycle", layout, findings, read)


def specialty_column(
    sheet: Sheet, layout: Layout, labels: Labels, findings: Findings, *, tiers: bool = False
) -> list[str | None]:
    """Read the column `specialty` and give canonical names.

    Parameters
    ----------
    sheet, layout, findings
        As in `number_column`.
    labels : Labels
        The labels of specialties.csv.
    tiers : bool
        Whether `tier:<name>` may stand for the specialties of a tier.

    Returns
    -------
    list of (str or None)
        One canonical name a row, "" where blank and allowed to be, None where unusable.
    """

    def read(text: str, line: int) -> str | None:
        name = labels.tier(text) if tiers and text.startswith("tier:") else labels.resolve(text)
        if name is None and labels:
            found = f"{quote(text)} is not a known specialty. {labels.suggestion(text, tiers)}"
            findings.add(
                "unknown-specialty", sheet.file, found.strip(), row=line, column="specialty"
            )
        return name

    return _read_words(sheet, "specialty", layout, findings, read)


def _texts(sheet: Sheet, column: str) -> list[str | None]:
    """Cells of a column; None where the header lacks it, which was noted once."""
    present = sheet.columns.get(column)
    return list(present) if present is not None else [None] * len(sheet.lines)


def _read_words(
    sheet: Sheet,
    column: str,
    layout: Layout,
    findings: Findings,
    read: Callable[[str, int], str | None],
) -> list[str | None]:
    words: list[str | None] = []
    lacking = "" if column in layout.optional else None
    for line, text in zip(sheet.lines, _texts(sheet, column), strict=True):
        if text is None:
            words.append(lacking)
        elif text == "":
            blank = _note_blank(sheet, line, column, layout, findings)
            words.append(None if blank else "")
        else:
            words.append(read(text, line))
    return words


def _note_blank(sheet: Sheet, line: int, column: str, layout: Layout, findings: Findings) -> bool:
    if column not in layout.filled:
        return False
    findings.add("blank-cell", sheet.file, f"{column} is blank.", row=line, column=column)
    return True
