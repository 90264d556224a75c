"""The pools by full Bayes beside the project's own fit: raw tables in, one table out.

    python bench/bayes.py [--draws 1500] [--warmup 700] [--pools non_us_img]

The same model with nothing linearised: intercept and distribution of scores of every cell are
sampled together with the hierarchy of slopes (NUTS in NumPyro, four chains, fixed seed), the
printed statistics by their full density (`bayes_model`). To tell why the two differ where they do,
each pool is sampled once more with the covariances of the printed statistics held at the project's
fit, and no other term of their density.
Writes bench/results/bayes.csv, one row a unit of a pool. Nothing is simulated. Needs the extra
`bayes`.
"""

from __future__ import annotations

import argparse
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

for _name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
    os.environ.setdefault(_name, "1")

import bayes_model as model
import jax
import numpy as np
import numpyro
import pandas as pd
from bayes_tables import gather
from jax import numpy as jnp
from numpyro import distributions as dist
from numpyro.diagnostics import effective_sample_size, split_gelman_rubin
from numpyro.infer import MCMC, NUTS
from numpyro.infer.util import init_to_value
from tqdm import tqdm

from recalib import evidence as printed
from recalib.curves.fit import Fitted, fit_curves
from recalib.curves.pool import SLOPES, Pool
from recalib.curves.priors import DEFAULT
from recalib.curves.units import Unit
from recalib.likelihood.cells import build_cells
from recalib.likelihood.model import INTERCEPT, SHAPE, SIZE, Array
from recalib.raw import read_raw

ROOT = Path(__file__).parents[1]
SEED = 2026
CHAINS = 4
#: Goals of the comparison: difference in standard errors, and of the ratio of these from 1.
DIFFERENCE, RATIO = 0.1, 0.1
#: What the draws must meet to be compared with.
RHAT, EFFECTIVE, DIVERGENT = 1.02, 400, 0.002
Draws = dict[str, Array]


def units_of(fitted: Fitted, pool: Pool) -> list[Unit]:
    """Return the units behind a pool, in the order of its sites."""
    behind = {id(unit.site): unit for unit in fitted.units}
    return [behind[id(site)] for site in pool.sites]


