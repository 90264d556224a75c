"""Tables of the newest cycle beside the one before: chances, and edges with standing."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from recalib.drift.cycles import lies_beyond
from recalib.report import words
from recalib.report.show import Html
from recalib.report.tables.layout import GROUP, ROW, Cells, layout, two
from recalib.report.view import View

_CHANCE = "chance at "
_BEYOND = "beyond what was foretold"


def cycles_chances(work: View, found: pd.DataFrame) -> Html | None:
    """Lay out the chances of one population, a specialty's older and newer cycle in two rows.

    `found`: rows of `recalib.drift.cycles.beside` of one group and denominator.
    """
    chances = found[found["what"].str.startswith(_CHANCE)]
    name = "cycles-chances"
    return layout([*_rows(work, chances)], f"{name}-{_of(found)}", name) if len(found) else None


def cycles_edges(work: View, found: pd.DataFrame) -> Html | None:
    """Lay out the edges and the standing of one population, as `cycles_chances` does chances."""
    others = found[~found["what"].str.startswith(_CHANCE)]
    name = "cycles-edges"
    return layout([*_rows(work, others)], f"{name}-{_of(found)}", name) if len(found) else None


def _of(found: pd.DataFrame) -> str:
    return "-".join(found[["applicant_group", "denominator"]].iloc[0])


def _rows(work: View, found: pd.DataFrame) -> Iterator[Cells]:
    columns = list(dict.fromkeys(_ORDER[what] for what in sorted(set(found["what"]), key=_place)))
    for (specialty, older, newer), part in found.groupby(["specialty", "older", "newer"]):
        said = {_ORDER[row["what"]]: row for _, row in part.iterrows()}
        for cycle in (older, newer):
            cells = {name: _cell(said[name], cycle) if name in said else "" for name in columns}
            yield {GROUP: work.label(str(specialty)), ROW: str(cycle), **cells}


#: Headings by what is looked at, in order of showing.
_ORDER = {
    **{f"chance at {score}": str(score) for score in (230, 240, 250, 260)},
    "very_likely from": "75 % from",
    "likely from": "50 % from",
    "possible from": "25 % from",
    "matched at or below 250": "Of those who matched, at or below 250",
    "not matched at or below 250": "Of those who did not, at or below 250",
}


def _place(what: str) -> int:
    return list(_ORDER).index(what)


def _cell(row: pd.Series, cycle: object) -> str:
    """Print a number with its own cycle's interval, and what it says of the cycle that follows."""
    new = cycle == row["newer"]
    value, low, high = (row[f"{'now' if new else 'was'}{end}"] for end in ("", "_low", "_high"))
    what = "next" if new else "foretold"
    later = (row[f"{what}_low"], row[f"{what}_high"])
    if pd.isna(value):
        return words.NOTHING
    lines = [f"{cycle} {_interval(row, value, low, high)}"]
    if "at or below" not in row["what"]:
        whither = "next" if new else f"for {row['newer']}"
        lines.insert(0, f"{whither} {_interval(row, value, *later)}")
    if new and lies_beyond(row):
        lines.append(_BEYOND)
    return two(_value(row, value), *lines)


def _value(row: pd.Series, value: float) -> str:
    return words.number(value) if row["what"].endswith(" from") else words.percent(value)


def _interval(row: pd.Series, value: float, low: float, high: float) -> str:
    if row["what"].endswith(" from"):
        return words.score_interval(low, high)
    return words.percent_interval(value, low, high)[1]
