"""Coverage of what is told of cohorts: simulated people in, one table of 95 % intervals out.

    python bench/cohort_coverage.py [--replicates 2000] [--worlds 300] [--jobs 1]

Interviews: slopes of one curve, alone, where applications cluster in applicants (beta-binomial),
few or many of whom apply equally often or not. `fit` is the private fit, `released` what leaves.

Covariates: worlds of ten specialties of 60 to 3,000 applicants, whose effects differ by .1, .2 or
.3 between specialties (a third of it for years and months), those with a visa need applying twice
as often. `released` is what leaves of one curve, `odds ratio` and `points` what is published of the
pool, `slope` the slope beside them. Writes bench/results/cohort_coverage.csv; all of it is
simulated.
"""

from __future__ import annotations

import argparse
import os
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from itertools import product
from pathlib import Path

for _name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
    os.environ.setdefault(_name, "1")

import numpy as np
import pandas as pd
from figures import clustered_mean
from scipy.special import expit
from scipy.stats import t as student
from tqdm import tqdm

from calib.line import Z
from recalib.adjust.pooling import pooled
from recalib.cohorts.counts import KEY, MEASURES, Cohort
from recalib.cohorts.fit import fit_counts
from recalib.contract.keys import CurveKey
from recalib.privacy.effects import effects_of
from recalib.privacy.score_fit import Counts, leave, raw_fit

RESULT = Path(__file__).parent / "results" / "cohort_coverage.csv"
#: A target for all of a part: METHOD's 93-97 %.
LEAST, MOST = 0.93, 0.97
#: No secret: nobody is behind these numbers.
SECRET = "5e" * 32
LINE = (-1.5, 0.3)
INTERVIEWS = list(product((25, 60, 250, 1000), (0.0, 0.8, 1.2), (0.05, 0.15)))
SIZES = (60, 100, 100, 200, 200, 400, 400, 1000, 1000, 3000)
SPREADS = (0.1, 0.2, 0.3)
COVARIATES = ("needs_visa", "step1_failures", "years_since_graduation", "us_clinical_months")
MEAN = {"match": (-0.4, -0.6, -0.2, 0.09), "interview": (-0.6, -0.5, -0.25, 0.09)}
#: How far the effect of a step differs between specialties, as a share of that of a side.
SHARE = np.array([1.0, 1.0, 1 / 3, 1 / 3])


def _clustered(rng: np.random.Generator, often: np.ndarray, chance: np.ndarray, rho: float):
    """Beta-binomial invitations."""
    size = 1 / rho - 1
    return rng.binomial(often, rng.beta(chance * size, (1 - chance) * size))


def interviews(people: int, spread: float, rho: float, replicates: int) -> Iterator[dict]:
    """Whether the slope of one interview curve is covered, replicate by replicate."""
    rng = np.random.default_rng([people, int(10 * spread), int(100 * rho)])
    key = CurveKey("2026", "", "img", "", "interview", "applications")
    limit = float(student.ppf(0.975, people - 2))
    for replicate in range(replicates):
        score = np.round(rng.normal(245, 13, people))
        wide = np.log(1 + spread**2)
        often = np.round(40 * rng.lognormal(-wide / 2, np.sqrt(wide), people)).clip(1).astype(int)
        chance = expit(LINE[0] + LINE[1] * (score - 245) / 10)
        number = _clustered(rng, often, chance, rho)
        places, index = np.unique(score, return_inverse=True)
        columns = (np.ones(people), often, number, number**2 / often, often.astype(float) ** 2)
        sums = [np.bincount(index, weights=values) for values in columns]
        counts = Counts(key, places, *sums[:5], cohort="made up", secret=SECRET)
        found = raw_fit(counts)
        if found is None:
            continue
        fit, wider = found
        leaving = leave(counts, fit, wider).table()
        outside = fit_counts(leaving.low, leaving.n_total, leaving.n_success)
        for name, slope, variance in (
            ("fit", fit.slope, wider * fit.covariance[1, 1]),
            ("released", outside.slope, outside.covariance[1, 1]),
        ):
            inside = abs(slope - LINE[1]) < limit * np.sqrt(variance)
            yield {"figure": f"slope, {name}", "replicate": replicate, "inside": inside}


def _people(rng: np.random.Generator, size: int, lines: dict, rho: float, name: str):
    """Counts by score and covariates of one specialty."""
    score = np.clip(np.round(rng.normal(246, 13, size)), 200, 290).astype("int64")
    visa = rng.random(size) < expit(0.4 + 0.02 * (score - 246))
    failed = rng.random(size) < expit(-1.5 - 0.05 * (score - 246))
    years = np.minimum(rng.negative_binomial(1.5, 0.3, size), 20)
    months = np.minimum(rng.negative_binomial(1.2, 0.3, size), 24)
    steps = np.stack([visa, failed, years / 5, months / 3])
    chance = {
        outcome: expit(line[0] + line[1] * (score - 245) / 10 + line[2] @ steps)
        for outcome, line in lines.items()
    }
    mean = np.where(visa, 90.0, 42.0)
    often = 1 + rng.negative_binomial(2, 2 / (2 + mean))
    number = _clustered(rng, often, chance["interview"], rho)
    rows = pd.DataFrame(
        {
            "cycle": "2026", "specialty": name, "applicant_group": "non_us_img",
            "step2_ck": score, "needs_visa": np.where(visa, "yes", "no"),
            "step1_failures": failed.astype(int), "years_since_graduation": years,
            "us_clinical_months": months, "people": 1, "applications": often,
            "interviews": number, "applied": 1, "interview_square": number**2 / often,
            "application_square": often**2, "results": 1,
            "matched": (rng.random(size) < chance["match"]).astype(int),
        }
    )  # fmt: skip
    return rows.groupby([*KEY, *COVARIATES], as_index=False)[list(MEASURES)].sum()


