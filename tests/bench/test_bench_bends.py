"""Wrong shapes: what is true of a step, a plateau and a bend, and how curves are judged on them."""

from dataclasses import replace

import bends
import numpy as np
import pandas as pd
import pytest
from bends import Bent

from recalib.contract.keys import CurveKey
from recalib.curves.curve import Curve
from recalib.likelihood.cells import Cell
from recalib.likelihood.model import Grid

KEY = CurveKey("2026", "s00", "non_us_img", "", "match", "ranked_first")
STEP = Bent(KEY, 1000, "normal", 245.0, 13.0, np.nan, np.nan, kind="step", place=240.0,
            low=0.3, high=0.7)  # fmt: skip
PLATEAU = Bent(KEY, 1000, "normal", 245.0, 13.0, 1.0, 0.0, kind="plateau", place=250.0)
BEND = Bent(KEY, 1000, "normal", 245.0, 13.0, 0.4, 0.0, kind="bend", bend=-0.1)


def test_the_edge_of_a_step_is_its_cut_off():
    assert STEP.chance(np.array([239, 240, 290])).tolist() == [0.3, 0.7, 0.7]
    assert STEP.edge(0.5) == pytest.approx(240, abs=1e-5)
    assert STEP.edge(0.25) == -np.inf
    assert np.isnan(STEP.edge(0.75))


def test_the_edge_of_a_plateau_is_where_its_rise_reaches_it():
    # expit(.5) = .622 at 250 and above.
    np.testing.assert_allclose(PLATEAU.chance(np.array([250, 280])), 0.6225, atol=1e-4)
    # logit(.25) = -1.0986.
    assert PLATEAU.edge(0.25) == pytest.approx(245 - 10.986, abs=1e-3)
    assert PLATEAU.edge(0.5) == pytest.approx(245)
    assert np.isnan(PLATEAU.edge(0.75))


def test_a_bend_is_flat_beyond_its_turn():
    # .4 u - .1 u^2 at u = 1; its top, .4, at u = 2.
    p = BEND.chance(np.array([255, 265, 290]))
    np.testing.assert_allclose(np.log(p / (1 - p)), [0.3, 0.4, 0.4])
    up = replace(BEND, bend=0.1)
    assert up.chance(np.array(195)) == up.chance(np.array(225)) < up.chance(np.array(235))


def test_a_world_deals_kinds_and_sizes():
    world = bends.draw_world(bends.SETTINGS["one step"], np.random.default_rng(1))
    kinds = pd.Series([truth.kind for truth, _ in world])
    assert kinds.value_counts().to_dict() == {"straight": 16, "step": 4}
    steps = [truth for truth, _ in world if truth.kind == "step"]
    assert [truth.size for truth in steps] == list(bends.SIZES)
    for truth, people in world:
        assert people.matched.sum() + people.not_matched.sum() == truth.size


def flat(status="ok", low=0.2):
    """A curve through .5 at 240 whose edges at 25 and 75 % lie at 230 and 250."""
    grid = Grid(185, 245.0, 13.0)
    f = np.exp(-0.5 * ((grid.x - 245) / 13) ** 2)
    slope = 1.0986
    return Curve(
        Cell(KEY, grid), status, intercept=slope / 2, slope=slope, intercept_se=low, slope_se=0.05,
        correlation=0.0, scores=f / f.sum(),
    )  # fmt: skip


def test_an_edge_that_is_reached_nowhere_is_not_covered():
    row = bends.judge(STEP, flat())
    # Of 230, 240, 250 the one at the cut-off alone.
    assert (row["edges"], row["edges_covered"]) == (3, 1)
    assert row["flagged"] == 0
    assert row["covered"] < 0.5
    row = bends.judge(STEP, flat("misfit"))
    assert (row["edges"], row["flagged"], row["ok"]) == (0, 1, 0)
    assert "covered" not in bends.judge(STEP, flat("no_evidence"))


def test_a_replicate_depends_on_its_seed_alone(monkeypatch):
    monkeypatch.setattr(bends, "CELLS", 4)
    monkeypatch.setattr(bends, "NEIGHBOURS", 2)
    one, again, other = (pd.DataFrame(bends.replicate("step", seed)) for seed in (0, 0, 1))
    pd.testing.assert_frame_equal(one, again)
    assert not one["covered"].equals(other["covered"])
    assert one.groupby("table")["people"].apply(list).to_dict() == {
        form: [100, 330, 1000, 3000] for form in bends.PRINTS
    }
    # Four steps in four: a straight logit cannot hold them all.
    assert one["covered"].mean() < 0.9


def test_shares_of_edges_weigh_edges():
    rows = pd.DataFrame({
        "setting": "step", "table": "bins", "kind": "step", "replicate": [0, 0, 1],
        "people": [100, 330, 100], "shape": "normal", "covered": [1.0, 0.5, 0.0],
        "edges": [3, 1, 0], "edges_covered": [3, 0, 0], "flagged": [0.0, 0.0, 1.0],
        "ok": [1.0, 1.0, 0.0],
    })  # fmt: skip
    table = bends.summary(rows)
    found = table.set_index(["people", "figure"])[["value", "cells"]]
    assert found.loc[("all", "edge covered, claimed only")].tolist() == [0.75, 2]
    assert found.loc[("100", "edge covered, claimed only")].tolist() == [1.0, 1]
    assert found.loc[("all", "flagged misfit")].tolist() == [0.3333, 3]
    assert found.loc[("330", "probability covered")].tolist() == [0.5, 1]
