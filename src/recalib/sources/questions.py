"""Refuses open questions of `calib add-cycle`, and new tables of which nothing was read twice."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import pandas as pd

from recalib.contract.vocabulary import nearest
from recalib.sources.catalogue import Findings
from recalib.sources.provenance import QUESTION
from recalib.sources.values import quote
from recalib.sources.yml import Document, Value

#: Printed figures that a new table needs, each typed from the source a second time.
LEAST = 3
#: Columns that are added up in the source, too: their slips look like any other number of people.
COUNTS = ("n", "n_success", "n_total")
#: Where one of these stands alone in its rows, nothing beside it betrays a slip.
SCORES = ("min", "q1", "median", "q3", "max", "mean")
_SAYS_NOT_WHERE = ("value", "known_difference", "reason")
_PICKS = ("specialty", "applicant_group", "result", "score_min", "score_max")
_OF = ("table", *_PICKS, "statistic", "summary")


def check_questions(
    document: Document, tables: Mapping[str, pd.DataFrame], findings: Findings
) -> None:
    """Check that no question is open, and that tables under `added` have their printed figures.

    `tables`: checked rows of the source's tables by name (part and kind).
    """
    for key, row, text in _texts(document):
        if text.startswith(QUESTION):
            asked = text.removeprefix(QUESTION).strip()
            what = f"This is still a question: {quote(asked)}."
            findings.add("question-open", document.file, what, row=row, column=key)
    for figure, line in _figures(document):
        if str(figure.get("value", "")).startswith(QUESTION):
            named = ", ".join(str(figure[key]) for key in _OF if figure.get(key))
            found = f"The printed figure of {named} is still to be typed."
            findings.add("question-open", document.file, found, row=line, column="anchors")
    _check_added(document, tables, findings)


def _figures(document: Document) -> Iterator[tuple[dict[str, Value], int]]:
    """Printed figures with their lines."""
    for figure, line in document.items("anchors"):
        if isinstance(figure, dict):
            yield figure, line


def _texts(document: Document) -> Iterator[tuple[str, int | None, str]]:
    """Texts of a provenance with their key and line."""
    for key, value in document.entries.items():
        if isinstance(value, str):
            yield key, document.lines.get(key), value
        for item, line in document.items(key):
            if isinstance(item, str):
                yield key, line, item


def _check_added(
    document: Document, tables: Mapping[str, pd.DataFrame], findings: Findings
) -> None:
    added = document.entries.get("added", [])
    if not isinstance(added, list) or not all(isinstance(one, str) for one in added):
        document.note(findings, "yml-value", "added is no list of tables.", "added")
        return
    answered = [one for one, _ in _figures(document) if _is_answered(one)]
    for table in map(str, added):
        if table not in tables:
            near = nearest(table, tables) if tables else None
            if near is not None:
                found = f'There is no table "{table}" of this source. The nearest is "{near}".'
                document.note(findings, "printed-figures-few", found, "added")
            continue
        own = [one for one in answered if one.get("table") == table]
        places = {_place(one) for one in own}
        if len(places) < LEAST:
            found = (
                f"{table} has {len(places)} printed {'figure' if len(places) == 1 else 'figures'}."
            )
            document.note(findings, "printed-figures-few", found, "anchors")
        asked = [one for one, _ in _figures(document) if one.get("table") == table]
        for column in _unsummed(tables[table], asked):
            found = f"{column} of {table} has no sum."
            document.note(findings, "sums-few", found, "anchors")


def summed(rows: pd.DataFrame) -> list[tuple[str, str]]:
    """Columns, and results where the table has them, that are added up in the source.

    `rows`: of one table, blank cells missing.
    """
    parts = rows.groupby("result", sort=False) if "result" in rows else [("", rows)]
    found = []
    for result, own in parts:
        filled = [name for name in (*COUNTS, *SCORES) if name in own and own[name].notna().any()]
        scores = [name for name in filled if name in SCORES]
        names = [name for name in filled if name in COUNTS or scores == [name]]
        found += [(name, str(result)) for name in names]
    return found


def _unsummed(rows: pd.DataFrame, figures: list[dict[str, Value]]) -> Iterator[str]:
    """Columns of a table in which a row stands that no sum holds."""
    for column, result in summed(rows):
        left = rows[rows[column].notna() & ((rows["result"] == result) if result else True)]
        for one in figures:
            if (one.get("statistic"), one.get("summary")) == (column, "sum"):
                held = pd.Series(data=True, index=left.index)
                for key in (name for name in _PICKS if one.get(name)):
                    held &= (left[key].astype("str") == one[key]) if key in left else False
                left = left[~held]
        if len(left):
            yield f"{column}, {result}," if result else column


def _is_answered(figure: dict[str, Value]) -> bool:
    """Whether a printed figure has a value."""
    value = figure.get("value", "")
    return isinstance(value, str) and bool(value) and not value.startswith(QUESTION)


def _place(figure: dict[str, Value]) -> tuple[tuple[str, str], ...]:
    """Of which rows a figure is, and of which statistic."""
    said = {key: str(value) for key, value in figure.items() if key not in _SAYS_NOT_WHERE}
    return tuple(sorted(said.items()))
