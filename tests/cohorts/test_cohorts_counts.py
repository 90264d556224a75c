"""Counts of a cohort are those of its rows, whatever form the file has."""

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from raw_cohorts import KINDS, PROVENANCE, make_raw, people, store
from recalib.cohorts import read
from recalib.cohorts.counts import COVARIATES, KEY, MEASURES
from recalib.cohorts.reduce import COARSE
from recalib.cohorts.synthetic import synthetic_cohorts
from recalib.problems import RawDataError

NAMES = {"General Surgery": "general_surgery", "Surgery-General": "general_surgery"}


def by_hand(rows: pd.DataFrame, keys: list[str]) -> pd.DataFrame:
    """The counts of a `Cohort` by plain pandas, row by row."""
    frame = rows.assign(
        specialty=rows["specialty"].map(lambda name: NAMES.get(name, "dermatology"))
    )
    for column, (blank, highest) in COVARIATES.items():
        if column in frame and highest is not None:
            frame[column] = frame[column].fillna(blank).clip(upper=highest).astype("int64")
    known = frame["n_applications"].gt(0).fillna(False) & frame["n_interviews"].notna()
    applications = frame["n_applications"].where(known, 0).astype("int64")
    interviews = frame["n_interviews"].where(known, 0).astype("int64")
    frame = frame.assign(
        people=1,
        applications=applications,
        interviews=interviews,
        applied=known.astype("int64"),
        interview_square=(interviews**2 / applications.where(known, 1)).astype("float64"),
        application_square=applications**2,
        results=frame["matched"].notna().astype("int64"),
    )
    frame["matched"] = frame["matched"].fillna(0).astype("int64")
    return frame.groupby(keys, as_index=False, sort=True)[list(MEASURES)].sum()


def same(found: pd.DataFrame, expected: pd.DataFrame) -> None:
    whole = [column for column in expected if column != "interview_square"]
    pd.testing.assert_frame_equal(found[whole], expected[whole], check_dtype=False)
    # Each row is cut off to 2**-20.
    short = expected["interview_square"] - found["interview_square"]
    assert short.between(-1e-9, expected["people"] * 2**-20).all()
    assert list(found.columns) == list(expected.columns)


@pytest.mark.parametrize("kind", KINDS)
def test_counts_are_those_of_the_rows_in_every_form(tmp_path, kind):
    rows = people(3000, covariates=True)
    raw = make_raw(tmp_path)
    store(rows, raw, kind)
    (cohort,) = raw.read().cohorts
    same(cohort.counts, by_hand(rows, list(KEY)))
    same(cohort.covariates, by_hand(rows, [*KEY, *COVARIATES]))
    assert (cohort.name, cohort.synthetic) == ("ours", True)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    rows=st.integers(1, 200),
    seed=st.integers(0, 10_000),
    kind=st.sampled_from(("csv", "parquet")),
)
def test_counts_are_those_of_any_rows(tmp_path_factory, rows, seed, kind):
    frame = people(rows, seed)
    frame.loc[0, "matched"] = 1  # a cohort without any result is refused
    raw = make_raw(tmp_path_factory.mktemp("raw"))
    store(frame, raw, kind)
    (cohort,) = raw.read().cohorts
    same(cohort.counts, by_hand(frame, list(KEY)))
    assert cohort.covariates is None


def test_blanks_quotes_and_decimals_of_other_programs_are_read(tmp_path):
    raw = make_raw(tmp_path)
    raw.csv(
        '2026, Dermatology ,non_us_img,"245",20.0, 3,1.0',
        "2026,Surgery (Categorical),us_img, 250 ,,,",
        "",
        "2026,dermatology,non_us_img,245.0,0,0,",
    )
    counts = raw.read().cohorts[0].counts
    assert counts.to_dict("records") == [
        {
            "cycle": "2026",
            "specialty": "dermatology",
            "applicant_group": "non_us_img",
            "step2_ck": 245,
            "people": 2,
            "applications": 20,
            "interviews": 3,
            "applied": 1,
            "interview_square": int(9 * 2**20 / 20) / 2**20,
            "application_square": 400,
            "results": 1,
            "matched": 1,
        },
        {
            "cycle": "2026",
            "specialty": "general_surgery",
            "applicant_group": "us_img",
            "step2_ck": 250,
            "people": 1,
            "applications": 0,
            "interviews": 0,
            "applied": 0,
            "interview_square": 0.0,
            "application_square": 0,
            "results": 0,
            "matched": 0,
        },
    ]


