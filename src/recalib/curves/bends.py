"""Bends of the logit: which a cell's own tables contradict, and how large one may be unseen.

Beside the straight logit stand two further terms in z, the score in standard deviations from the
mean of everyone's scores: a bend, z^2 - 1, and a cubic that a step at a cut-off leaves behind. They
are told from the distribution of scores by what they do to the two results, each against the other.
Both are judged by one scoring step from the straight fit, everything else profiled: the score over
its expected information is a chi-square with two degrees of freedom where the logit is straight.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import pandas as pd
from scipy.special import expit, logit
from scipy.stats import chi2

from recalib.contract.keys import CurveKey
from recalib.curves.binned import BinnedLogit, binned_logit
from recalib.curves.curve import Curve
from recalib.curves.objective import Objective
from recalib.curves.priors import DEFAULT, Priors
from recalib.likelihood import quantiles
from recalib.likelihood.cells import Cell
from recalib.likelihood.model import CENTRE, SCALE, SIZE, Array, State, state
from recalib.likelihood.straight import bend as scatter_of

#: A straight logit is contradicted where chance would do as much in fewer cells than this.
LEVEL = 0.01
#: Statistics a result needs before it can tell a bend from a shift.
FEWEST_STATISTICS = 3
#: Prior standard deviation of two more terms of the distribution of scores, which keep its odd
#: shapes from being read as bends.
FURTHER_SD = 0.03
#: What a bend that is certain may move the chance at an edge before it counts: below, the widened
#: errors of the cell hold it.
MOVES = 0.05
#: Chances at which bands begin.
EDGES = (0.25, 0.5, 0.75)
#: Sizes of a bend considered, on the logit.
SIZES = (np.arange(300) + 0.5) / 200


@dataclass(frozen=True)
class Bend:
    """What the tables of one cell say of a bend.

    `size`, `error`: of the term z^2 - 1, on the logit, with its standard error; `chi_square`: of
    bend and cubic, two degrees of freedom; `farthest`: how far the chance at an edge would move if
    the logit followed the bins, NaN without bins.
    """

    size: float
    error: float
    chi_square: float
    farthest: float = float("nan")

    @property
    def p(self) -> float:
        """How often a straight logit would seem as bent by chance."""
        return float(chi2.sf(self.chi_square, 2))

    @property
    def contradicts(self) -> bool:
        """Whether the tables contradict a straight logit by enough to matter."""
        return self.p < LEVEL and not self.farthest <= MOVES

    @property
    def inflation(self) -> float:
        """How much wider the errors of a contradicted cell must be."""
        return max(1.0, float(np.sqrt(self.chi_square / 2))) if self.contradicts else 1.0


def bend_of(cell: Cell, parameters: Array, priors: Priors = DEFAULT) -> Bend | None:
    """Judge a cell's logit by its own tables; None where they cannot tell.

    `parameters` (shape (7,)): of the fit of the cell alone, by these `priors`. A cohort's cell has
    the few numbers that left it, not its people, and is not judged.
    """
    if cell.cohort:
        return None
    one = binned_logit(cell, parameters)
    if one is not None:
        return _by_bins(one, parameters)
    told = [len(table.fitted) for table in cell.quantiles]
    if len(told) < 2 or min(told) < FEWEST_STATISTICS:
        return None
    return _by_statistics(cell, parameters, priors)


def _by_bins(one: BinnedLogit, parameters: Array) -> Bend:
    """Quadratic logit of the bins; their scatter around a straight one, and what a spline moves."""
    basis = np.column_stack([one.straight(one.x), _terms(one.cell, one.f)[0]])
    beta, _ = one.fit(basis)
    information = one.information(basis, beta) / one.table.design_effect
    nuisance = information[:2, :2]
    own = information[2, 2] - information[2, :2] @ np.linalg.solve(nuisance, information[:2, 2])
    # An outer bin in which all succeeded tells of no bend, however large.
    error = max(own, 1e-12) ** -0.5
    chi_square, freedom = scatter_of(one.cell, parameters)
    as_two = float(chi2.isf(chi2.sf(chi_square, freedom), 2)) if freedom > 0 else 0.0
    # Beyond what a float can say of a probability the statistic stands for itself.
    as_two = as_two if np.isfinite(as_two) else chi_square
    straight, spline = one.fit(one.straight(one.x))[0], one.fit_spline()
    low, high = np.interp([0.01, 0.99], np.cumsum(one.f), one.x)
    levels = np.array(EDGES)
    edges = CENTRE + SCALE * (logit(levels) - straight[0]) / straight[1]
    moved = np.abs(expit(one.spline(edges) @ spline) - levels)[(edges > low) & (edges < high)]
    return Bend(float(beta[2]), error, as_two, float(moved.max(initial=0.0)))


def _by_statistics(cell: Cell, parameters: Array, priors: Priors) -> Bend:
    """One scoring step towards bend and cubic from the printed statistics, the rest profiled."""
    objective = Objective(cell, priors)
    at = state(cell.grid, parameters)
    bend, cubic, *further = _terms(cell, at.f)
    extra = [*further, bend, cubic]
    size, rest = SIZE + len(extra), SIZE + len(further)
    score, information = np.zeros(size), np.zeros((size, size))
    score[:SIZE] -= objective.precision * parameters
    diagonal = information.flat[:: size + 1]
    diagonal[:SIZE] = objective.precision
    diagonal[SIZE:rest] = FURTHER_SD**-2
    information.flat[:: size + 1] = diagonal
    for reading in objective.readings:
        found = quantiles.residuals(reading, at)
        result = reading.table.result
        share = 1 - at.p if result else -at.p
        tilt = np.vstack([at.tilt[result], *further, share * bend, share * cubic])
        slopes = (found.centred * at.by_result[result]) @ tilt.T
        weight = np.linalg.solve(found.covariance, np.column_stack([slopes, found.value]))
        score += slopes.T @ weight[:, -1]
        information += slopes.T @ weight[:, :-1]
    if objective.base is not None:
        gradient = _of_rate(at, further, [bend, cubic])
        variance = at.rate * (1 - at.rate)
        base = objective.base
        score += (base.successes - base.people * at.rate) / variance * gradient
        information += base.people / variance * np.outer(gradient, gradient)
    sizes, known = _profiled(score, information, rest)
    alone, own = _profiled(score[:-1], information[:-1, :-1], rest)
    return Bend(
        float(alone[0] / own[0, 0]),
        float(own[0, 0] ** -0.5),
        float(sizes @ np.linalg.solve(known, sizes)),
    )


def _terms(cell: Cell, f: Array) -> list[Array]:
    """Bend and cubic of the logit, and two further terms of log f, at each score."""
    x = cell.grid.x
    mean = float(f @ x)
    z = (x - mean) / np.sqrt(f @ (x - mean) ** 2)
    damp = np.exp(-(z**2) / 8)
    fifth, sixth = z**5 - 10 * z**3 + 15 * z, z**6 - 15 * z**4 + 45 * z**2 - 15
    return [z**2 - 1, (z**3 - 3 * z) * damp, fifth * damp, sixth * damp]


def _of_rate(at: State, further: Sequence[Array], bends: Sequence[Array]) -> Array:
    """Derivatives of the base rate by all parameters."""
    shape = [float(each @ (at.f * (at.p - at.rate))) for each in further]
    bent = [float(each @ (at.f * at.p * (1 - at.p))) for each in bends]
    return np.concatenate([at.rate_gradient(), shape, bent])


def _profiled(score: Array, information: Array, rest: int) -> tuple[Array, Array]:
    """Score and information of the last parameters, the first `rest` profiled."""
    gain = np.linalg.solve(information[:rest, :rest], information[:rest, rest:])
    return (
        score[rest:] - gain.T @ score[:rest],
        information[rest:, rest:] - information[rest:, :rest] @ gain,
    )


@dataclass(frozen=True)
class Bends:
    """How large bends are: learned from all cells whose tables can tell.

    `weights`: posterior of their standard deviation over `SIZES`; `cells`: what each cell says.
    """

    weights: Array
    cells: dict[CurveKey, Bend] = field(default_factory=dict)

    def size(self, own: Bend | None = None) -> float:
        """Root mean square of a bend on the logit, given what the cell's own tables say of it."""
        if own is None:
            return float(np.sqrt(self.weights @ SIZES**2))
        share = SIZES**2 / (SIZES**2 + own.error**2)
        return float(np.sqrt(self.weights @ (share * own.error**2 + (share * own.size) ** 2)))

    def summary(self) -> pd.DataFrame:
        """One row: cells that can tell, the usual size of a bend, and how many are contradicted."""
        told = sum(each.contradicts for each in self.cells.values())
        return pd.DataFrame([{"cells": len(self.cells), "size": self.size(), "contradicted": told}])

    def table(self) -> pd.DataFrame:
        """One row a cell: size of the bend with its error, p, and what the bins would move."""
        rows = [
            {
                **key._asdict(),
                "size": bend.size,
                "error": bend.error,
                "p": bend.p,
                "farthest": bend.farthest,
                "contradicts": bend.contradicts,
            }
            for key, bend in sorted(self.cells.items())
        ]
        names = ["size", "error", "p", "farthest", "contradicts"]
        return pd.DataFrame(rows, columns=[*CurveKey._fields, *names])

    def _repr_html_(self) -> str:
        return str(self.summary().round(3).to_html(index=False, border=0))


def spread_of_bends(cells: dict[CurveKey, Bend], priors: Priors = DEFAULT) -> Bends:
    """Learn the standard deviation of bends around a straight logit.

    `cells`: what each cell's own tables say; `priors`: `bend_scale` is the scale of its half-normal
    prior, all that is known where no cell can tell.
    """
    density = -0.5 * (SIZES / priors.bend_scale) ** 2
    for each in cells.values():
        variance = SIZES**2 + each.error**2
        density = density - 0.5 * (np.log(variance) + each.size**2 / variance)
    weights = np.exp(density - density.max())
    return Bends(weights / weights.sum(), cells)


def with_bends(curves: Sequence[Curve], bends: Bends) -> list[Curve]:
    """Put into every interval the bend that its tables would not show.

    It moves the logit by z^2 - 1 times its size: by its size in the middle of the scores, and on
    average over the people, too (.97 of it where scores are normal). That much is taken everywhere.
    """
    for curve in curves:
        judged = bool(curve.raw) and not curve.cell.cohort
        own = bends.cells.get(curve.cell.key) if judged else None
        curve.bend_sd = bends.size(own)
    return list(curves)
