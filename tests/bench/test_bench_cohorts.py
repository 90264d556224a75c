"""The benchmark of cohorts compares like with like: 96 curves, by every way the same."""

import json
import subprocess
import sys
from pathlib import Path

import cohort_files
import cohort_ways
import pyarrow.parquet as pq
import pytest

BENCH = Path(__file__).parents[2] / "bench"


@pytest.fixture(scope="module")
def folders(tmp_path_factory):
    base = tmp_path_factory.mktemp("cohorts")
    for shape in cohort_files.SHAPES:
        cohort_files.write_raw(base / shape, 200_000, shape)
    return base


@pytest.fixture(scope="module")
def own(folders):
    return cohort_ways.calib(folders / "both")


def test_a_cohort_has_48_populations(folders):
    found, _ = cohort_files.populations()
    names = found[["specialty", "applicant_group"]].drop_duplicates()
    assert len(names) == 48
    assert not found.duplicated(["specialty", "applicant_group", "outcome"]).any()
    table = pq.read_table(next((folders / "matches" / "cohorts").glob("*.parquet")))
    assert len(table) == 200_000
    assert table["n_interviews"].null_count == table["n_applications"].null_count == 200_000


def test_every_population_has_two_curves(folders, own):
    assert len(own["curves"]) == 96
    curves = cohort_ways.calib(folders / "matches")["curves"]
    assert len(curves) == 48
    assert {name for name in own["curves"] if name.endswith("match")} == set(curves)


@pytest.mark.parametrize("way", ["glum", "sklearn", "statsmodels"])
@pytest.mark.parametrize("by_specialty", [False, True])
@pytest.mark.filterwarnings("ignore")  # of populations with a few people in one result
def test_fits_to_the_rows_agree(folders, own, way, by_specialty):
    pytest.importorskip(way)
    found = cohort_ways.WAYS[f"{way}_by_specialty" if by_specialty else way](folders / "both")
    assert set(found["curves"]) == set(own["curves"])
    tolerance = 1e-3 if way == "glum" else 1e-6  # glum stops at its own tolerance
    for name, (intercept, slope) in found["curves"].items():
        assert (intercept, slope) == pytest.approx(own["curves"][name], abs=tolerance), name


def test_the_bare_group_by_is_the_same_but_for_checks(folders, monkeypatch):
    """Sums over all groups are those of the project's counts."""
    import duckdb

    from recalib.raw import read_raw

    asked = []
    monkeypatch.setattr(cohort_ways, "_bare", lambda folder, *queries: asked.extend(queries))
    cohort_ways.bare_all(folders / "both")
    path = cohort_ways._file(folders / "both")
    found = duckdb.sql(f"SELECT {asked[0]} FROM read_parquet('{path}') GROUP BY ALL").df()
    counts = read_raw(folders / "both").cohorts[0].counts
    names = ["results", "matched", "applications", "interviews", "people", "applied"]
    names += ["interview_square", "application_square"]
    sums = found.iloc[:, 4:].astype(float).sum().to_list()
    assert sums == pytest.approx(counts[names].astype(float).sum().to_list(), rel=1e-6)
    assert len(found) == len(counts)


def test_a_way_runs_alone(folders):
    done = subprocess.run(
        [sys.executable, BENCH / "cohort_ways.py", "bare_both", folders / "both"],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    found = json.loads(done.stdout)
    assert 0 < found["seconds"] < 60
    assert 10 < found["peak_mib"] < 4096
