"""Compares two editions: what changed between them, and whether somebody approved it.

What counts as drift, and must be approved:

- a key lost or gained in curves, band_table, guide_audit or adjustments;
- another status or grade of a curve or an adjustment, another verdict of the audit;
- an edge claimed that was not, or withdrawn;
- a boundary that left its old 95 % interval, or moved by 3 points or more;
- the probability at 225, 245 or 265 that left its old 95 % interval, or moved by .05 or more;
- an odds ratio that left its old 95 % interval; its points, claimed where there were none, or
  withdrawn;
- another edge that a guide prints, which is a fact about the guide.

Smaller moves are what new evidence is for; they are visible in the tables' own difference. Where a
curve is lost or gained, its bands are not reported a second time.
"""

from __future__ import annotations

import io
import math
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import pandas as pd

from calib.line import Line, chance
from recalib.approvals import read_approvals, reason_for
from recalib.contract.store import read_table, table_bytes
from recalib.contract.tables import CURVE_KEY, TABLES
from recalib.problems import UsageError
from recalib.publish import is_edition, verify_hashes

BOUNDARY_POINTS = 3.0
PROBABILITY_STEP = 0.05
SCORES = (225, 245, 265)
COLUMNS = ["table", "key", "kind", "old", "new", "approved", "reason"]
_KEYED = ("curves", "band_table", "guide_audit", "adjustments")
# Columns of which any change is drift, of the kind `<column>_changed`.
_FIXED = {
    "curves": ("status", "grade"),
    "guide_audit": ("verdict", "score_min"),
    "adjustments": ("status", "grade"),
}

Tables = Mapping[str, pd.DataFrame]
Rows = list[list[str]]


def load(folder: Path) -> dict[str, pd.DataFrame]:
    """Read the tables that drift is judged by, rounded as published and indexed by key as text.

    The folder is an edition, or a work folder that holds the same tables before rounding. A table
    that it lacks is empty.
    """
    published = is_edition(folder)
    frames = {}
    for name in _KEYED:
        table = TABLES[name]
        path = folder / table.file
        if not path.is_file():
            frame = pd.DataFrame(columns=table.column_names)
        elif published:
            frame = _older(path, name)
        else:
            # Through the published format: work files and editions then compare digit for digit.
            frame = read_table(io.BytesIO(table_bytes(name, read_table(path, name))), name)
        keys = [
            "/".join(key) for key in zip(*(frame[c].map(_text) for c in table.key), strict=True)
        ]
        frames[name] = frame.set_axis(pd.Index(keys, name="key", dtype="str"), axis="index")
    return frames


def _older(path: Path, name: str) -> pd.DataFrame:
    """Read a table of any edition.

    Until 2026.3 the band table held a second scheme, cut elsewhere; the rows of this one stay.
    """
    if name == "band_table":
        rows = pd.read_csv(path, dtype=str, keep_default_na=False)
        if "scheme" in rows:
            kept = rows[rows["scheme"] == "chance"].to_csv(index=False)
            return read_table(io.BytesIO(kept.encode()), name, older=True)
    return read_table(path, name, older=True)


def compare(old: Path, new: Path, approvals: Path | None = None) -> pd.DataFrame:
    """Compare two editions.

    Parameters
    ----------
    old, new : Path
        Edition folders; `new` may be a work folder.
    approvals : Path or None
        YAML list of approved drifts, see `recalib.approvals`.

    Returns
    -------
    DataFrame
        One row a drift: table, key, kind, old, new, approved (bool), reason (of the approval);
        sorted by table, kind and key.

    Raises
    ------
    RecalibError
        If a table or the approvals cannot be read.
    """
    before, after = load(old), load(new)
    rows = _lost(before, after, "key_lost") + _lost(after, before, "key_gained")
    for name, columns in _FIXED.items():
        was, now = _both(before, after, name)
        for column in columns:
            texts = was[column].map(_text), now[column].map(_text)
            rows += _rows(name, f"{column}_changed", texts[0] != texts[1], *texts)
    rows += _probabilities(*_both(before, after, "curves"))
    rows += _boundaries(*_both(before, after, "band_table"))
    rows += _adjustments(*_both(before, after, "adjustments"))
    editions = after["curves"]["edition"]
    edition = str(editions.iloc[0]) if len(editions) else ""
    return _frame(rows, read_approvals(approvals) if approvals is not None else [], edition)


def compare_editions(old: Path, new: Path, approvals: Path | None = None) -> pd.DataFrame:
    """Compare two edition folders as `compare` does; anything else, or damaged, is refused."""
    for folder in (old, new):
        if not is_edition(folder):
            raise UsageError(f"{folder} holds no edition: it has no readable edition.json.")
    for folder in (old, new):
        verify_hashes(folder)
    return compare(old, new, approvals)


def since(old: str, new: str, approvals: str = "") -> pd.DataFrame:
    """Compare a new edition with the one before, if there is one: `compare` for a notebook.

    `old` and `approvals` may be ""; a folder without an edition is none to compare with.
    """
    if not old or not is_edition(Path(old)):
        return no_drift()
    return compare(Path(old), Path(new), Path(approvals) if approvals else None)


def values_changed(old: Path, new: Path) -> int:
    """Count the values that differ in rows that both editions have, within the limits or not.

    The name of the edition is no such value.
    """
    before, after = load(old), load(new)
    pairs = [_both(before, after, name) for name in before]
    return sum(
        int((was[column].map(_text) != now[column].map(_text)).sum())
        for was, now in pairs
        for column in was.columns.drop("edition")
    )


def lost_keys(old: Path, new: Path) -> pd.DataFrame:
    """List table and key of what the old edition answers and the new one would not."""
    return _frame(_lost(load(old), load(new), "key_lost"))[["table", "key"]]


