"""Figures of the study: Monte Carlo errors, pairs of methods, targets."""

import figures
import numpy as np
import pandas as pd
import pytest
import targets


def cells(replicates=400, seed=1):
    """Rows of two methods whose errors share a part in every replicate."""
    random = np.random.default_rng(seed)
    rows = []
    for replicate in range(replicates):
        common = random.gamma(2.0)
        for cell in range(6):
            size = (60, 5000)[cell % 2]
            for method, scale in (("pooled", 1.0), ("bin midpoints", 1.44)):
                rows.append({
                    "setting": "redrawn .15", "replicate": replicate, "cell": cell, "table": "bins",
                    "method": method, "size": size, "shape": "normal", "odd": False,
                    "smaller": size // 2, "slope_covered": float(common < 4),
                    "square_error": scale * common * random.gamma(20.0) / 20,
                })  # fmt: skip
    return pd.DataFrame(rows).assign(slope_error=0.1)


def test_error_of_a_mean_counts_replicates_not_cells():
    values = pd.Series([1.0, 1.0, 0.0, 0.0, 1.0, 1.0, 1.0, 1.0])
    replicate = pd.Series([0, 0, 1, 1, 2, 2, 3, 3])
    mean, error = figures.clustered_mean(values, replicate)
    assert mean == 0.75
    # The standard error of the mean of the four replicates' means 1, 0, 1, 1.
    assert error == pytest.approx(np.std([1, 0, 1, 1], ddof=1) / 2)


def test_replicates_of_different_size_weigh_by_their_cells():
    values = pd.Series([1.0, 1.0, 1.0, 0.0])
    replicate = pd.Series([0, 0, 0, 1])
    mean, error = figures.clustered_mean(values, replicate)
    assert mean == 0.75
    # Gaps of the sums to 0.75 of the counts are .75 and -.75.
    assert error == pytest.approx(np.sqrt(2 * (2 * 0.75**2)) / 4)


def test_errors_and_pairs_agree_with_a_bootstrap_of_replicates():
    rows = cells()
    own = rows[rows["method"] == "pooled"].reset_index(drop=True)
    other = rows[rows["method"] == "bin midpoints"].reset_index(drop=True)
    found = figures.paired(own["square_error"], other["square_error"], own["replicate"])
    root = figures.root(own["square_error"], own["replicate"])
    sums = [each.groupby("replicate")["square_error"].sum().to_numpy() for each in (own, other)]
    random = np.random.default_rng(2)
    again = random.integers(0, len(sums[0]), (2000, len(sums[0])))
    roots = [np.sqrt(each[again].mean(axis=1) / 6) for each in sums]
    assert root[1] == pytest.approx(roots[0].std(), rel=0.1)
    ratio, gap = found[figures.RATIO], found[figures.LESS]
    assert ratio[0] == pytest.approx(1 / 1.2, rel=0.02)
    assert ratio[1] == pytest.approx((roots[0] / roots[1]).std(), rel=0.1)
    assert gap[1] == pytest.approx((roots[0] - roots[1]).std(), rel=0.1)
    # Paired: far less than the errors of the two apart.
    assert gap[1] < 0.5 * np.hypot(roots[0].std(), roots[1].std())


def test_figures_of_one_setting():
    rows = cells(20)
    # One cell of one replicate that a peer cannot answer is not common.
    lost = (rows["replicate"] == 0) & (rows["cell"] == 0) & (rows["method"] == "bin midpoints")
    rows.loc[lost, "square_error"] = np.nan
    table = figures.figures(rows, ["redrawn .15"])
    found = table.set_index(["method", "people", "figure"])["cells"]
    assert found["pooled", "all", "root mean square error"] == 120
    assert found["pooled", "all", figures.COMMON] == 119
    assert found["pooled", "<=500", figures.COMMON] == 59
    assert found["pooled", "5000", figures.COMMON] == 60
    assert found["pooled", "all", f"{figures.LESS} bin midpoints"] == 119
    assert (table["replicates"] == 20).all()


