"""Score bins beside other statistics of a population: one sample where its people are the same."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from scipy.special import logit

from recalib.likelihood import bins as by_bin
from recalib.likelihood import quantiles as by_quantile
from recalib.likelihood.bins import BinTable
from recalib.likelihood.model import (
    CENTRE,
    INTERCEPT,
    LOG_SPREAD_SD,
    NORMAL_SHAPE,
    SCALE,
    SCORE_MIN,
    SHAPE,
    SHAPE_PRECISION,
    SIZE,
    SLOPE,
    TYPICAL_SPREAD,
    Array,
    Grid,
    state,
)
from recalib.likelihood.quantiles import QuantileTable

#: Two counts of one result that differ by no more than this share are counts of the same people:
#: figures worked back from printed percentages, or a few whose score was missing.
NEARLY = 0.02
#: A usual slope per 10 points, at which two tables are asked how well they would know it.
USUAL_SLOPE = 0.35
#: Parameters beside the slope.
_REST = [INTERCEPT, *range(SHAPE.start, SIZE)]

_OTHERS = "count other people, know the slope less well, and are left aside"

Tables = tuple[QuantileTable, ...]


def join(quantiles: Tables, bins: BinTable) -> tuple[Tables, BinTable | None, str]:
    """Put bins and other statistics together, or say which of the two is left aside.

    Where the counts of a result agree, or nearly, both speak of one sample and enter jointly.
    Otherwise the overlap is unknown and to use both would count people twice: the table that knows
    the slope better stays. Returns the tables to use, the bins where they stay apart, and what was
    left aside.
    """
    counts = {1: bins.n_success, 0: bins.n_total - bins.n_success}
    told = {table.result: table for table in quantiles if table.fitted}
    # A number of people alone is no statistic.
    if not told:
        return (), bins, ""
    # Bins in which all or none succeeded have no second result to join.
    both = bins.dispersion == 1 and all(each.sum() > 0 for each in counts.values())
    same = [
        result
        for result, table in told.items()
        if both and abs(counts[result].sum() - table.n) <= NEARLY * max(table.n, 1)
    ]
    joined: Tables = ()
    if same:
        joined = tuple(
            _one_sample(told[result] if result in same else None, counts[result], bins, result)
            for result in (0, 1)
        )
    if len(same) == len(told) and joined:
        return joined, None, ""
    known = slope_information(joined, None) if joined else slope_information((), bins)
    if len(told) == 2 and slope_information(quantiles, None) > known:
        return quantiles, None, f"The bins {_OTHERS}."
    if joined:
        whose = "matched" if same == [0] else "not matched"
        return joined, None, f"The statistics of the {whose} {_OTHERS}."
    return (), bins, f"The other statistics {_OTHERS}."


def _one_sample(
    table: QuantileTable | None, counts: Array, bins: BinTable, result: int
) -> QuantileTable:
    """Statistics of one result with its people by bin; the bins alone where there are none."""
    shares = tuple((*bound, n) for bound, n in zip(bins.bounds, counts.tolist(), strict=True))
    if table is None:
        return QuantileTable(result, round(float(counts.sum())), {}, shares)
    return replace(table, shares=shares)


def slope_information(quantiles: Tables, bins: BinTable | None) -> float:
    """Information that tables would hold on a usual slope, profiled over everything else.

    A design is compared, not a fit: normal scores of a typical spread, at the tables' own numbers.
    """
    if bins is not None:
        success, trials = float(bins.n_success.sum()), float(bins.n_total.sum())
    else:
        success = float(sum(table.n for table in quantiles if table.result))
        trials = float(sum(table.n for table in quantiles))
    grid = Grid(SCORE_MIN, CENTRE, TYPICAL_SPREAD)
    place = np.empty(SIZE)
    rate = (success + 0.5) / (trials + 1)
    place[SLOPE], place[SHAPE] = USUAL_SLOPE, NORMAL_SHAPE
    place[INTERCEPT] = logit(rate) - USUAL_SLOPE * (grid.centre - CENTRE) / SCALE
    at = state(grid, place)
    gradient = at.rate_gradient()
    information = trials / (rate * (1 - rate)) * np.outer(gradient, gradient)
    precision = SHAPE_PRECISION.copy()
    # Of normal scores log f = -z^2 / (2 SD^2): one standard deviation of log SD moves it as far.
    precision[1] = LOG_SPREAD_SD**-2
    information[SHAPE, SHAPE] += np.diag(precision)
    if bins is not None:
        information += by_bin.term(bins, at, given_result=False).information
    for table in quantiles:
        information += by_quantile.term(by_quantile.Reading(table, grid), at).information
    nuisance, cross = information[np.ix_(_REST, _REST)], information[_REST, SLOPE]
    # One bin, or bins of nobody, leave directions without any information.
    return float(information[SLOPE, SLOPE] - cross @ np.linalg.pinv(nuisance) @ cross)
