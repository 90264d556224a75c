"""docs/add-a-cycle.md is replayed word for word, from typed spreadsheet to published edition."""

from __future__ import annotations

import csv
import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "add-a-cycle.md").read_text(encoding="utf-8")
WALK = PAGE[PAGE.index("## A walk-through") : PAGE.index("## By hand")]
#: Blocks of the page: language (`bash`: `make pages` runs what is `sh`), text, output below it.
BLOCKS = re.findall(r"```(bash|yaml)\n(.*?)```(?:\n\n```text\n(.*?)\n```)?", WALK, flags=re.DOTALL)
ANSWERS = Path("build/raw-2027/published/made_up_2027.yml")
#: The command that publishes.
LAST = "calib recalibrate"


def run(command: str, folder: Path) -> subprocess.CompletedProcess[str]:
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    return subprocess.run(
        ["bash", "-ec", command],
        cwd=folder,
        env=os.environ | {"PATH": path},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        check=False,
    )


@pytest.fixture(scope="module")
def walked(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[tuple[str, str, str]]]:
    """A folder in which the page was followed, and what each command printed beside the page's."""
    folder = tmp_path_factory.mktemp("walk")
    shutil.copytree(ROOT / "examples" / "made-up-2027", folder / "examples" / "made-up-2027")
    shutil.copytree(ROOT / "tests" / "frozen", folder / "tests" / "frozen")
    printed = []
    for language, text, output in BLOCKS:
        if language == "yaml":
            asked = (folder / ANSWERS).read_text(encoding="utf-8")
            (folder / "asked.yml").write_text(asked, encoding="utf-8")
            (folder / ANSWERS).write_text(text, encoding="utf-8")
        else:
            done = run(text, folder)
            assert done.returncode == 0, done.stdout
            printed.append((text, done.stdout.rstrip("\n"), output))
    return folder, printed


def test_the_page_prints_what_its_commands_print(
    walked: tuple[Path, list[tuple[str, str, str]]],
) -> None:
    assert len(walked[1]) >= 6
    for command, printed, shown in walked[1]:
        assert printed == shown, command


def test_nothing_but_questions_was_edited_by_hand(
    walked: tuple[Path, list[tuple[str, str, str]]],
) -> None:
    asked = (walked[0] / "asked.yml").read_text(encoding="utf-8").splitlines()
    answered = (walked[0] / ANSWERS).read_text(encoding="utf-8").splitlines()
    assert [line for line in asked if '"?' not in line and line not in answered] == []
    assert sum('"?' in line for line in asked) == 16


def test_the_tables_hold_what_was_typed(walked: tuple[Path, list[tuple[str, str, str]]]) -> None:
    """Against the cells themselves, read by another library."""
    import openpyxl

    sheet = openpyxl.load_workbook(walked[0] / "examples/made-up-2027/scores.xlsx").active
    assert sheet is not None
    typed = [[cell.value for cell in row] for row in sheet.iter_rows(min_row=5, max_row=16)]
    table = walked[0] / ANSWERS.with_name("made_up_2027.step2ck.quantiles.csv")
    with table.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == 2 * len(typed) == 24
    columns = ("n", "min", "q1", "median", "q3", "max", "mean", "sd")
    for number, line in enumerate(typed):
        for side in (0, 1):
            own = rows[2 * number + side]
            for column, cell in zip(columns, line[1 + 8 * side : 9 + 8 * side], strict=True):
                bare = re.sub(r"[‡,\s*]", "", str(cell))
                assert own[column] == bare, (line[0], column)


def test_the_edition_of_the_walk_is_published(
    walked: tuple[Path, list[tuple[str, str, str]]],
) -> None:
    """The whole way in at most five commands, approval of the drift included."""
    made = [line for line in WALK.splitlines() if line.startswith("calib ")]
    last = max(i for i, line in enumerate(made) if line.startswith(LAST))
    assert last + 1 <= 5
    assert [line.split()[1] for line in made[: last + 1]].count("approve") == 1
    with (walked[0] / "build/edition-2027.editions/2027.1/drift.csv").open(newline="") as file:
        judged = [row for row in csv.DictReader(file) if row["kind"] != "key_gained"]
    assert len(judged) == 5
    assert {row["approved"] for row in judged} == {"True"}
    edition = walked[0] / "build" / "edition-2027"
    assert json.loads((edition / "edition.json").read_text("utf-8"))["edition"] == "2027.1"
    with (edition / "curves.csv").open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["cycle"] == "2027"]
    # Curves of U.S. IMGs are borrowed from them.
    new = [row for row in rows if row["applicant_group"] == "non_us_img"]
    assert len(new) == 12
    assert all("made_up_2027" in row["sources"] for row in new)
