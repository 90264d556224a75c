"""Other ways to a curve from the same people: one population in, intercept and slope out.

Each returns (intercept at 245, slope per 10 points, slope standard error or nan).
"""

from __future__ import annotations

import numpy as np
import statsmodels.api as sm
from scipy.special import logit
from worlds import BIN_EDGES, SCORES, People, print_bins, print_quantiles

from recalib.likelihood.model import CENTRE, SCALE

Answer = tuple[float, float, float]
NOTHING = (np.nan, np.nan, np.nan)


def _glm(scores: np.ndarray, matched: np.ndarray, not_matched: np.ndarray) -> Answer:
    people = matched + not_matched
    kept = people > 0
    if matched.sum() == 0 or not_matched.sum() == 0:
        return NOTHING
    design = sm.add_constant((scores[kept] - CENTRE) / SCALE)
    counts = np.column_stack([matched[kept], not_matched[kept]])
    fit = sm.GLM(counts, design, family=sm.families.Binomial()).fit()
    return float(fit.params[0]), float(fit.params[1]), float(fit.bse[1])


def person_level(people: People) -> Answer:
    """Logistic regression on the people themselves: what nobody outside has."""
    return _glm(SCORES.astype(float), people.matched, people.not_matched)


def bin_midpoints(people: People) -> Answer:
    """Logistic regression with everybody at the middle of a printed ten-point bin."""
    bins = print_bins(people)
    middle = np.array([BIN_EDGES[0] - 5, *(edge + 4.5 for edge in BIN_EDGES)])
    return _glm(middle, bins.n_success, bins.n_total - bins.n_success)


def discriminant(people: People) -> Answer:
    """Linear discriminant from printed means, SDs and counts."""
    tables = {table.result: table for table in print_quantiles(people)}
    if any("sd" not in table.printed for table in tables.values()):
        return NOTHING
    n = {result: table.n for result, table in tables.items()}
    mean = {result: table.printed["mean"] for result, table in tables.items()}
    variance = sum((n[r] - 1) * tables[r].printed["sd"] ** 2 for r in n) / (sum(n.values()) - 2)
    slope = (mean[1] - mean[0]) / variance
    middle = (mean[0] + mean[1]) / 2
    intercept = np.log(n[1] / n[0]) + slope * (CENTRE - middle)
    return float(intercept), float(SCALE * slope), np.nan


def interpolated(people: People) -> Answer:
    """Logistic regression on people re-created by interpolating the printed quartiles."""
    counts = []
    for table in print_quantiles(people):
        if "q1" not in table.printed:
            return NOTHING
        scores = people.scores(table.result)
        knots = [scores[0], *(table.printed[name] for name in ("q1", "median", "q3")), scores[-1]]
        made = np.interp((np.arange(table.n) + 0.5) / table.n, [0, 0.25, 0.5, 0.75, 1], knots)
        counts.append(np.bincount(np.rint(made).astype(int) - SCORES[0], minlength=len(SCORES)))
    return _glm(SCORES.astype(float), counts[1], counts[0])


def base_rate(people: People) -> float:
    """Logit of the share that matched."""
    total = people.matched.sum() + people.not_matched.sum()
    return float(logit(np.clip(people.matched.sum() / total, 0.5 / total, 1 - 0.5 / total)))


PEERS = {
    "person-level logistic": person_level,
    "bin midpoints": bin_midpoints,
    "linear discriminant": discriminant,
    "interpolated people": interpolated,
}