class Posterior:
    """A pool's posterior in coordinates in which it is nearly a standard normal.

    A cell's intercept and shape are laid out about the project's fit at the unit's slope, along the
    Cholesky factor of their covariance there; slopes and specialties about their conditional means
    if every likelihood were a normal. It is a change of variables with its Jacobian counted: where
    the fit lies sets how well the sampler moves, not what it finds.

    Parameters
    ----------
    units : sequence of Unit
    hold : bool
        Hold the covariances of the printed statistics at the project's fit.
    """

    def __init__(self, units: Sequence[Unit], *, hold: bool = False) -> None:
        self.cells = [cell for unit in units for cell in unit.cells]
        self.tables = gather(self.cells)
        near = np.array([each for unit in units for each in unit.fit.parameters])
        model.check(self.cells, self.tables, near, SEED)
        self.held = model.roots(self.tables, near) if hold else None
        self.unit = np.repeat(np.arange(len(units)), [len(unit.cells) for unit in units])
        specialties = sorted({unit.key.specialty for unit in units})
        self.specialty = np.array([specialties.index(unit.key.specialty) for unit in units])
        self.sizes = {
            "specialty": (len(specialties),),
            "unit": (len(units),),
            "cell": (len(self.cells), SIZE - 1),
        }
        widening = np.array([unit.widening for unit in units])
        self.power = jnp.array(widening**-2)[self.unit]
        sites = np.array([unit.fit.site() for unit in units])
        self.slope = jnp.array(sites[:, 0])
        self.precision = jnp.array((sites[:, 1] * widening) ** -2)
        self.middle = jnp.array([unit.fit.slope for unit in units])
        self.place = jnp.array(near[:, [INTERCEPT, *range(SHAPE.start, SIZE)]])
        tilts, roots = [], []
        for unit in units:
            for index in range(len(unit.cells)):
                own = 1 + index * (SIZE - 1) + np.arange(SIZE - 1)
                covariance = np.linalg.inv(unit.fit.information[np.ix_(own, own)])
                tilts.append(-covariance @ unit.fit.information[own, 0])
                roots.append(np.linalg.cholesky(covariance) * unit.widening)
        self.tilt, self.root = jnp.array(tilts), jnp.array(roots)

    def cells_density(self, slope: jax.Array, z: jax.Array) -> jax.Array:
        """Log density of the cells, shape (C,), at slopes of units and coordinates of cells."""
        move = slope[self.unit] - self.middle[self.unit]
        own = self.place + self.tilt * move[:, None] + jnp.einsum("cij,cj->ci", self.root, z)
        parameters = jnp.concatenate([own[:, :1], slope[self.unit][:, None], own[:, 1:]], axis=1)
        tempered = self.power * model.log_likelihood(self.tables, parameters, self.held)
        return tempered + model.log_prior(self.tables, parameters)

    def __call__(self) -> None:
        """The model as NumPyro reads it: slopes by specialty and cycle, then the cells."""
        mean = numpyro.sample("mean", dist.Normal(*DEFAULT.mean))
        tau = numpyro.sample("tau", dist.HalfNormal(DEFAULT.specialty_scale))
        omega = numpyro.sample("omega", dist.HalfNormal(DEFAULT.cycle_scale))
        z = {
            name: numpyro.sample(name, dist.ImproperUniform(dist.constraints.real, (), shape))
            for name, shape in self.sizes.items()
        }
        seen = 1 / (1 / self.precision + omega**2)
        weight = jax.ops.segment_sum(seen, self.specialty, *self.sizes["specialty"])
        pull = jax.ops.segment_sum(seen * self.slope, self.specialty, *self.sizes["specialty"])
        # A normal of this variance is near enough to the t to be a centre.
        prior = 1 / (1.5 * tau**2)
        sd = (weight + prior) ** -0.5
        beta = sd**2 * (pull + prior * mean) + sd * z["specialty"]
        effects = dist.StudentT(DEFAULT.freedom, mean, tau).log_prob(beta) + jnp.log(sd)

        centre, prior = beta[self.specialty], omega**-2
        sd = (self.precision + prior) ** -0.5
        slope = sd**2 * (self.precision * self.slope + prior * centre) + sd * z["unit"]
        cycles = dist.Normal(centre, omega).log_prob(slope) + jnp.log(sd)
        inside = jnp.where((slope > SLOPES[0]) & (slope < SLOPES[1]), 0.0, -jnp.inf)
        numpyro.deterministic("slope", slope)
        cells = self.cells_density(slope, z["cell"])
        numpyro.factor("tables", effects.sum() + (cycles + inside).sum() + cells.sum())

    def start(self, pool: Pool) -> dict[str, Any]:
        """The project's fit."""
        hyper = {"mean": pool.mean[0], "tau": pool.spread, "omega": pool.cycle_spread}
        return hyper | {name: jnp.zeros(shape) for name, shape in self.sizes.items()}


def sample(posterior: Posterior, pool: Pool, warmup: int, draws: int) -> tuple[Draws, float]:
    """Draw from a pool's posterior.

    Returns
    -------
    dict of str to ndarray of shape (chains, draws, ...)
    float
        Share of divergent transitions.
    """
    start = init_to_value(values=posterior.start(pool))
    chains = MCMC(
        NUTS(posterior, init_strategy=start, target_accept_prob=0.9),
        num_warmup=warmup,
        num_samples=draws,
        num_chains=CHAINS,
        progress_bar=False,
    )
    chains.run(jax.random.PRNGKey(SEED), extra_fields=("diverging",))
    found = chains.get_samples(group_by_chain=True)
    kept = {name: np.asarray(found[name]) for name in ("mean", "tau", "omega", "slope")}
    return kept, float(chains.get_extra_fields()["diverging"].mean())


