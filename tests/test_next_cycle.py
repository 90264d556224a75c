"""The data may move: with one more cycle in a copy of data/raw everything that must hold, holds.

The next cycle is made up: the newest figures of non-U.S. IMGs under the next year's name, scores a
point higher and totals a little larger. Nothing here is typed from today's data.
"""

from __future__ import annotations

import csv
import json
import os
import shutil
import subprocess
import sys
from decimal import Decimal
from pathlib import Path

import jsonschema
import pytest

ROOT = Path(__file__).parents[1]
GROUP = "non_us_img"
SOURCE = "synthetic_next_cycle_non_us_img"
PROVENANCE = """\
title: Made-up next cycle of non-U.S. IMGs
publisher: Nobody
citation: SYNTHETIC. Last cycle's figures, moved a little by a test.
edition: synthetic
rights: None needed.
trust: none
transcribed_from: a test
notes: []
anchors: []
"""
SCORES = ("min", "q1", "median", "q3", "max", "mean")
KEY = ("cycle", "specialty", "applicant_group", "needs_visa", "outcome", "denominator")


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def keys(edition: Path) -> set[tuple[str, ...]]:
    return {tuple(row[column] for column in KEY) for row in rows(edition / "curves.csv")}


def newest_year(raw: Path) -> int:
    """The newest match year that prints score statistics of the group."""
    years = {
        int(row["cycle"][-4:])
        for path in raw.glob("published/*.quantiles.csv")
        for row in rows(path)
        if row["applicant_group"] == GROUP
    }
    return max(years)


