"""Two editions come in; what changed between them goes out, and whether somebody approved it.

What counts as drift, and must be approved:

- a key lost or gained in curves, band_table, guide_audit or adjustments;
- another status or grade of a curve or an adjustment, another verdict of the audit;
- an edge claimed that was not, or withdrawn;
- a boundary that left its old 95 % interval, or moved by 3 points or more;
- the probability at 225, 245 or 265 that left its old 95 % interval, or moved by .05 or more;
- an odds ratio that left its old 95 % interval; its points, claimed where there were none, or
  withdrawn;
- any change of an anchor or of an edge that a guide prints: these are definitions.

Smaller moves are what new evidence is for; they are visible in the tables' own difference. Where a
curve is lost or gained, its bands are not reported a second time.
"""

from __future__ import annotations

import io
import math
from collections.abc import Mapping
from pathlib import Path

import pandas as pd

from calib.line import Line, expit, spread
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

Tables = Mapping[str, pd.DataFrame]


def load(folder: Path) -> dict[str, pd.DataFrame]:
    """Read the tables that drift is judged by, rounded as published.

    Parameters
    ----------
    folder : Path
        An edition folder, or a work folder that holds the same tables before rounding.

    Returns
    -------
    dict of str to DataFrame
        Frames by table name, indexed by their key as text; a table that the folder lacks is empty.
    """
    published = is_edition(folder)
    frames = {}
    for name in (*_KEYED, "guide_anchors"):
        path = folder / TABLES[name].file
        if not path.is_file():
            frame = pd.DataFrame(columns=TABLES[name].column_names)
        elif published:
            frame = read_table(path, name, older=True)
        else:
            # Through the published format: work files and editions then compare digit for digit.
            frame = read_table(io.BytesIO(table_bytes(name, read_table(path, name))), name)
        frames[name] = _keyed(frame, name)
    return frames


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
    rows = _keys(before, after)
    rows += _curves(before["curves"], after["curves"])
    rows += _bands(before["band_table"], after["band_table"])
    rows += _changed(before, after, "guide_audit", "verdict", "verdict_changed")
    for column in ("status", "grade"):
        rows += _changed(before, after, "adjustments", column, f"{column}_changed")
    rows += _adjustments(before["adjustments"], after["adjustments"])
    rows += _changed(before, after, "guide_anchors", "anchor", "anchor_changed")
    rows += _changed(before, after, "guide_anchors", "printed_edge", "printed_edge_changed")
    drift = pd.DataFrame(rows, columns=COLUMNS[:5]).sort_values(["table", "kind", "key"])
    drift = drift.reset_index(drop=True)
    approved = read_approvals(approvals) if approvals is not None else []
    edition = _edition(after)
    reasons = [reason_for(row, approved, edition) for row in drift.to_dict("records")]
    drift["approved"] = pd.Series([reason is not None for reason in reasons], dtype=bool)
    drift["reason"] = [reason or "" for reason in reasons]
    return drift


def compare_editions(old: Path, new: Path, approvals: Path | None = None) -> pd.DataFrame:
    """Compare two edition folders; anything else is refused.

    Parameters
    ----------
    old, new, approvals
        As in `compare`.

    Returns
    -------
    DataFrame
        As from `compare`.

    Raises
    ------
    UsageError
        If a folder holds no edition.
    RecalibError
        If an edition's tables are not those that its edition.json describes.
    """
    for folder in (old, new):
        if not is_edition(folder):
            raise UsageError(f"{folder} holds no edition: it has no readable edition.json.")
    for folder in (old, new):
        verify_hashes(folder)
    return compare(old, new, approvals)


def values_changed(old: Path, new: Path) -> int:
    """Count the values that differ in rows that both editions have, within the limits or not.

    Parameters
    ----------
    old, new : Path
        Edition folders.

    Returns
    -------
    int
        Cells of the tables that drift is judged by; the name of the edition is none.
    """
    before, after = load(old), load(new)
    count = 0
    for name, frame in before.items():
        both = frame.index.intersection(after[name].index)
        for column in TABLES[name].column_names:
            if column != "edition":
                was, now = frame.loc[both, column], after[name].loc[both, column]
                count += sum(_text(a) != _text(b) for a, b in zip(was, now, strict=True))
    return count


