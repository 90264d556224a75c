"""The further parts of the study in a tiny form, their tables, targets and sections."""

from dataclasses import replace

import numpy as np
import one_statistic
import outliers
import pandas as pd
import pytest
import sections
import study
import targets
import translated
from outliers import Truth
from tally import Figure, tally
from worlds import SCORES, draw_world, shape

from recalib.contract.keys import CurveKey
from recalib.curves.curve import Curve
from recalib.likelihood.cells import Cell
from recalib.likelihood.model import Grid
from recalib.likelihood.totals import Total

KEY = CurveKey("2026", "s00", "non_us_img", "", "match", "ranked_first")
TRUTH = Truth(KEY, 330, "normal", 245.0, 13.0, -0.1, 0.2, odd=True)


def curve(status, slope=0.3):
    grid = Grid(185, 245.0, 13.0)
    f = np.exp(-0.5 * ((grid.x - 245) / 13) ** 2)
    return Curve(
        Cell(KEY, grid, total=Total(150, 330)), status, intercept=0.2, slope=slope,
        intercept_se=0.05, slope_se=0.05, correlation=0.0, scores=f / f.sum(), drift_sd=0.0,
    )  # fmt: skip


def test_an_outlier_is_seen_or_covered():
    row = outliers.judge(TRUTH, curve("ok"))
    assert (row["slope_covered"], row["slope_covered_or_flagged"]) == (0, 0)
    assert 0 < row["covered"] < 1
    row = outliers.judge(TRUTH, curve("misfit"))
    assert (row["slope_covered"], row["slope_covered_or_flagged"]) == (0, 1)
    assert row["covered_or_flagged"] == row["flagged"] == 1
    assert outliers.judge(TRUTH, curve("weak", -0.1))["slope_covered_or_flagged"] == 1
    assert "covered" not in outliers.judge(TRUTH, curve("no_evidence"))


def test_shapes_that_end_at_the_top_have_their_mean_and_spread():
    for name, top in (("narrow_top", 1.0), ("pile", 1.2)):
        f = shape(name, 245.0, 13.0)
        mean = f @ SCORES
        sd = np.sqrt(f @ (SCORES - mean) ** 2)
        assert (f.sum(), mean) == (pytest.approx(1), pytest.approx(245, abs=0.7))
        assert sd == pytest.approx(13, abs=0.7)
        # Nobody beyond the end, and more people above the mean than below.
        end = 245 + 13 * top + 6
        assert f[end < SCORES].sum() == 0
        assert f[mean < SCORES].sum() > 0.5


def test_matched_means_find_their_population():
    truth = translated.with_matched_mean(KEY, 300, 0.4, 0.35, 13.0, 240.0)
    f = shape("normal", truth.centre, 13.0, translated.SCORES)
    p = truth.chance(translated.SCORES)
    assert f @ p == pytest.approx(0.4)
    assert f * p @ translated.SCORES / (f @ p) == pytest.approx(240, abs=1e-6)
    # The matched lie above everyone: by .35 / 10 x 13^2 x E[p (1 - p)] / E[p], about 3.5.
    assert truth.centre == pytest.approx(236.6, abs=0.3)


def test_the_next_cycle_is_held_against_the_level_that_moved():
    truth = replace(TRUTH, slope=0.3)
    still = translated.judge(truth, 0.0, 1, curve("borrowed"))
    moved = translated.judge(truth, 1.0, 1, curve("borrowed"))
    assert (still["covered"], still["next_covered"]) == (1, 1)
    assert (moved["covered"], moved["next_covered"]) == (1, 0)


@pytest.mark.parametrize("part", [outliers, one_statistic, translated])
def test_a_replicate_depends_on_its_seed_alone(monkeypatch, part):
    if part is not outliers:
        monkeypatch.setattr(part, "CELLS", 4)
    if part is one_statistic:
        monkeypatch.setattr(part, "FORMS", ("one_mean",))
    if part is outliers:
        monkeypatch.setattr(part, "draw_world", few)
    name = next(iter(part.SETTINGS))
    one, again, other = (pd.DataFrame(part.replicate(name, seed)) for seed in (0, 0, 1))
    pd.testing.assert_frame_equal(one, again)
    assert not one.equals(other)
    table = part.summary(pd.concat([one.assign(replicate=0), other.assign(replicate=1)]).assign(
        setting=name))  # fmt: skip
    assert set(table["figure"]) <= {figure.name for figure in part.FIGURES}
    assert "probability covered" in set(table["figure"])
    assert table["value"].notna().all()


