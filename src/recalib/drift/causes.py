"""Explains drifts by the raw rows that changed: the curve's own, its pool's, or none."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pandas as pd

from recalib.cohorts.labels import is_cohort
from recalib.contract.keys import CurveKey, recency
from recalib.contract.tables import BESIDE_TABLES
from recalib.curves.pools import population_of
from recalib.drift.compare import GAINED, Tables
from recalib.drift.figures import changed_facts
from recalib.publish.opened import Opened

#: Causes, the nearest first.
OWN = "own raw rows came or changed"
GUIDE = "the guide's file changed"
COHORT = "a cohort's curve"
NEW_CYCLE = "a new cycle joined its pool"
POOL = "other rows of its pool came or changed"
OTHERS = "no row of its pool changed: the method, or what pools share"
METHOD = "no raw row changed: the method"
#: What a cohort's drift is about, whatever changed.
_PRIVATE = "rows of people, which are not published"
#: Kinds of facts that slopes are pooled from.
_POOLED = ("quantiles", "bins")
_CURVE = list(CurveKey._fields)
#: Rows that are named one by one.
_NAMED = 6


def with_causes(changes: pd.DataFrame, old: Opened | Tables, new: Opened | Tables) -> pd.DataFrame:
    """Say of each drift which change of raw rows explains it.

    Parameters
    ----------
    changes : DataFrame
        As from `compare`.
    old, new : Opened, or mapping of str to DataFrame
        Both editions, or their tables.

    Returns
    -------
    DataFrame
        The same rows with `cause`: the curve's own raw rows changed, those of its key or of its
        sources in its specialty; the guide's file did; the curve is a cohort's, whose rows are
        private; a new cycle joined its pool while its own rows stayed; other rows of its pool
        changed; none of these did. `rows` names the raw rows, or files, that this is about.
    """
    before, after = (one.tables() if isinstance(one, Opened) else one for one in (old, new))
    facts = changed_facts(before, after)
    told = _Told(facts, _cycles(before["evidence"]), _sources(before, after))
    found = [told.of(str(row["table"]), str(row["key"]), row["kind"]) for row in _records(changes)]
    blank = changes.assign(cause="", rows="")
    if not found:
        return blank
    cause, rows = zip(*found, strict=True)
    return blank.assign(cause=list(cause), rows=list(rows)).astype({"cause": "str", "rows": "str"})


class _Told:
    """What raw rows changed, asked drift by drift."""

    def __init__(
        self, facts: pd.DataFrame, cycles: Mapping[str, set[str]], sources: Mapping[str, str]
    ) -> None:
        pool = [_pool(CurveKey(*key)) for key in _keys(facts)]
        self._facts = facts.assign(pool=pool)
        self._cycles, self._sources = cycles, sources

    def of(self, table: str, key: str, kind: object) -> tuple[str, str]:
        """Return cause and rows of a drift of a table."""
        if kind == "score_min_changed":
            return GUIDE, "guides/guide_bands.csv"
        if table in BESIDE_TABLES:
            return COHORT, _PRIVATE
        curve = curve_of(table, key)
        sources = self._sources.get("/".join(curve), "")
        of_sources = (self._facts["specialty"] == curve[1]) & self._facts["source"].isin(
            sources.split("|")
        )
        own = self._facts[_same(self._facts, curve, table) | of_sources]
        if len(own):
            return OWN, named_rows(own)
        if is_cohort(sources):
            return COHORT, _PRIVATE
        its = _pool(CurveKey(*("" if part == "-" else part for part in curve)))
        pool = self._facts[(self._facts["pool"] == its) & self._facts["kind"].isin(_POOLED)]
        newest = sorted(set(pool["cycle"]) - self._cycles.get(its, set()), key=recency)
        if newest and kind != GAINED:
            joined = pool[pool["cycle"].isin(newest)]
            return NEW_CYCLE, f"{', '.join(newest)}: {named_rows(joined)}"
        if len(pool):
            return POOL, named_rows(pool)
        return (OTHERS if len(self._facts) else METHOD), ""


def curve_of(table: str, key: str) -> tuple[str, ...]:
    """Return the key of the curve that a drift is about, `-` for everyone and what is not known."""
    parts = key.split("/")
    if table == "guide_audit":
        _, _, specialty, _, group, whom, *_ = parts
        return ("-", specialty, group, "-", "match", whom)
    if table == "adjustments":
        cycle, specialty, group, outcome, whom, *_ = parts
        return (cycle, specialty, group, "-", outcome, whom)
    return tuple(parts[: len(_CURVE)])


def _pool(key: CurveKey) -> str:
    """Name the population that a curve's slope is pooled in."""
    return "/".join(population_of(key))


def named_rows(facts: pd.DataFrame) -> str:
    """Name the raw rows of facts: file by file, with what became of them."""
    parts = []
    for (file, change), found in facts.groupby(["file", "change"], sort=True):
        rows = sorted({int(row) for row in found["row"]})
        said = ", ".join(map(str, rows[:_NAMED])) + (", ..." if len(rows) > _NAMED else "")
        word = "row" if len(rows) == 1 else f"{len(rows)} rows:"
        parts.append(f"{file} {word} {said} ({change})")
    return "; ".join(parts)


def _same(facts: pd.DataFrame, curve: Sequence[str], table: str) -> pd.Series[bool]:
    """Whether facts are of a curve; the audit's key names no cycle, an adjustment's no stratum."""
    where = pd.Series(True, index=facts.index)
    for name, value in zip(_CURVE, curve, strict=True):
        free = (table == "guide_audit" and name == "cycle") or (
            table == "adjustments" and name == "needs_visa"
        )
        if not free:
            where &= facts[name] == ("" if value == "-" else value)
    return where


def _keys(frame: pd.DataFrame) -> list[tuple[str, ...]]:
    return [tuple(map(str, key)) for key in frame[_CURVE].itertuples(index=False)]


def _dashed(key: Sequence[str]) -> list[str]:
    return [part or "-" for part in key]


def _cycles(evidence: pd.DataFrame) -> dict[str, set[str]]:
    """Cycles of each population that the old edition knew."""
    found: dict[str, set[str]] = {}
    pooled = evidence[evidence["kind"].isin(_POOLED)]
    for key in set(_keys(pooled)):
        found.setdefault(_pool(CurveKey(*key)), set()).add(key[0])
    return found


def _sources(*editions: Tables) -> dict[str, str]:
    """Sources of each curve, as its key is printed."""
    return {
        "/".join(_dashed(key)): str(sources)
        for tables in editions
        for key, sources in zip(_keys(tables["curves"]), tables["curves"]["sources"], strict=True)
    }


def _records(frame: pd.DataFrame) -> list[dict[object, object]]:
    return frame.to_dict("records")