def since(old: str, new: str, approvals: str = "") -> pd.DataFrame:
    """Compare a new edition with the one before, if there is one: `compare` for a notebook.

    Parameters
    ----------
    old : str
        Edition folder before; "", or a folder without an edition, for none.
    new : str
        Edition or work folder.
    approvals : str
        File of approved drifts; "" for none.

    Returns
    -------
    DataFrame
        As from `compare`; without rows where there is nothing to compare with.
    """
    if not old or not is_edition(Path(old)):
        return no_drift()
    return compare(Path(old), Path(new), Path(approvals) if approvals else None)


def lost_keys(old: Path, new: Path) -> pd.DataFrame:
    """List what the old edition answers and the new one would not.

    Parameters
    ----------
    old, new : Path
        Edition folders; `new` may be a work folder.

    Returns
    -------
    DataFrame
        Rows of `compare` of the kind `key_lost`, with the columns table and key.
    """
    rows = [row for row in _keys(load(old), load(new)) if row[2] == "key_lost"]
    return pd.DataFrame(rows, columns=COLUMNS[:5])[["table", "key"]]


def write_drift(drift: pd.DataFrame, path: Path) -> None:
    """Write a frame from `compare` for the main job to read.

    Parameters
    ----------
    drift : DataFrame
        As from `compare`.
    path : Path
        Where to.
    """
    drift.to_csv(path, index=False, lineterminator="\n")


def read_drift(path: Path) -> pd.DataFrame:
    """Read what `write_drift` wrote.

    Parameters
    ----------
    path : Path
        A CSV file.

    Returns
    -------
    DataFrame
        As from `compare`.
    """
    drift = pd.read_csv(path, dtype=str, keep_default_na=False)
    drift["approved"] = drift["approved"] == "True"
    return drift


def no_drift() -> pd.DataFrame:
    """Return the drift of a first edition: the columns of `compare`, no rows.

    Returns
    -------
    DataFrame
        No rows.
    """
    drift = pd.DataFrame({column: pd.Series(dtype=str) for column in COLUMNS})
    drift["approved"] = drift["approved"].astype(bool)
    return drift


def to_text(drift: pd.DataFrame) -> str:
    """Lay out drifts as an aligned table for a terminal.

    Parameters
    ----------
    drift : DataFrame
        As from `compare`.

    Returns
    -------
    str
        A header and one line a drift.
    """
    rows = [["table", "key", "kind", "old", "new", "approved"]]
    for row in drift.to_dict("records"):
        approved = f"yes: {row['reason']}" if row["approved"] else "no"
        rows.append([*(str(row[name]) for name in rows[0][:-1]), approved])
    widths = [max(len(row[i]) for row in rows) for i in range(len(rows[0]))]
    return "\n".join(
        "  ".join(value.ljust(width) for value, width in zip(row, widths, strict=True)).rstrip()
        for row in rows
    )


def _keyed(frame: pd.DataFrame, name: str) -> pd.DataFrame:
    columns = [[_text(value) for value in frame[column]] for column in TABLES[name].key]
    keys = ["/".join(key) for key in zip(*columns, strict=True)]
    return frame.set_axis(pd.Index(keys, name="key", dtype="str"), axis="index")


def _text(value: object) -> str:
    if value is None or value is pd.NA or value == "" or value != value:
        return "-"
    return f"{value:g}" if isinstance(value, float) else str(value)


