"""Finds what one row alone lacks, or alone has, among its like."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import pandas as pd

from recalib.contract.tables import LAYOUTS
from recalib.sources.catalogue import Findings

#: Rows that have a figure before one without it is odd.
FEW = 6
#: People below whom sources print no statistics.
PRINTED_FROM = 5
_SAME = ["source", "cycle", "applicant_group", "outcome", "denominator"]
#: A rule, the row and the column that break it, and what was found.
_Odd = tuple[str, Any, str, str]


def check_missing(
    tables: Mapping[str, pd.DataFrame], seen: set[tuple[str, int]], findings: Findings
) -> None:
    """Note blanks where all their like have a figure, and specialties in one of two tables only.

    `seen`: rows with a correction, which somebody looked at. Those with another problem are passed
    over.
    """
    noted = {one.file for one in findings.problems}
    seen = seen | {(one.file, one.row) for one in findings.problems if one.row is not None}
    for kind, rows in tables.items():
        halves = _halves(rows) if "result" in rows else ()
        for rule, row, column, told in (*_blanks(rows, kind), *_alone(rows), *halves):
            if (row["file"], row["row"]) not in seen:
                findings.add(rule, row["file"], told, row=row["row"], column=column)
    for source, specialty, file, other in _one_sided(tables):
        if not {file, other} & noted:
            told = f"{source} has {specialty} in {other}, and not here."
            findings.add("specialty-missing", file, told)


def _blanks(rows: pd.DataFrame, kind: str) -> Iterator[_Odd]:
    """Rows with a blank where the others of their file and result have a figure."""
    layout = LAYOUTS[kind]
    people = rows["n"].fillna(PRINTED_FROM) if "n" in rows else pd.Series(PRINTED_FROM, rows.index)
    rows = rows[people >= PRINTED_FROM]
    by = [name for name in ("file", "result") if name in rows]
    for _, alike in rows.groupby(by):
        for name in set(layout.numbers) - set(layout.key):
            blank = alike[name].isna()
            if blank.sum() == 1 and (~blank).sum() >= FEW:
                told = f"{name} is blank, and in no other row like it."
                yield "figure-missing", alike[blank].iloc[0], name, told


def _alone(rows: pd.DataFrame) -> Iterator[_Odd]:
    """Rows whose cycle or other word no other row of their file has, where all others have one."""
    for _, alike in rows.groupby("file"):
        for name in ("cycle", "applicant_group", "outcome", "denominator"):
            counts = alike[name].value_counts()
            if len(counts) == 2 and counts.iloc[1] == 1 and counts.iloc[0] >= FEW:
                told = f"{name} is {counts.index[1]} in this row alone."
                yield "word-alone", alike[alike[name] == counts.index[1]].iloc[0], name, told


def _halves(rows: pd.DataFrame) -> Iterator[_Odd]:
    """Rows of a specialty with one result, where something tells that the other was left out.

    Either all others of the table have both, or another table of the group has the other result of
    enough people: of fewer, sources print nothing.
    """
    for (file, _, group), alike in rows.groupby(["file", "cycle", "applicant_group"]):
        counts = alike.groupby("specialty")["result"].nunique()
        halves = counts.index[counts == 1]
        if (counts == 2).sum() < FEW:
            continue
        elsewhere = rows[(rows["file"] != file) & (rows["applicant_group"] == group)]
        elsewhere = elsewhere[elsewhere["n"] >= PRINTED_FROM]
        for row in alike[alike["specialty"].isin(halves)].to_dict("records"):
            same = elsewhere[elsewhere["specialty"] == row["specialty"]]
            others = same[same["result"] != row["result"]].to_dict("records")
            told = f"{row['specialty']} has the result {row['result']} alone"
            if others:
                told += f"; {others[-1]['file']}, row {others[-1]['row']}, has the other"
            if others or len(halves) == 1:
                yield "result-missing", row, "result", f"{told}."


def _one_sided(tables: Mapping[str, pd.DataFrame]) -> list[tuple[str, str, str, str]]:
    """Source, specialty, the table that lacks it and the one that has it."""
    every = pd.concat([rows[[*_SAME, "specialty", "file"]] for rows in tables.values()])
    found: list[tuple[str, str, str, str]] = []
    for (source, *_), same in every.groupby(_SAME):
        held = {str(file): set(rows["specialty"]) for file, rows in same.groupby("file")}
        for file, own in held.items():
            for other, its in held.items():
                if file != other and len(own & its) >= FEW:
                    found += [(str(source), one, file, other) for one in sorted(its - own)]
    return found
