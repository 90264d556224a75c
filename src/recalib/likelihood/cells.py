"""Group the evidence into cells: the printed tables of each population."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from recalib.contract.keys import KEY_COLUMNS, CurveKey
from recalib.likelihood.bins import BinTable
from recalib.likelihood.join import join
from recalib.likelihood.model import LOG_SPREAD_SD, SCORE_MIN, TYPICAL_SPREAD, Grid
from recalib.likelihood.quantiles import LEVELS, QuantileTable
from recalib.likelihood.totals import Total

#: People a cycle's printed minima must speak for before the lowest of them is taken as the lowest
#: possible score: 1,000 people leave no visible mass below it.
FLOOR_PEOPLE = 1_000
#: One specialty's lowest score is its own, not the cycle's.
FLOOR_SPECIALTIES = 3
#: Fewer bins, two of them mostly open, say too little of how far the scores spread.
SPREAD_BINS = 5
#: Kinds of facts that make a cell: a mean or a point of a printed curve stands beside one.
CELL_KINDS = ("quantiles", "bins", "totals")
#: A result with fewer people has no usable maximum of the likelihood alone.
USABLE_PEOPLE = 10


@dataclass(frozen=True)
class Cell:
    """All that was printed about one population.

    `quantiles`: at most one a result; `total`: counts of everyone, where printed apart from the
    score statistics; `aside`: which printed table was left aside, and why; empty where none was;
    `spread`: mean and standard deviation of log SD of the scores, used only where nothing printed
    about the cell gives a spread, or only a few bins; `cohort`: the source, where it is a cohort's
    and not a printed table's; empty otherwise.
    """

    key: CurveKey
    grid: Grid
    quantiles: tuple[QuantileTable, ...] = ()
    bins: BinTable | None = None
    total: Total | None = None
    sources: tuple[str, ...] = ()
    self_reported: bool = False
    aside: str = ""
    spread: tuple[float, float] = (float(np.log(TYPICAL_SPREAD)), LOG_SPREAD_SD)
    cohort: str = ""

    @property
    def scored(self) -> dict[int, float]:
        """People (or trials) with score statistics, by result (0 not, 1 success)."""
        if self.bins is not None and len(self.bins.low) > 1:
            trials, success = float(self.bins.n_total.sum()), float(self.bins.n_success.sum())
            # An applicant makes many applications: what counts here is people.
            people = float(self.bins.people.sum()) / trials if trials else 0.0
            return {0: (trials - success) * people, 1: success * people}
        return {
            table.result: float(table.n) for table in self.quantiles if table.fitted or table.shares
        }

    @property
    def people(self) -> int:
        """People behind the curve: everyone where totals are printed, else those with scores."""
        if self.total is not None:
            return int(self.total.n_total)
        if self.bins is not None:
            people = float(self.bins.people.sum())
            # A cohort's stand-in spreads a whole number over the scores.
            return round(people) if self.cohort else int(people)
        return sum(table.n for table in self.quantiles)

    @property
    def base(self) -> Total | None:
        """Counts that give the base rate: the totals, else the sample's own; None without."""
        if self.total is not None:
            return self.total
        if self.bins is not None:
            return Total(float(self.bins.n_success.sum()), float(self.bins.n_total.sum()))
        counts = {table.result: table.n for table in self.quantiles}
        if set(counts) != {0, 1} or not sum(counts.values()):
            return None
        return Total(counts[1], counts[0] + counts[1])

    @property
    def has_slope(self) -> bool:
        """Whether the printed tables say anything about the slope (scores of both results)."""
        return len([people for people in self.scored.values() if people > 0]) == 2

    @property
    def is_usable_alone(self) -> bool:
        """Whether both results hold enough people for a fit without pooling."""
        if not self.has_slope:
            return False
        # A cohort's cell leaves it only with enough people in both results.
        return bool(self.cohort) or min(self.scored.values()) >= USABLE_PEOPLE

    @property
    def binned(self) -> BinTable | None:
        """Successes by score bin, whether printed alone or beside statistics of the same people."""
        if self.bins is not None:
            return self.bins
        shares = {table.result: table.shares for table in self.quantiles if table.shares}
        if set(shares) != {0, 1}:
            return None
        low, high, success = (
            np.array(column, dtype=float) for column in zip(*shares[1], strict=True)
        )
        people = success + np.array([people for _, _, people in shares[0]])
        return BinTable(low, high, people, success, people)

    @property
    def is_thin(self) -> bool:
        """Whether a result is known by a single mean or median: nothing says how it spreads."""
        return any(len(table.fitted) == 1 and not table.gives_spread for table in self.quantiles)

    @property
    def needs_spread(self) -> bool:
        """Whether no printed table says, or says well, how far the scores spread."""
        if self.bins is not None and len(self.bins.low) >= SPREAD_BINS:
            return False
        return not any(table.gives_spread for table in self.quantiles)


