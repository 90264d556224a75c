"""Specialty names: in goes specialties.csv, out comes a look-up from labels to names."""

from __future__ import annotations

import re

import pandas as pd

from recalib.contract.vocabulary import TIERS, nearest, suggestion
from recalib.sources.catalogue import Findings
from recalib.sources.csv_text import Sheet

_SNAKE = re.compile(r"[a-z][a-z0-9]*(?:_[a-z0-9]+)*")
_FALLS_AWAY = re.compile(r"\s*\((?:Integrated|Categorical)\)$")
# A track whose label bears one of these words is never an alias of a specialty without the word.
_STANDS_ALONE = ("primary", "preliminary", "transitional")
COLUMNS = ("specialty", "label", "tier", "aliases")


class Labels:
    """From label to canonical name.

    Parameters
    ----------
    names : dict of str to str
        Canonical name of every canonical name, label and alias; empty where specialties.csv could
        not be used: then nothing is known and nothing is said about unknown labels.
    """

    def __init__(self, names: dict[str, str]) -> None:
        self.names = names

    def __bool__(self) -> bool:
        """Whether any name is known."""
        return bool(self.names)

    def resolve(self, label: str) -> str | None:
        """Give the canonical name of a label; "(Integrated)" and "(Categorical)" fall away."""
        return self.names.get(label) or self.names.get(_FALLS_AWAY.sub("", label))

    def tier(self, text: str) -> str | None:
        """Give back `tier:<name>` where the tier is known."""
        return text if text.removeprefix("tier:") in TIERS else None

    def suggestion(self, text: str, tiers: bool = False) -> str:
        """Say which known label is nearest, with its canonical name."""
        if tiers and text.startswith("tier:"):
            return suggestion(text, [f"tier:{tier}" for tier in TIERS])
        near = nearest(text, self.names)
        return "" if near is None else f'The nearest known is "{near}" ({self.names[near]}).'


def check_specialties(sheet: Sheet, findings: Findings) -> tuple[pd.DataFrame, Labels]:
    """Check specialties.csv.

    Parameters
    ----------
    sheet : Sheet
        The table as text.
    findings : Findings
        Where problems go.

    Returns
    -------
    frame : DataFrame
        specialty, label, tier, aliases (`|` between aliases), as strings.
    labels : Labels
        The look-up.
    """
    names: dict[str, str] = {}
    first_line: dict[str, int] = {}
    cells = {column: sheet.columns.get(column, [""] * len(sheet.lines)) for column in COLUMNS}
    rows = zip(sheet.lines, *(cells[column] for column in COLUMNS), strict=True)
    for line, specialty, label, tier, aliases in rows:
        for column, text in (("specialty", specialty), ("label", label)):
            if not text and column in sheet.columns:
                found = f"{column} is blank."
                findings.add("blank-cell", sheet.file, found, row=line, column=column)
        if specialty and not _SNAKE.fullmatch(specialty):
            found = f'"{specialty}" is not snake_case.'
            findings.add("specialty-name", sheet.file, found, row=line, column="specialty")
        if tier and tier not in TIERS:
            found = f'"{tier}" is not a tier. {suggestion(tier, TIERS)}'
            findings.add("unknown-tier", sheet.file, found, row=line, column="tier")
        if specialty in first_line:
            found = f'"{specialty}" is already in row {first_line[specialty]}.'
            findings.add("repeated-key", sheet.file, found, row=line, column="specialty")
            continue
        if not specialty:
            continue
        first_line[specialty] = line
        written = [("specialty", specialty), ("label", label)]
        written += [("aliases", alias.strip()) for alias in aliases.split("|")]
        for column, text in written:
            if text:
                _add_name(names, first_line, text, specialty, sheet.file, line, column, findings)
    return pd.DataFrame(cells, dtype="str"), Labels(names)


def _add_name(
    names: dict[str, str],
    first_line: dict[str, int],
    text: str,
    specialty: str,
    file: str,
    line: int,
    column: str,
    findings: Findings,
) -> None:
    owner = names.setdefault(text, specialty)
    if owner != specialty:
        found = f'"{text}" already belongs to {owner} (row {first_line[owner]}).'
        findings.add("specialty-ambiguous", file, found, row=line, column=column)
    for word in _STANDS_ALONE:
        if word in text.casefold() and word not in specialty:
            found = f'"{text}" is a {word} track and is given to {specialty}.'
            findings.add("specialty-stands-alone", file, found, row=line, column=column)