def compare(fitted: Fitted, name: str, warmup: int, draws: int) -> list[dict[str, Any]]:
    """Sample one pool and lay its slopes beside the project's."""
    pool = fitted.pools[name]
    units = units_of(fitted, pool)
    full, divergent = sample(Posterior(units), pool, warmup, draws)
    held, _ = sample(Posterior(units, hold=True), pool, warmup, draws)
    head = {"pool": name, "specialty": "", "cycle": "", "needs_visa": ""}
    rows = [head | _row(*pool.mean, full["mean"], held["mean"], divergent)]
    for index, (unit, site) in enumerate(zip(units, pool.sites, strict=True)):
        own = pool.slope(site.specialty, site.cycle)
        place = {
            "specialty": site.specialty,
            "cycle": site.cycle,
            "needs_visa": " and ".join(sorted(cell.key.needs_visa for cell in unit.cells)),
        }
        chains = full["slope"][:, :, index], held["slope"][:, :, index]
        rows.append(head | place | _row(own.mean, own.sd, *chains, divergent))
    return rows


def _row(slope: float, error: float, full: Array, held: Array, divergent: float) -> dict[str, Any]:
    effective, rhat = float(effective_sample_size(full)), float(split_gelman_rubin(full))
    difference, ratio = _apart(slope, error, full)
    return {
        "slope": round(slope, 4),
        "slope_bayes": round(float(full.mean()), 4),
        "difference": round(difference, 3),
        "slope_se": round(error, 4),
        "slope_se_bayes": round(float(full.std()), 4),
        "ratio": round(ratio, 3),
        "slope_held": round(float(held.mean()), 4),
        "slope_se_held": round(float(held.std()), 4),
        "ess": int(effective),
        "rhat": round(rhat, 4),
        "divergent": round(divergent, 4),
        "note": _note(
            _agrees(difference, ratio),
            _agrees(*_apart(slope, error, held)),
            rhat < RHAT and effective > EFFECTIVE and divergent < DIVERGENT,
        ),
    }


def _apart(slope: float, error: float, chains: Array) -> tuple[float, float]:
    """Difference in the project's standard errors, and the ratio of its to that of the draws."""
    return float((chains.mean() - slope) / error), float(error / chains.std())


def _agrees(difference: float, ratio: float) -> bool:
    return abs(difference) <= DIFFERENCE and abs(ratio - 1) <= RATIO


def _note(full_agrees: bool, held_agrees: bool, sampled: bool) -> str:
    """Say which part of the model a difference comes from."""
    if not sampled:
        return "not sampled well enough to compare"
    if full_agrees:
        return ""
    if held_agrees:
        return "the density of the printed statistics: how their covariance moves"
    return "the rest integrated instead of fitted"


def main() -> None:
    """Sample the pools asked for; rows of the others stay in the table as they are."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--draws", type=int, default=1500)
    parser.add_argument("--warmup", type=int, default=700)
    parser.add_argument("--pools", default="", help="only pools whose name holds this")
    given = parser.parse_args()
    numpyro.enable_x64()
    numpyro.set_host_device_count(CHAINS)
    evidence = printed.gather(read_raw(ROOT / "data" / "raw"))
    fitted = fit_curves(build_cells(evidence, set()))
    goal = ROOT / "bench" / "results" / "bayes.csv"
    table = pd.read_csv(goal, dtype={"cycle": str}) if goal.exists() else pd.DataFrame()
    chosen = [name for name in sorted(fitted.pools) if given.pools in name]
    for name in tqdm(chosen, unit="pool"):
        rows = pd.DataFrame(compare(fitted, name, given.warmup, given.draws))
        others = table[table["pool"] != name] if len(table) else table
        table = pd.concat([part for part in (others, rows) if len(part)])
        table = table.sort_values("pool", kind="stable")
        # After each pool: the large ones take long, and what is finished stays.
        table.to_csv(goal, index=False, lineterminator="\n")
    print(goal.read_text())


if __name__ == "__main__":
    main()
