"""The coverage campaign of cohorts: its rows, its table, and what the committed table claims."""

from pathlib import Path

import cohort_coverage
import numpy as np
import pandas as pd
import pytest

COMMITTED = pd.read_csv(cohort_coverage.RESULT)


def test_a_replicate_of_interviews_judges_the_fit_and_what_leaves():
    rows = pd.DataFrame(cohort_coverage.interviews(60, 0.8, 0.05, 4))
    assert list(rows.groupby("figure").size()) == [4, 4]
    again = pd.DataFrame(cohort_coverage.interviews(60, 0.8, 0.05, 4))
    pd.testing.assert_frame_equal(rows, again)


@pytest.fixture(scope="module")
def world():
    return pd.DataFrame(cohort_coverage.world(1))


def test_a_world_judges_every_figure_of_both_outcomes(world):
    assert set(world["figure"]) == {"released", "odds ratio", "points", "slope"}
    assert set(world["outcome"]) == {"match", "interview"}
    assert set(world["covariate"]) == set(cohort_coverage.COVARIATES)
    assert set(world["spread"]) == {0.2}
    # One world alone: far off its target it would be a slip of the truth's units.
    assert world["inside"].mean() > 0.8


def test_the_table_counts_replicates_and_says_what_is_met(world):
    rows = pd.DataFrame(
        {
            "figure": "slope, fit",
            "replicate": np.arange(400),
            "inside": np.arange(400) % 5 > 0,
        }
    )
    table = cohort_coverage.table({"one": rows}, world).set_index(["part", "setting", "figure"])
    line = table.loc[("interviews", "one", "slope, fit")]
    assert (line["covered"], line["replicates"], line["met"]) == (0.8, 400, False)
    assert line["monte_carlo_error"] == pytest.approx(np.sqrt(0.2 * 0.8 / 400), rel=0.01)
    assert table.loc[("covariates", "all", "odds ratio"), "replicates"] == 1


def test_the_committed_table_meets_its_targets_in_each_part():
    whole = COMMITTED[COMMITTED["setting"] == "all"]
    assert len(whole) == 6
    assert whole["met"].all()
    assert (whole["replicates"] >= 200).all()


def test_the_pages_print_the_committed_figures():
    root = Path(__file__).parents[2]
    found = COMMITTED[COMMITTED["setting"] == "all"].set_index("figure")["covered"]
    page = " ".join((root / "bench" / "README.md").read_text(encoding="utf-8").split())
    slopes = f"{100 * found['slope, fit']:.1f} % of the private intervals"
    ratios = f"{100 * found['odds ratio']:.1f} % of the odds ratios"
    points = f"{100 * found['points']:.1f} % of the points"
    for claim in (slopes, ratios, points):
        assert claim in page, claim
