"""Puts the newest cycle beside the one before: what moved more than had to be expected.

A curve's next-cycle interval says where the next cycle's chance should lie. Once that cycle is in
print the interval can be held against it. Here the older curve is carried to the newer one's year,
by the step that the edition's own `drift_sd` implies, and the newer estimate is looked up in it.
"""

from __future__ import annotations

from math import nan, sqrt
from typing import Any, NamedTuple

import pandas as pd

from calib.line import after_drift, chance, claim, edge
from recalib.bands.published import line_of
from recalib.cohorts.labels import is_synthetic
from recalib.contract.keys import KEY_COLUMNS, overlap, recency, years
from recalib.contract.vocabulary import CHANCE_LABELS
from recalib.curves.levels import walked, years_between

SCORES = (230, 240, 250, 260)
EDGES = dict(zip((0.75, 0.5, 0.25), CHANCE_LABELS, strict=False))
_PEOPLE = [name for name in KEY_COLUMNS if name != "cycle"]
COLUMNS = [
    *_PEOPLE, "older", "newer", "what",
    "was", "was_low", "was_high", "foretold_low", "foretold_high",
    "now", "now_low", "now_high", "next_low", "next_high", "beyond",
]  # fmt: skip


class _Pair(NamedTuple):
    older: pd.Series
    newer: pd.Series
    #: Standard deviation of the move of the level between the two, on the logit.
    sd: float


def beside(curves: pd.DataFrame, standing: pd.DataFrame) -> pd.DataFrame:
    """Put the newest cycle of every population beside the one before.

    Parameters
    ----------
    curves : DataFrame
        `curves.csv`.
    standing : DataFrame
        `standing.csv`.

    Returns
    -------
    DataFrame
        A row for each population with two cycles of different people, and each thing looked at: the
        chance at 230, 240, 250 and 260, the score at which it is 75, 50 and 25 % where either curve
        claims it, and the standing at 250. `was` with the interval of its own cycle, and of chances
        and edges where it foretold the newer cycle (`foretold_*`); `now` with the interval of its
        own cycle and the next one; `beyond`: whether `now` lies outside what was foretold (missing
        where nothing was). A standing tells of its own cycle only.
    """
    rows = [row for pair in _pairs(curves) for row in _compared(pair, standing)]
    return pd.DataFrame(rows, columns=COLUMNS).astype({"beyond": "boolean"})


def lies_beyond(row: pd.Series) -> bool:
    """Whether the newer number of a row of `beside` lies outside what was foretold."""
    return not pd.isna(row["beyond"]) and bool(row["beyond"])


def _pairs(curves: pd.DataFrame) -> list[_Pair]:
    found = []
    known = curves[(curves["outcome"] == "match") & curves["slope"].notna()]
    for _, cycles in known.groupby(_PEOPLE, sort=True, dropna=False):
        order = sorted(cycles.index, key=lambda at: recency(str(cycles.loc[at, "cycle"])))
        newer = cycles.loc[order[-1]]
        # A span that holds the newer cycle's people is no cycle before it.
        older = [at for at in order[:-1] if not overlap(cycles.loc[at, "cycle"], newer["cycle"])]
        if older:
            before = cycles.loc[older[-1]]
            found.append(_Pair(before, newer, _step(newer, curves) * _years(before, newer)))
    return found


def _step(curve: pd.Series, curves: pd.DataFrame) -> float:
    """Step of a year on the logit that a curve's `drift_sd` implies: it leads to the next cycle."""
    real = curves[~curves["sources"].map(is_synthetic).astype(bool)]
    cycles = real["cycle"] if len(real) else curves["cycle"]
    following = max(years(cycle)[1] for cycle in cycles) + 1
    return float(curve["drift_sd"]) / sqrt(years_between(curve["cycle"], str(following)))


def _years(older: pd.Series, newer: pd.Series) -> float:
    one, other = older["cycle"], newer["cycle"]
    return sqrt(max(walked(one, one) + walked(other, other) - 2 * walked(one, other), 0.0))


def _compared(pair: _Pair, standing: pd.DataFrame) -> list[dict[str, Any]]:
    whom = {name: pair.newer[name] for name in _PEOPLE}
    whom |= {"older": pair.older["cycle"], "newer": pair.newer["cycle"]}
    found = [*_chances(pair), *_edges(pair), *_standings(pair, standing)]
    return [whom | row for row in found]


def _chances(pair: _Pair) -> list[dict[str, Any]]:
    was, now = line_of(pair.older), line_of(pair.newer)
    foretold = after_drift(was, pair.sd)
    later = after_drift(now, float(pair.newer["drift_sd"]))
    return [
        _row(
            f"chance at {score}",
            chance(was, score),
            chance(foretold, score)[1:],
            chance(now, score),
            chance(later, score)[1:],
        )
        for score in SCORES
    ]


def _edges(pair: _Pair) -> list[dict[str, Any]]:
    rows = []
    was, now = line_of(pair.older), line_of(pair.newer)
    foretold = after_drift(was, pair.sd)
    later = after_drift(now, float(pair.newer["drift_sd"]))
    for p, label in EDGES.items():
        claimed = [_claims(curve, p) for curve in (pair.older, pair.newer)]
        if not any(claimed):
            continue
        nothing = (nan, nan, nan)
        rows.append(
            _row(
                f"{label} from",
                _open(edge(was, p)) if claimed[0] else nothing,
                _open(edge(foretold, p))[1:] if claimed[0] else nothing[1:],
                _open(edge(now, p)) if claimed[1] else nothing,
                _open(edge(later, p))[1:] if claimed[1] else nothing[1:],
            )
        )
    return rows


def _claims(curve: pd.Series, p: float) -> bool:
    if curve["status"] != "ok":
        return False
    return claim(line_of(curve), p, float(curve["score_low"]), float(curve["score_high"])) == "ok"


def _open(found: tuple[float, float | None, float | None]) -> tuple[float, float, float]:
    """Write open ends as nan, as the tables do."""
    value, low, high = found
    return value, nan if low is None else low, nan if high is None else high


def _standings(pair: _Pair, standing: pd.DataFrame) -> list[dict[str, Any]]:
    rows, at = [], standing[standing["score"] == 250]
    for result, name in (("matched", "matched"), ("not matched", "not_matched")):
        ends = [f"{name}_below", f"{name}_low", f"{name}_high"]
        told = []
        for curve in (pair.older, pair.newer):
            own = at[(at[KEY_COLUMNS] == list(curve[KEY_COLUMNS])).all(axis="columns")]
            told.append(tuple(own[ends].iloc[0].astype(float)) if len(own) else (nan, nan, nan))
        if not all(pd.isna(value) for value, *_ in told):
            rows.append(_row(f"{result} at or below 250", told[0], (nan, nan), told[1], (nan, nan)))
    return rows


def _row(
    what: str,
    was: tuple[float, ...],
    foretold: tuple[float, ...],
    now: tuple[float, ...],
    later: tuple[float, ...],
) -> dict[str, Any]:
    names = COLUMNS[len(_PEOPLE) + 2 :]
    # Where nothing was foretold, or nothing came, nothing can lie beyond it; an open end holds all.
    told = not (pd.isna(was[0]) or pd.isna(now[0]) or what.endswith("at or below 250"))
    outside = now[0] < foretold[0] or now[0] > foretold[1]
    beyond = outside if told else pd.NA
    return dict(zip(names, (what, *was, *foretold, *now, *later, beyond), strict=True))
