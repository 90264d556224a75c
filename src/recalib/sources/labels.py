"""Finds the canonical name of a specialty by its labels and aliases in specialties.csv."""

from __future__ import annotations

import re

import pandas as pd

from recalib.contract.tables import LAYOUTS
from recalib.contract.vocabulary import TIERS, nearest, suggestion
from recalib.sources.catalogue import Findings
from recalib.sources.characters import plain

_SNAKE = re.compile(r"[a-z](?=.{0,99}$)[a-z0-9]*(?:_[a-z0-9]+)*")
_FALLS_AWAY = re.compile(r"\s*\((?:Integrated|Categorical)\)$")
# A track whose label bears one of these words is never an alias of a specialty without the word.
_STANDS_ALONE = ("primary", "preliminary", "transitional")
COLUMNS = LAYOUTS["specialties"].column_names


def unsafe(label: str) -> str:
    """Say what of a label would be more than text on a page, in a figure or in a spreadsheet."""
    if found := next((sign for sign in "<$" if sign in label), ""):
        return f'"{label}" holds {found}.'
    return f'"{label}" begins with {label[0]}.' if label[:1] in "=+-@" and label else ""


class Labels:
    """From any name of a specialty to its canonical one.

    `names` is empty where specialties.csv could not be used: then nothing is known and nothing is
    said about unknown labels.
    """

    def __init__(self, names: dict[str, str]) -> None:
        self.names = names

    def __bool__(self) -> bool:
        """Whether any name is known."""
        return bool(self.names)

    def resolve(self, label: str, *, tiers: bool = False) -> str | None:
        """Canonical name; "(Integrated)" and "(Categorical)" fall away. `tier:<name>` stays."""
        label = plain(label)
        if tiers and label.startswith("tier:"):
            return label if label.removeprefix("tier:") in TIERS else None
        return self.names.get(label) or self.names.get(_FALLS_AWAY.sub("", label))

    def suggestion(self, text: str, tiers: bool = False) -> str:
        """Say which known label is nearest, with its canonical name."""
        if tiers and text.startswith("tier:"):
            return suggestion(text, [f"tier:{tier}" for tier in TIERS])
        near = nearest(text, self.names)
        return "" if near is None else f'The nearest known is "{near}" ({self.names[near]}).'


def check_specialties(sheet: pd.DataFrame, findings: Findings) -> tuple[pd.DataFrame, Labels]:
    """Check specialties.csv; its columns as strings (`|` between aliases), and the look-up."""
    names: dict[str, str] = {}
    first_line: dict[str, int] = {}
    for column in ("specialty", "label"):
        if column in sheet:
            blank = sheet[sheet[column] == ""]
            findings.each("blank-cell", blank, column, f"{column} is blank.")
    frame = sheet.reindex(columns=["file", "row", *COLUMNS], fill_value="")
    for file, line, specialty, label, tier, aliases in frame.itertuples(index=False):
        if specialty and not _SNAKE.fullmatch(specialty):
            found = f'"{specialty}" is not snake_case.'
            findings.add("specialty-name", file, found, row=line, column="specialty")
        if tier and tier not in TIERS:
            found = f'"{tier}" is not a tier. {suggestion(tier, TIERS)}'
            findings.add("unknown-tier", file, found, row=line, column="tier")
        if specialty in first_line:
            found = f'"{specialty}" is already in row {first_line[specialty]}.'
            findings.add("repeated-key", file, found, row=line, column="specialty")
            continue
        if not specialty:
            continue
        first_line[specialty] = line
        written = [("specialty", specialty), ("label", label)]
        written += [("aliases", alias.strip()) for alias in aliases.split("|")]
        for column, text in written:
            if not text:
                continue
            if found := unsafe(text):
                findings.add("label-unsafe", file, found, row=line, column=column)
            owner = names.setdefault(text, specialty)
            if owner != specialty:
                found = f'"{text}" already belongs to {owner} (row {first_line[owner]}).'
                findings.add("specialty-ambiguous", file, found, row=line, column=column)
            for word in _STANDS_ALONE:
                if word in text.casefold() and word not in specialty:
                    found = f'"{text}" is a {word} track and is given to {specialty}.'
                    findings.add("specialty-stands-alone", file, found, row=line, column=column)
    return frame[COLUMNS].astype("str"), Labels(names)
