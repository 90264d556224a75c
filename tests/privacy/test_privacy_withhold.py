"""Bands of cohorts: none of 1-10 people, and the scale from 1 to 300 stays whole."""

from __future__ import annotations

from itertools import pairwise

import pandas as pd
import pytest

from cohort_fit_samples import PROVENANCE, SECRET, cohort, draw_counts
from recalib.bands.cut import Band, join_small
from recalib.cohorts.labels import is_synthetic, kind, source_name, warning
from recalib.contract.store import read_table
from recalib.privacy.withhold import Crowds
from recalib.report import words
from recalib.run.tables import COUNTS, Run
from steps import bands as make
from steps import fit, ingest

KEY = ["cycle", "specialty", "applicant_group", "needs_visa", "outcome", "denominator"]


def _bands(starts):
    """Make bands that start at these scores, the highest first, with the joined ones left out."""

    def make_them(joined):
        held = [place for place in range(len(starts)) if place + 1 not in joined]
        bands, top = [], 300
        for place, start in enumerate(starts):
            if place not in held:
                bands.append(Band(place + 1, f"label {place + 1}", "ok"))
                continue
            low = 1 if place == held[-1] else start
            bands.append(Band(place + 1, f"label {place + 1}", "ok", low, top))
            top = low - 1
        return bands

    return make_them


@pytest.mark.parametrize(
    ("people", "expected"),
    [
        ((50, 50, 50, 50), {}),
        ((3, 50, 50, 50), {1: "label 2"}),
        ((50, 50, 50, 3), {4: "label 3"}),
        ((50, 3, 50, 50), {2: "label 3"}),
        ((3, 5, 50, 50), {1: "label 3", 2: "label 3"}),
        ((50, 50, 2, 3), {3: "label 2", 4: "label 2"}),
        ((3, 3, 3, 3), {1: "label 4", 2: "label 4", 3: "label 4"}),
        ((11, 0, 11, 11), {2: "label 3"}),
    ],
)
def test_small_bands_go_to_their_neighbours(people, expected):
    starts = (260, 250, 240, 1)
    at = dict(zip((270, 255, 245, 200), people, strict=True))

    def enough(low, high):
        return sum(n for score, n in at.items() if low <= score <= high) >= 11

    bands, joined = join_small(_bands(starts), enough)
    assert joined == expected
    held = [band for band in bands if band.rank not in joined]
    assert all(enough(band.score_min, band.score_max) for band in held)
    assert held[0].score_max == 300
    assert held[-1].score_min == 1


@pytest.fixture(scope="module")
def published(tmp_path_factory):
    """A raw folder of one cohort with big, small and tiny curves, from file to band table."""
    raw, work = tmp_path_factory.mktemp("raw"), tmp_path_factory.mktemp("work")
    (raw / "edition.yml").write_text('edition: "1"\n')
    rows = [f"{name},{name.replace('_', ' ').title()},," for name in SPECIALTIES]
    (raw / "specialties.csv").write_text("\n".join(["specialty,label,tier,aliases", *rows]) + "\n")
    cohorts = raw / "cohorts"
    cohorts.mkdir()
    (cohorts / ".key").write_text(SECRET)
    frame = _people()
    frame.to_csv(cohorts / "dean.csv", index=False)
    lines = [f"{name}: {value!r}" for name, value in PROVENANCE.items() if name != "title"]
    (cohorts / "dean.yml").write_text("\n".join(["title: A registry for tests", *lines]) + "\n")
    ingest(raw, work)
    fit(work)
    make(work)
    return frame, work


SPECIALTIES = {"neurology": 2000, "pediatrics": 150, "psychiatry": 60, "dermatology": 30}


def _people():
    """One row an applicant; matches only."""
    parts = []
    for seed, (specialty, people) in enumerate(SPECIALTIES.items()):
        counts = draw_counts(people, specialty=specialty, seed=seed, line=(-0.6, 0.9))
        for value in (1, 0):
            number = counts["matched"] if value else counts["results"] - counts["matched"]
            rows = counts.loc[counts.index.repeat(number)]
            parts.append(rows.assign(matched=value, n_applications="", n_interviews=""))
    columns = ["cycle", "specialty", "applicant_group", "step2_ck"]
    columns += ["n_applications", "n_interviews", "matched"]
    return pd.concat(parts)[columns]