def walks_of(value=0.95, standing=0.95, **more):
    place = {
        "setting": "walk", "population": "us_md_senior", "cycle": "2026", "people": "all",
        "shape": "all", "monte_carlo_error": 0.001, "curves": 19, "replicates": 1,
    } | more  # fmt: skip
    figures = {
        "next cycle's P covered": value,
        "standing of the matched covered": standing,
        "standing of the not matched covered": 0.95,
    }
    return pd.DataFrame([place | {"figure": name, "value": each} for name, each in figures.items()])


def verdicts_of(value, error=0.001, setting="redrawn .15", figure="slope covered", **more):
    row = {
        "setting": setting, "table": "bins", "method": "pooled", "people": "all", "shape": "all",
        "figure": figure, "value": value, "monte_carlo_error": error, "cells": 1, "replicates": 9,
    } | more  # fmt: skip
    needed = row | {"figure": "slope covered", "value": 0.95}
    study = targets.Study(pd.DataFrame([needed, row]).drop_duplicates(["figure"], keep="last"))
    boot = pd.DataFrame([{
        "specialty": "a", "applicant_group": "b", "cycle": "c", "outcome": "match",
        "prior": "redrawn", "slope_ratio": 1.0, "slope_ratio_monte_carlo_error": 0.0,
    }])  # fmt: skip
    scale = pd.DataFrame({"seconds_median": [1.0, 9.0], "ratio": [1.0, 9.0]})
    found = targets.verdicts(study, walks_of(), boot, scale, {})
    return [each.target for each in found if each.missed]


@pytest.mark.parametrize(
    ("value", "setting", "missed"),
    [
        (0.9296, "redrawn .15", False),
        (0.9294, "redrawn .15", True),
        (0.9706, "redrawn .15", True),
        (0.99, "fixed", False),
        (0.999, "fixed", False),
        (0.9996, "fixed", True),
        (0.6, "lone outlier, itself", False),
        (0.92, "interviews", True),
    ],
)
def test_coverage_is_held_against_the_target_of_its_setting(value, setting, missed):
    assert bool(verdicts_of(value, setting=setting)) == missed


@pytest.mark.parametrize(
    ("value", "error", "missed"), [(0.0019, 0.001, False), (0.0021, 0.001, True)]
)
def test_a_peer_is_better_beyond_twice_the_paired_error(value, error, missed):
    figure = f"{figures.LESS} bin midpoints"
    ratio = {"figure": f"{figures.RATIO} {figures.PERSON}", "value": 1.0}
    row = {
        "setting": "redrawn .15", "table": "bins", "method": "pooled", "people": "all",
        "shape": "all", "monte_carlo_error": error, "cells": 1, "replicates": 9,
    }  # fmt: skip
    rows = [row | ratio, row | {"figure": figure, "value": value}]
    rows.append(row | {"figure": "slope covered", "value": 0.95})
    found = [each for each in targets._errors(targets.Study(pd.DataFrame(rows))) if each.missed]
    assert len(found) == missed


@pytest.mark.parametrize(("value", "missed"), [(0.929, 1), (0.93, 0), (0.97, 0), (0.971, 1)])
def test_next_cycle_is_missed_outside_93_to_97(value, missed):
    found = next(targets._next_cycle(walks_of(value)))
    assert found.target == "probabilities of the next cycle: 93-97 % covered"
    assert (found.asked, len(found.missed)) == (1, missed)


@pytest.mark.parametrize(
    ("place", "asked"),
    [
        ({"cycle": "2024"}, 0),
        ({"cycle": "2020-2024"}, 0),
        ({"cycle": "2020-2024", "population": "us_md_senior, one cycle"}, 1),
        ({"people": "<200"}, 0),
        ({"shape": "normal"}, 0),
        ({"curves": 1}, 0),
    ],
)
def test_older_curves_parts_and_single_specialties_have_no_target(place, asked):
    assert next(targets._next_cycle(walks_of(0.5, **place))).asked == asked


@pytest.mark.parametrize(("value", "missed"), [(0.919, 1), (0.92, 0), (0.98, 0), (0.981, 1)])
def test_standing_is_missed_outside_92_to_98(value, missed):
    _, found = targets._next_cycle(walks_of(standing=value, cycle="2024"))
    assert found.target == "standing at 230-260: 92-98 % covered"
    assert (found.asked, len(found.missed)) == (2, missed)
    if missed:
        assert found.missed[0].startswith("walk, us_md_senior, 2024, standing of the matched: ")
