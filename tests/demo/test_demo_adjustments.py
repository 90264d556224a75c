"""The demo's covariates come back out of the adjustments as they were put in."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from scipy.stats import binom

from recalib.adjust.tables import cohort_rows
from recalib.demo import Demo
from recalib.privacy.noise import secret_of
from recalib.raw import read_raw

#: Years and months of a step, by covariate; the truth file has them for one.
STEP = {
    "needs_visa": 1,
    "step1_failures": 1,
    "years_since_graduation": 5,
    "us_clinical_months": 3,
}


@pytest.fixture(scope="module")
def found(demo: Demo, truth: pd.DataFrame) -> pd.DataFrame:
    """Adjustments of the demo, with the true log-odds of a step and the true points."""
    secret = secret_of(demo.out)
    cohorts = [replace(one, secret=secret) for one in read_raw(demo.out).cohorts]
    rows = pd.DataFrame(cohort_rows(cohorts))
    effect = [
        truth.loc[(row["specialty"], row["applicant_group"], row["outcome"]), row["covariate"]]
        for _, row in rows.iterrows()
    ]
    slope = truth["slope"].reindex(
        pd.MultiIndex.from_frame(rows[["specialty", "applicant_group", "outcome"]])
    )
    rows["effect"] = np.array(effect, dtype=float) * rows["covariate"].map(STEP)
    rows["true_points"] = -10 * rows["effect"] / slope.to_numpy()
    return rows


def _inside(rows: pd.DataFrame, name: str, true: pd.Series) -> int:
    low = rows[f"{name}_low"].astype(float).fillna(-np.inf)
    high = rows[f"{name}_high"].astype(float).fillna(np.inf)
    return int(((low <= true) & (true <= high)).sum())


def test_intervals_hold_the_truth_as_often_as_they_say(found: pd.DataFrame) -> None:
    told = found[found["odds_ratio"].notna()]
    assert len(told) > 150
    for outcome, rows in told.groupby("outcome"):
        # Rows of one pool are not quite independent, and coarse intervals cover a bit more.
        inside = _inside(rows, "odds_ratio", np.exp(rows["effect"]))
        assert inside >= binom.ppf(0.005, len(rows), 0.93), outcome
        claimed = rows[rows["points"].notna()]
        inside = _inside(claimed, "points", claimed["true_points"])
        assert inside >= binom.ppf(0.005, len(claimed), 0.93), outcome


def test_intervals_tell_something(found: pd.DataFrame) -> None:
    told = found[found["odds_ratio"].notna()]
    reach = np.log(told["odds_ratio_high"] / told["odds_ratio_low"]) / 2
    visa = told["covariate"] == "needs_visa"
    assert reach[visa].median() < 0.25
    assert (told.loc[visa, "odds_ratio_high"] < 1).mean() > 0.7
    months = told["covariate"] == "us_clinical_months"
    assert (told.loc[months, "odds_ratio"] > 1).mean() > 0.9
    error = np.log(told["odds_ratio"].astype(float)) - told["effect"]
    assert (error / reach).abs().median() < 0.6


def test_where_all_people_are_alike_nothing_is_told(found: pd.DataFrame) -> None:
    alike = found["effect"].isna()
    assert alike.any()
    assert found.loc[alike, "odds_ratio"].isna().all()
    assert (found.loc[alike, "suppressed"] != "").all()


def test_every_row_says_that_the_people_were_made_up(found: pd.DataFrame) -> None:
    assert set(found["sources"]) == {"cohort:synthetic_demo (SYNTHETIC)"}
    assert found["note"].str.contains("SYNTHETIC").all()
