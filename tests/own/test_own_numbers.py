"""What is said of an own cohort: against fits by hand, and where the data cannot tell."""

import numpy as np
import pandas as pd
import pytest
from scipy.special import expit, logit

from own_exports import EDITION, RAW, eras_like, write
from raw_cohorts import make_raw, people, store
from recalib.cohorts.own_file import initialise, key_beside, read_own
from recalib.own import figures
from recalib.own.covariates import adjusted, covariate_counts
from recalib.own.judge import own_curves, verdicts
from recalib.own.measures import NATIONAL, OWN, measures, reliability, with_own_chance
from recalib.own.people import beside_national, matches, national_curves, one_by_one
from recalib.own.protected import cost, published_beside_exact
from recalib.privacy.score_fit import build_cohort_cells
from recalib.problems import UsageError


def cohort_of(rows, tmp_path, seed=1, height=0.0):
    path = write(eras_like(rows, seed, height), tmp_path / "mine.csv")
    initialise(path, RAW)
    return read_own(path, raw=RAW), path


@pytest.fixture(scope="module")
def large(tmp_path_factory):
    return cohort_of(4000, tmp_path_factory.mktemp("large"))


def beside(cohort):
    found = matches(cohort)
    return beside_national(found, national_curves(found, EDITION, "ranked_first"))


