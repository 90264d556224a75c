"""Writes the provenance of a new source: facts that are known, and a question for each that is not.

A question is a text that begins with `?`. `calib check` refuses it until it is answered.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

import pandas as pd
import yaml

from recalib.contract.tables import LAYOUTS
from recalib.sources.provenance import QUESTION
from recalib.sources.questions import summed
from recalib.sources.yml import Value
from recalib.typed.gather import frame_of
from recalib.typed.tables import Row

ASKED = {
    "title": "The title of the report, as it is printed.",
    "publisher": "Who publishes it.",
    "citation": "How to cite it: publisher, title, date, the numbers of the tables.",
    "edition": "Which edition of the report: its year, or what it calls itself.",
    "rights": "Who holds the rights, and what may be done with its figures.",
    "trust": "high, good, fair or shape_only, and why. How were the figures checked?",
    "transcribed_from": "What the tables were typed from: the report, a page, somebody's file.",
}
#: Facts that stay from cycle to cycle, and facts of which only the year is expected to change.
SAME, ALIKE = ("publisher", "rights"), ("title", "citation", "edition")
FIGURES = 3
_PREFERRED = {
    "quantiles": ("median", "n", "mean", "q3", "q1", "sd", "max", "min"),
    "means": ("mean", "n"),
    "totals": ("n_success", "n_total"),
    "bins": ("n_success", "n_total"),
    "probabilities": ("probability",),
}


def ask(text: str) -> str:
    """A text as a question."""
    return f"{QUESTION} {text}"


def provenance(
    tables: Mapping[str, list[Row]],
    notes: Sequence[str],
    sums: Mapping[str, list[dict[str, str]]],
    before: Mapping[str, Value] | None,
    years: tuple[str, str],
) -> str:
    """Text of a new source's .yml.

    `tables`: rows by the table's name (part and kind); `notes`: texts and questions; `sums`:
    printed sums by table name; `before`: the provenance of the cycle before.
    """
    lines = [f"{key}: {_quoted(_fact(key, before or {}, years))}" for key in ASKED]
    lines += ["notes:" if notes else "notes: []", *note_lines(notes)]
    lines.append(f"added: [{', '.join(tables)}]")
    lines.append("anchors:")
    for name, rows in tables.items():
        lines += figure_lines(name, rows, sums.get(name, []))
    return "\n".join(lines) + "\n"


def _fact(key: str, before: Mapping[str, Value], years: tuple[str, str]) -> str:
    old = before.get(key)
    if not isinstance(old, str) or not old.strip() or key not in (*SAME, *ALIKE):
        return ask(ASKED[key])
    if key in SAME:
        return " ".join(old.split())
    moved = re.sub(rf"(?<![0-9]){re.escape(years[0])}(?![0-9])", years[1], " ".join(old.split()))
    return ask(f"{ASKED[key]} Perhaps: {moved}")


def note_lines(notes: Sequence[str]) -> list[str]:
    """Notes as items of a list."""
    return [f"  - {_quoted(note)}" for note in notes]


def figure_lines(name: str, rows: list[Row], sums: Sequence[Mapping[str, str]]) -> list[str]:
    """Printed figures of a table: its sums, and three cells to be typed again."""
    figures = [{"table": name, **one} for one in sums]
    figures += [{"table": name, **one, "value": QUESTION} for one in _unsummed(rows, sums)]
    figures += [{"table": name, **one, "value": QUESTION} for one in _picked(rows)]
    return [
        f"  - {{{', '.join(f'{key}: {_plain(value)}' for key, value in one.items())}}}"
        for one in figures
    ]


def _unsummed(rows: list[Row], sums: Sequence[Mapping[str, str]]) -> list[dict[str, str]]:
    """Columns to be added up, a result each, of which the source prints no sum that agrees."""
    frame = frame_of(rows)
    if not any(one.value for row in rows for one in row.figures.values()):
        # A table that is laid out blank has what was printed last time.
        for number, row in enumerate(rows):
            frame.loc[number, [name for name in row.figures if name in frame]] = "?"
    known = {(one["statistic"], one.get("result", "")) for one in sums}
    return [
        {"statistic": column, "summary": "sum"} | ({"result": result} if result else {})
        for column, result in summed(frame.replace("", pd.NA))
        if not known & {(column, result), (column, "")}
    ]


def _picked(rows: list[Row]) -> list[dict[str, str]]:
    """Three cells far from one another, each another statistic where there are several."""
    kind = rows[0].kind
    frame = frame_of(rows)
    picks = [column for column in LAYOUTS[kind].key if column in frame and _tells(frame, column)]
    picks = [name for name in picks if name != "cycle"]
    filled = [name for name in _PREFERRED[kind] if (frame[name] != "").any()]
    # Of a table that is laid out blank: what was printed last time.
    filled = filled or [name for name in _PREFERRED[kind] if name in rows[0].figures]
    last = len(frame) - 1
    wanted = [
        (filled[number % len(filled)], place) for number, place in enumerate([0, last // 2, last])
    ]
    wanted += [(name, place) for place in range(len(frame)) for name in filled]
    cells = dict.fromkeys((name, _near(frame, name, place)) for name, place in wanted)
    return [
        {column: str(frame[column].iloc[row]) for column in picks} | {"statistic": name}
        for name, row in list(cells)[:FIGURES]
    ]


def _tells(frame: pd.DataFrame, column: str) -> bool:
    return len(set(frame[column])) > 1 or column in ("specialty", "result")


def _near(frame: pd.DataFrame, statistic: str, place: int) -> int:
    """The row nearest to a place in which a statistic is filled."""
    filled = [i for i, value in enumerate(frame[statistic]) if value]
    return min(filled, key=lambda i: abs(i - place)) if filled else place


def extended(
    text: str,
    tables: Mapping[str, list[Row]],
    notes: Sequence[str],
    sums: Mapping[str, list[dict[str, str]]],
) -> str | None:
    """An existing provenance with the questions of further tables; None where it has no place."""
    added = re.search(r"^added: \[(.*)\]$", text, flags=re.MULTILINE)
    anchors = re.search(r"^anchors:[ ]*(\[\])?$", text, flags=re.MULTILINE)
    noted = re.search(r"^notes:[ ]*(\[\])?$", text, flags=re.MULTILINE)
    if anchors is None or (notes and noted is None):
        return None
    known = [one for one in (added[1] if added else "").split(", ") if one]
    new = {name: rows for name, rows in tables.items() if name not in known}
    lines = [
        line for name, rows in new.items() for line in figure_lines(name, rows, sums.get(name, []))
    ]
    if lines:
        text = _insert(text, "anchors", lines)
        names = ", ".join([*known, *new])
        listed = f"added: [{names}]"
        text = text.replace(added[0], listed, 1) if added else _before(text, "anchors", listed)
    fresh = [line for line in note_lines(notes) if line not in text]
    return _insert(text, "notes", fresh) if fresh else text


def _insert(text: str, key: str, lines: list[str]) -> str:
    block = "\n".join([f"{key}:", *lines])
    return re.sub(rf"^{key}:[ ]*(\[\])?$", lambda _: block, text, count=1, flags=re.MULTILINE)


def _before(text: str, key: str, line: str) -> str:
    return re.sub(rf"^{key}:", lambda _: f"{line}\n{key}:", text, count=1, flags=re.MULTILINE)


def _plain(value: str) -> str:
    """A value in a one-line mapping, quoted where YAML needs it."""
    if re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9 ._/-]*", value) and not value.endswith(" "):
        return value
    return _quoted(value)


def _quoted(text: str) -> str:
    dumped = yaml.safe_dump(
        text, default_style='"', allow_unicode=True, width=10**6, default_flow_style=True
    )
    return str(dumped).strip().removesuffix("\n...").strip()
