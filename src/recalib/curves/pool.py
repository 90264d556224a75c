"""Partial pooling of slopes: sites of one applicant group in, posterior slopes and spreads out.

    site_sc ~ N(slope_sc, error_sc^2)          what the tables of specialty s, cycle c say
    slope_sc = beta_s + v_sc, v_sc ~ N(0, omega^2), omega ~ half-normal(.1)
    beta_s = mu + u_s, u_s ~ t with 4 degrees of freedom and scale tau, tau ~ half-normal(.2)
    mu ~ N(.4, .3^2)

The t is a mixture of normals over a gamma-distributed precision, so that everything but (mu, tau,
omega) and that precision is integrated in closed form; these four lie on fixed grids. Nothing is
plugged in and nothing is drawn: the same sites give the same bytes.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import gamma, ndtr, roots_genlaguerre
from scipy.stats import norm

from recalib.keys import overlap, recency
from recalib.likelihood.model import Array

Places = NDArray[np.intp]

MEAN_PRIOR = (0.4, 0.3)
SPECIALTY_SCALE = 0.2
CYCLE_SCALE = 0.1
FREEDOM = 4.0
#: Grid points with less than this share of the largest weight are left out of an answer.
NEGLIGIBLE = 1e-8
_NODES = {"mean": 81, "specialty": 24, "cycle": 8, "precision": 14}


@dataclass(frozen=True)
class Site:
    """What the tables of one unit say about its slope, per 10 points."""

    specialty: str
    cycle: str
    slope: float
    error: float


@dataclass(frozen=True)
class Slope:
    """Posterior of one slope: mean, standard deviation and chance that it is positive."""

    mean: float
    sd: float
    p_positive: float


@dataclass(frozen=True)
class _Grid:
    """Points of (mu, tau, omega) and of the precision with their log prior weights."""

    mean: Array
    specialty: Array
    cycle: Array
    log_prior: Array
    precision: Array
    log_precision: Array


def _half_normal(scale: float, count: int) -> Array:
    """Midpoints of `count` equally probable slices of a half-normal."""
    middle = (np.arange(count) + 0.5) / count
    points: Array = scale * norm.ppf(0.5 + middle / 2)
    return points


def _grid(sites: list[Site]) -> _Grid:
    """Lay the grid where the posterior of mu can be: around the sites and the prior."""
    centre, width = MEAN_PRIOR
    low, high = centre - 4 * width, centre + 4 * width
    if len(sites) >= 3:
        slopes = np.array([site.slope for site in sites])
        # The mean of many sites is known far better than the prior says; a grid as wide as the
        # prior would step over its posterior.
        errors = np.array([site.error for site in sites])
        weight = 1 / (errors**2 + SPECIALTY_SCALE**2)
        middle = float(np.average(slopes, weights=weight))
        reach = 6 * float(np.sqrt(1 / weight.sum())) + 0.1
        low, high = max(low, middle - reach), min(high, middle + reach)
        if low >= high:
            low, high = centre - 4 * width, centre + 4 * width
    mean = np.linspace(low, high, _NODES["mean"])
    specialty = _half_normal(SPECIALTY_SCALE, _NODES["specialty"])
    cycle = _half_normal(CYCLE_SCALE, _NODES["cycle"])
    log_prior = norm.logpdf(mean, centre, width)[:, None, None] + np.zeros(
        (1, len(specialty), len(cycle))
    )
    shape = FREEDOM / 2
    nodes, weights = roots_genlaguerre(_NODES["precision"], shape - 1)
    return _Grid(mean, specialty, cycle, log_prior, nodes / shape, np.log(weights / gamma(shape)))


@dataclass(frozen=True)
class Pool:
    """Posterior of the slopes of one applicant group and outcome.

    Parameters
    ----------
    sites : list of Site
        At most one for each specialty and cycle; no two cycles of the pool may share a year.
    """

    sites: list[Site]
    grid: _Grid
    weight: Array
    _blocks: Mapping[str, _Block]

    @classmethod
    def fit(cls, sites: list[Site]) -> Pool:
        """Integrate the hierarchy.

        Raises
        ------
        ValueError
            Where two cycles of the sites overlap: they would count the same people twice.
        """
        cycles = sorted({site.cycle for site in sites})
        for one in cycles:
            for other in cycles:
                if one < other and overlap(one, other):
                    raise ValueError(f"cycles {one} and {other} hold the same people")
        grid = _grid(sites)
        blocks: dict[str, _Block] = {}
        log_weight = grid.log_prior.copy()
        for specialty in sorted({site.specialty for site in sites}):
            block = _Block.of([site for site in sites if site.specialty == specialty], grid)
            blocks[specialty] = block
            log_weight = log_weight + block.log_marginal
        weight = np.exp(log_weight - log_weight.max())
        return cls(sites, grid, weight / weight.sum(), blocks)

    @property
    def mean(self) -> tuple[float, float]:
        """Posterior mean and standard deviation of the group's mean slope mu."""
        share = self.weight.sum(axis=(1, 2))
        centre = float(share @ self.grid.mean)
        return centre, float(np.sqrt(share @ (self.grid.mean - centre) ** 2))

    @property
    def spread(self) -> float:
        """Posterior mean of tau, the scale of the specialties' effects."""
        return float(self.weight.sum(axis=(0, 2)) @ self.grid.specialty)

    @property
    def cycle_spread(self) -> float:
        """Posterior mean of omega, the standard deviation between cycles of a specialty."""
        return float(self.weight.sum(axis=(0, 1)) @ self.grid.cycle)

    def slope(self, specialty: str, cycle: str) -> Slope:
        """Posterior slope of a specialty in a cycle, whether or not it has a site of its own.

        Parameters
        ----------
        specialty, cycle : str

        Returns
        -------
        Slope
        """
        block = self._blocks.get(specialty) or _Block.of([], self.grid)
        # Most of the grid has no weight to speak of; what is left is a few hundred points.
        kept = np.nonzero(self.weight > NEGLIGIBLE * self.weight.max())
        mean, variance = block.effect(self.grid, kept)
        own = [site for site in block.sites if site.cycle == cycle]
        between = (self.grid.cycle[kept[2]] ** 2)[:, None]
        if own:
            error = own[0].error ** 2
            keep = error / (error + between)
            mean = (1 - keep) * own[0].slope + keep * mean
            variance = error * between / (error + between) + keep**2 * variance
        else:
            variance = variance + between
        weight = self.weight[kept][:, None] * block.responsibility[kept]
        weight = weight / weight.sum()
        centre = float((weight * mean).sum())
        second = float((weight * (variance + (mean - centre) ** 2)).sum())
        positive = float((weight * ndtr(mean / np.sqrt(variance))).sum())
        return Slope(centre, float(np.sqrt(second)), positive)

    def outlier(self) -> str | None:
        """Specialty whose sites lie farthest from the group's mean, in standard deviations."""
        if len(self._blocks) < 4:
            return None
        centre, spread = self.mean[0], self.spread

        def distance(specialty: str) -> float:
            sites = self._blocks[specialty].sites
            weight = np.array([site.error**-2 for site in sites])
            middle = float(np.average([site.slope for site in sites], weights=weight))
            return abs(middle - centre) / float(np.sqrt(1 / weight.sum() + spread**2))

        return max(self._blocks, key=distance)

    def without(self, specialty: str) -> Pool:
        """Return the pool refitted without a specialty."""
        return Pool.fit([site for site in self.sites if site.specialty != specialty])