def world(seed: int) -> list[dict]:
    """Whether the effects of one world are covered, curve by curve."""
    rng = np.random.default_rng([7, seed])
    spread = SPREADS[seed % len(SPREADS)]
    truth = {}
    parts = []
    for place, size in enumerate(SIZES):
        lines = {
            outcome: (
                rng.normal(level, 0.3),
                rng.normal(0.4, 0.1),
                np.array(MEAN[outcome]) + rng.normal(0, spread, 4) * SHARE,
            )
            for outcome, level in (("match", -0.3), ("interview", -2.5))
        }
        name = f"specialty_{place}"
        truth |= {(name, outcome): (*line, size) for outcome, line in lines.items()}
        parts.append(_people(rng, size, lines, float(rng.uniform(0.02, 0.12)), name))
    counted = pd.concat(parts, ignore_index=True)
    cohort = Cohort("worlds", {}, True, counted.drop(columns=list(COVARIATES)), counted, SECRET)
    rows = []
    for one, estimates in pooled(effects_of(cohort)):
        key = one.key
        _, slope, effects, size = truth[key.specialty, key.outcome]
        for name, estimate in estimates.items():
            effect = float(effects[COVARIATES.index(name)])
            own = one.effects[name]
            points, low, high = estimate.points
            found = {
                "released": abs(own.value - effect) < Z * own.error,
                "odds ratio": abs(estimate.effect - effect) < Z * estimate.effect_se,
                "slope": abs(estimate.slope - slope) < Z * estimate.slope_se,
            }
            if not np.isnan(points):
                wanted = -10 * effect / slope
                # A blank limit is an open one.
                found["points"] = not (low > wanted or high < wanted)
            shown = {"spread": spread, "outcome": key.outcome, "covariate": name, "people": size}
            rows += [
                shown | {"figure": figure, "replicate": seed, "inside": inside}
                for figure, inside in found.items()
            ]
    return rows


def _line(part: str, setting: str, figure: str, rows: pd.DataFrame) -> dict:
    value, error = clustered_mean(rows["inside"].astype(float), rows["replicate"])
    low, high = value - 2 * error, value + 2 * error
    return {
        "part": part, "setting": setting, "figure": figure, "covered": round(value, 4),
        "monte_carlo_error": round(error, 4), "intervals": len(rows),
        "replicates": rows["replicate"].nunique(), "met": high >= LEAST and low <= MOST,
    }  # fmt: skip


def table(found: dict[str, pd.DataFrame], worlds: pd.DataFrame) -> pd.DataFrame:
    """The table of all figures, the whole of each part first."""
    lines = []
    every = pd.concat([rows.assign(setting=name) for name, rows in found.items()])
    every["replicate"] = pd.factorize(every["setting"] + every["replicate"].astype(str))[0]
    for figure, rows in every.groupby("figure"):
        lines.append(_line("interviews", "all", str(figure), rows))
    lines += [
        _line("interviews", name, str(figure), part)
        for name, rows in found.items()
        for figure, part in rows.groupby("figure")
    ]
    for figure, rows in worlds.groupby("figure"):
        lines.append(_line("covariates", "all", str(figure), rows))
    for column in ("outcome", "covariate", "people", "spread"):
        lines += [
            _line("covariates", f"{column} {value}", str(figure), rows)
            for (value, figure), rows in worlds.groupby([column, "figure"])
        ]
    return pd.DataFrame(lines)


def main() -> None:
    """Simulate and write the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--replicates", type=int, default=2000, help="of each interview setting")
    parser.add_argument("--worlds", type=int, default=300)
    parser.add_argument("--jobs", type=int, default=1)
    given = parser.parse_args()
    found = {}
    for people, spread, rho in tqdm(INTERVIEWS, unit="setting"):
        name = f"people {people}, applications differ {spread:g}, correlation {rho:g}"
        found[name] = pd.DataFrame(interviews(people, spread, rho, given.replicates))
    with ProcessPoolExecutor(given.jobs) as pool:
        each = tqdm(pool.map(world, range(given.worlds)), total=given.worlds, unit="world")
        worlds = pd.DataFrame([row for rows in each for row in rows])
    result = table(found, worlds)
    result.to_csv(RESULT, index=False, lineterminator="\n")
    print(result[result["setting"] == "all"].to_string(index=False))


if __name__ == "__main__":
    main()
