"""Refuses open questions of `calib add-cycle`, and new tables of which nobody read a cell twice."""

from __future__ import annotations

from collections.abc import Iterator

from recalib.contract.vocabulary import nearest
from recalib.sources.catalogue import Findings
from recalib.sources.provenance import QUESTION
from recalib.sources.values import quote
from recalib.sources.yml import Document, Value

#: Printed figures that a new table needs, each typed from the source a second time.
LEAST = 3
_SAYS_NOT_WHERE = ("value", "known_difference", "reason")


_OF = ("table", "specialty", "applicant_group", "result", "score_min", "score_max", "statistic")


def check_questions(document: Document, tables: set[str], findings: Findings) -> None:
    """Check that no question is open, and that tables under `added` have their printed figures.

    `tables`: names (part and kind) of the source's tables.
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
    figures, lines = document.entries.get("anchors", []), document.item_lines.get("anchors", [])
    if isinstance(figures, list):
        for figure, line in zip(figures, lines, strict=True):
            if isinstance(figure, dict):
                yield figure, line


def _texts(document: Document) -> Iterator[tuple[str, int | None, str]]:
    """Texts of a provenance with their key and line."""
    for key, value in document.entries.items():
        line = document.lines.get(key)
        if isinstance(value, str):
            yield key, line, value
        elif isinstance(value, list):
            lines = document.item_lines.get(key, [])
            items = zip(value, lines, strict=True)
            yield from ((key, own, item) for item, own in items if isinstance(item, str))


def _check_added(document: Document, tables: set[str], findings: Findings) -> None:
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
        places = {_place(one) for one in answered if one.get("table") == table}
        if len(places) < LEAST:
            found = (
                f"{table} has {len(places)} printed {'figure' if len(places) == 1 else 'figures'}."
            )
            document.note(findings, "printed-figures-few", found, "anchors")


def _is_answered(figure: dict[str, Value]) -> bool:
    """Whether a printed figure has a value."""
    value = figure.get("value", "")
    return isinstance(value, str) and bool(value) and not value.startswith(QUESTION)


def _place(figure: dict[str, Value]) -> tuple[tuple[str, str], ...]:
    """Of which rows a figure is, and of which statistic."""
    said = {key: str(value) for key, value in figure.items() if key not in _SAYS_NOT_WHERE}
    return tuple(sorted(said.items()))
