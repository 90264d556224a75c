"""Reads the mapping of an export's columns and values to those of a cohort, from the cohort's .yml.

Keys: `delimiter` or `sheet`, and `columns`: for each column of a cohort the name of the export's
column, or a mapping with `column` or `always`, `values` and `calendar_year`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from recalib.cohorts.columns import COLUMNS, FILLED
from recalib.cohorts.identify import identifying_name, speakable
from recalib.cohorts.keys import read_value
from recalib.contract.schema import shipped
from recalib.contract.vocabulary import suggestion
from recalib.sources.catalogue import Findings
from recalib.sources.labels import Labels
from recalib.sources.workbook import DELIMITERS
from recalib.sources.yml import Document, Value

#: What a value may mean instead of a value: its rows are left out; nobody has decided yet.
LEAVE_OUT, UNDECIDED = "leave_out", "?"
_ENTRY = ("column", "always", "values", "calendar_year")
_KEYS = ("delimiter", "sheet", "columns")
#: What own exports call columns and values, for the guess and for names that are no person's.
WORDS = shipped(str(__package__), "exports.yml")
INSTITUTIONS = tuple(WORDS["institutions"])
_Say = Callable[..., None]


@dataclass(frozen=True)
class From:
    """Where a column of a cohort comes from."""

    #: Name of the export's column; blank where every row has `always`.
    column: str = ""
    always: str = ""
    #: Meaning of a value by the value in small letters, blank for a blank cell.
    values: dict[str, str] = field(default_factory=dict)
    #: Whether the column holds a year, to be counted back from the cycle.
    calendar_year: bool = False


@dataclass(frozen=True)
class Mapping:
    """What an export's columns and values are."""

    columns: dict[str, From]
    delimiter: str = ""
    sheet: str = ""


def plain_name(name: str) -> str:
    """A column's name as it is compared: any white space one space."""
    return " ".join(name.split())


def names_a_person(name: str) -> str | None:
    """Say what a column's name announces of a person; whose examination it was is nobody's."""
    words = name.replace("_", " ").replace("-", " ").split()
    rest = [word for word in words if word.casefold().strip(".:") not in INSTITUTIONS]
    return identifying_name(" ".join(rest) if rest else name)


def read_mapping(document: Document, findings: Findings, labels: Labels) -> Mapping | None:
    """Read and check the key `mapping` of a cohort's .yml; None where it cannot be used."""
    given = document.entries.get("mapping", "")
    before = len(findings.problems)

    def note(found: str, fix: str | None = None) -> None:
        document.note(findings, "cohort-mapping", found, "mapping", fix)

    if not isinstance(given, dict) or not isinstance(given.get("columns"), dict):
        note("mapping holds no columns.")
        return None
    for key in sorted(set(given) - set(_KEYS)):
        note(f'"{key}" is not a key of a mapping. {suggestion(key, _KEYS)}')
    delimiter = str(given.get("delimiter", "")).replace("\\t", "\t")
    if delimiter and delimiter not in DELIMITERS:
        note(f"delimiter is none of {', '.join(DELIMITERS.values())}.")
    columns = {}
    entries = given["columns"]
    assert isinstance(entries, dict)
    for name, entry in entries.items():
        if name not in COLUMNS:
            note(f'"{name}" is not a column of a cohort. {suggestion(name, COLUMNS)}')
            continue
        columns[name] = _entry(name, entry, labels, note)
    for name in FILLED:
        if name not in columns:
            note(f"No column is mapped to {name}.", f"Name its column, or write {_ALWAYS}.")
    if len(findings.problems) > before:
        return None
    return Mapping(columns, delimiter, str(given.get("sheet", "")))


_ALWAYS = "always: with what every row has"


def _entry(name: str, entry: Value, labels: Labels, note: _Say) -> From:
    if isinstance(entry, str):
        entry = {"column": entry}
    if not isinstance(entry, dict):
        note(f"{name} is mapped to a list.")
        return From()
    for key in sorted(set(entry) - set(_ENTRY)):
        note(f'{name}: "{key}" is not known here. {suggestion(key, _ENTRY)}')
    values = entry.get("values") or {}
    if not isinstance(values, dict):
        note(f"{name}: values is no mapping of values to what they mean.")
        values = {}
    column, always = (str(entry.get(key) or "") for key in ("column", "always"))
    if bool(column) == bool(always) or UNDECIDED in (column, always):
        note(f"{name}: neither a column nor what every row has is named, or both are.")
    if column and names_a_person(column):
        note(f"{name} is mapped to a column that is named like something of a person.")
    known = {}
    for value, meaning in [*values.items(), *([("always", always)] if always else [])]:
        _check_meaning(name, value, str(meaning), labels, note)
        known[plain_name(value).lower()] = str(meaning)
    if always:
        known = {}
    year = entry.get("calendar_year", "no")
    if year not in ("yes", "no", "true", "false"):
        note(f"{name}: calendar_year is neither yes nor no.")
    return From(plain_name(column), always, known, year in ("yes", "true"))


def _check_meaning(name: str, value: str, meaning: str, labels: Labels, note: _Say) -> None:
    shown = f'"{value}" ' if speakable(value) else "A value "
    if meaning == UNDECIDED:
        note(
            f"{name}: {shown}has no meaning yet.",
            f"Write what it means in place of the ?, or {LEAVE_OUT}.",
        )
    elif meaning != LEAVE_OUT:
        read, _, what = read_value(name, meaning, labels)
        if read is None:
            note(f"{name}: {shown}is said to mean {what}.")
