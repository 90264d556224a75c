"""Every notebook by name: on frozen data, with each parameter off its default, on thin inputs."""

from __future__ import annotations

import ast
import shutil
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from cells import NOTEBOOKS, run_cells, sources
from recalib import Priors, Run, pool_slopes, pooled_curves
from recalib.problems import RecalibError, UsageError
from steps import bands, fit, ingest

FROZEN = Path(__file__).parent / "frozen"
NAMES = sorted(path.stem for path in NOTEBOOKS.glob("*.ipynb"))
#: Where a run lies, not what is chosen.
PLACES = {"raw_dir", "work_dir", "edition_dir", "approvals"}


@pytest.fixture
def fresh(work_dir: Path, tmp_path: Path) -> Path:
    """A copy of the run's folder, to write into."""
    return Path(shutil.copytree(work_dir, tmp_path / "work"))


#: Enough that a pool has something to pool: what a choice moves is seen as well, and sooner.
FEW = ("anesthesiology", "dermatology", "general_surgery", "internal_medicine", "neurology")


@pytest.fixture(scope="module")
def few(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The work folder of a few specialties of the frozen tables."""
    work = tmp_path_factory.mktemp("few")
    ingest(FROZEN / "raw", work)
    evidence = Run(work).read("evidence")
    Run(work).write("evidence", evidence[evidence["specialty"].isin(FEW)])
    fit(work)
    bands(work)
    return work


def before_fit(work: Path, folder: Path) -> Path:
    """Copy what 20_fit reads, and nothing that it writes."""
    folder.mkdir()
    for name in ("evidence.csv", "inputs.json", "guides.json"):
        shutil.copyfile(work / name, folder / name)
    return folder


def rerun(name: str, work: Path, **given: Any) -> tuple[list[str], dict[str, Any]]:
    if name == "10_ingest":
        given |= {"raw_dir": str(FROZEN / "raw")}
    if name in ("20_fit", "50_drift"):
        given |= {"edition_dir": str(FROZEN / "edition")}
    return run_cells(name, work_dir=str(work), **given)


@pytest.mark.parametrize("name", NAMES)
def test_every_parameter_is_read_by_a_later_cell(name: str) -> None:
    (place,) = [i for i, (_, _, parameters) in enumerate(sources(name)) if parameters]
    defined = {
        target.id
        for statement in ast.parse(sources(name)[place][1]).body
        if isinstance(statement, ast.Assign)
        for target in statement.targets
        if isinstance(target, ast.Name)
    }
    later = "\n".join(source for kind, source, _ in sources(name)[place + 1 :] if kind == "code")
    read = {
        node.id
        for node in ast.walk(ast.parse(later))
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load)
    }
    assert defined <= read


@pytest.mark.parametrize("name", NAMES)
def test_every_parameter_says_what_it_is(name: str) -> None:
    (source,) = [source for _, source, parameters in sources(name) if parameters]
    assert all(" # " in line for line in source.splitlines())


@pytest.mark.parametrize("name", NAMES)
def test_cells_are_short_and_hide_no_error(name: str) -> None:
    for kind, source, _ in sources(name):
        if kind == "code":
            tree = ast.parse(source)
            assert not any(isinstance(node, ast.Try) for node in ast.walk(tree))
            assert len(source.splitlines()) <= 40


@pytest.mark.parametrize("name", ["10_ingest", "20_fit", "30_bands", "35_adjustments"])
def test_a_notebook_gives_what_the_doors_give(name: str, fresh: Path) -> None:
    """The frozen edition, to the byte; the cell that is worked by hand agrees with the library."""
    shown, names = rerun(name, fresh)
    written = {
        "10_ingest": [],
        "20_fit": ["curves", "curve_notes", "evidence"],
        "30_bands": ["band_table", "standing", "guide_audit"],
        "35_adjustments": ["adjustments"],
    }[name]
    for table in written:
        made = (fresh / f"{table}.csv").read_bytes()
        assert made == (FROZEN / "edition" / f"{table}.csv").read_bytes()
    if name == "20_fit":
        assert names["example"].cell is not None
        assert not names["changed"].any()  # against the edition of the same tables
        assert any("By hand the slope of this cell is" in part for part in shown)


def test_another_specialty_can_be_worked_and_one_left_out(few: Path, tmp_path: Path) -> None:
    fresh = before_fit(few, tmp_path / "work")
    _, names = rerun("20_fit", fresh, worked="neurology", leave_out="dermatology, general_surgery")
    assert names["example"].cell.key.specialty == "neurology"
    left = set(Run(fresh).read("curves")["specialty"])
    assert left == {"anesthesiology", "internal_medicine", "neurology"}
    rerun("30_bands", fresh)
    shown, _ = rerun("40_specialty", fresh, specialty="dermatology")
    assert any("This run left the specialty out" in part for part in shown)


#: Each of them alone moves the pooled slopes.
OTHER_PRIORS: dict[str, Any] = {
    "mean": (0.2, 0.05),
    "specialty_scale": 0.02,
    "cycle_scale": 0.01,
    "freedom": float("inf"),
}


def test_other_priors_move_the_curves(few: Path, tmp_path: Path) -> None:
    before = Run(few).read("curves")
    fresh = before_fit(few, tmp_path / "work")
    given = {"mean_slope": 0.2, "mean_slope_sd": 0.05} | OTHER_PRIORS
    del given["mean"]
    _, names = rerun("20_fit", fresh, **given)
    assert names["priors"] == Priors(**OTHER_PRIORS)
    after = Run(fresh).read("curves")
    assert not before["slope"].equals(after["slope"])
    pd.testing.assert_series_equal(before["slope_raw"], after["slope_raw"])

    def slopes(**choice: Any) -> list[float]:
        pools = pool_slopes(names["alone"], Priors(**choice))
        return [curve.line.slope for curve in pooled_curves(names["alone"], pools)]

    usual = slopes()
    one_by_one = [{name: value} for name, value in OTHER_PRIORS.items() if name != "mean"]
    for choice in [*one_by_one, {"mean": (0.2, 0.3)}, {"mean": (0.4, 0.05)}]:
        assert slopes(**choice) != usual, choice


def test_the_criticism_judges_the_run_that_was_made(few: Path, tmp_path: Path) -> None:
    """Another prior and a specialty less in 20_fit reach 25_criticism; fewer bends can be drawn."""
    fresh = Path(shutil.copytree(few, tmp_path / "work"))
    rerun("20_fit", fresh, mean_slope=0.2, leave_out="Neurology, dermatology")
    what_if = "Not as published, but a what-if: mean_slope 0.2, without neurology, without dermat"
    early, _ = rerun("40_specialty", fresh, specialty="anesthesiology")
    assert any(what_if in part and "run 30_bands again" in part for part in early)
    rerun("30_bands", fresh)
    shown, names = rerun("25_criticism", fresh, shapes_drawn=2)
    assert any(what_if in part and "run 30_bands again" not in part for part in shown)
    assert any("none farther than 0.0000" in part for part in shown)
    assert len(names["apart"]) > 5


@pytest.mark.parametrize(
    ("name", "given", "words"),
    [
        ("20_fit", {"leave_out": "general_surgry"}, "general_surgery"),
        ("20_fit", {"mean_slope_sd": 0.0}, "mean slope is 0; it must be above 0"),
        ("20_fit", {"shift": "men"}, '"men"; it may be "own" or "mean"'),
        ("20_fit", {"gap": "Own"}, '"Own"; it may be "own" or "mean"'),
        ("40_specialty", {"specialty": "general_surgry"}, 'nearest known is "general_surgery"'),
    ],
)
def test_a_wrong_choice_is_told(few: Path, tmp_path: Path, name, given, words) -> None:
    fresh = Path(shutil.copytree(few, tmp_path / "work"))
    with pytest.raises((KeyError, ValueError, RecalibError), match=words):
        rerun(name, fresh, **given)


def test_a_folder_that_is_none_is_told(tmp_path: Path) -> None:
    with pytest.raises(RecalibError, match=r"is no folder\. Fix: give work_dir"):
        rerun("30_bands", tmp_path / "wrok")


def test_the_least_chances_of_words_fall(fresh: Path) -> None:
    with pytest.raises(ValueError, match="must fall"):
        rerun("30_bands", fresh, competitive=0.2)


def test_another_reading_moves_verdicts_and_no_band(fresh: Path) -> None:
    before, audit = Run(fresh).read("band_table"), Run(fresh).read("guide_audit")
    rerun("30_bands", fresh, highly_competitive=0.3, competitive=0.2, borderline=0.1)
    after, again = Run(fresh).read("band_table"), Run(fresh).read("guide_audit")
    assert Run(fresh).note("bands")["least"]["highly_competitive"] == 0.3
    pd.testing.assert_series_equal(before["boundary"], after["boundary"])
    # Words that begin elsewhere name none of the bands.
    assert set(after["guide_label"]) == {"", "low"}
    moved = again[audit["verdict"].ne(again["verdict"])]
    assert {"overstates"} < set(audit["verdict"])
    assert len(moved) > 5


def test_a_longer_step_widens_the_next_cycle_alone(few: Path, tmp_path: Path) -> None:
    before = Run(few).read("curves")
    fresh = before_fit(few, tmp_path / "work")
    rerun("20_fit", fresh, step_scale=2.0)
    after = Run(fresh).read("curves")
    assert (after["drift_sd"].dropna() > before["drift_sd"].dropna()).all()
    pd.testing.assert_frame_equal(after.drop(columns="drift_sd"), before.drop(columns="drift_sd"))


def test_an_older_cycle_can_be_asked_for(tmp_path: Path) -> None:
    rerun("10_ingest", tmp_path / "work", cycle="2025", engine="duckdb")
    assert max(Run(tmp_path / "work").read("evidence")["cycle"].str[-4:]) == "2025"


@pytest.mark.parametrize("specialty", ["general_surgery", "plastic_surgery", "dermatology"])
def test_pages_of_specialties(fresh: Path, specialty: str) -> None:
    shown, _ = rerun("40_specialty", fresh, specialty=specialty)
    assert any(part.startswith("# ") for part in shown)


def test_the_drift_of_an_edition_against_itself(fresh: Path) -> None:
    shown, names = rerun("50_drift", fresh)
    assert names["changes"].empty
    assert any("0 changes beyond the limits" in part for part in shown)


EXPLORED = {
    "specialty": "IM",
    "applicant_group": "non_us_img",
    "outcome": "match",
    "cycle": "2026",
    "denominator": "ranked_first",
    "without": "pediatrics",
    "beside": "neurology, Surgery-General",
}


def test_one_population_is_explored_from_raw_tables() -> None:
    shown, names = run_cells("60_explore", raw_dir=str(FROZEN / "raw"), score=240, **EXPLORED)
    assert names["unit"].key[:3] == ("2026", "internal_medicine", "non_us_img")
    assert set(names["curves"]) == {"raw", "pooled", "other prior", "without pediatrics"}
    assert set(names["over"]) == {"internal_medicine", "neurology", "general_surgery"}
    frozen = pd.read_csv(FROZEN / "edition" / "curves.csv", dtype={"cycle": str})
    key = {name: EXPLORED[name] for name in ("applicant_group", "cycle", "outcome", "denominator")}
    key["specialty"] = "internal_medicine"
    (row,) = frozen[(frozen[[*key]] == pd.Series(key)).all(axis="columns")].itertuples()
    pooled = names["curves"]["pooled"].line
    assert pooled.slope == pytest.approx(row.slope, abs=1e-4)
    assert pooled.intercept_se == pytest.approx(row.intercept_se, abs=1e-4)
    assert any("of those who had interviews enough to rank it" in part for part in shown)


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"specialty": "internal_medicin"}, "Did you mean internal_medicine"),
        ({"cycle": "1999"}, "Unknown cycle"),
        ({"specialty": "plastic_surgery", "applicant_group": "us_img"}, "another applicant_group"),
    ],
)
def test_a_wrong_choice_is_told_with_what_there_is(work_dir: Path, given, words) -> None:
    with pytest.raises((KeyError, UsageError), match=words):
        run_cells("60_explore", work_dir=str(work_dir), **given)


@pytest.mark.parametrize("keep", ["nrmp_main_match_2025", "crowd_internal_medicine"])
def test_thin_inputs_are_no_error(tmp_path: Path, keep: str) -> None:
    """Totals alone, or two interview tables: nothing to work by hand, to bend or to pool."""
    raw, work = tmp_path / "raw", tmp_path / "work"
    shutil.copytree(FROZEN / "raw", raw)
    for file in (raw / "published").iterdir():
        if keep not in file.name:
            file.unlink()
    ingest(raw, work)
    fit(work)
    bands(work)
    for name in NAMES:
        if name not in ("10_ingest", "40_specialty", "70_my_cohort"):
            rerun(name, work, **({"shapes_drawn": 2} if name == "25_criticism" else {}))