@pytest.mark.parametrize("kind", ["csv", "parquet", "parts"])
@pytest.mark.parametrize("name", ["n_applications", "n_interviews"])
def test_columns_of_blanks_only(tmp_path, kind, name):
    rows = people(100, covariates=True).assign(**{name: pd.array([None] * 100, dtype="Int64")})
    raw = make_raw(tmp_path)
    store(rows, raw, kind)
    (cohort,) = raw.read().cohorts
    same(cohort.counts, by_hand(rows, list(KEY)))
    same(cohort.covariates, by_hand(rows, [*KEY, *COVARIATES]))
    assert cohort.counts[["applications", "interviews", "applied"]].to_numpy().sum() == 0


def test_large_cohorts_are_counted_by_groups_of_covariates(tmp_path, monkeypatch):
    rows = people(2000, covariates=True)
    rows = rows.fillna({name: 0 for name in COVARIATES if name != "needs_visa"})
    raw = make_raw(tmp_path)
    store(rows, raw, "csv")
    monkeypatch.setattr(read, "MOST_GROUPS", 1990)  # fewer than there are one by one
    (cohort,) = raw.read().cohorts
    same(cohort.counts, by_hand(rows, list(KEY)))
    grouped = rows.copy()
    for column, step in COARSE.items():
        highest = COVARIATES.get(column, ("", 300))[1]
        middle = rows[column] // step * step + step // 2
        grouped[column] = middle.where(rows[column] < highest, highest)
    same(cohort.covariates, by_hand(grouped, [*KEY, *COVARIATES]))
    assert "grouped" in cohort.provenance["notes"][-1]


def test_cycles_are_filtered(tmp_path):
    raw = make_raw(tmp_path)
    store(people(500), raw, "csv")
    assert set(raw.read("2025").cohorts[0].counts["cycle"]) == {"2025"}
    assert set(raw.read("2026").cohorts[0].counts["cycle"]) == {"2025", "2026"}
    with pytest.raises(RawDataError, match="cycle-empty"):
        raw.read("2024")


@pytest.mark.parametrize(
    ("old", "new", "synthetic"),
    [
        ("title: Synthetic cohort", "title: Ours", False),
        ("title: Synthetic cohort", "title: Ours\nsynthetic: true", True),
        ("title: Synthetic cohort", "title: Ours\nsynthetic: false", False),
        ("title: Synthetic cohort", "title: synthetic data", True),
        ("title: Synthetic cohort", 'title: " SYNTHETIC data"', True),
    ],
)
def test_synthetic_cohorts_are_known_as_such(tmp_path, old, new, synthetic):
    raw = make_raw(tmp_path, PROVENANCE.replace(old, new))
    store(people(50), raw, "csv")
    assert raw.read().cohorts[0].synthetic is synthetic
    assert synthetic_cohorts(raw.path) == ["ours"] * synthetic


@pytest.mark.parametrize("kind", KINDS)
def test_no_hash_is_made_that_would_confirm_a_guess_of_the_rows(tmp_path, kind):
    raw = make_raw(tmp_path)
    store(people(50), raw, kind)
    assert set(raw.read().input_hashes) == {"cohorts/ours.yml", "edition.yml", "specialties.csv"}


def test_nothing_is_left_beside_the_data(tmp_path, monkeypatch):
    raw = make_raw(tmp_path / "raw")
    store(people(5000), raw, "csv")
    before = {path: path.stat().st_mtime_ns for path in raw.path.rglob("*")}
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")
    raw.read()
    assert {path: path.stat().st_mtime_ns for path in raw.path.rglob("*")} == before
    assert list((tmp_path / "here").iterdir()) == []


def test_a_folder_with_marks_of_patterns_in_its_name(tmp_path):
    raw = make_raw(tmp_path / "it's [a] *wild* place?")
    store(people(50), raw, "parts")
    assert raw.read().cohorts[0].counts["people"].sum() == 50