def write_drift(drift: pd.DataFrame, path: Path) -> None:
    """Write a frame from `compare` for the main job to read."""
    drift.to_csv(path, index=False, lineterminator="\n")


def read_drift(path: Path) -> pd.DataFrame:
    """Read what `write_drift` wrote."""
    drift = pd.read_csv(path, dtype=str, keep_default_na=False)
    drift["approved"] = drift["approved"] == "True"
    return drift


def no_drift() -> pd.DataFrame:
    """Return the drift of a first edition: the columns of `compare`, no rows."""
    return _frame([])


def to_text(drift: pd.DataFrame) -> str:
    """Lay out drifts as an aligned table for a terminal: a header and one line a drift."""
    rows = [["table", "key", "kind", "old", "new", "approved"]]
    for row in drift.to_dict("records"):
        approved = f"yes: {row['reason']}" if row["approved"] else "no"
        rows.append([*(str(row[name]) for name in rows[0][:-1]), approved])
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return "\n".join(
        "  ".join(value.ljust(width) for value, width in zip(row, widths, strict=True)).rstrip()
        for row in rows
    )


def _frame(
    rows: Rows, approvals: Sequence[Mapping[str, str]] = (), edition: str = ""
) -> pd.DataFrame:
    drift = pd.DataFrame(rows, columns=COLUMNS[:5]).astype("str")
    drift = drift.sort_values(["table", "kind", "key"], ignore_index=True)
    reasons = [reason_for(row, approvals, edition) for row in drift.to_dict("records")]
    drift["approved"] = pd.Series([reason is not None for reason in reasons], dtype=bool)
    drift["reason"] = pd.Series([reason or "" for reason in reasons], dtype="str")
    return drift


def _text(value: object) -> str:
    if value is None or value is pd.NA or value == "" or value != value:
        return "-"
    return f"{value:g}" if isinstance(value, float) else str(value)


def _lost(before: Tables, after: Tables, kind: str) -> Rows:
    """Keys that `after` lacks, without the bands of curves that it lacks."""
    curves = set(before["curves"].index.difference(after["curves"].index))
    return [
        [name, key, kind, "", ""]
        for name in _KEYED
        for key in before[name].index.difference(after[name].index)
        if name != "band_table" or "/".join(key.split("/")[: len(CURVE_KEY)]) not in curves
    ]


def _both(before: Tables, after: Tables, name: str) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Rows of a table that both editions have, in one order."""
    keys = before[name].index.intersection(after[name].index)
    return before[name].loc[keys], after[name].loc[keys]


def _rows(
    table: str, kind: str, where: pd.Series[bool], was: pd.Series[str], now: pd.Series[str]
) -> Rows:
    found = zip(where.index[where], was[where], now[where], strict=True)
    return [[table, key, kind, old, new] for key, old, new in found]


def _boundaries(was: pd.DataFrame, now: pd.DataFrame) -> Rows:
    step = (now["boundary"] - was["boundary"]).abs().round(6) >= BOUNDARY_POINTS
    moved = was["boundary"].notna() & (_left(was, now, "boundary") | step)
    texts = was["boundary"].map("{:.1f}".format), now["boundary"].map("{:.1f}".format)
    return [
        *_rows("band_table", "boundary_moved", moved, *texts),
        *_claims("band_table", "edge", was["boundary"], now["boundary"]),
    ]


def _adjustments(was: pd.DataFrame, now: pd.DataFrame) -> Rows:
    texts = was["odds_ratio"].map("{:.3f}".format), now["odds_ratio"].map("{:.3f}".format)
    return [
        *_rows("adjustments", "odds_ratio_moved", _left(was, now, "odds_ratio"), *texts),
        *_claims("adjustments", "points", was["points"], now["points"]),
    ]


def _left(was: pd.DataFrame, now: pd.DataFrame, column: str) -> pd.Series[bool]:
    """Whether values left their old interval; a blank end of it is unbounded."""
    return (now[column] < was[f"{column}_low"]) | (now[column] > was[f"{column}_high"])


def _claims(table: str, what: str, was: pd.Series[float], now: pd.Series[float]) -> Rows:
    texts = [values.map("{:.1f}".format).where(values.notna(), "-") for values in (was, now)]
    return [
        *_rows(table, f"{what}_claimed", was.isna() & now.notna(), *texts),
        *_rows(table, f"{what}_withdrawn", was.notna() & now.isna(), *texts),
    ]


def _probabilities(was: pd.DataFrame, now: pd.DataFrame) -> Rows:
    rows = []
    for key, old, new in zip(was.index, _lines(was), _lines(now), strict=True):
        if old is None or new is None:
            continue
        moves = []
        for score in SCORES:
            p_old, low, high = chance(old, score)
            p_new = chance(new, score)[0]
            if not low <= p_new <= high or round(abs(p_new - p_old), 6) >= PROBABILITY_STEP:
                moves.append(
                    (abs(p_new - p_old), f"{p_old:.3f} at {score}", f"{p_new:.3f} at {score}")
                )
        if moves:
            _, before, after = max(moves, key=lambda move: move[0])
            rows.append(["curves", key, "probability_moved", before, after])
    return rows


def _lines(curves: pd.DataFrame) -> Iterator[Line | None]:
    """Lines of curves; None where a curve has no numbers."""
    for line in map(Line._make, curves[[*Line._fields]].astype(float).itertuples(index=False)):
        if math.isnan(line.intercept) or math.isnan(line.slope):
            yield None
        elif any(map(math.isnan, line)):
            # Without its errors a curve's interval holds everything.
            yield Line(line.intercept, line.slope, math.inf, 0.0, 0.0)
        else:
            yield line