def _keys(before: Tables, after: Tables) -> list[list[str]]:
    rows = []
    curves = {"key_lost": before["curves"].index, "key_gained": after["curves"].index}
    other = {"key_lost": after["curves"].index, "key_gained": before["curves"].index}
    for name in _KEYED:
        old, new = before[name].index, after[name].index
        for kind, keys in (("key_lost", old.difference(new)), ("key_gained", new.difference(old))):
            alone = set(curves[kind]) - set(other[kind])
            for key in keys:
                curve = "/".join(key.split("/")[: len(CURVE_KEY)])
                if name == "band_table" and curve in alone:
                    continue
                rows.append([name, key, kind, "", ""])
    return rows


def _both(old: pd.DataFrame, new: pd.DataFrame) -> list[tuple[str, pd.Series, pd.Series]]:
    return [(key, old.loc[key], new.loc[key]) for key in old.index.intersection(new.index)]


def _curves(before: pd.DataFrame, after: pd.DataFrame) -> list[list[str]]:
    rows = []
    for key, old, new in _both(before, after):
        for column in ("status", "grade"):
            if old[column] != new[column]:
                kind = f"{column}_changed"
                rows.append(["curves", key, kind, _text(old[column]), _text(new[column])])
        moves = [(score, *_move(old, new, score)) for score in SCORES]
        moved = [move for move in moves if move[3]]
        if moved:
            score, was, now, _ = max(moved, key=lambda move: abs(move[2] - move[1]))
            rows.append(
                [
                    "curves",
                    key,
                    "probability_moved",
                    f"{was:.3f} at {score}",
                    f"{now:.3f} at {score}",
                ]
            )
    return rows


def _move(old: pd.Series, new: pd.Series, score: float) -> tuple[float, float, bool]:
    before, after = (Line(*(float(row[name]) for name in Line._fields)) for row in (old, new))
    (was, reach), (now, _) = spread(before, score), spread(after, score)
    if math.isnan(was) or math.isnan(now):
        return math.nan, math.nan, False
    left = abs(now - was) > reach  # never beyond one that is not known
    p_was, p_now = expit(was), expit(now)
    return p_was, p_now, left or round(abs(p_now - p_was), 6) >= PROBABILITY_STEP


def _bands(before: pd.DataFrame, after: pd.DataFrame) -> list[list[str]]:
    rows = []
    for key, old, new in _both(before, after):
        was, now = float(old["boundary"]), float(new["boundary"])
        if math.isnan(was) and math.isnan(now):
            continue
        if math.isnan(was):
            kind = "edge_claimed"
        elif math.isnan(now):
            kind = "edge_withdrawn"
        elif (
            now < float(old["boundary_low"])
            or now > float(old["boundary_high"])
            or round(abs(now - was), 6) >= BOUNDARY_POINTS
        ):
            kind = "boundary_moved"
        else:
            continue
        rows.append(["band_table", key, kind, _score(was), _score(now)])
    return rows


def _adjustments(before: pd.DataFrame, after: pd.DataFrame) -> list[list[str]]:
    rows = []
    for key, old, new in _both(before, after):
        was, now = (float(row["odds_ratio"]) for row in (old, new))
        if now < float(old["odds_ratio_low"]) or now > float(old["odds_ratio_high"]):
            rows.append(["adjustments", key, "odds_ratio_moved", f"{was:.3f}", f"{now:.3f}"])
        was, now = (float(row["points"]) for row in (old, new))
        if math.isnan(was) != math.isnan(now):
            kind = "points_claimed" if math.isnan(was) else "points_withdrawn"
            rows.append(["adjustments", key, kind, _score(was), _score(now)])
    return rows


def _score(value: float) -> str:
    return "-" if math.isnan(value) else f"{value:.1f}"


def _changed(before: Tables, after: Tables, name: str, column: str, kind: str) -> list[list[str]]:
    return [
        [name, key, kind, _text(old[column]), _text(new[column])]
        for key, old, new in _both(before[name], after[name])
        if _text(old[column]) != _text(new[column])
    ]


def _edition(tables: Tables) -> str:
    editions = tables["curves"]["edition"]
    return str(editions.iloc[0]) if len(editions) else ""
