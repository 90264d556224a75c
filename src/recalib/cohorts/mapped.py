"""Reads an export through its mapping: the view of a cohort's rows, and what is left out of it.

Columns that the mapping does not name are never looked at. A row without a score, or without an
outcome, is left out and counted; a value that the mapping does not know is told, with its rows
counted, where it is a word of many rows or resembles a known one, and never where it may be a
person's.
"""

from __future__ import annotations

import re
from dataclasses import replace

from rapidfuzz import fuzz, process

from recalib.cohorts.check import places_of
from recalib.cohorts.columns import COLUMNS, LIMITS, REQUIRED
from recalib.cohorts.columns import WORDS as WORD_COLUMNS
from recalib.cohorts.export_file import EXPORT, EXPORT_NUMBERED, Export, open_export
from recalib.cohorts.identify import scan_content, speakable
from recalib.cohorts.keys import read_value
from recalib.cohorts.mapping import LEAVE_OUT, WORDS, From, Mapping
from recalib.cohorts.open import NUMBERED, ROWS, Opened
from recalib.cohorts.query import Query, quoted
from recalib.contract.vocabulary import GROUPS, suggestion
from recalib.sources.catalogue import Findings
from recalib.sources.files import Folder, RawFile
from recalib.sources.labels import Labels

#: Rows that must share a value before a message repeats it, unless it resembles a known one.
SHARED = 11
#: Likeness, in percent, at which a rarer value is taken for a slip and not for a person's.
ALIKE = 80
#: Different values of a column that are looked at one by one.
MOST_VALUES = 5_000
#: Values that a message lists, and rows of those that it keeps to itself.
LISTED = 20
NO_SCORE, NO_OUTCOME, ODD = "without a score", "without an outcome", "with a value not known"
_TELLABLE = re.compile(r"[^\W\d][\w .,/&()'’+-]{0,39}|[0-9]{1,4}")
_YEARS = r"(19|20)[0-9]{2} ?[-/–] ?(19|20)[0-9]{2}$"
#: Covariates of which a fraction is cut off: 3.5 years are three whole ones.
_CUT = ("years_since_graduation", "us_clinical_months")


def open_mapped(
    file: RawFile, mapping: Mapping, folder: Folder, query: Query, labels: Labels
) -> tuple[Opened, dict[str, int]] | None:
    """Make the rows of an export known to DuckDB as those of a cohort; None where it cannot be.

    Its other rows are counted by why they are left out; private.
    """
    export = open_export(file, folder, query, mapping.delimiter, mapping.sheet)
    if export is None:
        return None
    opened = Opened(file, [file.file], [export.print])
    places = _places(export, mapping, folder.findings)
    if places is None or _identifies(export, mapping, places, query, folder.findings):
        return opened, {}
    odd = {
        name: _odd_values(name, mapping, places, opened, query, labels, folder.findings)
        for name in places
    }
    columns = [name for name in COLUMNS if name in REQUIRED or name in mapping.columns]
    for view, source in ((ROWS, EXPORT), (NUMBERED, EXPORT_NUMBERED)):
        row_at = ["row_at"] if view == NUMBERED else []
        query.rows(f"CREATE VIEW mapped_{view} AS {_mapped(mapping, places, odd, source, row_at)}")
        query.rows(
            f"CREATE VIEW {view} AS SELECT {', '.join([*row_at, *columns])} FROM mapped_{view}"
            " WHERE left_out IS NULL"
        )
    kept, left_out = _left_out(query)
    if not kept and ODD not in left_out:
        folder.findings.add("cohort-no-results", file.file, told_left_out(kept, left_out))
    types = dict.fromkeys(columns, "string")
    return replace(opened, types=types, countable=kept > 0), left_out


def told_left_out(kept: int, left_out: dict[str, int]) -> str:
    """Say how many rows are counted, and why others are not."""
    rows = kept + sum(left_out.values())
    if not rows:
        return "0 of 0 rows are counted; none is left out."
    left = ", ".join(f"{count:,} {reason}" for reason, count in left_out.items())
    return f"{kept:,} of {rows:,} rows are counted" + (f"; left out: {left}." if left else ".")


