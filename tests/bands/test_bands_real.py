"""Bands, anchors and audit of the real tables."""

import json
import math
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import yaml
from scipy.special import logit

from recalib.bands.anchors import anchors_from, leave_own_guide_out
from recalib.contract.keys import KEY_COLUMNS
from recalib.contract.store import read_table

RAW = Path(__file__).parents[1] / "frozen" / "raw"


@pytest.fixture(scope="module")
def table(work_dir):
    return read_table(work_dir / "band_table.csv", "band_table")


@pytest.fixture(scope="module")
def audit(work_dir):
    return read_table(work_dir / "guide_audit.csv", "guide_audit")


def test_frozen_anchors_are_what_the_curves_give(work_dir):
    notes = json.loads((work_dir / "band_notes.json").read_text())
    frozen = yaml.safe_load((RAW / "guides" / "anchors.yml").read_text())
    assert notes["frozen"]
    assert notes["computed"] == {edge: frozen[edge] for edge in ("top", "middle", "bottom")}
    assert notes["difference"] == {}


def test_anchors_are_means_on_the_logit_of_guides_with_equal_weight():
    points = pd.DataFrame(
        {
            "edge": ["top", "top", "top", "middle"],
            "guide": ["a", "a", "b", "a"],
            "probability": [0.2, 0.3, 0.6, 0.1],
        }
    )
    first = (logit(0.2) + logit(0.3)) / 2
    wanted = 1 / (1 + math.exp(-(first + logit(0.6)) / 2))
    assert anchors_from(points) == {"top": round(wanted, 4), "middle": 0.1}
    assert leave_own_guide_out(points, "top", "a") == 0.6
    assert np.isnan(leave_own_guide_out(points, "middle", "a"))


def test_a_middle_above_the_top_is_left_out():
    points = pd.DataFrame(
        {"edge": ["top", "middle"], "guide": ["a", "a"], "probability": [0.3, 0.4]}
    )
    assert anchors_from(points) == {"top": 0.3}


def test_every_curve_has_every_label_of_both_schemes(table, work_dir):
    curves = read_table(work_dir / "curves.csv", "curves")
    counts = table.groupby([*KEY_COLUMNS, "scheme"]).size()
    assert (counts == 4).all()
    assert len(counts) == 2 * len(curves)


def test_bands_with_bounds_are_contiguous_and_cover_the_scale(table):
    seen = 0
    for _, rows in table.groupby([*KEY_COLUMNS, "scheme"]):
        held = rows.dropna(subset="score_min").sort_values("rank")
        if held.empty:
            continue
        seen += 1
        assert held["score_max"].iloc[0] == 300
        assert held["score_min"].iloc[-1] == 1
        assert (held["score_max"].to_numpy()[1:] == held["score_min"].to_numpy()[:-1] - 1).all()
        chances = held["probability"].to_numpy(float)
        assert (np.diff(chances) < 0).all()
    assert seen > 50


def test_bounds_follow_from_the_boundaries(table):
    held = table.dropna(subset="boundary")
    assert (held["score_min"] == np.ceil(held["boundary"])).all()
    low, high = held["boundary_low"], held["boundary_high"]
    assert ((low <= held["boundary"]) | low.isna()).all()
    assert ((high >= held["boundary"]) | high.isna()).all()


def test_only_ok_curves_claim_edges(table):
    claimed = table.dropna(subset="score_min")
    assert set(claimed["status"]) == {"ok"}
    blank = table[table["score_min"].isna()]
    assert blank[["boundary", "probability", "shift"]].isna().all(axis=None)


def test_interviews_have_no_guide_bands(table):
    rows = table[(table["outcome"] == "interview") & (table["scheme"] == "guide")]
    assert rows["score_min"].isna().all()
    assert rows["guide_edge"].isna().all()


def test_shift_is_boundary_minus_printed_edge(table):
    held = table.dropna(subset="shift")
    counts = held.groupby("specialty").size().to_dict()
    # The lowest edge of internal medicine's guide lies below the scores that occur.
    assert counts == {"anesthesiology": 2, "general_surgery": 3, "internal_medicine": 2}
    np.testing.assert_allclose(held["shift"], held["boundary"] - held["guide_edge"].astype(float))


def test_every_printed_row_is_audited_for_every_group(audit):
    printed = pd.read_csv(RAW / "guides" / "guide_bands.csv")
    assert set(audit["guide"]) == set(printed["guide"])
    alone = printed[~printed["specialty"].str.startswith("tier:")]
    for _, row in alone.iterrows():
        groups = (
            ["non_us_img", "us_img"]
            if row["applicant_group"] == "img"
            else [row["applicant_group"]]
        )
        for group in groups:
            found = audit[
                (audit["guide"] == row["guide"])
                & (audit["guide_scheme"] == row["guide_scheme"])
                & (audit["specialty"] == row["specialty"])
                & (audit["rank"] == row["rank"])
                & (audit["curve_group"] == group)
            ]
            assert len(found) == 1
    tiers = audit[audit["specialty"].isin(["dermatology", "vascular_surgery", "pediatrics"])]
    assert len(tiers) == 2 + 2 + 4


def test_anchoring_guides_are_judged_by_the_others(audit, work_dir):
    points = read_table(work_dir / "guide_anchors.csv", "guide_anchors").set_index(
        ["edge", "guide"]
    )
    voted = 0
    for _, row in audit[audit["verdict"] != "cannot_tell"].iterrows():
        if (row["edge"], row["guide"]) not in points.index:
            continue
        if row["specialty"] == points.loc[(row["edge"], row["guide"]), "specialty"]:
            anchor = points.loc[(row["edge"], row["guide"]), "anchor_without_own"]
            wanted = "holds"
            if row["edge_high"] < anchor:
                wanted = "too_easy"
            elif row["edge_low"] > anchor:
                wanted = "too_hard"
            assert row["verdict"] == wanted
            voted += 1
    assert voted >= 6


def test_verdicts_follow_their_rule(audit):
    assert (audit.loc[audit["status"] != "ok", "verdict"] == "cannot_tell").all()
    surgery = audit[
        (audit["guide"] == "general_surgery_img") & (audit["curve_group"] == "non_us_img")
    ]
    targets = surgery[surgery["guide_scheme"] == "target"].set_index("label")
    assert targets.loc["highly_competitive", "verdict"] == "too_easy"
    assert 0.25 < targets.loc["highly_competitive", "probability_at_edge"] < 0.33
    assert targets.loc["highly_competitive", "shift"] > 0
    plans = surgery[surgery["guide_scheme"] == "program_list"]
    assert (plans["verdict"] == "cannot_tell").all()
    pediatrics = audit[
        (audit["specialty"] == "pediatrics") & (audit["curve_group"] == "non_us_img")
    ]
    assert pediatrics.set_index("rank").loc[1, "verdict"] == "too_hard"
