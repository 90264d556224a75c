"""The margins of the cohort are those of the shipped edition, within what chance moves them."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from demo_samples import EDITION, ROWS
from scipy.stats import chi2, norm
from statsmodels.api import GLM, add_constant, families

from recalib.contract.store import read_table
from recalib.demo.truth import margins
from recalib.problems import RecalibError

Printed = dict[tuple[str, str], dict[str, str]]
KEYS = ["specialty", "applicant_group"]


def within_chance(z: pd.Series) -> bool:
    """Whether standardised differences look like those of chance: together and one by one."""
    together = chi2.sf(float((z**2).sum()), len(z))
    return bool(together > 1e-4 and z.abs().max() < norm.isf(1e-4 / len(z)))


def column(printed: Printed, name: str) -> pd.Series:
    values = {key: float(row[name]) for key, row in printed.items()}
    return pd.Series(values).rename_axis(KEYS)


def test_sizes_are_those_of_the_edition(rows: pd.DataFrame, printed: Printed) -> None:
    counted = rows.groupby(KEYS).size()
    assert set(printed) < set(counted.index)
    known = counted[list(printed)]
    share = column(printed, "n") / column(printed, "n").sum()
    expected = known.sum() * share
    assert within_chance((known - expected) / np.sqrt(expected * (1 - share)))


def test_populations_without_a_curve_of_the_newest_cycle_follow_their_latest(
    rows: pd.DataFrame, truth: pd.DataFrame
) -> None:
    assert set(rows["cycle"]) == {"2026"}
    surgeons = truth.loc[("orthopaedic_surgery", "us_md_senior", "match")]
    assert surgeons["follows"].startswith("2020-2024 orthopaedic_surgery us_md_senior")
    neurologists = truth.loc[("child_neurology", "us_md_senior", "match")]
    assert neurologists["follows"].startswith("2024 child_neurology")
    # 3,223 people of five match years stand beside the 6,992 of one.
    internists = truth.loc[("internal_medicine", "non_us_img", "match"), "share_of_rows"]
    assert surgeons["share_of_rows"] / internists == pytest.approx(3223 / 5 / 6992, rel=1e-4)


def test_match_rates_are_the_base_rates(rows: pd.DataFrame, printed: Printed) -> None:
    known = rows.dropna(subset=["matched"]).groupby(KEYS)["matched"].agg(["sum", "size"])
    known = known.loc[list(printed)]
    rate = column(printed, "base_rate")
    spread = np.sqrt(known["size"] * rate * (1 - rate))
    assert within_chance((known["sum"] - known["size"] * rate) / spread)


def test_invitation_rates_are_the_base_rates(rows: pd.DataFrame, truth: pd.DataFrame) -> None:
    known = rows.dropna(subset=["n_interviews"])
    rate = truth.xs("interview", level="outcome")["base_rate"]
    known = known.join(rate, on=KEYS)
    off = known["n_interviews"] - known["n_applications"] * known["base_rate"]
    by_cell = off.groupby([known[name] for name in KEYS])
    # A person is one draw, whatever the number of applications.
    z = by_cell.sum() / np.sqrt(by_cell.apply(lambda part: float((part**2).sum())))
    assert within_chance(z[by_cell.size() >= 500])


@pytest.mark.parametrize(
    ("specialty", "group", "follows"),
    [
        ("general_surgery", "non_us_img", ["2025 general_surgery non_us_img", "us_img"]),
        ("internal_medicine", "us_md_senior", ["2024 internal_medicine us_md "]),
        ("internal_medicine", "non_us_img", ["img no interview", "img yes interview"]),
    ],
)
def test_interviews_follow_the_curves_of_the_specialty(
    truth: pd.DataFrame, specialty: str, group: str, follows: list[str]
) -> None:
    named = truth.loc[(specialty, group, "interview"), "follows"].split(" | ")
    assert len(named) == len(follows)
    assert all(part in name for part, name in zip(follows, named, strict=True))


def test_scores_have_the_printed_percentiles(rows: pd.DataFrame, printed: Printed) -> None:
    low, high = column(printed, "score_low"), column(printed, "score_high")
    kept = rows.join(pd.DataFrame({"low": low, "high": high}), on=KEYS, how="inner")
    score = kept["step2_ck"]
    assert (score % 1 == 0).all()
    assert score.between(1, 300).all()
    parts = kept.assign(
        # Of a whole number at the limit, the part that lies beyond it.
        below=(kept["low"] - score + 0.5).clip(0, 1),
        above=(score + 0.5 - kept["high"]).clip(0, 1),
    ).groupby(KEYS)
    size = parts.size()
    large = size >= 2_000
    for tail in ("below", "above"):
        z = (parts[tail].mean() - 0.01) / np.sqrt(0.01 * 0.99 / size)
        assert z[large].abs().max() < 4, tail


@pytest.mark.parametrize(
    "key",
    [
        ("internal_medicine", "non_us_img"),
        ("family_medicine", "non_us_img"),
        ("general_surgery", "us_md_senior"),
        ("dermatology", "us_md_senior"),
    ],
)
def test_a_fit_on_the_score_alone_gives_the_printed_slope(
    rows: pd.DataFrame, printed: Printed, key: tuple[str, str]
) -> None:
    part = rows[(rows["specialty"] == key[0]) & (rows["applicant_group"] == key[1])]
    part = part.dropna(subset=["matched"])
    unit = add_constant((part["step2_ck"] - 245) / 10)
    fit = GLM(part["matched"], unit, family=families.Binomial()).fit()
    off = fit.params["step2_ck"] - float(printed[key]["slope"])
    assert abs(off) < 3.5 * fit.bse["step2_ck"]
    # The intercept moves only as far as the base rate asks for.
    assert abs(fit.params["const"] - float(printed[key]["intercept"])) < 0.4


def test_the_cohort_has_blank_cells(rows: pd.DataFrame) -> None:
    blank = rows.isna().mean()
    filled = ["cycle", "specialty", "applicant_group", "step2_ck", "n_applications"]
    assert (blank[filled] == 0).all()
    assert blank["matched"] == pytest.approx(0.02, abs=4 * np.sqrt(0.02 / ROWS))
    assert blank["n_interviews"] == pytest.approx(0.03, abs=4 * np.sqrt(0.03 / ROWS))
    assert blank["us_clinical_months"] == pytest.approx(0.01, abs=4 * np.sqrt(0.01 / ROWS))


def test_nobody_has_more_interviews_than_applications(rows: pd.DataFrame) -> None:
    assert (rows["n_applications"] >= 1).all()
    known = rows.dropna(subset=["n_interviews"])
    assert (known["n_interviews"] <= known["n_applications"]).all()
    assert set(rows["matched"].dropna()) == {0, 1}
    assert set(rows["needs_visa"].dropna()) == {"yes", "no"}
    seniors = rows[rows["applicant_group"] == "us_md_senior"]
    assert (seniors["years_since_graduation"].dropna() == 0).all()


def test_all_or_none_is_moved_by_half_a_person() -> None:
    curves = read_table(EDITION / "curves.csv", "curves")
    curves.loc[curves["outcome"] == "match", "base_rate"] = 1.0
    found = margins(curves)
    rates = found.loc[found["outcome"] == "match", "base_rate"]
    assert len(rates) > 20
    assert rates.between(0.5, 1, inclusive="neither").all()


def test_people_whom_nobody_counted_are_not_drawn() -> None:
    """Curves of U.S. IMGs who ranked a specialty first are translated from another denominator."""
    curves = read_table(EDITION / "curves.csv", "curves")
    translated = curves[(curves["applicant_group"] == "us_img") & curves["base_rate"].isna()]
    assert set(translated["denominator"]) == {"ranked_first"}
    assert "us_img" not in set(margins(curves)["applicant_group"])
    curves.loc[translated.index, ["base_rate", "n"]] = [0.25, 80]
    found = margins(curves)
    found = found[found["applicant_group"] == "us_img"]
    assert set(found["specialty"]) == set(translated["specialty"])


@pytest.mark.parametrize(
    ("kept", "words"),
    [("match", "no interview curve of applicants who trained"), ("interview", "no match curve")],
)
def test_an_edition_without_curves_to_follow_is_told(kept: str, words: str) -> None:
    curves = read_table(EDITION / "curves.csv", "curves")
    with pytest.raises(RecalibError, match=words):
        margins(curves[curves["outcome"] == kept])
