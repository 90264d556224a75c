"""Applies corrections to published tables as they are read; no file is changed."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import pandas as pd

from recalib.contract.tables import LAYOUTS
from recalib.contract.vocabulary import ACTIONS, suggestion
from recalib.sources.catalogue import Findings
from recalib.sources.files import Folder, Inventory, RawFile
from recalib.sources.labels import Labels
from recalib.sources.published import fill_defaults
from recalib.sources.values import quote, read_value, show
from recalib.sources.yml import Document, check_keys_of, check_texts

KEYS = ("where", "action", "reason", "provider", "expect")
_TEXTS = ("action", "reason", "provider")
_MAPPINGS = ("where", "expect", "value")
_PICKING = ("correction-where", "correction-expect")
_Cells = dict[str, str | float]


@dataclass(frozen=True)
class Correction:
    """A correction of one printed row, as it was applied.

    Parameters
    ----------
    source : str
        The source whose table it is about.
    file, row : str, int
        Where it is written.
    action : str
        `drop`: the row is left out; `override`: other values stand there; `flag`: it is only told.
    reason, provider : str
        Why, and who says so.
    table, table_row : str, int
        The raw table and the line of the row in it.
    key : dict
        cycle, specialty (canonical), applicant_group and whatever else identifies the row, result
        for one; as corrected. None where a bound is open.
    shown : dict
        Columns and what the source prints there, as far as the correction says it.
    value : dict
        Columns and what stands there instead, None for a blank; empty but for an override.
    """

    source: str
    file: str
    row: int
    action: str
    reason: str
    provider: str
    table: str
    table_row: int
    key: dict[str, Any]
    shown: dict[str, Any]
    value: dict[str, Any]


class _WrongError(Exception):
    """The correction cannot be applied: key to blame, then rule and what was found."""

    def __init__(self, key: str, rule: str, found: str) -> None:
        super().__init__(found)
        self.key, self.rule = key, rule


@dataclass
class _Source:
    """A source with its rows by kind, and the lines of the corrections that picked them."""

    name: str
    rows: dict[str, pd.DataFrame]
    labels: Labels
    picked: dict[tuple[str, Any], int | None]

    @property
    def files(self) -> str:
        """Its tables by name, for messages."""
        return ", ".join(sorted({str(file) for one in self.rows.values() for file in one["file"]}))

    def cells(self, document: Document, key: str, kinds: list[str]) -> _Cells:
        """Columns and values of a mapping, read as cells of the first of the kinds that has them.

        What a source prints need not be possible; what an override puts there has to be.
        """
        known = {
            column.name: (column, kind)
            for kind in reversed(kinds)
            for column in LAYOUTS[kind].columns
        }
        cells: _Cells = {}
        for name, text in document.mapping(key).items():
            if name not in known:
                near = suggestion(name, list(known), enumerate_all=False)
                told = f'{key} names "{name}", no column of {self.files}. {near}'.strip()
                raise _WrongError(key, "correction-column", told)
            value, wrong = read_value(text, *known[name], self.labels)
            if value is None or (key == "value" and wrong):
                raise _WrongError(key, wrong[0][0], wrong[0][1])
            cells[name] = value
        return cells

    def pick(self, document: Document) -> tuple[str, Any]:
        """Kind and index of the one row that `where` picks."""
        where = self.cells(document, "where", list(self.rows))
        found = [
            (kind, index)
            for kind, rows in self.rows.items()
            if set(where) <= set(rows)
            for index in rows.index[_equal(rows, where).all(axis="columns")]
        ]
        if len(found) != 1:
            which = ", ".join(f"{name} {_told(value)}" for name, value in where.items())
            rows = [self.rows[kind].loc[index] for kind, index in found]
            places = "; ".join(map(_place, rows))
            told = f"More than one row has {which}: {places}."
            if not rows:
                told = f"No row of {self.files} has {which}."
            raise _WrongError("where", "correction-where", told)
        if found[0] in self.picked:
            told = f"The correction in row {self.picked[found[0]]} picks the same row."
            raise _WrongError("where", "correction-where", told)
        self.picked[found[0]] = document.line
        return found[0]

    def find(self, document: Document) -> tuple[str, Any, _Cells]:
        """Kind and index of the row that `where` picks, and what `expect` says that it shows."""
        kind, index = self.pick(document)
        printed = self.rows[kind].loc[index]
        expected = self.cells(document, "expect", [kind])
        for name, value in expected.items():
            if not _same(printed[name], value):
                told = f"{_place(printed)}, has {name} {_told(printed[name])}, not {_told(value)}."
                raise _WrongError("expect", "correction-expect", told)
        return kind, index, expected


def apply_corrections(
    tables: dict[str, pd.DataFrame], inventory: Inventory, folder: Folder, labels: Labels
) -> tuple[dict[str, pd.DataFrame], list[Correction]]:
    """Apply all corrections of a folder to tables as printed; give the tables and what was done.

    What a correction makes of a table is checked with it: a printed value that cannot be may be
    dropped or overridden, and what stands there instead has to be possible.
    """
    findings, done = folder.findings, []
    corrected = {kind: frame.copy() for kind, frame in tables.items()}
    damaged = {problem.file for problem in findings.problems}
    sources = {
        str(name): _Source(str(name), rows, labels, {})
        for name in sorted({name for frame in tables.values() for name in frame["source"]})
        if (rows := _rows_of(name, tables))
    }
    for file in inventory.of("corrections"):
        sound = [one for one in folder.documents(file.path) if _is_sound(one, findings)]
        source = sources.get(file.name)
        if source is None:
            _check_name(file, sound, sources, findings)
            continue
        # What a table with a problem lacks is told already, and so are missing labels.
        hurt = any(damaged & set(frame["file"]) for frame in source.rows.values())
        told = {"", *(_PICKING if hurt else ())}
        for document in sound:
            try:
                done.append(_apply(document, source, corrected))
            except _WrongError as error:
                if error.rule not in told:
                    document.note(findings, error.rule, str(error), error.key)
    changed = [one for one in done if one.action != "flag"]
    findings.corrected = {one.table: one.file for one in changed}
    return {kind: frame.reset_index(drop=True) for kind, frame in corrected.items()}, done


def _rows_of(source: str, tables: dict[str, pd.DataFrame]) -> dict[str, pd.DataFrame]:
    """Rows of a source by kind, of the kinds that it has."""
    rows = {kind: frame[frame["source"] == source] for kind, frame in tables.items()}
    return {kind: frame for kind, frame in rows.items() if not frame.empty}


def _check_name(
    file: RawFile, documents: list[Document], sources: dict[str, _Source], findings: Findings
) -> None:
    """Note that corrections bear a wrong name: one of them fits the table of another source.

    Otherwise the folder may just lack the source, as it may lack any table.
    """
    for document in documents:
        for other in sources.values():
            try:
                kind, index, _ = replace(other, picked={}).find(document)
            except _WrongError:
                continue
            row = other.rows[kind].loc[index]
            found = f"{file.name} has no table; this correction fits {_place(row)}."
            document.note(findings, "correction-source", found, "where")
            return


def _is_sound(document: Document, findings: Findings) -> bool:
    """Check the form of a correction, and note what is wrong with it."""
    before = len(findings.problems)
    check_keys_of(document, KEYS, findings, ("value",))
    check_texts(document, _TEXTS, findings)
    for key, rule, found in _misformed(document):
        document.note(findings, rule, found, key)
    return len(findings.problems) == before


def _misformed(document: Document) -> Iterator[tuple[str, str, str]]:
    """Key, rule and what was found, for the action and the mappings."""
    action, value = document.text("action").strip(), document.entries.get("value", "")
    if action and action not in ACTIONS:
        found = f"The action is {quote(action)}. {suggestion(action, ACTIONS)}"
        yield "action", "correction-action", found
    elif action == "override" and value == "":
        yield "action", "correction-action", "The action is override and there is no value."
    elif action and action != "override" and value != "":
        yield "value", "correction-action", f"The action is {action} and there is a value."
    for key in _MAPPINGS:
        if key in document.entries and not (key == "value" and value == ""):
            columns = document.mapping(key)
            if not columns or not all(isinstance(text, str) for text in columns.values()):
                yield key, "correction-column", f"{key} is no mapping of columns to values."


def _apply(document: Document, source: _Source, corrected: dict[str, pd.DataFrame]) -> Correction:
    """Apply one correction to the frames, in place."""
    kind, index, expected = source.find(document)
    printed = source.rows[kind].loc[index]
    values = source.cells(document, "value", [kind])
    frame = corrected[kind]
    action = document.text("action").strip()
    for name, value in values.items():
        frame.loc[index, name] = value
    corrected[kind] = fill_defaults(frame)
    row = corrected[kind].loc[index]
    if action == "drop":
        corrected[kind] = frame.drop(index=index)
    assert document.line is not None
    return Correction(
        source=source.name,
        file=document.file,
        row=document.line,
        action=action,
        reason=document.text("reason"),
        provider=document.text("provider"),
        table=str(printed["file"]),
        table_row=int(printed["row"]),
        key={name: _plain(row[name]) for name in LAYOUTS[kind].key},
        shown={name: _plain(printed[name]) for name in expected},
        value={name: _plain(value) for name, value in values.items()},
    )


def _place(row: pd.Series) -> str:
    return f"{row['file']}, row {row['row']}"


def _equal(rows: pd.DataFrame, cells: _Cells) -> pd.DataFrame:
    return pd.DataFrame(
        {
            name: rows[name].isna() if value != value else rows[name] == value
            for name, value in cells.items()
        }
    )


def _same(one: str | float, other: str | float) -> bool:
    return one == other or (one != one and other != other)


def _told(value: str | float) -> str:
    if isinstance(value, str):
        return value or "blank"
    return "blank" if math.isnan(value) else show(value)


def _plain(value: Any) -> Any:
    """A cell as JSON holds it; None for a blank number."""
    if isinstance(value, str):
        return value
    return None if math.isnan(value) else float(value)
