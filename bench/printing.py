"""Printing: the people of a simulated population in, the cell that its printed table makes out.

Tables are printed as the sources print them: whole numbers, statistics of results with at least
five people, ten-point bins that are open at the ends.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
from worlds import SCORES, Applicants, People, Truth

from recalib.contract.keys import CurveKey
from recalib.likelihood.bins import BinTable
from recalib.likelihood.cells import Cell, _location
from recalib.likelihood.model import SCORE_MIN, Grid
from recalib.likelihood.quantiles import LEVELS, QuantileTable
from recalib.likelihood.totals import Total

EDGES = np.array([220, 230, 240, 250, 260])
APPLICATION_EDGES = np.array([240, 250, 260])
#: People that a printed result must have, and applicants that a printed bin of theirs must have.
FEWEST, FEWEST_APPLICANTS = 5, 11
#: Consent to research by result: not matched, matched.
CONSENT = (0.60, 0.85)
PRINTED = {
    "quartiles": ({"min", "q1", "median", "q3", "max", "mean", "sd"},) * 2,
    "means": ({"mean"},) * 2,
    "medians": ({"median"},) * 2,
    "one_median": ({"median"}, {"q1", "median", "q3"}),
    "one_mean": ({"mean"}, {"q1", "median", "q3", "mean", "sd"}),
}


def statistics(scores: np.ndarray) -> dict[str, float]:
    """Every statistic of a result, in whole numbers."""
    quartiles = np.quantile(scores, list(LEVELS.values()), method="averaged_inverted_cdf")
    found = dict(zip(LEVELS, np.rint(quartiles).tolist(), strict=True))
    found |= {"min": float(scores.min()), "max": float(scores.max())}
    # Nothing spreads by 0 in print.
    return found | {
        "mean": float(np.rint(scores.mean())),
        "sd": float(max(np.rint(scores.std(ddof=1)), 1)),
    }


def print_quantiles(people: People, form: str) -> tuple[QuantileTable, ...]:
    """Print the statistics of a form, result by result."""
    tables = []
    for result in (1, 0):
        scores = people.scores(result)
        printed: dict[str, float] = {}
        if len(scores) >= FEWEST:
            every = statistics(scores)
            printed = {name: every[name] for name in every if name in PRINTED[form][result]}
        tables.append(QuantileTable(result, len(scores), printed))
    return tuple(tables)


def _bounds(edges: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    return np.array([-np.inf, *edges]), np.array([*(edges - 1.0), np.inf])


def print_bins(people: People) -> BinTable:
    """Print successes and people in ten-point bins."""
    place = np.digitize(SCORES, EDGES)
    matched = np.bincount(place, people.matched, len(EDGES) + 1)
    everyone = matched + np.bincount(place, people.not_matched, len(EDGES) + 1)
    return BinTable(*_bounds(EDGES), everyone, matched, everyone)


def print_applications(people: Applicants) -> BinTable:
    """Print invitations, applications and applicants in bins of at least eleven applicants.

    The dispersion is Pearson's chi-square of the single applicants' rates around their bin's,
    divided by its degrees of freedom, to one decimal.
    """
    edges = APPLICATION_EDGES
    while True:
        place = np.digitize(people.score, edges)
        applicants = np.bincount(place, minlength=len(edges) + 1)
        few = np.nonzero(applicants < FEWEST_APPLICANTS)[0]
        if not len(few) or not len(edges):
            break
        # A bin that is too small joins the one above it, the last the one below.
        edges = np.delete(edges, min(int(few[0]), len(edges) - 1))
    success = np.bincount(place, people.invitations, len(edges) + 1)
    trials = np.bincount(place, people.applications, len(edges) + 1)
    rate = np.clip((success / trials)[place], 1e-9, 1 - 1e-9)
    expected = people.applications * rate
    chi_square = float(((people.invitations - expected) ** 2 / (expected * (1 - rate))).sum())
    dispersion = max(1.0, round(chi_square / (len(people.score) - len(success)), 1))
    return BinTable(*_bounds(edges), applicants.astype(float), success, trials, dispersion)


def consenting(people: People, random: np.random.Generator) -> People:
    """The people whose scores may be used; consent depends on the result alone."""
    return People(
        random.binomial(people.matched, CONSENT[1]),
        random.binomial(people.not_matched, CONSENT[0]),
    )


def print_cell(
    truth: Truth, people: People | Applicants, form: str, random: np.random.Generator
) -> Cell:
    """Make the cell that the project would read from the printed table."""
    quantiles: tuple[QuantileTable, ...] = ()
    bins = total = None
    if isinstance(people, Applicants):
        bins = print_applications(people)
    elif form == "bins":
        bins = print_bins(people)
    elif form == "consent":
        quantiles = print_quantiles(consenting(people, random), "quartiles")
        matched, others = float(people.matched.sum()), float(people.not_matched.sum())
        total = Total(matched, matched + others)
    else:
        quantiles = print_quantiles(people, form)
    grid = Grid(SCORE_MIN, *_location(quantiles, bins))
    return Cell(truth.key, grid, quantiles, bins, total)


def evidence(
    key: CurveKey,
    tables: Sequence[QuantileTable] = (),
    bins: BinTable | None = None,
    total: Total | None = None,
) -> pd.DataFrame:
    """The evidence that the reading of raw tables would make of what is printed."""
    rows: list[dict[str, Any]] = []
    for table in tables:
        result = "matched" if table.result else "not_matched"
        facts = {"n": table.n, **table.printed}
        rows += [
            {"kind": "quantiles", "result": result, "statistic": name, "value": value, "n": table.n}
            for name, value in facts.items()
        ]
    if bins is not None:
        for index, (low, high) in enumerate(bins.bounds):
            facts = {"n_success": bins.n_success[index], "n_total": bins.n_total[index]}
            if key.outcome == "interview":
                facts |= {"n_applicants": bins.people[index], "dispersion": bins.dispersion}
            rows += [
                {
                    "kind": "bins",
                    "result": "",
                    "statistic": name,
                    "value": value,
                    "score_min": low if np.isfinite(low) else np.nan,
                    "score_max": high if np.isfinite(high) else np.nan,
                    "n": np.nan,
                }
                for name, value in facts.items()
            ]
    if total is not None:
        facts = {"n_success": total.n_success, "n_total": total.n_total}
        rows += [
            {"kind": "totals", "result": "", "statistic": name, "value": value, "n": np.nan}
            for name, value in facts.items()
        ]
    columns = {"score_min": np.nan, "score_max": np.nan, "source": "simulated"}
    return pd.DataFrame([columns | key._asdict() | row for row in rows])
