"""`calib demo-cohort` as it is typed: what it says, its exit codes, and what it keeps out."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from demo_samples import RAW

from calib.__main__ import main
from recalib import cli
from recalib.cohorts.synthetic import synthetic_cohorts
from recalib.run import job as run
from recalib.run import places


@pytest.fixture
def inputs(edition: Path) -> list[str]:
    return ["--raw", str(RAW), "--edition", str(edition)]


@pytest.fixture(autouse=True)
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(cli.signal, "signal", lambda *arguments: None)
    return tmp_path


def test_the_command_says_where_things_are(
    inputs: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["demo-cohort", "--rows", "1000", "--seed", "7", *inputs]) == 0
    shown = capsys.readouterr()
    raw, edition, reports = (Path("build") / name for name in ("demo-raw", "demo", "demo-reports"))
    assert shown.out.splitlines() == [
        f"Synthetic cohort of 1,000 rows: {raw / 'cohorts' / 'synthetic_demo.parquet'}",
        f"Its truth: {Path('build') / 'demo-raw.synthetic_truth.csv'}",
        f"Next: calib recalibrate --raw {raw} --out {edition} --reports {reports}",
    ]
    assert shown.err == ""
    assert Path(raw, "cohorts", "synthetic_demo.yml").is_file()


def test_the_formats_and_the_folder_are_chosen(
    inputs: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    words = ["--rows", "5", "--seed", "0", "--out", "here", "--format", "csv.gz", "--with-tables"]
    assert main(["demo-cohort", *words, *inputs]) == 0
    assert Path("here", "cohorts", "synthetic_demo.csv.gz").is_file()
    assert Path("here", "published").is_dir()
    assert "--out here-edition --reports here-reports" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["--rows", "0", "--seed", "1"], "calib: --rows is 0; a cohort has 1 row or more."),
        (["--rows", "-3", "--seed", "1"], "calib: --rows is -3; a cohort has 1 row or more."),
        (["--rows", "9", "--seed", "-1"], "calib: --seed is -1; a seed is a whole number from 0."),
        (["--rows", "1e6", "--seed", "1"], "argument --rows: invalid int value: '1e6'"),
        (["--rows", "9"], "the following arguments are required: --seed"),
        (["--rows", "9", "--seed", "1", "--format", "xlsx"], "invalid choice: 'xlsx'"),
        (["--rows", "9", "--seed", "1", "--out", str(RAW)], "stays apart from them"),
        (["--rows", "9", "--seed", "1", "--raw", "missing"], "There is no "),
    ],
)
def test_wrong_use_is_a_sentence_and_exit_code_2(
    inputs: list[str], capsys: pytest.CaptureFixture[str], words: list[str], told: str
) -> None:
    assert main(["demo-cohort", *inputs, *words]) == 2
    shown = capsys.readouterr()
    assert shown.out == ""
    assert told in shown.err
    assert "Traceback" not in shown.err
    assert not Path("build").exists()


@pytest.mark.parametrize("missing", ["recalib.cli", "recalib.demo"])
def test_without_the_workshop_the_command_says_where_it_is(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, missing: str
) -> None:
    monkeypatch.setitem(sys.modules, missing, None)
    monkeypatch.delattr("recalib.demo", raising=False)
    assert main(["demo-cohort", "--rows", "5", "--seed", "1"]) == 2
    assert 'pip install -e ".[recalibrate]"' in capsys.readouterr().err


def test_a_synthetic_cohort_stays_out_of_the_shipped_edition(
    inputs: list[str], capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert main(["demo-cohort", "--rows", "5", "--seed", "1", "--with-tables", *inputs]) == 0
    monkeypatch.setattr(places, "DEFAULT_OUT", Path("data/processed"))
    monkeypatch.setattr(run, "recalibrate", lambda *_, **__: pytest.fail("it was run"))
    assert main(["recalibrate", "--raw", "build/demo-raw"]) == 2
    assert "synthetic_demo in build/demo-raw is synthetic and stays out" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("title: Synthetic people\n", True),
        ("title: x\nsynthetic: true\n", True),
        ('title: x\nsynthetic: "true"\n', True),
        ("title: x\nsynthetic: false\n", False),
        ("title: Ours\n", False),
        ("[", False),
        ("- a\n", False),
    ],
)
def test_cohorts_say_themselves_that_they_are_synthetic(text: str, found: bool) -> None:
    Path("cohorts").mkdir()
    Path("cohorts", "one.yml").write_text(text)
    assert synthetic_cohorts(Path()) == (["one"] if found else [])
