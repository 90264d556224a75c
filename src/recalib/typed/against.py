"""Holds tables against a second, independent transcription, cell by cell."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pandas as pd

from recalib.contract.tables import LAYOUTS
from recalib.problems import RawDataError, UsageError
from recalib.sources.catalogue import Findings
from recalib.sources.files import Folder
from recalib.sources.labels import Labels
from recalib.sources.published import fill_defaults
from recalib.sources.values import parse, show
from recalib.typed.files import read_file
from recalib.typed.gather import frame_of, gather, place_of
from recalib.typed.headings import find_header
from recalib.typed.last_cycle import Known, read_folder
from recalib.typed.names import Names
from recalib.typed.remarks import Remarks
from recalib.typed.tables import read_table
from recalib.typed.whose import Asked


def compare_with(raw: Path, second: Path) -> tuple[Findings, dict[str, str]]:
    """Hold a raw folder's tables against a second transcription of some of them.

    Parameters
    ----------
    raw : Path
        The raw folder.
    second : Path
        A file of one table, or a folder of such files, laid out and named as in `published/`.

    Returns
    -------
    Findings
        A problem for every cell that differs and every row that only one transcription has.
    dict of str to str
        The tables that were compared, by their file, with the SHA-256 of what they hold.
    """
    known = read_folder(raw)
    inner = second / "published"
    folder = inner if inner.is_dir() else second
    files = sorted(folder.iterdir()) if folder.is_dir() else [second]
    files = [one for one in files if one.is_file() and one.suffix != ".yml" and one.name[0] != "."]
    if not files:
        raise UsageError(f"{second} holds no table to compare with.")
    findings, digests = Findings(), {}
    for path in files:
        for name, kind, other in _read(path, known, findings):
            own = known.tables[kind]
            own = own[own["file"] == name]
            for rule, file, told, row, column in differences(own, other, kind):
                findings.add(rule, file, told, row=row, column=column)
            digests[name] = known.folder.hashes[name]
    return findings, digests


def differences(
    own: pd.DataFrame, other: pd.DataFrame, kind: str
) -> Iterator[tuple[str, str, str, int | None, str | None]]:
    """Rule, file, what was found, row and column of each difference of two tables of a kind.

    `other` has under `place` where its rows stand; a row that is there twice is a difference, too.
    """
    key = list(LAYOUTS[kind].key)
    figures = [name for name in LAYOUTS[kind].numbers if name not in key]
    file = str(own["file"].iloc[0])
    own = own[[*key, *figures, "row"]]
    own, other = (
        one.assign(time=one.groupby(key, dropna=False).cumcount()) for one in (own, other)
    )
    both = own.merge(
        other, on=[*key, "time"], how="outer", suffixes=("", "_other"), indicator="where"
    )
    for row in both.to_dict("records"):
        named = ", ".join(str(row[name]) for name in key if row[name] == row[name] and row[name])
        if row["where"] == "left_only":
            told = f"The second transcription has no such row ({named})."
            yield "second-row", file, told, int(row["row"]), None
        elif row["where"] == "right_only":
            told = f"{row['place']}: only the second transcription has this row ({named})."
            yield "second-row", file, told, None, None
        else:
            for name in figures:
                one, two = row[name], row[f"{name}_other"]
                if not (one == two or (one != one and two != two)):
                    told = f"{name} is {_told(one)} here and {_told(two)} in {row['place']}."
                    yield "second-cell", file, told, int(row["row"]), name


def _told(value: float) -> str:
    return "blank" if value != value else show(value)


def _read(path: Path, known: Known, findings: Findings) -> Iterator[tuple[str, str, pd.DataFrame]]:
    """The tables of a file: the raw table that each is a transcription of, its kind, its rows."""
    for file in known.inventory.of("tables"):
        if path.samefile(file.path):
            raise UsageError(f"{path} is the table itself, not a second transcription.")
    remarks = Remarks()
    grids = [grid for grid in read_file(path, remarks) if find_header(grid) is not None]
    head = {cell.text for grid in grids for cell in grid.rows[0]} if len(grids) == 1 else set()
    for kind, layout in LAYOUTS.items():
        needed = {one.name for one in layout.columns if not one.optional}
        if kind in known.tables and path.suffix == ".csv" and needed <= head:
            other = as_laid_out(path, kind, known.labels)
            yield _counterpart(path, kind, other, known), kind, other
            return
    yield from _as_typed(path, grids, known, remarks)


def as_laid_out(path: Path, kind: str, labels: Labels) -> pd.DataFrame:
    """Rows of a CSV file with the columns of a raw table."""
    findings = Findings()
    sheet = Folder(path.parent, findings).sheet(path, kind)
    if sheet is None or findings.problems:
        raise RawDataError(findings.problems)
    frame = fill_defaults(parse(sheet, kind, "", labels, findings))
    if findings.problems:
        raise RawDataError(findings.problems)
    return frame.assign(place=f"{path.name}, row " + frame["row"].astype("str"))


def _as_typed(
    path: Path, grids: list[Any], known: Known, remarks: Remarks
) -> Iterator[tuple[str, str, pd.DataFrame]]:
    """Rows of a spreadsheet or a CSV file as people type them, read as `calib add-cycle` does."""
    named = path.name.removesuffix(path.suffix)
    file = next((f for f in known.inventory.of("tables") if f.path.stem == named), None)
    if file is None:
        names = ", ".join(one.path.stem for one in known.inventory.of("tables"))
        raise UsageError(f"{path.name} does not say of which table it is: call it one of {names}.")
    own = known.tables[file.kind]
    own = own[own["file"] == file.file]
    once = {name: set(own[name]) for name in ("cycle", "applicant_group", "outcome", "denominator")}
    said = {name: values.pop() if len(values) == 1 else "" for name, values in once.items()}
    asked = Asked(
        said["cycle"], said["applicant_group"], file.kind, said["outcome"], said["denominator"]
    )
    labels = Names(known.labels, remarks)
    tables = [read_table(grid, asked, labels, remarks) for grid in grids]
    rows = gather([one for one in tables if one is not None], known.labels, remarks)
    if remarks.doubts or not rows.get(file.kind):
        lines = [f"{path.name} cannot be compared; these things cannot be known."]
        raise UsageError("\n".join([*lines, *map(str, remarks.doubts)]))
    found = rows[file.kind]
    text = frame_of(found).assign(file=path.name, row=range(2, len(found) + 2))
    findings = Findings()
    frame = fill_defaults(parse(text, file.kind, "", known.labels, findings))
    if findings.problems:
        raise RawDataError(findings.problems)
    yield file.file, file.kind, frame.assign(place=[place_of(row, None) for row in found])


def _counterpart(path: Path, kind: str, other: pd.DataFrame, known: Known) -> str:
    """The raw table that a file transcribes: of its name, or with most keys alike."""
    files = {one.file for one in known.inventory.of("tables") if one.kind == kind}
    if f"published/{path.name}" in files:
        return f"published/{path.name}"
    key = list(LAYOUTS[kind].key)
    alike = known.tables[kind].merge(other[key].drop_duplicates(), on=key)
    if alike.empty:
        raise UsageError(f"No {kind} table has a row of {path.name}.")
    return str(alike["file"].value_counts().index[0])