def _floors(evidence: pd.DataFrame) -> dict[tuple[str, str], int]:
    """Lowest possible score by cycle and applicant group, where the printed minima show one."""
    floors: dict[tuple[str, str], int] = {}
    for (cycle, group), rows in evidence.groupby(["cycle", "applicant_group"]):
        minima = rows[(rows["kind"] == "quantiles") & (rows["statistic"] == "min")]
        enough = minima["n"].sum() >= FLOOR_PEOPLE
        if not enough or minima["specialty"].nunique() < FLOOR_SPECIALTIES:
            continue
        # No printed score and no bin of this cycle and group may lie below its floor.
        scores = rows.loc[rows["statistic"].isin([*LEVELS, "min", "mean"]), "value"]
        bounds = rows.loc[rows["kind"] == "bins", ["score_min", "score_max"]]
        lowest = min(scores.min(), bounds.min(axis=None) if len(bounds) else np.inf)
        floors[(str(cycle), str(group))] = max(int(np.floor(lowest)), SCORE_MIN)
    return floors


def _quantile_tables(rows: pd.DataFrame) -> tuple[QuantileTable, ...]:
    tables = []
    for result, part in rows.groupby("result", sort=True):
        values = dict(zip(part["statistic"], part["value"], strict=True))
        n = int(values.pop("n"))
        tables.append(QuantileTable(int(result == "matched"), n, values))
    return tuple(tables)


def _bin_table(rows: pd.DataFrame, outcome: str) -> BinTable:
    """Bins of one cell; of several printed dispersions the largest stands for all."""
    low = rows["score_min"].fillna(-np.inf)
    high = rows["score_max"].fillna(np.inf)
    wide = rows.assign(low=low, high=high).pivot_table(
        index=["low", "high"], columns="statistic", values="value", aggfunc="first"
    )
    wide = wide.sort_index()
    dispersion = float(wide["dispersion"].max()) if "dispersion" in wide else 1.0
    # Applications are not people: without their number the dispersion stands in for it.
    people = wide["n_total"]
    if outcome == "interview":
        printed = "n_applicants" in wide and wide["n_applicants"].notna().all()
        people = wide["n_applicants"] if printed else people / dispersion
    bounds = wide.index.to_frame()
    return BinTable(
        bounds["low"].to_numpy(float),
        bounds["high"].to_numpy(float),
        people.to_numpy(float),
        wide["n_success"].to_numpy(float),
        wide["n_total"].to_numpy(float),
        dispersion,
    )


def _location(quantiles: tuple[QuantileTable, ...], bins: BinTable | None) -> tuple[float, float]:
    """Rough mean and standard deviation of the scores: fixed numbers to standardise with."""
    if bins is not None and len(bins.low) > 1:
        low = np.where(np.isfinite(bins.low), bins.low, bins.high - 15)
        high = np.where(np.isfinite(bins.high), bins.high, bins.low + 15)
        return float(np.average((low + high) / 2, weights=bins.people + 1e-9)), TYPICAL_SPREAD
    means, spreads, weights = [], [], []
    for table in quantiles:
        printed = table.printed
        middle = [printed[name] for name in ("mean", "median", "q1", "q3") if name in printed]
        if not middle:
            continue
        means.append(middle[0])
        weights.append(max(table.n, 1))
        if "sd" in printed:
            spreads.append(printed["sd"])
        elif "q1" in printed and "q3" in printed:
            spreads.append((printed["q3"] - printed["q1"]) / 1.349)
    if not means:
        return 245.0, TYPICAL_SPREAD
    spread = float(np.mean(spreads)) if spreads else TYPICAL_SPREAD
    return float(np.average(means, weights=weights)), max(spread, 4.0)


def build_cells(evidence: pd.DataFrame, self_reported: set[str]) -> list[Cell]:
    """Group the evidence into cells.

    Parameters
    ----------
    evidence : DataFrame
        As written by `recalib.evidence.gather`.
    self_reported : set of str
        Sources whose figures are self-reported.

    Returns
    -------
    list of Cell
        One for each curve key of the evidence's quantiles, bins and totals, sorted by key.
    """
    evidence = evidence[evidence["kind"].isin(CELL_KINDS)]
    evidence = evidence.assign(needs_visa=evidence["needs_visa"].fillna(""))
    floors = _floors(evidence)
    cells = []
    for values, rows in evidence.groupby(KEY_COLUMNS, sort=True):
        key = CurveKey(*(str(value) for value in values))
        by_kind = dict(list(rows.groupby("kind")))
        quantiles = _quantile_tables(by_kind["quantiles"]) if "quantiles" in by_kind else ()
        bins = _bin_table(by_kind["bins"], key.outcome) if "bins" in by_kind else None
        aside = ""
        total = None
        if "totals" in by_kind:
            counts = by_kind["totals"].set_index("statistic")["value"]
            total = Total(float(counts["n_success"]), float(counts["n_total"]))
        if quantiles and bins is not None:
            quantiles, bins, aside = join(quantiles, bins)
        elif bins is not None and total is not None and key.outcome == "interview":
            total = None
            aside = "The totals are left aside: the bins know how applications cluster in people."
        centre, spread = _location(quantiles, bins)
        floor = floors.get((key.cycle, key.applicant_group), SCORE_MIN)
        sources = tuple(sorted(rows["source"].unique()))
        cells.append(
            Cell(
                key=key,
                grid=Grid(floor, centre, spread),
                quantiles=quantiles,
                bins=bins,
                total=total,
                sources=sources,
                self_reported=bool(self_reported & set(sources)),
                aside=aside,
            )
        )
    return cells