@dataclass(frozen=True)
class _Block:
    """One specialty's sites, integrated at each grid point."""

    sites: list[Site]
    log_marginal: Array
    responsibility: Array
    _combined: Array
    _information: Array

    @classmethod
    def of(cls, sites: list[Site], grid: _Grid) -> _Block:
        between = (grid.cycle**2)[None, None, :, None]
        prior = (grid.specialty**2)[None, :, None, None] / grid.precision[None, None, None, :]
        mean = grid.mean[:, None, None, None]
        information = np.zeros((1, 1, len(grid.cycle), 1))
        combined = np.zeros_like(information)
        log_likelihood = np.zeros_like(information)
        for site in sites:
            weight = 1 / (site.error**2 + between)
            combined = combined + weight * site.slope
            information = information + weight
            log_likelihood = log_likelihood + 0.5 * np.log(weight) - 0.5 * weight * site.slope**2
        if sites:
            middle = combined / information
            log_likelihood = log_likelihood + 0.5 * combined * middle
            total = 1 / information + prior
            joint = (
                grid.log_precision
                + log_likelihood
                - 0.5 * np.log(information * total)
                - 0.5 * (middle - mean) ** 2 / total
            )
        else:
            shape = (len(grid.mean), len(grid.specialty), len(grid.cycle), len(grid.precision))
            joint = np.broadcast_to(grid.log_precision, shape)
        top = joint.max(axis=-1, keepdims=True)
        share = np.exp(joint - top)
        norming = share.sum(axis=-1, keepdims=True)
        return cls(sites, (top + np.log(norming))[..., 0], share / norming, combined, information)

    def effect(self, grid: _Grid, points: tuple[Places, ...]) -> tuple[Array, Array]:
        """Mean and variance of beta_s at points of the grid, shape (points, precisions)."""
        mean, specialty, cycle = points
        prior = (grid.specialty[specialty] ** 2)[:, None] / grid.precision
        information = self._information[0, 0, cycle]
        combined = self._combined[0, 0, cycle]
        variance = 1 / (1 / prior + information)
        return variance * (grid.mean[mean][:, None] / prior + combined), variance


def pool_of(cycle: str, sizes: Mapping[str, float]) -> list[str]:
    """Cycles to pool with `cycle`: itself, then the largest that share no year with those chosen.

    Parameters
    ----------
    cycle : str
    sizes : mapping of str to float
        Information (or people) by cycle.

    Returns
    -------
    list of str
        Sorted by recency.
    """
    chosen = [cycle]
    others = sorted((c for c in sizes if c != cycle), key=lambda c: (-sizes[c], recency(c)))
    for other in others:
        if not any(overlap(other, taken) for taken in chosen):
            chosen.append(other)
    return sorted(chosen, key=recency)
