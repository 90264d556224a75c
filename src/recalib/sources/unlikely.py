"""Finds figures unlike all their peers: possible ones that a slip of the hand explains best.

Each view foretells a figure from another of the same people, of another group or of another cycle.
How far such figures lie from what is foretold is learned from the other rows of the same tables
(median, and spread by the median deviation), beside the sampling error of the row's own people.

How many spreads are too many, and the least spread, are set by hand for each view: so that every
row of the tables to 2026 passes, and injected slips are told (`bench/faults.py`
says how many, on the same tables). They are no error rates.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from scipy.special import ndtri

from recalib.contract.keys import recency
from recalib.contract.tables import LAYOUTS
from recalib.sources.catalogue import Findings
from recalib.sources.values import show

#: Peers without which nothing is known of how figures vary.
FEW = 6
#: Standard deviation of scores in a specialty, in points, where a row does not say it.
SD = 14.0
#: Quartiles of a normal distribution lie that many standard deviations apart.
QUARTILES = 1.349
#: Years after which numbers of people say little of one another.
LONG = 10
#: Counts below are too small to be the same twice by a slip rather than by chance.
MANY = 20
_CELL = ["specialty", "applicant_group", "needs_visa", "outcome"]
_KEY = ["file", "cycle", *_CELL, "denominator"]


@dataclass(frozen=True)
class View:
    """Figures of one column, each with what is foretold of it.

    `rows` has file, row, peers, value, foretold, error (a standard error, without what peers differ
    by) and from (what foretells it); `least` is the least spread that peers are taken to have,
    `most` how many spreads a figure may lie off. `log`: values are logarithms.
    """

    rule: str
    column: str
    rows: pd.DataFrame
    least: float
    most: float
    log: bool = False


def check_likely(
    tables: Mapping[str, pd.DataFrame], seen: set[tuple[str, int]], findings: Findings
) -> None:
    """Note every figure that lies too far from what its peers foretell of it.

    `seen`: rows with a correction, which somebody looked at. Rows with another problem are left
    out: what is odd about them, or about others beside them, may be its consequence.
    """
    noted = [(one.file, one.row) for one in findings.problems if one.row is not None]
    tables = {kind: rows[~_places(rows).isin(noted)] for kind, rows in tables.items()}
    for view in views(tables):
        odd = scored(view)
        odd = odd[odd["spreads"].abs() > view.most]
        for row in odd.drop_duplicates(["file", "row"]).to_dict("records"):
            if (row["file"], row["row"]) not in seen:
                told = _told(row, view)
                findings.add(view.rule, row["file"], told, row=row["row"], column=view.column)
    for kind, rows in tables.items():
        for row in repeated(rows, kind).to_dict("records") if len(rows) > 1 else ():
            if (row["file"], row["row"]) not in seen:
                told = f"The figures are those of {row['file_first']}, row {row['row_first']}."
                findings.add("row-repeated", row["file"], told, row=row["row"])


def _places(rows: pd.DataFrame) -> pd.MultiIndex:
    return pd.MultiIndex.from_frame(rows[["file", "row"]])


def _told(row: Mapping[Any, Any], view: View) -> str:
    value, likely = (row[name] for name in ("value", "likely"))
    if not view.log:
        said = f"{view.column} is {show(round(value, 1))}; {row['from']} let expect {likely:.1f}"
    else:
        said = f"{view.column} is {np.exp(value - likely):.2g} times what {row['from']} let expect"
    return f"{said}, {abs(row['spreads']):.1f} times as far off as such figures commonly are."


def scored(view: View) -> pd.DataFrame:
    """Say by how many spreads each figure lies off, and what would be likely."""
    rows = view.rows.dropna(subset=["value", "foretold", "error"])
    off = rows["value"] - rows["foretold"]
    peers = off.groupby(rows["peers"])
    usual = peers.transform("median")
    spread = 1.4826 * (off - usual).abs().groupby(rows["peers"]).transform("median")
    scale = np.hypot(spread.clip(lower=view.least), rows["error"])
    rows = rows.assign(spreads=(off - usual) / scale, likely=rows["foretold"] + usual)
    return rows[peers.transform("size") >= FEW]


def views(tables: Mapping[str, pd.DataFrame]) -> Iterator[View]:
    """All views of the tables, but of files too small to know how their figures vary."""
    quantiles = tables["quantiles"]
    for views_of, rows in (
        (_one_row, quantiles[quantiles["n"] >= 5]),
        (_bins, tables["bins"]),
        (_points, tables["probabilities"]),
        (_score_pairs, _scores(tables)),
        (_people_pairs, _people(tables)),
    ):
        if rows["file"].value_counts().max() >= FEW:
            yield from views_of(rows)


def repeated(rows: pd.DataFrame, kind: str) -> pd.DataFrame:
    """Rows whose figures are those of another, with its place: too many to be alike by chance."""
    key = LAYOUTS[kind].key
    figures = [name for name in LAYOUTS[kind].numbers if name not in key and name != "dispersion"]
    counts = [name for name in ("n", "n_success", "n_total") if name in rows]
    many = rows[counts].min(axis="columns") >= MANY
    rows = rows[many & (rows[figures].notna().sum(axis="columns") >= 2)]
    rows = rows[rows.duplicated(figures, keep=False)]
    first = rows.groupby(figures, dropna=False)[["file", "row"]].transform("first")
    rows = rows.assign(file_first=first["file"], row_first=first["row"])
    return rows[rows.duplicated(figures)]


def _one_row(rows: pd.DataFrame) -> Iterator[View]:
    """Statistics of one row among themselves."""
    sd, root = (rows["q3"] - rows["q1"]) / QUARTILES, np.sqrt(rows["n"])
    middle = (rows["q1"] + rows["median"] + rows["q3"]) / 3
    reach = sd * ndtri(rows["n"] / (rows["n"] + 1))
    tails = rows["median"] - reach, rows["median"] + reach
    of = rows["file"] + " " + rows["result"]
    for rule, column, foretold, error, peers, least, most in (
        ("mean-unlikely", "mean", middle, 0.45 * sd / root, "", 0.5, 2.5),
        ("median-unlikely", "median", (rows["q1"] + rows["q3"]) / 2, 0.9 * sd / root, "", 0.7, 3.5),
        ("sd-unlikely", "sd", sd, 0.95 * sd / root, "", 0.8, 3.5),
        ("quartiles-unlikely", "q3", rows["q1"], 1.6 * sd / root, of, 1.0, 4.0),
        ("extremes-unlikely", "min", tails[0], 0.4 * sd, "", 2.0, 3.0),
        ("extremes-unlikely", "max", tails[1], 0.4 * sd, "", 2.0, 3.0),
    ):
        given = {"value": rows[column], "foretold": foretold, "error": error}
        given |= {"peers": rows["file"] + peers, "from": "its other statistics"}
        yield View(rule, column, rows.assign(**given), least, most)


def _bins(bins: pd.DataFrame) -> Iterator[View]:
    """Rates and people of bins against those beside them, and applications for an applicant."""
    bins = bins.sort_values([*_KEY, "score_max"], na_position="last")
    lost = bins["n_total"] - bins["n_success"]
    lost = lost.where(lost >= 0) + 0.5  # what cannot be is told already
    won = bins["n_success"] + 0.5
    error = np.sqrt(bins["dispersion"] * (1 / won + 1 / lost))
    yield _beside("bin-rate-unlikely", "n_success", bins, np.log(won / lost), error, 0.2, 3.0)
    people = bins["n_total"] + 0.5
    error = np.sqrt(1 / people)
    yield _beside("bin-people-unlikely", "n_total", bins, np.log(people), error, 0.25, 3.0)
    counted = (bins["n_total"] > 0) & (bins["n_applicants"] > 0)
    each = pd.Series(np.log((bins["n_total"] / bins["n_applicants"]).where(counted)))
    given: dict[str, Any] = {
        "value": each,
        "peers": bins["file"],
        "error": 0.1,
        "from": "the bins of its key",
    }
    usual = each.groupby([bins[name] for name in _KEY]).transform("median")
    rows = bins[bins["outcome"] == "interview"].assign(**given, foretold=usual)
    yield View("bin-people-unlikely", "n_applicants", rows, 0.15, 3.5, log=True)


def _points(points: pd.DataFrame) -> Iterator[View]:
    """Points of a printed curve against those beside them."""
    points = points.sort_values([*_KEY, "score_max"], na_position="last")
    share = points["probability"]
    error = (points["reading_error"] / (share * (1 - share))).clip(upper=0.5)
    odds = pd.Series(np.log(share / (1 - share)))
    yield _beside("point-unlikely", "probability", points, odds, error, 0.1, 3.0)


def _beside(
    rule: str,
    column: str,
    rows: pd.DataFrame,
    value: pd.Series,
    error: pd.Series,
    least: float,
    most: float,
) -> View:
    """Rows in order of their scores, each foretold from the two beside it."""
    of = [rows[name] for name in _KEY]
    below, above = (value.groupby(of).shift(step) for step in (1, -1))
    errors = [error.groupby(of).shift(step) for step in (1, -1)]
    # Counted from above: the highest bin is there in every specialty, the lowest are not.
    place = value.groupby(of).cumcount(ascending=False).astype("str")
    alike = rows["file"] + (" " + place if column != "probability" else "")
    given: dict[str, Any] = {"value": value, "foretold": (below + above) / 2, "peers": alike}
    given["error"] = np.sqrt(error**2 + (errors[0] ** 2 + errors[1] ** 2) / 4)
    given["from"] = "the rows beside it"
    return View(rule, column, rows.assign(**given), least, most, log=True)


def _scores(tables: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """Where the scores of a result lie, a row a printed row."""
    rows = pd.concat([tables[kind] for kind in ("quantiles", "means")], ignore_index=True)
    error = SD / np.sqrt(rows["n"].fillna(np.inf))
    rows = rows.assign(value=rows["mean"].fillna(rows["median"]), error=error)
    return rows[rows["value"].notna() & ~(rows["n"] < 3)]


def _people(tables: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """People by result, a row a printed row; bins are summed, and stand by their highest row."""
    sums = {"row": "last", "n_success": "sum", "n_total": "sum"}
    bins = tables["bins"].groupby(_KEY, as_index=False).agg(sums)
    parts = [tables["quantiles"], tables["means"]]
    for rows in (tables["totals"], bins):
        rows = rows[rows["outcome"] == "match"]
        lost = rows["n_total"] - rows["n_success"]
        parts += [
            rows.assign(result="matched", n=rows["n_success"]),
            rows.assign(result="not_matched", n=lost),
        ]
    rows = pd.concat(parts, ignore_index=True)
    rows = rows[rows["n"] > 0]
    return rows.assign(value=np.log(rows["n"]), error=1 / np.sqrt(rows["n"]))


def _score_pairs(scores: pd.DataFrame) -> Iterator[View]:
    """Results, groups and cycles against one another."""
    won, lost = (scores[scores["result"] == one] for one in ("matched", "not_matched"))
    results = _pairs(won, lost, ["cycle", *_CELL, "denominator"])
    yield _pair_view("results-unlikely", "mean", results, 1.0, 6.5)
    groups = _pairs(scores, scores, ["cycle", "specialty", "outcome", "result"])
    groups = groups[groups["applicant_group"] < groups["applicant_group_other"]]
    yield _pair_view("groups-unlikely", "mean", groups, 1.0, 3.5)
    cycles = _newer(_pairs(scores, scores, [*_CELL, "result"]))
    yield _pair_view("cycle-unlikely", "mean", cycles, 1.0, 4.0)


def _people_pairs(people: pd.DataFrame) -> Iterator[View]:
    """Cycles against one another, and the same people in two tables."""
    both = _pairs(people, people, [*_CELL, "result"])
    near = _newer(both)
    near = near[near["later"] - near["earlier"] < 100 * LONG]
    yield _pair_view("cycle-unlikely", "n", near, 0.1, 3.5)
    same = (both["cycle"] == both["cycle_other"]) & (both["file"] < both["file_other"])
    same &= both["denominator"] == both["denominator_other"]
    yield _pair_view("people-unlikely", "n", both[same], 0.05, 3.0)


def _pairs(rows: pd.DataFrame, others: pd.DataFrame, on: Sequence[str]) -> pd.DataFrame:
    """Rows beside other rows that are the same in some columns."""
    kept = ["cycle", "applicant_group", "denominator", "result", "file", "row", "value", "error"]
    names = list(dict.fromkeys([*on, *kept]))
    return rows[names].merge(others[names], on=list(on), suffixes=("", "_other"))


def _newer(both: pd.DataFrame) -> pd.DataFrame:
    """Rows beside those of the newest cycle before theirs."""
    years = {one: 100 * recency(one)[0] + recency(one)[1] % 100 for one in {*both["cycle"]}}
    # Said, as pandas takes years of no row for words.
    later, earlier = (both[name].map(years).astype("float64") for name in ("cycle", "cycle_other"))
    both = both.assign(later=later, earlier=earlier)
    both = both[both["later"] > both["earlier"]]
    newest = both.groupby(["file", "row", "result"])["earlier"].transform("max")
    return both[both["earlier"] == newest]


def _pair_view(rule: str, column: str, both: pd.DataFrame, least: float, most: float) -> View:
    names = ["file", "file_other", "applicant_group", "result"]
    names += [name for name in ("applicant_group_other",) if name in both]
    given = {
        "peers": both.groupby(names, dropna=False).ngroup(),
        "foretold": both["value_other"],
        "error": np.hypot(both["error"], both["error_other"]),
        "from": both["file_other"]
        + ", row "
        + both["row_other"].astype("str")
        + ", and their like",
    }
    return View(rule, column, both.assign(**given), least, most, log=column == "n")
