"""Small cohorts for tests, drawn from a known line: nobody in them is a person."""

from __future__ import annotations

import numpy as np
import pandas as pd
from scipy.special import expit

from recalib.cohorts.counts import Cohort

SECRET = "5e" * 32
PROVENANCE = {
    "title": "Synthetic registry for tests",
    "publisher": "Nobody",
    "citation": "None",
    "edition": "1",
    "rights": "None",
    "trust": "sample",
    "transcribed_from": "Nothing",
    "notes": [],
    "anchors": [],
}


def draw_counts(
    people: int,
    *,
    specialty: str = "general_surgery",
    group: str = "non_us_img",
    cycle: str = "2026",
    line: tuple[float, float] = (-0.5, 0.6),
    seed: int = 0,
) -> pd.DataFrame:
    """Counts of `people` applicants whose matches follow a line; eight applications each."""
    rng = np.random.default_rng(seed)
    score = np.clip(np.round(rng.normal(245, 12, people)), 200, 285)
    chance = expit(line[0] + line[1] * (score - 245) / 10)
    matched = rng.random(people) < chance
    interviews = rng.binomial(8, chance)
    rows = pd.DataFrame(
        {
            "step2_ck": score.astype("int64"),
            "people": 1,
            "applications": 8,
            "interviews": interviews,
            "applied": 1,
            "interview_square": interviews**2 / 8,
            "application_square": 64,
            "results": 1,
            "matched": matched.astype("int64"),
        }
    )
    counts = rows.groupby("step2_ck", as_index=False).sum()
    return counts.assign(cycle=cycle, specialty=specialty, applicant_group=group)


def cohort(*counts: pd.DataFrame, name: str = "dean", synthetic: bool = False) -> Cohort:
    """A cohort of counts."""
    counted = pd.concat(counts, ignore_index=True)
    return Cohort(name, dict(PROVENANCE), synthetic, counted, None, SECRET)
