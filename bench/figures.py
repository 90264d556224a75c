"""Figures of the study: rows of judged cells in, one table with Monte Carlo errors out.

Cells of one replicate share a pool, so errors come from sums over replicates (a ratio estimator
clustered by replicate), and a difference of two methods is paired: both on the same cells.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
import pandas as pd

#: Figures that are plain means over cells, as the page names them.
MEANS = {
    "slope_covered": "slope covered",
    "probability_covered": "probability covered",
    "edge_covered": "edge covered",
    "claimed_edge_covered": "edge covered, claimed only",
    "edge_claimed": "edge claimed",
    "no_fit": "no fit",
}
#: Error on the cells that every method answers: the one that compares methods.
COMMON = "root mean square error, common cells"
#: Figures shown for each number of people; the others for all cells only.
BY_SIZE = ("slope covered", "probability covered")
PERSON = "person-level logistic"
#: Shown, never a peer: it reads the people and pools them.
LIMIT = "person-level logistic, pooled"
RATIO, LESS = "error ratio to", "error less that of"
SMALL = 500
#: A fixed setting is judged alone where it has so many people, and so many in the smaller result.
JUDGED_PEOPLE, JUDGED_SMALLER = 100, 20


def clustered_mean(values: pd.Series, replicate: pd.Series) -> tuple[float, float]:
    """Mean over cells and its Monte Carlo error, cells of one replicate being dependent.

    Parameters
    ----------
    values, replicate : Series
        One entry a cell.

    Returns
    -------
    mean, error : float
        The error is nan for a single replicate.
    """
    return clustered_ratio(values, pd.Series(1.0, values.index), replicate)


def clustered_ratio(over: pd.Series, under: pd.Series, replicate: pd.Series) -> tuple[float, float]:
    """Ratio of two sums over cells and its Monte Carlo error, as `clustered_mean` has it."""
    sums = pd.DataFrame({"over": over, "under": under}).groupby(replicate).sum()
    ratio = float(sums["over"].sum() / sums["under"].sum())
    return ratio, _error(sums["over"] - ratio * sums["under"], sums["under"])


def _error(gaps: pd.Series, counts: pd.Series) -> float:
    """Standard error of a ratio of sums from each replicate's gap to it."""
    number = len(gaps)
    if number < 2:
        return float("nan")
    scale = number / (number - 1)
    return float(np.sqrt(scale * (gaps**2).sum()) / counts.sum())


def root(squares: pd.Series, replicate: pd.Series) -> tuple[float, float]:
    """Root mean square error and its Monte Carlo error."""
    mean, error = clustered_mean(squares, replicate)
    return mean**0.5, error / (2 * mean**0.5) if mean else 0.0


def paired(
    own: pd.Series, other: pd.Series, replicate: pd.Series
) -> dict[str, tuple[float, float]]:
    """Ratio and difference of two root mean square errors on the same cells."""
    sums = pd.DataFrame({"own": own, "other": other, "count": 1.0}).groupby(replicate).sum()
    count = sums["count"]
    total = count.sum()
    roots = {name: float(np.sqrt(sums[name].sum() / total)) for name in ("own", "other")}
    # Each replicate's pull on the two roots, to first order.
    pull = {name: (sums[name] - roots[name] ** 2 * count) / (2 * roots[name]) for name in roots}
    ratio = roots["own"] / roots["other"]
    return {
        RATIO: (
            ratio,
            _error((pull["own"] - ratio * pull["other"]) / roots["other"], count),
        ),
        LESS: (
            roots["own"] - roots["other"],
            _error(pull["own"] - pull["other"], count),
        ),
    }


def _strata(rows: pd.DataFrame) -> Iterator[tuple[str, pd.DataFrame]]:
    """All cells, those with few people, and each number of people."""
    yield "all", rows
    few = rows[rows["size"] <= SMALL]
    if 0 < len(few) < len(rows):
        yield f"<={SMALL}", few
    for size, part in rows.groupby("size"):
        yield str(size), part


def _record(figure: str, found: tuple[float, float], rows: pd.DataFrame) -> dict[str, object]:
    value, error = found
    return {
        "figure": figure,
        "value": round(value, 4),
        "monte_carlo_error": round(error, 4),
        "cells": len(rows),
        "replicates": rows["replicate"].nunique(),
    }


def _own(rows: pd.DataFrame) -> Iterator[dict[str, object]]:
    """Figures of one method on one kind of table."""
    for people, part in _strata(rows):
        for column, figure in MEANS.items():
            held = part.dropna(subset=column)
            if len(held) and (people == "all" or figure in BY_SIZE):
                found = clustered_mean(held[column], held["replicate"])
                yield {"people": people} | _record(figure, found, held)
        held = part.dropna(subset="square_error")
        if people == "all" and len(held):
            found = root(held["square_error"], held["replicate"])
            yield {"people": people} | _record("root mean square error", found, held)
            found = clustered_mean(held["slope_error"], held["replicate"])
            yield {"people": people} | _record("slope bias", found, held)
        held = held[held["common"]]
        if len(held):
            found = root(held["square_error"], held["replicate"])
            yield {"people": people} | _record(COMMON, found, held)


