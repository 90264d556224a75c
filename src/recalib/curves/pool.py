"""Partial pooling of the slopes of one applicant group over specialties and cycles.

    tables of specialty s, cycle c ~ L_sc(slope_sc)      their profile likelihood of the slope
    slope_sc = beta_s + v_sc, v_sc ~ N(0, omega^2), omega ~ half-normal(.1)
    beta_s = mu + u_s, u_s ~ t with 4 degrees of freedom and scale tau, tau ~ half-normal(.2)
    mu ~ N(.4, .3^2)

Everything is integrated on fixed grids of beta and of (mu, tau, omega). Nothing is plugged in and
nothing is drawn: the same sites give the same bytes. L is normal, or a table where the spread of
scores is not printed: there it leans so far that a normal would pull every slope towards 0.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import combinations

import numpy as np
from scipy.stats import norm
from scipy.stats import t as student

from recalib.cohorts.labels import is_cohort
from recalib.contract.keys import overlap, recency
from recalib.curves.priors import DEFAULT, Normal, Priors
from recalib.curves.sites import Site
from recalib.likelihood.model import Array

_NODES = {"mean": 60, "specialty": 24, "cycle": 8}
#: Slopes outside these, per 10 points, are not considered.
SLOPES = DEFAULT.limits


@dataclass(frozen=True)
class Slope(Normal):
    """Posterior of one slope: mean, standard deviation and chance that it is positive."""

    p_positive: float


@dataclass(frozen=True)
class _Grid:
    """Points of beta and of (mu, tau, omega); the priors of mu and of beta given (mu, tau).

    `beta` (shape (slopes,)): evenly spaced; `mean`, `specialty`, `cycle` (shape (points,));
    `log_prior` (shape (means x specialties,)); `effect` (shape (means x specialties, slopes)):
    density of beta at each (mu, tau), rows adding to one.
    """

    beta: Array
    mean: Array
    specialty: Array
    cycle: Array
    log_prior: Array
    effect: Array

    def blur(self, values: Array, omega: float) -> Array:
        """Convolve a function of the slope with N(0, omega^2)."""
        step = float(self.beta[1] - self.beta[0])
        reach = max(1, int(np.ceil(5 * omega / step)))
        kernel = np.exp(-0.5 * (np.arange(-reach, reach + 1) * step / max(omega, 1e-9)) ** 2)
        # "same" would give the length of the kernel where that is the longer one.
        full = np.convolve(values, kernel / kernel.sum())
        blurred: Array = full[reach : reach + len(values)]
        return blurred


def _half_normal(scale: float, count: int) -> Array:
    """Midpoints of `count` equally probable slices of a half-normal."""
    middle = (np.arange(count) + 0.5) / count
    points: Array = scale * norm.ppf(0.5 + middle / 2)
    return points


def _grid(sites: list[Site], priors: Priors) -> _Grid:
    """Lay the grid where the posterior can be: around the sites and the prior."""
    centre, width = priors.mean
    errors = np.array([site.error for site in sites] or [1.0])
    step = float(np.clip(errors.min() / 2, 0.0025, 0.01))
    low, high = centre - 5.5 * width, centre + 5.5 * width
    for site in sites:
        low = min(low, site.slope - 6 * min(site.error, 0.5))
        high = max(high, site.slope + 6 * min(site.error, 0.5))
    low, high = max(low, priors.limits[0]), min(high, priors.limits[1])
    beta = low + step * np.arange(int(np.ceil((high - low) / step)) + 1)
    first, last = centre - 4 * width, centre + 4 * width
    if len(sites) >= 3:
        # The mean of many sites is known far better than the prior says; a grid as wide as the
        # prior would step over its posterior.
        weight = 1 / (errors**2 + priors.specialty_scale**2)
        middle = float(np.average([site.slope for site in sites], weights=weight))
        reach = 6 * float(np.sqrt(1 / weight.sum())) + 0.2
        near, far = max(first, middle - reach), min(last, middle + reach)
        first, last = (near, far) if near < far else (first, last)
    # Means lie on points of beta, so that a small tau finds its peak.
    held = np.nonzero((beta >= first) & (beta <= last))[0]
    mean = beta[held[:: max(1, round(len(held) / _NODES["mean"]))]]
    specialty = _half_normal(priors.specialty_scale, _NODES["specialty"])
    cycle = _half_normal(priors.cycle_scale, _NODES["cycle"])
    distance = (beta - mean[:, None, None]) / specialty[:, None]
    effect = student.pdf(distance, priors.freedom).reshape(-1, len(beta))
    effect /= effect.sum(axis=1, keepdims=True)
    log_prior = np.repeat(norm.logpdf(mean, centre, width), len(specialty))
    return _Grid(
        np.asarray(beta, dtype=float),
        np.asarray(mean, dtype=float),
        specialty,
        cycle,
        log_prior,
        effect,
    )


@dataclass(frozen=True)
class Pool:
    """Posterior of the slopes of one applicant group and outcome.

    `sites`: at most one for each specialty and cycle; no two cycles of the pool share a year, but
    for those of cohorts, which hold other people; `weight` (shape (cycles, means x specialties)):
    posterior of (omega, (mu, tau)).
    """

    sites: list[Site]
    grid: _Grid
    weight: Array
    _marginal: Mapping[str, Array]
    priors: Priors = DEFAULT
    _slopes: dict[tuple[str, str], Slope] = field(default_factory=dict, repr=False)

    @classmethod
    def fit(cls, sites: list[Site], priors: Priors = DEFAULT) -> Pool:
        """Integrate the hierarchy.

        Raises `ValueError` where two cycles of the sites overlap: they would count the same people
        twice.
        """
        # Of cohorts, `recalib.curves.pools` sees to it.
        cycles = sorted({site.cycle for site in sites if not is_cohort(site.cycle)})
        for one, other in combinations(cycles, 2):
            if overlap(one, other):
                raise ValueError(f"cycles {one} and {other} hold the same people")
        grid = _grid(sites, priors)
        marginal: dict[str, Array] = {}
        log_weight = np.tile(grid.log_prior, (len(grid.cycle), 1))
        for specialty in sorted({site.specialty for site in sites}):
            own = [site for site in sites if site.specialty == specialty]
            seen = np.array([_product(own, grid, omega) for omega in grid.cycle])
            marginal[specialty] = np.maximum(seen @ grid.effect.T, 1e-300)
            log_weight = log_weight + np.log(marginal[specialty])
        weight = np.exp(log_weight - log_weight.max())
        return cls(sites, grid, weight / weight.sum(), marginal, priors)

    @property
    def mean(self) -> tuple[float, float]:
        """Posterior mean and standard deviation of the group's mean slope mu."""
        slopes, share = self.mean_density()
        centre = float(share @ slopes)
        return centre, float(np.sqrt(share @ (slopes - centre) ** 2))

    def mean_density(self) -> tuple[Array, Array]:
        """Posterior of the group's mean slope: slopes per 10 points and their weights."""
        share = self.weight.sum(axis=0).reshape(len(self.grid.mean), -1).sum(axis=1)
        return self.grid.mean, np.asarray(share)

    @property
    def spread(self) -> float:
        """Posterior mean of tau, the scale of the specialties' effects."""
        share = self.weight.sum(axis=0).reshape(len(self.grid.mean), -1).sum(axis=0)
        return float(share @ self.grid.specialty)

    @property
    def cycle_spread(self) -> float:
        """Posterior mean of omega, the standard deviation between cycles of a specialty."""
        return float(self.weight.sum(axis=1) @ self.grid.cycle)

    def slope(self, specialty: str, cycle: str) -> Slope:
        """Posterior slope of a specialty in a cycle, whether or not it has a site of its own."""
        sites = [site for site in self.sites if site.specialty == specialty]
        own = [site for site in sites if site.cycle == cycle]
        others = [site for site in sites if site.cycle != cycle]
        # Of all without a site the pool says the same: many curves borrow it.
        place = (specialty if sites else "", cycle if own else "")
        if place not in self._slopes:
            self._slopes[place] = self._summary(self._density(specialty, own, others))
        return self._slopes[place]

    def predictive(self, specialty: str) -> tuple[Array, Array]:
        """What all others say of a specialty's slope in any one cycle.

        Returns `slopes`, `density` (shape (slopes,)): evenly spaced slopes per 10 points, density
        adding to one.
        """
        sites: list[Site] = []
        return self.grid.beta, self._density(specialty, sites, sites)

    def _density(self, specialty: str, own: list[Site], others: list[Site]) -> Array:
        """Posterior of a slope on the grid from its own site, if any, and its other cycles'."""
        weight = self.weight
        if specialty in self._marginal:
            weight = weight / self._marginal[specialty]
        effects = weight @ self.grid.effect
        density = np.zeros_like(self.grid.beta)
        for omega, effect in zip(self.grid.cycle, effects, strict=True):
            part = self.grid.blur(effect * _product(others, self.grid, omega), omega)
            # In the marginal the site came in blurred; its scale is the same here.
            density += part * own[0].likelihood(self.grid.beta) if own else part
        return np.asarray(density / density.sum(), dtype=float)

    def _summary(self, density: Array) -> Slope:
        beta = self.grid.beta
        centre = float(density @ beta)
        variance = float(density @ (beta - centre) ** 2)
        positive = float(density @ np.clip((beta / (beta[1] - beta[0])) + 0.5, 0, 1))
        return Slope(centre, float(np.sqrt(variance)), positive)

    def outlier(self) -> str | None:
        """Specialty whose sites lie farthest from the group's mean, in standard deviations."""
        if len(self._marginal) < 4:
            return None
        centre, spread = self.mean[0], self.spread

        def distance(specialty: str) -> float:
            sites = [site for site in self.sites if site.specialty == specialty]
            weight = np.array([site.error**-2 for site in sites])
            middle = float(np.average([site.slope for site in sites], weights=weight))
            return abs(middle - centre) / float(np.sqrt(1 / weight.sum() + spread**2))

        return max(self._marginal, key=distance)

    def without(self, specialty: str) -> Pool:
        """Return the pool refitted without a specialty."""
        held = [site for site in self.sites if site.specialty != specialty]
        return Pool.fit(held, self.priors)


def _product(sites: list[Site], grid: _Grid, omega: float) -> Array:
    """Likelihood of beta from several cycles of one specialty, each blurred by its own effect."""
    product = np.ones_like(grid.beta)
    for site in sites:
        product = product * grid.blur(site.likelihood(grid.beta), omega)
    return product


def pool_of(cycle: str, sizes: Mapping[str, float]) -> list[str]:
    """Cycles to pool with `cycle`: itself, then the largest that share no year with those chosen.

    `sizes`: information (or people) by cycle. Returns: sorted by recency.
    """
    chosen = [cycle]
    others = sorted((c for c in sizes if c != cycle), key=lambda c: (-sizes[c], recency(c)))
    for other in others:
        if not any(overlap(other, taken) for taken in chosen):
            chosen.append(other)
    return sorted(chosen, key=recency)