def _places(export: Export, mapping: Mapping, findings: Findings) -> dict[str, int] | None:
    """Place of each column of the export that is mapped; None where one is not there, or twice."""
    found: dict[str, int] = {}
    fine = True
    for name, one in mapping.columns.items():
        if not one.column:
            continue
        at = [place for place, called in enumerate(export.names) if called == one.column]
        if len(at) == 1:
            found[name] = at[0]
            continue
        fine = False
        shown = speakable(one.column)
        called = f'"{shown}"' if shown else "A column of the mapping"
        told = [each for each in export.names if speakable(each)]
        near = suggestion(one.column, told, enumerate_all=False) if not at else ""
        what = f"{called}, mapped to {name}, {'is there twice' if at else 'is not there'}. {near}"
        findings.add("cohort-mapping", export.file.file, what.strip(), column=name)
    return found if fine else None


def _identifies(
    export: Export, mapping: Mapping, places: dict[str, int], query: Query, findings: Findings
) -> bool:
    """Note mapped columns whose values identify people; say whether there is one."""
    any_found = False
    for name, place in places.items():
        found = content(query, name, place, calendar_year=mapping.columns[name].calendar_year)
        if found:
            any_found = True
            shown = speakable(export.names[place]) or f"column {place + 1}"
            told = f'"{shown}", mapped to {name}, holds {" and ".join(found)}.'
            fix = "Map another column, or make the export without it."
            findings.add("cohort-identifying", export.file.file, told, column=name, fix=fix)
    return any_found


def content(query: Query, name: str, place: int, *, calendar_year: bool = False) -> list[str]:
    """What a column of the export holds that identifies people, if it were mapped to `name`."""
    column = f"c{place}"
    where = "TRUE"
    if name == "cycle":
        where = f"NOT coalesce(regexp_matches({column}, '{_YEARS}'), FALSE)"
    elif calendar_year:
        where = f"NOT coalesce(regexp_full_match({column}, '(19|20)[0-9]{{2}}'), FALSE)"
    elif name in LIMITS and name != "matched":
        high = LIMITS[name][1]
        where = f"coalesce(TRY_CAST({column} AS DOUBLE) NOT BETWEEN 0 AND {high}, TRUE)"
    return scan_content(query, EXPORT, column, True, where)


def values_of(query: Query, place: int, scored: int | None) -> list[tuple[str, int]]:
    """Different values of a column, the most frequent first, of rows with a score."""
    where = "" if scored is None else f" WHERE c{scored} IS NOT NULL"
    return [
        (str(value or ""), int(count))
        for value, count in query.rows(
            f"SELECT min(c{place}), count(*) FROM {EXPORT}{where} GROUP BY lower(c{place})"
            f" ORDER BY 2 DESC, 1 LIMIT {MOST_VALUES}"
        )
    ]


def _odd_values(
    name: str,
    mapping: Mapping,
    places: dict[str, int],
    opened: Opened,
    query: Query,
    labels: Labels,
    findings: Findings,
) -> list[str]:
    """Note values of a column that mean nothing by the mapping; return them in small letters."""
    one = mapping.columns[name]
    odd = [
        (text, count)
        for text, count in values_of(query, places[name], places.get("step2_ck"))
        if text.lower() not in one.values and not _usable(name, one, text, labels)
    ]
    told = [(text, count) for text, count in odd if may_be_told(name, text, count, labels)]
    for text, count in told[:LISTED]:
        rows = "1 row" if count == 1 else f"{count:,} rows"
        shown = f'"{text}" stands' if text else "Nothing stands"
        near = suggestion(text, known_words(name, labels), enumerate_all=False) if text else ""
        found = f"{shown} in {rows}, and the mapping does not say what it means. {near}".strip()
        findings.add("cohort-value", opened.file.file, found, column=name)
    hidden = [text for text, _ in odd if text not in {text for text, _ in told[:LISTED]}]
    if hidden:
        _note_hidden(name, places[name], hidden, opened, query, findings)
    return [text.lower() for text, _ in odd]


def _usable(name: str, one: From, text: str, labels: Labels) -> bool:
    if one.calendar_year:
        return not text or bool(re.search(r"(19|20)[0-9]{2}", text))
    if name in _CUT:
        text = re.sub(r"[.][0-9]+$", "", text)
    if name == "step2_ck" and not text:
        return True  # left out by rule
    if name not in WORD_COLUMNS and re.fullmatch(r"[0-9]+[.]0+", text):
        text = text.partition(".")[0]
    return read_value(name, text, labels)[0] is not None


def may_be_told(name: str, text: str, count: int, labels: Labels) -> bool:
    """Whether a value can be repeated: many share it, or it is a slip of a known word."""
    if not text:
        return True
    if not _TELLABLE.fullmatch(text):
        return False
    if count >= SHARED:
        return True
    words = known_words(name, labels)
    alike = process.extractOne(text.lower(), [word.lower() for word in words], scorer=fuzz.ratio)
    return alike is not None and alike[1] >= ALIKE