def known_people(level, slope, seed=1, n=600, error=0.0, specialty="internal_medicine"):
    """Counts whose logit is level + slope times the national one."""
    rng = np.random.default_rng(seed)
    score = np.arange(215, 276, 5)
    national = 0.3 + 0.4 * (score - 245) / 10
    total = np.full(len(score), n // len(score))
    centred = national - national.mean()
    matched = rng.binomial(total, expit(level + national.mean() + slope * centred))
    return pd.DataFrame(
        {
            "cycle": "2026",
            "specialty": specialty,
            "applicant_group": "non_us_img",
            "score": score,
            "people": total,
            "matched": matched,
            "logit": national,
            "chance": expit(national),
            "logit_se": error,
            "slope_error": error,
        }
    )


def test_the_level_is_that_of_the_score_equation():
    found = known_people(0.6, 1.0)
    (row,) = verdicts(found).to_dict("records")
    # At the maximum the expected number is the observed one.
    due = (found["people"] * expit(found["logit"] + row["level"])).sum()
    assert due == pytest.approx(found["matched"].sum(), abs=1e-5)
    base = row["expected"] / row["people"]
    assert row["points"] == pytest.approx(100 * (expit(logit(base) + row["level"]) - base))
    assert "Does not hold: ours matched more often" in row["verdict"]


def test_both_intervals_cover_the_truth():
    hits = []
    for seed in range(200):
        (row,) = verdicts(known_people(0.3, 1.4, seed)).to_dict("records")
        hits.append(
            (
                row["level_low"] < 0.3 < row["level_high"],
                row["slope_low"] < 1.4 < row["slope_high"],
            )
        )
    level, slope = np.mean(hits, axis=0)
    # The level is that at the nation's slope: with another slope it lies a little off.
    assert level > 0.88
    assert 0.90 < slope < 0.99


def test_what_the_nation_does_not_know_widens():
    known, unsure = (verdicts(known_people(0.0, 1.0, error=e)).iloc[0] for e in (0.0, 0.3))
    assert unsure["level_high"] - unsure["level_low"] > known["level_high"] - known["level_low"]
    assert unsure["slope_high"] - unsure["slope_low"] > known["slope_high"] - known["slope_low"]
    assert known["verdict"].startswith("Holds")
    assert unsure["verdict"].startswith("The data cannot tell")


def test_a_mean_over_all_does_not_hide_single_specialties():
    up = known_people(1.0, 1.0)
    down = known_people(-1.0, 1.0, seed=2, specialty="general_surgery")
    table = verdicts(pd.concat([up, down], ignore_index=True))
    last = table.iloc[-1]
    assert last["specialty"] == "all together"
    assert abs(last["points"]) < 5
    assert "In single specialties it does not hold" in last["verdict"]


def test_too_few_of_one_result_are_not_judged():
    few = known_people(0.0, 1.0).assign(matched=0)
    few.loc[0, "matched"] = 9
    (row,) = verdicts(few).to_dict("records")
    assert row["verdict"] == "The data cannot tell: 9 matched, and 10 of each are needed."
    assert np.isnan(row.get("level", np.nan))
    assert own_curves(few)["reading"].iloc[0].startswith("The data cannot tell")


def test_people_without_a_national_curve_are_counted_and_not_judged():
    bare = known_people(0.0, 1.0).assign(logit=np.nan, chance=np.nan, logit_se=np.nan)
    (row,) = verdicts(bare).to_dict("records")
    assert row["people"] == bare["people"].sum()
    assert row["verdict"].startswith("No national curve")


def test_own_slopes_are_those_of_a_regression(large):
    cohort, _ = large
    people = one_by_one(matches(cohort))
    row = own_curves(matches(cohort)).set_index(["specialty", "applicant_group"])
    for key, part in people.groupby(["specialty", "applicant_group"]):
        # By Newton's steps on people one by one, not by statsmodels on counts.
        design = np.column_stack([np.ones(len(part)), (part["score"] - 245) / 10])
        place = np.zeros(2)
        for _ in range(30):
            chance = expit(design @ place)
            bread = (design * (chance * (1 - chance))[:, None]).T @ design
            place = place + np.linalg.solve(bread, design.T @ (part["result"] - chance))
        assert row.loc[key, "slope"] == pytest.approx(place[1], abs=1e-6)


def test_nobody_is_lost_on_the_way_to_people(large):
    cohort, _ = large
    found = matches(cohort)
    everyone = one_by_one(found)
    assert len(everyone) == found["people"].sum()
    again = everyone.groupby(["cycle", "specialty", "applicant_group", "score"])["result"]
    pd.testing.assert_series_equal(
        again.sum().reset_index(drop=True), found["matched"], check_names=False, check_dtype=False
    )


def test_national_curves_are_of_the_cycle_or_the_newest(large):
    cohort, _ = large
    found = national_curves(matches(cohort), EDITION, "ranked_first")
    other = found[(found["cycle"] == "2025") & (found["applicant_group"] == "non_us_img")]
    assert set(other["national_cycle"]) == {"2026"}
    people = beside(cohort)
    same = people[(people["score"] == 245) & (people["specialty"] == "internal_medicine")]
    same = same[same["applicant_group"] == "non_us_img"].set_index("cycle")
    # The nation's level has moved between its cycle and ours.
    assert same.loc["2025", "logit_se"] > same.loc["2026", "logit_se"] + 0.1
    assert same.loc["2025", "logit"] == same.loc["2026", "logit"]


def test_own_chances_are_of_people_left_out(large):
    cohort, _ = large
    everyone = with_own_chance(one_by_one(beside(cohort)), 10, 1)
    again = with_own_chance(one_by_one(beside(cohort)), 10, 1)
    pd.testing.assert_frame_equal(everyone, again)
    table = measures(everyone).set_index(["people", "by"])
    national = table.loc[("all together", NATIONAL)]
    own = table.loc[("all together", OWN)]
    # The national curve knows nothing of these people's specialties' levels.
    assert own["brier"] < national["brier"]
    assert own["log_loss"] < national["log_loss"]
    assert 0.5 < own["auc"] < 1
    seen = reliability(everyone, 5)
    assert set(seen.groupby("by").size()) == {5}
    mean = seen[seen["by"] == OWN]["observed"].mean()
    assert mean == pytest.approx(everyone["result"].mean(), abs=0.01)


def test_no_measures_of_a_handful():
    few = known_people(0.0, 1.0).head(1).assign(people=12, matched=3)
    everyone = with_own_chance(one_by_one(few), 10, 1)
    assert everyone["own"].isna().all()
    assert measures(everyone).empty
    assert reliability(everyone, 5).empty


def test_covariates_find_what_was_put_in(large):
    cohort, _ = large
    table, summary = adjusted(covariate_counts(cohort))
    row = table.set_index("covariate")
    # -.05 a year, that is exp(-.25) for five; a citizen's visa need follows from the group alone.
    years = row.loc["years_since_graduation"]
    assert years["low"] < np.exp(-0.25) < years["high"]
    assert years["reading"] == "Fewer match."
    assert row.loc["needs_visa", "reading"].startswith("The data cannot tell")
    assert row.loc["step1_failures", "low"] < 1 < row.loc["step1_failures", "high"]
    assert "years_since_graduation" in summary
    assert "needs_visa" not in summary


def test_a_cohort_without_covariates_says_so(tmp_path):
    raw = make_raw(tmp_path)
    store(people(300), raw, "csv")
    (raw.path / "specialties.csv").write_text((RAW / "specialties.csv").read_text())
    cohort = read_own(raw.path / "cohorts" / "ours.csv", raw=RAW)
    table, words = adjusted(covariate_counts(cohort))
    assert table.empty
    assert "No covariate" in words


def test_the_published_version_is_that_of_a_run(large):
    """The same key and counts: what is shown here leaves the house so."""
    from dataclasses import replace

    cohort, path = large
    secret = key_beside(path)
    table = published_beside_exact(cohort, secret, [245.0])
    cells = build_cohort_cells([replace(cohort, secret=secret)])
    cells = {cell.key[:3]: cell for cell in cells if cell.key.outcome == "match"}
    assert len(table) == len(cells)
    for row in table.to_dict("records"):
        cell = cells[(row["cycle"], row["specialty"], row["applicant_group"])]
        assert (cell.bins is None) == (row["said"] != "")
        at = cell.bins.low == 245
        assert row["published"] == pytest.approx(
            float((cell.bins.n_success[at] / cell.bins.n_total[at])[0]), abs=1e-6
        )
    assert (table["wider"] > 1).all()
    assert f"{len(table)} of {len(table)} match curves" in cost(table)
    other = published_beside_exact(cohort, "5e" * 32, [245.0])
    assert not np.allclose(other["published"], table["published"])
    np.testing.assert_allclose(other["exact"], table["exact"])


def test_withheld_curves_say_why(tmp_path):
    cohort, path = cohort_of(100, tmp_path)
    table = published_beside_exact(cohort, key_beside(path), [245.0])
    assert table["said"].str.startswith("Withheld. Too few people").all()
    assert cost(table).startswith("0 of ")


def test_a_missing_key_is_told(tmp_path):
    _, path = cohort_of(60, tmp_path)
    (tmp_path / ".mine.key").unlink()
    with pytest.raises(UsageError, match=r"There is no key .*\.mine\.key"):
        key_beside(path)


def test_pictures_draw_what_there_is(large):
    cohort, _ = large
    people = beside(cohort)
    drawn = figures.by_score(people)
    panels = [panel for panel in drawn.axes if panel.get_title(loc="left")]
    assert len(panels) == 6
    # The largest comes first: observed shares at the middles of the bins.
    big = people[people["specialty"] == "internal_medicine"]
    big = big[(big["applicant_group"] == "non_us_img") & (big["score"] // 10 == 24)]
    points = panels[0].collections[-1].get_offsets()
    (at,) = [y for x, y in points if x == 244.5]
    assert at == pytest.approx(big["matched"].sum() / big["people"].sum())
    # A bin of a few is not drawn, and a picture without bins is none.
    assert figures.by_score(people.head(2).assign(people=2, matched=1, score=[200, 250])) is None
    none = verdicts(people.head(3).assign(people=2, matched=1))
    assert figures.verdicts(none) is None
