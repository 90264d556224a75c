"""The page of a run on few tables says what it cannot show."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from cells import run_cells
from recalib import Run
from recalib.demo import make_demo
from steps import bands as make
from steps import fit, ingest
from whose import shown_without_clause

ROOT = Path(__file__).parents[2]
RAW = ROOT / "tests" / "frozen" / "raw"


def small_run(folder: Path, keep: str, specialties: tuple[str, ...] = ()) -> Path:
    """Run on the tables whose names hold `keep`, perhaps only on some specialties."""
    raw, work = folder / "raw", folder / "work"
    shutil.copytree(RAW, raw)
    for file in (raw / "published").iterdir():
        if keep not in file.name:
            file.unlink()
        elif specialties and file.suffix == ".csv":
            lines = file.read_text(encoding="utf-8").splitlines()
            held = [line for line in lines if any(f",{name}," in line for name in specialties)]
            file.write_text("\n".join([lines[0], *held]) + "\n", encoding="utf-8")
    ingest(raw, work)
    fit(work)
    make(work)
    return work


def parts(work: Path) -> list[str]:
    """What the notebook shows."""
    return run_cells("25_criticism", work_dir=str(work))[0]


def bare_headings(shown: list[str]) -> list[str]:
    """Headings below which nothing stands before the next, or the end."""

    def level(part: str) -> int:
        return len(part) - len(part.lstrip("#"))

    alone = [part for part in shown if level(part) and "\n" not in part.strip()]
    after = dict(zip(shown, [*shown[1:], "#"], strict=True))
    return [part for part in alone if 0 < level(after[part]) <= level(part)]


@pytest.mark.parametrize(
    ("keep", "missing"),
    [
        (
            "nrmp_main_match_2025",
            [
                "Nothing printed could be checked",
                "cannot be tested",
                "claims an edge",
                "two cycles",
                "is what was assumed beforehand",
            ],
        ),
        ("crowd_general_surgery_2024_25", ["claims an edge", "two cycles", "four specialties"]),
        ("nrmp_charting_outcomes_2022_img", ["Nothing printed could be checked", "claims an edge"]),
    ],
)
def test_what_the_tables_do_not_allow_is_said(
    tmp_path: Path, keep: str, missing: list[str]
) -> None:
    shown = parts(small_run(tmp_path, keep))
    for words in missing:
        assert words in "\n".join(shown)
    assert "cohorts" not in "\n".join(shown)
    assert not bare_headings(shown)


def test_curves_of_cohorts_are_said_not_to_be_tested(tmp_path: Path) -> None:
    demo = make_demo(
        60_000, 7, tmp_path / "raw", raw=RAW, edition=ROOT / "tests" / "frozen" / "edition"
    )
    work = tmp_path / "work"
    ingest(demo.out, work)
    fit(work)
    make(work)
    shown = parts(work)
    told = "\n".join(shown)
    run = Run(work).view()
    claimed = (run.bands["boundary"].notna() & (run.bands["outcome"] == "match")).sum()
    assert claimed > 20
    curves = len(run.curves)
    assert f"{curves} of the {curves} curves of this run are those of cohorts" in told
    assert "They are not tested here" in told
    assert f"The {claimed} edges of cohorts are not moved." in told
    assert "No pool of printed tables holds four specialties" in told
    assert not bare_headings(shown)


def test_three_specialties_of_two_cycles_are_enough_for_a_forecast(tmp_path: Path) -> None:
    names = ("Dermatology", "Anesthesiology", "Psychiatry")
    each = parts(small_run(tmp_path, "us_md_seniors", names))
    shown = "\n".join(each)
    assert "2024 for 2026** (3 specialties)" in shown
    assert "Calibration intercept" in shown
    assert "edges half move by" in shown
    assert "four specialties" in shown
    assert "learned from 3 specialties" in shown
    assert "an assumption that no table tests" in shown
    assert shown_without_clause(each) == []
