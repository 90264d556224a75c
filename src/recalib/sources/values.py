"""Reads the cells of a raw table, from text to numbers and known words, and checks them one by one.

A blank cell comes out as NaN among numbers and as "" among words. NaN among words marks a cell that
was already noted as a problem, so that later checks leave it alone.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable

import pandas as pd

from recalib.contract.keys import KEY_COLUMNS
from recalib.contract.schema import Column, contract_file
from recalib.contract.tables import LAYOUTS, PUBLISHED
from recalib.contract.vocabulary import read_cycle, suggestion
from recalib.sources.catalogue import RULES, Findings
from recalib.sources.characters import holds, plain
from recalib.sources.labels import Labels

_NUMBER = re.compile(r"-?[0-9]+(?:\.[0-9]+)?")
_BOUNDS = contract_file("tables.yml")
SHOWN = 60  # characters of a cell that a message quotes
_Reader = tuple[Callable[[str], str | float | None], str, Callable[[str], str]]


def quote(text: str) -> str:
    """Quote a cell in a message, shortened and on one line."""
    plain = " ".join(text.split())
    return f'"{plain}"' if len(plain) <= SHOWN else f'"{plain[:SHOWN]}…"'


def show(value: float) -> str:
    """Write a number as a table would: whole where it is whole."""
    return f"{value:.15g}"


def parse_number(text: str) -> float | None:
    """Read a plain decimal, infinite where it is too large for a float; None for other text."""
    return float(text) if _NUMBER.fullmatch(text) else None


def parse(
    sheet: pd.DataFrame, kind: str, source: str, labels: Labels, findings: Findings
) -> pd.DataFrame:
    """Turn the text of a raw table into `typed` columns, with canonical names of specialties."""
    columns = {
        column.name: _read(sheet, column, kind, labels, findings)
        for column in LAYOUTS[kind].columns
    }
    frame = pd.DataFrame(columns, index=sheet.index)
    return typed(frame.assign(source=source, file=sheet["file"], row=sheet["row"]), kind)


def typed(frame: pd.DataFrame, kind: str) -> pd.DataFrame:
    """Give a frame the columns of its kind, then source, file and row, and their types.

    Words are str, numbers float64 and the row int64. Published tables begin with the key of a
    curve, of which those that the kind has not are blank.
    """
    layout = LAYOUTS[kind]
    types = dict.fromkeys(KEY_COLUMNS if kind in PUBLISHED else [], "str")
    types |= dict.fromkeys([*layout.column_names, "source", "file"], "str")
    types |= dict.fromkeys(layout.numbers, "float64")
    return frame.reindex(columns=[*types, "row"], fill_value="").astype(types | {"row": "int64"})


def _read(
    sheet: pd.DataFrame, column: Column, kind: str, labels: Labels, findings: Findings
) -> pd.Series:
    number = column.name in LAYOUTS[kind].numbers
    if column.name not in sheet:  # noted once where it has to be there
        return pd.Series("" if column.optional and not number else None, sheet.index, dtype=object)
    texts = sheet[column.name]
    blank = texts == ""
    if not column.blank:
        findings.each("blank-cell", sheet[blank], column.name, f"{column.name} is blank.")
    read, rule, found = _reader(column, labels, number=number)
    values = texts[~blank].map({text: read(text) for text in texts[~blank].unique()})
    if rule:
        odd = sheet.loc[values.index[values.isna()]]
        findings.each(rule, odd, column.name, lambda row: found(row[column.name]))
    return values.astype(object).reindex(
        sheet.index, fill_value="" if column.blank and not number else None
    )


def _reader(column: Column, labels: Labels, *, number: bool) -> _Reader:
    """How a filled cell is read, None for one that cannot be used; its rule; what is said of it."""
    known = column.allowed
    if number:
        return (
            parse_number,
            "not-a-number",
            lambda text: f"{quote(text)} is not a number.{holds(text)}",
        )
    if column.kind == "cycle":
        return (
            read_cycle,
            "cycle-format",
            lambda text: f"{quote(text)} is not a cycle.{holds(text)}",
        )
    if column.kind in ("specialty", "specialty_or_tier"):
        tiers = column.kind == "specialty_or_tier"
        return (
            lambda text: labels.resolve(text, tiers=tiers),
            # Where specialties.csv could not be used nothing is known, and nothing is said.
            "unknown-specialty" if labels else "",
            lambda text: (
                f"{quote(text)} is not a known specialty. {labels.suggestion(text, tiers)}".strip()
                + holds(text)
            ),
        )
    return (
        lambda text: text if not known or text in known else None,
        column.rule,
        lambda text: f"{quote(text)} is not known. {suggestion(text, known)}{holds(text)}",
    )


def read_value(
    text: str, column: Column, kind: str, labels: Labels
) -> tuple[str | float | None, list[tuple[str, str]]]:
    """Read a cell that stands in no table, None if it cannot be; rule and finding of each fault."""
    number = column.name in LAYOUTS[kind].numbers
    text = plain(text)
    if text == "":
        blank = [] if column.blank else [("blank-cell", f"{column.name} is blank.")]
        return float("nan") if number else "", blank
    read, rule, found = _reader(column, labels, number=number)
    value = read(text)
    if value is None:
        return None, [(rule, found(text))]
    checks = _BOUNDS["checks"].get(column.kind, {}) if number else {}
    return value, [
        (rule, f"{column.name} is {quote(text)}.")
        for rule, bounds in checks.items()
        if not _holds(pd.Series([value]), **bounds).all()
    ]


def check_cells(frame: pd.DataFrame, kind: str, findings: Findings) -> pd.DataFrame:
    """Note and blank every impossible number, so that later checks compare only possible ones."""
    checked = frame.copy()
    for column in LAYOUTS[kind].columns:
        for rule, bounds in _BOUNDS["checks"].get(column.kind, {}).items():
            odd = frame[column.name].notna() & ~_holds(frame[column.name], **bounds)
            for row in frame[odd].to_dict("records") if odd.any() else ():
                found = f"{column.name} is {show(row[column.name])}."
                findings.add(rule, row["file"], found, row=row["row"], column=column.name)
            checked.loc[odd, column.name] = float("nan")
    return checked


def check_rows(frame: pd.DataFrame, kind: str, findings: Findings) -> None:
    """Hold each row against the rules that are about one row of such a table."""
    for rule in RULES.values():
        for check in rule.rows:
            if kind not in check["tables"]:
                continue
            broken = frame.query(check["where"], engine="python")
            for row in broken.to_dict("records") if len(broken) else ():
                shown = {
                    str(name): show(one) if isinstance(one, float) else one
                    for name, one in row.items()
                }
                found = check["found"].format_map(shown)
                findings.add(rule.id, row["file"], found, row=row["row"], column=check["column"])


def _holds(
    values: pd.Series,
    least: float = -math.inf,
    most: float = math.inf,
    above: float = -math.inf,
    below: float | None = None,
    whole: bool = False,
) -> pd.Series:
    fits: pd.Series = values.between(least, most) & (values > above)
    if below is not None:
        fits &= values < below
    return fits & ((values % 1 == 0) | (values.abs() > _BOUNDS["limit"])) if whole else fits


def check_keys(frame: pd.DataFrame, kind: str, findings: Findings) -> pd.Series:
    """Check that a key occurs once over all files of a kind; give the rows passed over.

    Names are canonical: two labels of one specialty are one key. Rows with an unusable word or
    number in their key are passed over.
    """
    layout = LAYOUTS[kind]
    words = [name for name in layout.key if name not in layout.numbers]
    unsure = unsure_rows(frame, set(layout.key) & set(layout.numbers), findings)
    usable = frame[~unsure & frame[words].notna().all(axis="columns")]
    repeated = usable[usable.duplicated(list(layout.key), keep=False)]
    for values, group in repeated.groupby(list(layout.key), dropna=False):
        first = group.iloc[0]
        named = ", ".join(str(value) for value in values if value == value and value != "")
        found = f"The key ({named}) is already in {first['file']}, row {first['row']}."
        findings.each("repeated-key", group.iloc[1:], None, found)
    return unsure


def unsure_rows(frame: pd.DataFrame, columns: set[str], findings: Findings) -> pd.Series:
    """Mark rows where one of these numbers has a problem, so that its NaN stands for no blank."""
    about = [problem for problem in findings.problems if problem.column in columns]
    noted = {(problem.file, problem.row) for problem in about}
    lacking = {problem.file for problem in about if problem.rule == "missing-column"}
    places = pd.MultiIndex.from_frame(frame[["file", "row"]])
    return frame["file"].isin(lacking) | pd.Series(places.isin(list(noted)), frame.index)