def few(setting, seed, random):
    return draw_world(setting, seed, random)[-4:]


def test_a_share_is_that_of_its_place_and_errors_count_replicates():
    rows = pd.DataFrame({
        "setting": "a", "replicate": [0, 0, 1, 1], "people": [100, 330, 100, 330],
        "over": [1.0, np.nan, 0.0, 1.0],
    })  # fmt: skip
    table = tally(rows, [Figure("share", "over")], ("setting",), ("people",))
    assert table[["people", "value", "cells"]].to_numpy().tolist() == [
        ["all", 0.6667, 3], ["100", 0.5, 2], ["330", 1.0, 1],
    ]  # fmt: skip
    # Of replicates 1 and 0 at 100 people, the standard error of their mean.
    assert table["monte_carlo_error"][1] == 0.5


ROW = {"setting": "step", "table": "bins", "kind": "step", "people": "1000", "shape": "all",
       "figure": "edge covered, claimed only", "monte_carlo_error": 0.01, "cells": 9,
       "replicates": 3}  # fmt: skip


@pytest.mark.parametrize(
    ("change", "missed"),
    [
        ({"value": 0.9}, []),
        ({"value": 0.899}, [0]),
        ({"value": 0.899, "kind": "straight"}, []),
        ({"value": 0.8, "people": "330"}, []),
        ({"value": 0.799, "people": "330"}, [1]),
        ({"value": 0.02, "setting": "straight", "figure": "flagged misfit", "people": "all"}, []),
        ({"value": 0.021, "setting": "straight", "figure": "flagged misfit", "people": "all"}, [2]),
        ({"value": 0.5, "figure": "flagged misfit", "people": "all"}, []),
    ],
)
def test_wrong_shapes_have_targets_by_people(change, missed):
    found = targets.bends(pd.DataFrame([ROW | change]))
    assert [place for place, each in enumerate(found) if each.missed] == missed


@pytest.mark.parametrize(("value", "missed"), [(0.799, 1), (0.8, 0), (1.0, 0)])
def test_outliers_of_many_people_are_seen_or_covered_in_80(value, missed):
    row = {"setting": "outliers .05", "table": "bins", "kind": "outlier", "people": ">=200",
           "figure": "slope covered or flagged", "value": value,
           "monte_carlo_error": 0.01}  # fmt: skip
    rows = [row, row | {"kind": "other", "value": 0.1}, row | {"people": "100", "value": 0.1}]
    (found,) = targets.outliers(pd.DataFrame(rows))
    assert (found.asked, len(found.missed)) == (1, missed)


@pytest.mark.parametrize(
    ("verdicts", "place", "low", "high"),
    [
        (targets.translated, {"editions": "all"}, 0.93, 0.97),
        (targets.one_statistic, {"shape": "all", "table": "means"}, 0.92, 0.98),
    ],
)
def test_chances_have_targets(verdicts, place, low, high):
    row = {"setting": "a", "people": "all", "figure": "probability covered"} | place
    for value, missed in ((low - 0.001, 1), (low, 0), (high, 0), (high + 0.001, 1)):
        found = verdicts(pd.DataFrame([row | {"value": value, "monte_carlo_error": 0.01}]))
        assert (found[0].asked, len(found[0].missed)) == (1, missed)


@pytest.mark.parametrize(("largest", "missed"), [(1.02, 0), (1.021, 1)])
def test_one_table_more_never_widens(largest, missed):
    row = {"of": "the same", "before": "bins", "after": "bins + means", "people": "all",
           "figure": "slope", "largest": largest, "above": 0.1, "cells": 10}  # fmt: skip
    slope, chance = targets.more_tables(pd.DataFrame([row, row | {"before": "any"}]))
    assert (slope.asked, len(slope.missed), chance.asked) == (1, missed, 0)
    if missed:
        assert slope.missed == ["the same people, bins to bins + means: 10.0 % of 10, up to 1.02"]


def test_every_part_has_targets_and_a_section():
    parts = set(study.PARTS) - {"slopes"}
    assert parts == set(targets.PARTS)
    assert all(hasattr(sections, f"{name}_section") for name in parts)


def test_a_part_that_is_asked_for_a_setting_of_another_says_which_it_has(monkeypatch, capsys):
    monkeypatch.setattr("sys.argv", ["study.py", "--part", "bends", "--settings", "translated"])
    with pytest.raises(SystemExit):
        study.main()
    assert "bends has no setting translated: it has straight, bend, step" in capsys.readouterr().err