def known_words(name: str, labels: Labels) -> list[str]:
    """Words that are known in a column."""
    if name == "specialty":
        return list(labels.names)
    own = [word for words in WORDS["values"].get(name, {}).values() for word in words]
    return [*GROUPS, *own] if name == "applicant_group" else own


def _note_hidden(
    name: str, place: int, hidden: list[str], opened: Opened, query: Query, findings: Findings
) -> None:
    listed = ", ".join(quoted(text.lower()) for text in hidden)
    query.ordered(True)
    ((count, rows),) = query.rows(
        f"SELECT count(*), min(row_at, {LISTED}) FROM {EXPORT_NUMBERED}"
        f" WHERE lower(coalesce(c{place}, '')) IN ({listed})"
    )
    query.ordered(False)
    where = places_of(opened, [int(row) for row in rows])
    lines = ", ".join(str(where[row][1]) for row in rows)
    more = f" and {count - len(rows):,} more" if count > len(rows) else ""
    values = "1 further value" if len(hidden) == 1 else f"{len(hidden):,} further values"
    found = (
        f"{values} (rows {lines}{more}) {'means' if len(hidden) == 1 else 'mean'} nothing by the "
        "mapping; what few rows hold is not repeated here."
    )
    first = where[rows[0]][1]
    findings.add("cohort-value", opened.file.file, found, row=first, column=name)


def _mapped(
    mapping: Mapping,
    places: dict[str, int],
    odd: dict[str, list[str]],
    source: str,
    row_at: list[str],
) -> str:
    """SQL of every row with the columns of a cohort, and why it is left out."""
    cells = {name: _cell(name, mapping, places) for name in mapping.columns}
    cells |= {name: "NULL" for name in REQUIRED if name not in cells}
    reasons = [("step2_ck IS NULL", NO_SCORE)]
    for name, one in mapping.columns.items():
        if LEAVE_OUT in one.values.values():
            reasons.append((f"{name} = '{LEAVE_OUT}'", f"by their value of {name}"))
    for name, values in odd.items():
        if values:
            listed = ", ".join(quoted(value) for value in values)
            reasons.append((f"lower(coalesce(raw_{name}, '')) IN ({listed})", ODD))
    known = "coalesce(TRY_CAST(n_applications AS DOUBLE) > 0, FALSE) AND n_interviews IS NOT NULL"
    reasons.append((f"matched IS NULL AND NOT ({known})", NO_OUTCOME))
    cases = " ".join(f"WHEN {test} THEN {quoted(reason)}" for test, reason in reasons)
    raw = [f"c{place} AS raw_{name}" for name, place in places.items()]
    inner = ", ".join([*row_at, *raw, *(f"{sql} AS {name}" for name, sql in cells.items())])
    return f"SELECT *, CASE {cases} END AS left_out FROM (SELECT {inner} FROM {source})"


def _cell(name: str, mapping: Mapping, places: dict[str, int]) -> str:
    """SQL of a column of a cohort."""
    one = mapping.columns[name]
    if not one.column:
        return quoted(one.always)
    column = f"c{places[name]}"
    if one.calendar_year:
        cycle = f"regexp_extract({_cell('cycle', mapping, places)}, '[0-9]{{4}}$')"
        year = f"regexp_extract({column}, '(19|20)[0-9]{{2}}')"
        back = f"TRY_CAST({cycle} AS INTEGER) - TRY_CAST({year} AS INTEGER)"
        return f"CAST({back} AS VARCHAR)"
    plain = f"regexp_replace({column}, '[.][0-9]+$', '')" if name in _CUT else column
    cases = "".join(
        f" WHEN {quoted(value)} THEN {quoted(meaning)}" for value, meaning in one.values.items()
    )
    if not cases:
        return plain
    return f"nullif(CASE lower(coalesce({column}, '')){cases} ELSE {plain} END, '')"


def _left_out(query: Query) -> tuple[int, dict[str, int]]:
    """Rows that are counted, and the others by the reason."""
    counted = query.rows(
        f"SELECT left_out, count(*) FROM mapped_{ROWS} GROUP BY 1 ORDER BY 2 DESC, 1",
        "looking for rows without a score or an outcome",
    )
    rows = {reason: int(count) for reason, count in counted}
    return rows.pop(None, 0), rows