def _common(world: pd.DataFrame) -> pd.Series:
    """Whether every method that ever answers a place of the world answered in this replicate."""
    answers = world["square_error"].notna()
    wanted = world[answers].groupby("cell")[["table", "method"]].value_counts()
    wanted = wanted.groupby(level="cell").size()
    given = answers.groupby([world["replicate"], world["cell"]]).transform("sum")
    return given == world["cell"].map(wanted)


def _against(own: pd.DataFrame, other: pd.DataFrame, name: str) -> Iterator[dict[str, object]]:
    """Figures of one method beside another on the cells that both answer."""
    columns = ["replicate", "cell", "square_error"]
    both = own.dropna(subset="square_error").merge(
        other.dropna(subset="square_error")[columns],
        on=["replicate", "cell"],
        suffixes=("", "_other"),
    )
    for people, part in _strata(both):
        if len(part) and not people.isdigit():
            found = paired(part["square_error"], part["square_error_other"], part["replicate"])
            words = RATIO if name == PERSON else LESS
            yield {"people": people} | _record(f"{words} {name}", found[words], part)


def _fixed(rows: pd.DataFrame) -> Iterator[dict[str, object]]:
    """Coverage of the unpooled intervals in each fixed shape and number of people."""
    judged = rows[(rows["size"] >= JUDGED_PEOPLE) & (rows["smaller"] >= JUDGED_SMALLER)]
    for (shape, size), part in judged.groupby(["shape", "size"], observed=True):
        held = part.dropna(subset="slope_covered")
        if len(held):
            found = clustered_mean(held["slope_covered"], held["replicate"])
            yield {"people": str(size), "shape": shape} | _record("slope covered", found, held)


def _shapes(rows: pd.DataFrame) -> Iterator[dict[str, object]]:
    """Coverage of the pooled intervals by the shape of the scores."""
    for shape, part in rows.groupby("shape", observed=True):
        held = part.dropna(subset="slope_covered")
        found = clustered_mean(held["slope_covered"], held["replicate"])
        yield {"people": "all", "shape": shape} | _record("slope covered", found, held)


def figures(rows: pd.DataFrame, settings: Sequence[str]) -> pd.DataFrame:
    """Sum up the judged cells.

    Parameters
    ----------
    rows : DataFrame
        One row for each setting, replicate, cell, table and method.
    settings : sequence of str
        In the order of the table.

    Returns
    -------
    DataFrame
        Columns setting, table, method, people, shape, figure, value, monte_carlo_error, cells,
        replicates. `table` is what was printed, `people` the number of people of the cells. For a
        lone outlier the odd cells and the others are apart.
    """
    found = []
    rows = rows.astype(dict.fromkeys(("setting", "table", "method", "shape"), "str"))
    # A figure that none of these settings has.
    absent = [name for name in MEANS if name not in rows]
    rows = rows.assign(**dict.fromkeys(absent, np.nan))
    lone = (rows["setting"] == "lone outlier") & rows["odd"]
    rows["setting"] = rows["setting"].mask(lone, "lone outlier, itself")
    names = [each for name in settings for each in (name, f"{name}, itself")]
    for setting in names:
        world = rows[rows["setting"] == setting]
        world = world.assign(common=_common(world))
        parts = dict(list(world.groupby(["table", "method"])))
        for (table, method), part in parts.items():
            about = {"setting": setting, "table": table, "method": method, "shape": "all"}
            found += [about | each for each in _own(part)]
            if setting == "fixed" and method == "unpooled":
                found += [about | each for each in _fixed(part)]
            if method == "pooled":
                found += [about | each for each in _shapes(part)]
                for name, other in _beside(parts, table):
                    found += [about | each for each in _against(part, other, name)]
    columns = ["setting", "table", "method", "people", "shape", "figure"]
    columns += ["value", "monte_carlo_error", "cells", "replicates"]
    return pd.DataFrame(found)[columns]


def _beside(
    parts: dict[tuple[str, str], pd.DataFrame], table: str
) -> Iterator[tuple[str, pd.DataFrame]]:
    """What the pooled curve is held against: each peer on its table, the own unpooled fit."""
    for (other, name), part in parts.items():
        own_unpooled = name == "unpooled" and other == table
        if own_unpooled or name not in ("pooled", "unpooled", LIMIT):
            yield name, part
