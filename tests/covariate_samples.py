"""Made-up people with covariates for tests: rows from a known truth, and counts of rows."""

from __future__ import annotations

import numpy as np
import pandas as pd
from scipy.special import expit

from recalib.cohorts.counts import KEY, MEASURES, Cohort

NAMES = ("needs_visa", "step1_failures", "years_since_graduation", "us_clinical_months")
#: Log-odds of a visa need, any failure, five years and three months.
EFFECTS = (-0.5, -0.6, -0.2, 0.1)


def draw_people(
    people,
    *,
    seed=0,
    line=(-0.4, 0.5),
    effects=EFFECTS,
    rho=0.08,
    applications=40.0,
    specialty="general_surgery",
    group="non_us_img",
    cycle="2026",
):
    """One row a person; those who need a visa apply more than twice as often and score higher.

    A match and invitations have the same truth, and are drawn apart.
    """
    rng = np.random.default_rng(seed)
    score = np.clip(np.round(rng.normal(245, 13, people)), 200, 290)
    visa = rng.random(people) < expit(0.3 + 0.02 * (score - 245))
    failures = np.where(rng.random(people) < expit(-0.8 - 0.04 * (score - 245)), 1, 0)
    failures *= rng.integers(1, 3, people)
    years = np.minimum(rng.negative_binomial(1.5, 0.3, people), 20)
    months = np.minimum(rng.negative_binomial(1.2, 0.3, people), 24)
    steps = np.stack([visa, failures > 0, years / 5, months / 3])
    chance = expit(line[0] + line[1] * (score - 245) / 10 + np.asarray(effects) @ steps)
    mean = applications * np.where(visa, 1.4, 0.6)
    often = 1 + rng.negative_binomial(2, 2 / (1 + mean))
    size = 1 / rho - 1
    interviews = rng.binomial(often, rng.beta(chance * size, (1 - chance) * size))
    return pd.DataFrame(
        {
            "cycle": cycle,
            "specialty": specialty,
            "applicant_group": group,
            "step2_ck": score.astype("int64"),
            "needs_visa": np.where(visa, "yes", "no"),
            "step1_failures": failures,
            "years_since_graduation": years,
            "us_clinical_months": months,
            "n_applications": often,
            "n_interviews": interviews,
            "matched": (rng.random(people) < chance).astype("int64"),
        }
    )


def count(rows, names=()):
    """Counts of rows by score, and by covariates where they are named."""
    often, interviews = rows["n_applications"], rows["n_interviews"]
    counted = rows.assign(
        people=1,
        applications=often,
        interviews=interviews,
        applied=1,
        interview_square=interviews**2 / often,
        application_square=often**2,
        results=1,
    )
    return counted.groupby([*KEY, *names], as_index=False)[list(MEASURES)].sum()


def cohort_of(*rows, name="dean", synthetic=False, names=NAMES):
    """A cohort of people, counted with and without their covariates."""
    people = pd.concat(rows, ignore_index=True)
    return Cohort(name, {"notes": []}, synthetic, count(people), count(people, names), "5e" * 32)
