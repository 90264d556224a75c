"""The walk-through of docs/cohorts.md, on its made-up export: word for word."""

from __future__ import annotations

import re
import shlex
import shutil
from pathlib import Path

import pytest
import yaml

import calib
from calib import edition
from cells import run_cells
from own_exports import EDITION, RAW
from recalib import Run, cli
from recalib.cli import main
from recalib.drift import no_drift
from recalib.own.private import MARK
from recalib.run import order
from recalib.run.task import Outcome
from steps import adjust, bands, fit, ingest

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "cohorts.md").read_text(encoding="utf-8")
WALK = PAGE.split("## Your own cohort\n")[1].split("\n## ")[0]
SHELL = [block.splitlines() for block in re.findall(r"```sh\n(.*?)```", WALK, flags=re.DOTALL)]
LINES = [line for block in SHELL for line in block]
TOLD = re.findall(r"```text\n(.*?)```", WALK, flags=re.DOTALL)
YAML = re.findall(r"```yaml\n(.*?)```", WALK, flags=re.DOTALL)


@pytest.fixture(scope="module")
def walked(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder in which the first commands of the page can be typed, on frozen raw tables."""
    here = tmp_path_factory.mktemp("walk")
    shutil.copytree(RAW, here / "data" / "raw")
    shutil.copytree(ROOT / "examples" / "own_cohort", here / "examples" / "own_cohort")
    return here


def test_the_walk_goes_as_it_is_told(walked, monkeypatch, capsys):
    monkeypatch.chdir(walked)
    for line in LINES:
        word, *rest = shlex.split(line)
        if word == "mkdir":
            Path(rest[-1]).mkdir(parents=True)
        elif word == "cp" and rest[0] == "-r":
            shutil.copytree(rest[1], rest[2], dirs_exist_ok=True)
        elif word == "cp":
            shutil.copy(*rest)
        elif line.startswith("calib cohort-init"):
            assert main(shlex.split(line)[1:]) == 0
            assert capsys.readouterr().out == TOLD[0]
            written = Path("private/raw/cohorts/made_up_export.yml").read_text()
            assert YAML[0] in written
        elif word == "echo":
            path = Path(rest[2])
            path.write_text(path.read_text() + rest[0] + "\n")
            assert yaml.safe_load(path.read_text())["synthetic"] is True
        elif word == "papermill":
            notebook(rest)
        else:
            published([*rest, "--no-reports"], monkeypatch)
            break
    else:
        pytest.fail("the walk has no last command")


def published(words, monkeypatch):
    """Run the last command: beside one printed source, without notebooks and pages."""
    for path in Path("private/raw/published").iterdir():
        if not path.name.startswith("nrmp_charting_outcomes_2026_non_us_img."):
            path.unlink()
    shutil.rmtree("private/raw/corrections")
    monkeypatch.setattr(order, "Workers", Here)
    monkeypatch.setattr(cli.signal, "signal", lambda *given: None)
    assert main(words) == 0
    monkeypatch.setattr(edition, "SHIPPED", Path("build/mine").resolve())
    asked = (250, "internal_medicine", "non_us_img")
    (source,) = calib.cohorts()
    own, printed = calib.probability(*asked, source="made_up_export"), calib.probability(*asked)
    assert source == "cohort:made_up_export (SYNTHETIC)"
    assert own.sources == (source,)
    assert printed.sources == ("nrmp_charting_outcomes_2026_non_us_img",)
    assert own.value is not None
    assert own.n < 400 < printed.n
    assert not Path("build/mine-reports").exists()


class Here:
    """Workers that are this process, and call the rooms that the notebooks call."""

    def __init__(self, jobs, scratch):
        self.scratch = scratch

    def __enter__(self):
        return self

    def __exit__(self, *error):
        return None

    def run(self, tasks, done):
        doors = {"10_ingest": ingest, "30_bands": bands, "35_adjustments": adjust}
        doors["20_fit"] = lambda work_dir, edition_dir: fit(work_dir)
        for task in tasks:
            if task.name in doors:
                doors[task.name](**task.parameters)
            else:
                assert task.name == "50_drift"
                Run(task.parameters["work_dir"]).write_drift(no_drift())
        return {task.name: Outcome(task.name, 0.0) for task in tasks}


def notebook(words):
    """Run the notebook with the parameters of the papermill command, from its folder."""
    assert words[:2] == ["--cwd", "notebooks"]
    assert (ROOT / words[4]).is_file()
    given = {words[at + 1]: words[at + 2] for at, word in enumerate(words) if word == "-p"}
    places = {name: str(Path("notebooks", value).resolve()) for name, value in given.items()}
    Path("notebooks").mkdir()
    shown, names = run_cells("70_my_cohort", edition_dir=str(EDITION), **places)
    told = "\n".join(shown)
    assert MARK in told
    assert "SYNTHETIC: these people were made up" in told
    assert "565 rows are counted." in told
    assert names["cohort"].synthetic


def test_three_commands_suffice():
    assert len(SHELL) == 3
    assert [sum(line.startswith(("calib", "papermill")) for line in block) for block in SHELL] == [
        1,
        1,
        1,
    ]


def test_the_example_says_that_it_is_made_up():
    folder = ROOT / "examples" / "own_cohort"
    assert "none is a person" in (folder / "README.md").read_text()
    rows = (folder / "made_up_export.csv").read_text().splitlines()
    assert len(rows) == 601
    assert all("Madeup" in row for row in rows[1:])