def test_no_band_describes_1_to_10_people(published):
    people, work = published
    bands = read_table(work / "band_table.csv", "band_table")
    shown = bands[bands["score_min"].notna()]
    assert len(shown) >= 7
    for _, band in shown.iterrows():
        own = people[people["specialty"] == band["specialty"]]
        inside = own["step2_ck"].between(band["score_min"], band["score_max"]).sum()
        assert inside >= 11
        assert band["suppressed"] == ""
        assert band["n"] % 10 == 0


def test_joined_bands_say_why_and_leave_no_hole(published):
    _, work = published
    bands = read_table(work / "band_table.csv", "band_table")
    joined = bands[bands["suppressed"] != ""]
    assert len(joined)
    assert joined["suppressed"].str.contains("joined with ").any()
    numbers = ["score_min", "score_max", "boundary", "probability", "probability_low", "shift"]
    assert joined[numbers].isna().all(axis=None)
    ok = bands[bands["score_min"].notna()]
    for _, rows in ok.groupby(KEY):
        covered = sorted(zip(rows["score_min"], rows["score_max"], strict=True))
        assert (covered[0][0], covered[-1][1]) == (1, 300)
        assert all(b[0] == a[1] + 1 for a, b in pairwise(covered))


def test_withheld_curves_are_blank_everywhere_and_print_c(published):
    _, work = published
    curves = read_table(work / "curves.csv", "curves").set_index("specialty")
    notes = read_table(work / "curve_notes.csv", "curve_notes").set_index("specialty")
    bands = read_table(work / "band_table.csv", "band_table")
    tiny = curves.loc["dermatology"]
    assert tiny["status"] == "no_evidence"
    numbers = curves.select_dtypes("number").columns
    assert tiny[numbers].isna().all()
    assert "Too few people" in notes.loc["dermatology", "note"]
    own = bands[bands["specialty"] == "dermatology"]
    assert (own["suppressed"] != "").all()
    assert words.people(tiny) == "[c]"
    assert words.people(curves.loc["neurology"]) == "2,000"


def test_the_curve_shows_that_it_is_a_cohorts(published):
    _, work = published
    curves = read_table(work / "curves.csv", "curves")
    assert set(curves["sources"]) == {"cohort:dean"}
    assert set(curves["grade"]) == {"C"}
    assert words.group(curves.iloc[0]) == "Non-U.S. citizen IMGs (cohort)"


def test_counts_stay_private(published):
    _, work = published
    assert (work / COUNTS).stat().st_mode & 0o777 == 0o600
    assert read_table(work / "evidence.csv", "evidence").empty
    inputs = (work / "inputs.json").read_text()
    assert "cohorts/dean.yml" in inputs
    # The hash of a small private file would confirm a guess of its rows.
    assert "cohorts/dean.csv" not in inputs


def test_the_drawer_gives_back_what_was_laid_in(tmp_path):
    one = cohort(draw_counts(40), synthetic=True)
    Run(tmp_path).write_cohorts([one])
    found = Run(tmp_path).cohorts()[0]
    assert (found.name, found.synthetic, found.provenance) == ("dean", True, one.provenance)
    pd.testing.assert_frame_equal(found.counts, one.counts, check_dtype=False)
    Run(tmp_path).write_cohorts([])
    assert not list(tmp_path.iterdir())


def test_printed_curves_always_have_enough_people():
    curve = pd.Series(dict.fromkeys(KEY, "") | {"sources": "nrmp"})
    assert Crowds([cohort(draw_counts(40))]).are_enough(curve, 1, 300)
    assert not Crowds().withholds(curve)


def test_words_for_cohorts_are_in_one_place():
    real, made_up = (source_name("x", synthetic=flag) for flag in (False, True))
    assert (kind("nrmp"), kind(real), kind(made_up)) == ("", "cohort", "SYNTHETIC cohort")
    assert is_synthetic(made_up)
    assert not is_synthetic(real)
    assert warning([real, "nrmp"]) == ""
    assert warning([made_up]).startswith("SYNTHETIC")
