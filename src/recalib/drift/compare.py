"""Compares the tables of two editions: what changed between them.

What counts as drift, and must be approved:

- a key lost from curves, band_table, guide_audit, adjustments, cohort_curves or cohort_bands;
- another status or grade of a curve or an adjustment, another verdict of the audit;
- an edge claimed that was not, or withdrawn;
- a boundary that left its old 95 % interval, or moved by 3 points or more;
- the probability at 225, 245 or 265 that left its old 95 % interval, or moved by .05 or more;
- an odds ratio that left its old 95 % interval; its points, claimed where there were none, or
  withdrawn;
- another edge that a guide prints, which is a fact about the guide;
- a printed figure changed, or gone from a curve that stays: figures that were released change only
  where a slip was mended, or made.

A key gained is told and needs no approval: nobody relied on it. Smaller moves are what new evidence
is for; they are visible in the tables' own difference. Where a curve is lost or gained, its bands
are not reported a second time.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping

import pandas as pd

from calib.line import Line, chance
from recalib.contract.tables import CURVE_KEY, EDITION_TABLES
from recalib.drift.figures import changed_facts, dashed, key_of

BOUNDARY_POINTS = 3.0
PROBABILITY_STEP = 0.05
SCORES = (225, 245, 265)
#: What `compare` finds; what explains it (`with_causes`); what somebody said of it (`judged`).
FOUND = ["table", "key", "kind", "old", "new"]
COLUMNS = [*FOUND, "cause", "rows", "approved", "reason"]
#: Told, and needs no approval.
GAINED = "key_gained"
KEYED = ("curves", "band_table", "guide_audit", "adjustments", "cohort_curves", "cohort_bands")
#: Tables of bands, by the curves that they are cut from.
BANDS = {"curves": "band_table", "cohort_curves": "cohort_bands"}
# Columns of which any change is drift, of the kind `<column>_changed`.
_FIXED = {
    "curves": ("status", "grade"),
    "guide_audit": ("verdict", "score_min"),
    "adjustments": ("status", "grade"),
    "cohort_curves": ("status", "grade"),
}

Tables = Mapping[str, pd.DataFrame]
Rows = list[list[str]]


def compare(old: Tables, new: Tables) -> pd.DataFrame:
    """Compare the tables of two editions.

    Parameters
    ----------
    old, new : mapping of str to DataFrame
        Tables by name, rounded as published, as from `recalib.publish.opened` or `Run.tables`. One
        that is not there is empty.

    Returns
    -------
    DataFrame
        One row a drift or a new key: table, key, kind, old, new; cause and rows (see
        `with_causes`), approved and reason (see `judged`) as they are before somebody looked;
        sorted by table, kind and key.
    """
    before, after = keyed(old), keyed(new)
    rows = _lost(before, after, "key_lost") + _lost(after, before, GAINED)
    for name, columns in _FIXED.items():
        was, now = _both(before, after, name)
        for column in columns:
            texts = was[column].map(dashed), now[column].map(dashed)
            rows += _rows(name, f"{column}_changed", texts[0] != texts[1], *texts)
    for curves, bands in BANDS.items():
        rows += _probabilities(curves, *_both(before, after, curves))
        rows += _boundaries(bands, *_both(before, after, bands))
    rows += _adjustments(*_both(before, after, "adjustments"))
    if "evidence" in old and "evidence" in new:
        rows += _figures(changed_facts(old, new), after["curves"])
    return _frame(rows)


def keyed(tables: Tables) -> dict[str, pd.DataFrame]:
    """Index the tables that drift is judged by with their keys as text."""
    frames = {}
    for name in KEYED:
        table = EDITION_TABLES[name]
        frame = tables.get(name)
        if frame is None or frame.empty:
            frame = pd.DataFrame(columns=table.column_names)
        keys = [
            "/".join(key) for key in zip(*(frame[c].map(dashed) for c in table.key), strict=True)
        ]
        frames[name] = frame.set_axis(pd.Index(keys, name="key", dtype="str"), axis="index")
    return frames


def values_changed(old: Tables, new: Tables) -> int:
    """Count the values that differ in rows that both editions have, within the limits or not.

    The name of the edition is no such value.
    """
    before, after = keyed(old), keyed(new)
    pairs = [_both(before, after, name) for name in before]
    return sum(
        int((was[column].map(dashed) != now[column].map(dashed)).sum())
        for was, now in pairs
        for column in was.columns.drop("edition")
    )


def lost_keys(old: Tables, new: Tables) -> pd.DataFrame:
    """List table and key of what the old edition answers and the new one would not."""
    return _frame(_lost(keyed(old), keyed(new), "key_lost"))[["table", "key"]]


def no_drift() -> pd.DataFrame:
    """Return the drift of a first edition: the columns of `compare`, no rows."""
    return _frame([])


def _frame(rows: Rows) -> pd.DataFrame:
    drift = pd.DataFrame(rows, columns=FOUND).astype("str")
    drift = drift.sort_values(["table", "kind", "key"], ignore_index=True)
    blank = pd.Series("", index=drift.index, dtype="str")
    return drift.assign(
        cause=blank, rows=blank, approved=pd.Series(False, index=drift.index), reason=blank
    )


def _lost(before: Tables, after: Tables, kind: str) -> Rows:
    """Keys that `after` lacks, without the bands of curves that it lacks."""
    lost = {name: before[name].index.difference(after[name].index) for name in KEYED}
    told = {bands: set(lost[curves]) for curves, bands in BANDS.items()}
    return [
        [name, key, kind, "", ""]
        for name, keys in lost.items()
        for key in keys
        if key.rpartition("/")[0] not in told.get(name, ())
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


def _boundaries(table: str, was: pd.DataFrame, now: pd.DataFrame) -> Rows:
    step = (now["boundary"] - was["boundary"]).abs().round(6) >= BOUNDARY_POINTS
    moved = was["boundary"].notna() & (_left(was, now, "boundary") | step)
    texts = was["boundary"].map("{:.1f}".format), now["boundary"].map("{:.1f}".format)
    return [
        *_rows(table, "boundary_moved", moved, *texts),
        *_claims(table, "edge", was["boundary"], now["boundary"]),
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


def _figures(facts: pd.DataFrame, curves: pd.DataFrame) -> Rows:
    """Figures changed, and those gone whose curve is still there; another curve is told as lost."""
    keys = key_of(facts)
    changed, gone = (facts["change"] == one for one in ("changed", "gone"))
    curve = keys.str.split("/").str[: len(CURVE_KEY)].str.join("/")
    gone &= curve.isin(curves.index)
    named = facts.set_axis(pd.Index(keys, name="key", dtype="str"), axis="index")
    nothing = named["was"].mask(named["was"].notna(), "")
    return [
        *_rows(
            "evidence", "figure_changed", changed.set_axis(named.index), named["was"], named["now"]
        ),
        *_rows("evidence", "figure_gone", gone.set_axis(named.index), nothing, nothing),
    ]


def _probabilities(table: str, was: pd.DataFrame, now: pd.DataFrame) -> Rows:
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
            rows.append([table, key, "probability_moved", before, after])
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
