"""70_my_cohort from end to end: 5,000 and 150 people, in this process and by papermill."""

import json
import subprocess
import sys

import nbformat
import papermill
import pytest

from cells import NOTEBOOKS, run_cells
from own_exports import EDITION, RAW, eras_like, write
from recalib.cli import main
from recalib.own.private import MARK, REPOSITORY, Private
from recalib.problems import UsageError

PLACES = {"raw_dir": str(RAW), "edition_dir": str(EDITION)}


def mapped(rows, folder, name="mine.xlsx", **options):
    path = write(eras_like(rows, **options), folder / name)
    assert main(["cohort-init", str(path), "--raw", str(RAW)]) == 0
    return str(path)


def marked(folder):
    """Every file that was written says that it is not for publication, or git passes it over."""
    for path in folder.iterdir():
        if path.suffix in (".csv", ".txt", ".md"):
            lines = path.read_text().splitlines()
            assert MARK in lines[0] or all(MARK in line for line in lines[1:]), path
        else:
            assert path.suffix == ".png" or path.name == ".gitignore"


def test_five_thousand_rows_are_judged(tmp_path):
    out = tmp_path / "out"
    shown, names = run_cells(
        "70_my_cohort", data_file=mapped(5000, tmp_path), output_dir=str(out), **PLACES
    )
    told = "\n".join(shown)
    assert "all together" in told
    judged = names["judged"]
    assert judged["verdict"].str.contains("Holds|Does not hold|cannot tell").all()
    assert judged["level"].notna().sum() >= 6
    assert len(names["own"]) == 6
    assert names["own"]["slope"].notna().all()
    assert "Generalized Linear Model" in (out / "regression.txt").read_text()
    assert len(list(out.glob("*.png"))) == 5
    marked(out)
    for words in ("Madeup", "@example", "10000"):
        assert words not in told


@pytest.mark.parametrize("seed", [3, 4])
def test_a_hundred_and_fifty_get_answers(tmp_path, seed):
    out = tmp_path / "out"
    shown, names = run_cells(
        "70_my_cohort",
        data_file=mapped(150, tmp_path, seed=seed, height=1.0),
        output_dir=str(out),
        cycle="",
        specialty="internal_medicine",
        folds=5,
        bins=4,
        seed=2,
        low=235.0,
        middle=245.0,
        high=255.0,
        key_file=str(tmp_path / ".mine.key"),
        mapping=str(tmp_path / "mine.yml"),
        **PLACES,
    )
    judged = names["judged"]
    whole = judged[judged["specialty"] == "all together"].iloc[0]
    # One logit above the nation's: together they show it, where no single specialty need.
    assert whole["level_low"] > 0
    assert "cannot tell" in "\n".join(judged["verdict"])
    assert any("withheld for too few people" in part for part in shown)
    marked(out)


def test_one_cycle_can_be_asked_for(tmp_path):
    _, names = run_cells(
        "70_my_cohort",
        data_file=mapped(800, tmp_path),
        output_dir=str(tmp_path / "out"),
        cycle="2025",
        **PLACES,
    )
    assert set(names["people"]["cycle"]) == {"2025"}


def test_papermill_runs_it(tmp_path):
    data, out = mapped(150, tmp_path), tmp_path / "run.ipynb"
    papermill.execute_notebook(
        NOTEBOOKS / "70_my_cohort.ipynb",
        out,
        parameters={"data_file": data, "output_dir": str(tmp_path / "out"), **PLACES},
        kernel_name="python3",
        progress_bar=False,
    )
    cells = nbformat.read(out, as_version=4).cells
    first = next(cell for cell in cells if cell.id == "70-02")
    assert MARK in json.dumps(first.outputs)
    marked(tmp_path / "out")


@pytest.mark.parametrize(
    "place",
    ["data/processed/mine", "data/raw", "reports/mine", "src/calib/edition", "docs", "", "."],
)
def test_no_private_result_lies_where_git_looks(place):
    with pytest.raises(UsageError, match=r"where git looks|raw tables|edition"):
        Private(REPOSITORY / place)


def test_git_ignores_the_folder_of_the_notebook():
    asked = ["git", "check-ignore", "private/my_cohort/counts.csv", "build/x.csv"]
    found = subprocess.run(asked, cwd=REPOSITORY, capture_output=True, text=True, check=False)
    if found.returncode == 128:
        pytest.skip("no repository here")
    assert len(found.stdout.splitlines()) == 2


def test_an_edition_elsewhere_is_refused(edition_folder, tmp_path):
    with pytest.raises(UsageError, match="is an edition"):
        Private(edition_folder("old") / "mine")
    raw = tmp_path / "raw"
    raw.mkdir()
    (raw / "specialties.csv").write_text("specialty\n")
    with pytest.raises(UsageError, match="raw tables"):
        Private(raw / "cohorts")
    (tmp_path / "file").write_text("")
    with pytest.raises(UsageError, match="is a file"):
        Private(tmp_path / "file")


def test_somebody_elses_folder_is_left_alone(tmp_path):
    (tmp_path / "README.md").write_text("mine\n")
    with pytest.raises(UsageError, match=r"holds README\.md"):
        Private(tmp_path)
    assert (tmp_path / "README.md").read_text() == "mine\n"
    # What papermill writes beside it is no reason, nor is an earlier run.
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "run.ipynb").write_text("{}")
    for _ in range(2):
        Private(tmp_path / "out")


def test_git_passes_it_over_wherever_it_lies(tmp_path):
    Private(tmp_path / "somewhere")
    assert (tmp_path / "somewhere" / ".gitignore").read_text() == "*\n"


def test_a_missing_export_says_what_to_do(tmp_path):
    with pytest.raises(UsageError, match="There is no"):
        run_cells(
            "70_my_cohort",
            data_file=str(tmp_path / "none.csv"),
            output_dir=str(tmp_path / "out"),
            **PLACES,
        )
    assert sys.exc_info() == (None, None, None)