def moved(kind: str, row: dict[str, str]) -> dict[str, str]:
    if kind == "totals":
        grown = {name: int(row[name]) for name in ("n_success", "n_total")}
        grown = {name: count + -(-count * 3 // 100) for name, count in grown.items()}
        return row | {name: str(count) for name, count in grown.items()}
    return row | {name: str(Decimal(row[name]) + 1) for name in SCORES if row[name]}


def add_next_cycle(raw: Path) -> int:
    """Write the next cycle's tables into a raw folder and return its year."""
    newest = newest_year(raw)
    for kind in ("quantiles", "totals"):
        mine = [
            moved(kind, row) | {"cycle": str(newest + 1)}
            for path in sorted(raw.glob(f"published/*.{kind}.csv"))
            for row in rows(path)
            if row["applicant_group"] == GROUP and row["cycle"] == str(newest)
        ]
        if mine:
            with (raw / "published" / f"{SOURCE}.{kind}.csv").open("w", newline="") as file:
                columns = dict.fromkeys(name for row in mine for name in row)
                writer = csv.DictWriter(file, columns, lineterminator="\n")
                writer.writeheader()
                writer.writerows(mine)
    (raw / "published" / f"{SOURCE}.yml").write_text(PROVENANCE)
    (raw / "edition.yml").write_text(f'edition: "{newest + 1}.0"\n')
    return newest + 1


def calib(*words: str | Path, package: Path | None = None) -> subprocess.CompletedProcess[str]:
    """Run the command, of the package in `package` where one is named."""
    path = {} if package is None else {"PYTHONPATH": str(package)}
    return subprocess.run(
        [sys.executable, "-m", "calib", *map(str, words)],
        capture_output=True,
        text=True,
        check=False,
        env=os.environ | path,
    )


class Moved:
    """A raw folder with one cycle more and what the main job makes of it."""

    def __init__(self, place: Path) -> None:
        self.raw, self.out = place / "raw", place / "processed"
        private = shutil.ignore_patterns("cohorts")
        shutil.copytree(ROOT / "data" / "raw", self.raw, ignore=private)
        self.year = str(add_next_cycle(self.raw))
        self.check = calib("check", "--raw", self.raw)
        # The edition of today lies there: no key of it may be lost.
        shutil.copytree(ROOT / "data" / "processed", self.out)
        # Refusal and approval are walked in tests/typed/test_typed_walk.py and tests/run.
        job = ("recalibrate", "--raw", self.raw, "--out", self.out, "--no-reports")
        self.run = calib(*job, "--allow-drift")
        # What others will install: the package with the new edition inside.
        self.package = place / "package"
        code = shutil.ignore_patterns("edition", "__pycache__")
        shutil.copytree(ROOT / "src" / "calib", self.package / "calib", ignore=code)
        shutil.copytree(self.out, self.package / "calib" / "edition")


@pytest.fixture(scope="module")
def moved_on(tmp_path_factory: pytest.TempPathFactory) -> Moved:
    return Moved(tmp_path_factory.mktemp("next"))


def test_the_tables_are_clean(moved_on: Moved) -> None:
    assert moved_on.check.returncode == 0, moved_on.check.stdout + moved_on.check.stderr


def test_drift_by_the_new_cycle_is_told_and_explained(moved_on: Moved) -> None:
    line = moved_on.out.with_name(f"{moved_on.out.name}.editions")
    changes = rows(line / f"{moved_on.year}.0" / "drift.csv")
    drifts = [row for row in changes if row["kind"] != "key_gained"]
    assert {row["approved"] for row in drifts} <= {"False"}
    if drifts:
        assert f" ({len(drifts)} not approved)" in moved_on.run.stdout
    # Every change is explained by raw rows, since nothing else changed; new keys by their own.
    assert not [row for row in changes if row["cause"].startswith("no raw row")]
    own = [row["cause"] for row in changes if row["key"].startswith(f"{moved_on.year}/")]
    assert own
    assert set(own) == {"own raw rows came or changed"}


def test_the_main_job_publishes(moved_on: Moved) -> None:
    assert moved_on.run.returncode == 0, moved_on.run.stderr
    record = json.loads((moved_on.out / "edition.json").read_text(encoding="utf-8"))
    assert record["edition"] == f"{moved_on.year}.0"


def test_no_key_is_lost_and_the_new_ones_are_of_the_new_cycle(moved_on: Moved) -> None:
    old, new = keys(ROOT / "data" / "processed"), keys(moved_on.out)
    assert old <= new
    assert {key[0] for key in new - old} == {moved_on.year}


def test_every_specialty_of_the_last_cycle_has_a_curve_of_the_new_one(moved_on: Moved) -> None:
    """Of the new source, and near last year's: the figures hardly moved."""
    last = str(int(moved_on.year) - 1)
    curves = {
        cycle: {
            row["specialty"]: row
            for row in rows(moved_on.out / "curves.csv")
            if (row["cycle"], row["applicant_group"]) == (cycle, GROUP)
            and row["denominator"] == "ranked_first"
        }
        for cycle in (last, moved_on.year)
    }
    assert curves[last]
    assert set(curves[last]) == set(curves[moved_on.year])
    for specialty, row in curves[moved_on.year].items():
        assert SOURCE in row["sources"], specialty
        assert abs(float(row["base_rate"]) - float(curves[last][specialty]["base_rate"])) < 0.1


def test_the_band_table_holds_its_schema(moved_on: Moved) -> None:
    table = json.loads((moved_on.out / "band_table.json").read_text(encoding="utf-8"))
    schema = json.loads((moved_on.out / "band_table.schema.json").read_text(encoding="utf-8"))
    jsonschema.Draft202012Validator(schema).validate(table)
    assert any(curve["cycle"] == moved_on.year for curve in table["curves"])


def test_look_ups_answer_with_the_newest_cycle(moved_on: Moved) -> None:
    words = ("probability", "250", "general_surgery", "--group", GROUP, "--json")
    done = calib(*words, package=moved_on.package)
    assert done.returncode == 0, done.stderr
    answer = json.loads(done.stdout)
    assert answer["cycle"] == moved_on.year
    older = calib(*words, "--cycle", str(int(moved_on.year) - 1), package=moved_on.package)
    assert json.loads(older.stdout)["cycle"] == str(int(moved_on.year) - 1)


def test_two_editions_can_be_compared(moved_on: Moved) -> None:
    done = calib("diff", ROOT / "data" / "processed", moved_on.out)
    assert done.returncode in (0, 1), done.stderr
    assert not done.stderr.startswith("Traceback")
