"""The model of a cell as a density in JAX: arrays and parameters in, log density out.

The formulas are those of `recalib.likelihood`, for all cells of a pool at once. The printed
statistics enter by their full density: with residuals r and covariance V at the same parameters
-r'V^-1 r / 2 - log|V| / 2, and for each printed quantile log f at the quantile, because r reads the
distribution function there. The project's quasi-likelihood is -r'V^-1 r / 2 alone; `check` compares
the two but for these terms, and runs every time.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import jax
import numpy as np
from bayes_tables import SCORES, Bins, Statistics, Tables
from jax import numpy as jnp

from recalib.curves.objective import Objective
from recalib.likelihood import quantiles
from recalib.likelihood.cells import Cell
from recalib.likelihood.model import CENTRE, SCALE, SHAPE, SHAPE_PRECISION, Array, state
from recalib.likelihood.quantiles import PRINTING

U = (SCORES - CENTRE) / SCALE
TINY = 1e-300


class _At(NamedTuple):
    """Distribution of scores (C, X), chance (C, X), its complement, f0 and f1 (C, 2, X)."""

    f: jax.Array
    p: jax.Array
    rates: jax.Array  #: (C, 2), of failure and success
    by_result: jax.Array


def _state(tables: Tables, parameters: jax.Array) -> _At:
    log_f = jnp.einsum("ck,ckx->cx", parameters[:, SHAPE], tables.basis)
    f = jax.nn.softmax(jnp.where(tables.possible, log_f, -jnp.inf), axis=1)
    logit = parameters[:, :1] + parameters[:, 1:2] * U
    p = jax.nn.sigmoid(logit)
    parts = jnp.stack([f * jax.nn.sigmoid(-logit), f * p], axis=1)
    rates = jnp.maximum(parts.sum(axis=2), TINY)
    return _At(f, p, rates, parts / rates[:, :, None])


def log_likelihood(
    tables: Tables, parameters: jax.Array, held: jax.Array | None = None
) -> jax.Array:
    """Log-likelihood of each cell.

    Parameters
    ----------
    tables : Tables
    parameters : ndarray of shape (C, 7)
    held : ndarray of shape (T, K + 2, K + 2), optional
        Cholesky factors of covariances of the printed statistics, to be used whatever the
        parameters are; the statistics then enter by -r'V^-1 r / 2 alone.

    Returns
    -------
    ndarray of shape (C,)
    """
    at = _state(tables, parameters)
    value = tables.failure * jnp.log(at.rates[:, 0]) + tables.success * jnp.log(at.rates[:, 1])
    if len(tables.statistics.cell):
        residual, covariance, jacobian = _residuals(tables.statistics, at)
        printed = _extremes(tables.statistics, at)
        root = jnp.linalg.cholesky(covariance) if held is None else held
        scaled = jax.scipy.linalg.solve_triangular(root, residual[:, :, None], lower=True)
        printed -= 0.5 * (scaled**2).sum(axis=(1, 2))
        if held is None:
            printed += jacobian - jnp.log(jnp.diagonal(root, axis1=1, axis2=2)).sum(axis=1)
        value = value.at[tables.statistics.cell].add(printed)
    if len(tables.bins.cell):
        value = value.at[tables.bins.cell].add(_counted(tables.bins, at))
    return value


def roots(tables: Tables, parameters: jax.Array) -> jax.Array:
    """Cholesky factors of the covariances of the printed statistics, to hold them there."""
    return jnp.linalg.cholesky(_residuals(tables.statistics, _state(tables, parameters))[1])


def _residuals(table: Statistics, at: _At) -> tuple[jax.Array, jax.Array, jax.Array]:
    """Residuals (T, K + 2), their covariances, and the log density at the quantiles (T,)."""
    f = at.by_result[table.cell, table.result]
    mean = f @ SCORES
    deviation = SCORES - mean[:, None]
    sd = jnp.sqrt((f * deviation**2).sum(axis=1))
    moments = jnp.stack([deviation, deviation**2 / (2 * sd[:, None])], axis=1)
    expected = jnp.einsum("tkx,tx->tk", table.rows, f)
    expected = jnp.concatenate([expected, mean[:, None], sd[:, None]], axis=1)
    residual = jnp.where(table.used, table.target - expected, 0.0)
    influence = jnp.concatenate([table.rows, moments], axis=1)
    centred = influence - jnp.einsum("tkx,tx->tk", influence, f)[:, :, None]
    centred = jnp.where(table.used[:, :, None], centred, 0.0)
    density = jnp.maximum(jnp.einsum("tkx,tx->tk", table.density_at, f), 1e-12)
    count = table.is_quantile.shape[1]
    seen = jnp.where(table.is_quantile, PRINTING * density**2, table.printing[:, :count])
    printing = jnp.concatenate([seen, table.printing[:, count:]], axis=1)
    covariance = jnp.einsum("tkx,tlx->tkl", centred * f[:, None], centred)
    covariance /= table.n[:, None, None]
    # A statistic that was not printed has residual 0 and variance 1: it adds nothing.
    covariance += jnp.where(table.used, printing, 1.0)[:, :, None] * jnp.eye(count + 2)
    jacobian = jnp.where(table.is_quantile, jnp.log(density), 0.0).sum(axis=1)
    return residual, covariance, jacobian


def _extremes(table: Statistics, at: _At) -> jax.Array:
    """Log probability of printed extremes among n scores, shape (T,)."""
    f = at.by_result[table.cell, table.result]
    mass = jnp.maximum(jnp.einsum("tex,tx->te", table.at_least, f), TINY)
    inner = jnp.maximum(jnp.einsum("tex,tx->te", table.beyond, f), TINY)
    powers = mass ** table.n[:, None] - inner ** table.n[:, None]
    level = jnp.log(jnp.where(table.extreme, jnp.maximum(powers, TINY), 1.0))
    return level.sum(axis=1)


def _log_shares(mass: jax.Array, used: jax.Array) -> jax.Array:
    """Log of the bins' shares of the mass of all; 0 for the padding."""
    mass = jnp.where(used, jnp.maximum(mass, TINY), 0.0)
    return jnp.log(jnp.where(used, mass / mass.sum(axis=-1, keepdims=True), 1.0))


