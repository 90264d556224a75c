"""From a cohort with covariates to the rows of adjustments.csv: pooled, withheld, never mixed."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from scipy.stats import binom, norm

from covariate_samples import EFFECTS, NAMES, cohort_of, draw_people
from recalib.adjust.notes import FEW_ON_A_SIDE
from recalib.adjust.pooling import SIDES, pooled
from recalib.adjust.tables import cohort_rows, one_a_key
from recalib.contract.keys import CurveKey
from recalib.contract.store import empty_table, read_table, write_tables
from recalib.contract.tables import TABLES
from recalib.privacy.effects import Effect, Effects, effects_of
from recalib.run.tables import Run
from steps import adjust as make

STEPS_OF = dict(zip(NAMES, EFFECTS, strict=True))


def _one(specialty, value, error, *, slope=0.5, slope_error=0.05, name="needs_visa", cycle="2026"):
    key = CurveKey(cycle, specialty, "non_us_img", "", "match", "ranked_first")
    return Effects(key, "cohort:dean", 200, slope, slope_error, {name: Effect(value, error)})


def test_a_specialty_alone_is_hardly_pulled():
    ((_, found),) = pooled([_one("dermatology", -0.8, 0.2)])
    estimate = found["needs_visa"]
    # A normal prior of its own spread: 1 around 0, and what specialties differ by.
    assert estimate.effect == pytest.approx(-0.8, abs=0.05)
    assert estimate.effect_se == pytest.approx(0.2, rel=0.05)
    assert estimate.correlation == 0


def test_specialties_lend_each_other_strength_the_more_the_less_they_know():
    sites = [_one(f"s{place}", -0.6, 0.05) for place in range(8)]
    odd = _one("odd", 0.2, 0.6)
    found = {one.key.specialty: each["needs_visa"] for one, each in pooled([*sites, odd])}
    assert found["odd"].effect < -0.4
    assert found["odd"].effect_se < 0.35
    assert found["s1"].effect == pytest.approx(-0.6, abs=0.02)


def test_the_pool_integrates_its_prior():
    """One site against plain quadrature of the hierarchy."""
    value, error = -0.5, 0.3
    ((_, found),) = pooled([_one("dermatology", value, error)])
    rng = np.random.default_rng(3)
    draws = 400_000
    mean = rng.normal(*SIDES.mean, draws)
    spread = np.abs(rng.normal(0, SIDES.specialty_scale, draws))
    effect = mean + spread * rng.standard_t(SIDES.freedom, draws)
    effect += np.abs(rng.normal(0, SIDES.cycle_scale, draws)) * rng.standard_normal(draws)
    weight = norm.pdf(value, effect, error) * (np.abs(effect) < SIDES.limits[1])
    centre = float(np.average(effect, weights=weight))
    spread = float(np.sqrt(np.average((effect - centre) ** 2, weights=weight)))
    assert found["needs_visa"].effect == pytest.approx(centre, abs=0.01)
    assert found["needs_visa"].effect_se == pytest.approx(spread, rel=0.03)


def test_outcomes_groups_and_cohorts_are_pooled_apart():
    alone = pooled([_one("dermatology", -0.8, 0.4)])[0][1]["needs_visa"]
    far = _one("neurology", 1.5, 0.05)
    others = [
        replace(far, key=far.key._replace(outcome="interview", denominator="applications")),
        replace(far, key=far.key._replace(applicant_group="us_img")),
        replace(far, key=far.key._replace(denominator="ranked_any_pgy1")),
        replace(far, source="cohort:registry"),
        replace(far, source="cohort:dean (SYNTHETIC)"),
    ]
    for other in others:
        found = {one.key: each for one, each in pooled([_one("dermatology", -0.8, 0.4), other])}
        key = _one("dermatology", 0, 1).key
        assert found[key]["needs_visa"] == alone


def _rows(*people, **options):
    return pd.DataFrame(cohort_rows([cohort_of(*people, **options)]))


@pytest.fixture(scope="module")
def published():
    """Four specialties, one of them tiny, one without failures."""
    sizes = {"neurology": 1500, "pediatrics": 500, "psychiatry": 300, "dermatology": 18}
    people = [
        draw_people(size, specialty=specialty, seed=seed)
        for seed, (specialty, size) in enumerate(sizes.items())
    ]
    people[2]["step1_failures"] = 0
    return _rows(*people)


def test_every_covariate_of_every_curve_has_a_row(published):
    key = list(TABLES["adjustments"].key)
    assert len(published) == 4 * 2 * 4
    assert not published.duplicated(key).any()
    assert set(published["grade"]) == {"C"}
    assert set(published["sources"]) == {"cohort:dean"}
    missing = set(TABLES["adjustments"].column_names) - set(published.columns)
    assert missing == {"edition"}


def test_what_is_withheld_is_blank_and_says_why(published):
    numbers = ["odds_ratio", "odds_ratio_low", "odds_ratio_high", "points", "n"]
    numbers += ["points_low", "points_high"]
    tiny = published["specialty"] == "dermatology"
    nobody = (published["specialty"] == "psychiatry") & (published["covariate"] == "step1_failures")
    withheld = published["suppressed"] != ""
    assert (withheld == (tiny | nobody)).all()
    assert set(published.loc[withheld, "suppressed"]) == {FEW_ON_A_SIDE}
    assert published.loc[withheld, numbers].isna().all(axis=None)
    assert set(published.loc[withheld, "status"]) == {"no_evidence"}
    shown = published[~withheld]
    assert shown[["odds_ratio", "odds_ratio_low", "odds_ratio_high", "n"]].notna().all(axis=None)
    assert (shown["n"] % 10 == 0).all()
    # 0 people and 10 look alike, and no number of people stands in a sentence.
    for note in published.loc[withheld, "note"]:
        assert not any(letter.isdigit() for letter in note.replace("1-10", ""))


def test_rows_say_what_else_is_held_equal(published):
    notes = published[published["covariate"] == "needs_visa"].set_index(["specialty", "outcome"])
    assert "same score, Step 1 failures, years" in notes.loc[("neurology", "match"), "note"]
    assert "Step 1" not in notes.loc[("psychiatry", "match"), "note"]


def test_the_truth_lies_within_most_intervals(published):
    shown = published[published["odds_ratio"].notna()]
    truth = np.exp(shown["covariate"].map(STEPS_OF))
    inside = (shown["odds_ratio_low"] <= truth) & (truth <= shown["odds_ratio_high"])
    assert len(shown) >= 20
    assert inside.sum() >= binom.ppf(0.005, len(shown), 0.93)
    points = -10 * shown["covariate"].map(STEPS_OF) / 0.5
    told = shown["points"].notna()
    low, high = shown["points_low"].fillna(-np.inf), shown["points_high"].fillna(np.inf)
    assert ((low <= points) & (points <= high))[told].sum() >= binom.ppf(0.005, told.sum(), 0.93)
    # Intervals that told nothing would pass the lines above.
    wide = np.log(shown["odds_ratio_high"] / shown["odds_ratio_low"])
    assert wide.median() < 0.8


def test_a_covariate_blank_for_most_is_not_suppressed_and_says_so():
    people = draw_people(500, seed=3)
    people.loc[people.index % 3 > 0, "us_clinical_months"] = -1
    rows = _rows(people).set_index(["outcome", "covariate"])
    row = rows.loc[("match", "us_clinical_months")]
    assert (row["suppressed"], row["status"]) == ("", "no_evidence")
    assert row["note"].startswith("Blank for more than half of the people: not fitted.")


def test_synthetic_people_are_said_to_be():
    rows = _rows(draw_people(400, seed=1), synthetic=True)
    assert set(rows["sources"]) == {"cohort:dean (SYNTHETIC)"}
    assert rows["note"].str.contains("SYNTHETIC").all()


def test_rows_of_one_application_say_that_clustering_cannot_be_told():
    people = draw_people(400, seed=1)
    people["n_applications"], people["n_interviews"] = 1, people["matched"]
    rows = _rows(people).set_index(["outcome", "covariate"])
    assert "Each row holds one application" in rows.loc[("interview", "needs_visa"), "note"]
    assert "Each row" not in rows.loc[("match", "needs_visa"), "note"]


def test_a_printed_row_stands_before_a_cohorts_and_the_larger_cohort_before_the_other():
    key = dict.fromkeys(TABLES["adjustments"].key, "x")
    rows = [
        key | {"sources": "cohort:small", "n": 50, "status": "ok"},
        key | {"sources": "cohort:large", "n": 500, "status": "ok"},
        key | {"sources": "table", "n": 90, "status": "weak"},
    ]
    assert one_a_key(rows)[0]["sources"] == "table"
    assert one_a_key(rows[:2])[0]["sources"] == "cohort:large"
    nothing = key | {"sources": "cohort:huge", "n": float("nan"), "status": "no_evidence"}
    assert one_a_key([nothing, *rows[:2]])[0]["sources"] == "cohort:large"
    assert one_a_key([nothing])[0]["sources"] == "cohort:huge"


def test_the_drawer_keeps_covariates_private_and_whole(tmp_path):
    cohort = cohort_of(draw_people(200, seed=1))
    bare = replace(cohort, name="bare", covariates=None)
    Run(tmp_path).write_cohorts([bare, cohort])
    first, second = Run(tmp_path).cohorts()
    assert first.covariates is None
    pd.testing.assert_frame_equal(second.covariates, cohort.covariates, check_dtype=False)
    (file,) = tmp_path.iterdir()
    assert file.stat().st_mode & 0o777 == 0o600
    Run(tmp_path).write_cohorts([])
    assert not list(tmp_path.iterdir())


def test_the_room_writes_what_the_table_wants(tmp_path):
    Run(tmp_path).write_cohorts([cohort_of(draw_people(300, seed=1))])
    write_tables({"curves": empty_table("curves")}, tmp_path)
    inputs = {"edition": "9", "provenance": {}}
    (tmp_path / "inputs.json").write_text(json.dumps(inputs), encoding="utf-8")
    made = make(tmp_path)
    found = read_table(tmp_path / "adjustments.csv", "adjustments")
    assert len(found) == len(made) == 8
    assert set(found["edition"]) == {"9"}
    # The same counts give the same bytes.
    before = (tmp_path / "adjustments.csv").read_bytes()
    make(tmp_path)
    assert (tmp_path / "adjustments.csv").read_bytes() == before


def test_everything_published_is_computed_from_what_leaves():
    """Other people with the same coarse numbers: not a byte differs."""
    people = draw_people(600, seed=8)
    cohort = cohort_of(people)
    (seen, _) = effects_of(cohort)
    rng = np.random.default_rng(8)
    for _ in range(200):
        others = people.copy()
        places = rng.integers(600, size=2)
        others.loc[places, "step2_ck"] = others.loc[places, "step2_ck"].to_numpy()[::-1]
        found = list(effects_of(cohort_of(others)))
        if found[0] == seen and not others.equals(people):
            break
    else:
        pytest.fail("no other people with the same coarse numbers were found")
    columns = ["covariate", "odds_ratio", "odds_ratio_low", "points", "points_high", "n"]
    before, after = (_matches(cohort_rows([each]))[columns] for each in (cohort, cohort_of(others)))
    pd.testing.assert_frame_equal(before, after)


def _matches(rows):
    frame = pd.DataFrame(rows)
    return frame[frame["outcome"] == "match"]