def _counted(table: Bins, at: _At) -> jax.Array:
    f, p = at.f[table.cell], at.p[table.cell]
    mass = jnp.einsum("bjx,bx->bj", table.members, f)
    chance = jnp.einsum("bjx,bx->bj", table.members, f * p)
    chance = jnp.clip(
        chance / jnp.where(table.used, jnp.maximum(mass, TINY), 1.0), 1e-12, 1 - 1e-12
    )
    binomial = table.success * jnp.log(chance) + table.failure * jnp.log1p(-chance)
    apart = (table.people * _log_shares(mass, table.used)).sum(axis=1)
    apart += binomial.sum(axis=1) / table.dispersion
    by_result = jnp.einsum("bjx,brx->brj", table.members, at.by_result[table.cell])
    counts = jnp.stack([table.failure, table.success], axis=1)
    given = (counts * _log_shares(by_result, table.used[:, None])).sum(axis=(1, 2))
    return jnp.where(table.given_result, given, apart)


def log_prior(tables: Tables, parameters: jax.Array) -> jax.Array:
    """Log prior of each cell's intercept and distribution of scores, shape (C,).

    The project's for what bends the distribution and, where needed, its spread; flat in the logit
    of the base rate, the mean and the log SD of the scores, by the determinant of their derivatives
    by the intercept and the quadratic. Flat in these three parameters themselves, it would favour
    narrow scores, and with them steep slopes.
    """
    at = _state(tables, parameters)
    deviation = SCORES - (at.f @ SCORES)[:, None]
    variance = (at.f * deviation**2).sum(axis=1)
    log_sd = 0.5 * jnp.log(variance)
    value = -0.5 * (SHAPE_PRECISION * parameters[:, SHAPE] ** 2).sum(axis=1)
    value -= 0.5 * tables.spread[:, 1] * (tables.spread[:, 0] - log_sd) ** 2
    basis = tables.basis[:, :2]
    moved = (basis - jnp.einsum("ckx,cx->ck", basis, at.f)[:, :, None]) * at.f[:, None]
    mean = jnp.einsum("ckx,cx->ck", moved, deviation)
    spread = jnp.einsum("ckx,cx->ck", moved, deviation**2) / (2 * variance[:, None])
    base_rate = (at.f * at.p * (1 - at.p)).sum(axis=1) / at.rates.prod(axis=1)
    return value + jnp.log(
        base_rate * jnp.abs(mean[:, 0] * spread[:, 1] - mean[:, 1] * spread[:, 0])
    )


def check(cells: Sequence[Cell], tables: Tables, near: Array, seed: int) -> None:
    """Compare the density with the project's own functions at random parameters.

    Parameters
    ----------
    cells : sequence of Cell
    tables : Tables
    near : ndarray of shape (C, 7)
        Parameters about which to look.
    seed : int

    Raises
    ------
    AssertionError
        Where they differ: the table would compare two models.
    """
    random = np.random.default_rng(seed)
    for _ in range(3):
        place = near + random.normal(0, [0.3, 0.2, 0.2, 0.1, 0.05, 0.03, 0.3], near.shape)
        found = log_likelihood(tables, place) + log_prior(tables, place)
        own = [_own(cell, each) for cell, each in zip(cells, place, strict=True)]
        np.testing.assert_allclose(found, own, rtol=1e-8, atol=1e-6)


def _own(cell: Cell, parameters: Array) -> float:
    """The project's objective of a cell, and what the full density and prior add to it."""
    objective, at = Objective(cell), state(cell.grid, parameters)
    value = objective.value(parameters)
    for reading in objective.readings:
        found = quantiles.residuals(reading, at)
        value += float(np.log(found.density).sum())
        value -= 0.5 * float(np.linalg.slogdet(found.covariance)[1])
    x = cell.grid.x
    basis = np.stack([x, (x - at.f @ x) ** 2, *cell.grid.basis[:2]])
    joint = np.cov(basis, aweights=at.f, ddof=0)
    base_rate = np.log(at.f @ (at.p * (1 - at.p)) / (at.rate * (1 - at.rate)))
    return value + float(base_rate + np.linalg.slogdet(joint[:2, 2:])[1] - np.log(2 * joint[0, 0]))
