"""Write docs/reliability.md from bench/results/kills.csv, determinism.csv and fuzz.csv.

python docs/reliability_page.py
"""

from __future__ import annotations

import sys
from pathlib import Path

import pandas as pd

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT / "bench"))

from sections import table  # noqa: E402

RESULTS = ROOT / "bench" / "results"
COLUMNS = {
    "aim": "aimed at",
    "kills": "killed",
    "too_late": "ended before",
    "outlived": "processes that outlived it",
    "of_two_editions_after_the_kill": "goals of two editions just after",
    "of_two_editions_after_the_next_start": "and after the next start",
    "left_behind": "locks or folders left",
    "loads": "loads meanwhile",
    "mixed": "mixed",
    "missing": "missing",
    "damaged": "damaged",
}
PAGE = """# What kills, disks and places do to an edition

Made by `python docs/reliability_page.py` of small tables that scripts in `bench/` write.

## Kills

`python bench/kills.py` starts runs that publish reports, an edition and the package's copy,
kills each at a seeded moment (seed {seed}), looks, starts anew and looks again. Beside them
readers open edition and copy, verify every table and start over, without a pause. The runs
publish two small editions in turn, made ready beforehand, so that one takes half a second; what
locks, stages, swaps, recovers and starts kernels is the code of `calib recalibrate`.

{kills}

{total} kills and {loads} loads: {outlived} processes outlived their run, {after} publications
were of two editions after the next start, and of the loads {mixed} were mixed, {missing}
missing and {damaged} damaged. A goal swaps in one step where the system can exchange two
folders (Linux, macOS); {just} kills left goals of two editions for the moment, which the next
start completed from the recorded decision, whichever of the goals it wrote.

What this does not show:

- Rare faults: a shared machine gave so many kills in ten minutes, not the thousand and the million
  loads that the command makes when it is left alone. An earlier pass found one fault (a swap begun
  file by file could not be completed where folders could change places again); it is mended, and
  a test since.
- A kill is of the process. A power cut is not tried; files and folders are forced to the disk
  before the decision is recorded, as far as the disk does what it is told.
- The readers of the last two rows see what file systems without that step give: the folder is
  away, or partly new, for milliseconds, and a reader reads again for about a second. In these
  rows the next start follows the kill at once. Where it does not, an edition on such a file
  system stays missing or mixed until it comes: the look-ups then say so in a
  sentence, and answer only from tables that match.
- One machine, one kernel of Linux, folders in memory. Network file systems are played in
  `tests/publish/test_publish_odd_disks.py` by the errors they give, not mounted; overlay, bind
  mounts, full and read-only disks are mounted there where the tests may.
- Windows cannot exchange folders, and no kills were tried there or on macOS; there only the
  tests run.

## Places

`python bench/determinism.py` makes the edition of a small raw folder by `calib recalibrate
--no-reports`, notebooks, kernels and all, in other surroundings, and compares every byte with
the first.

{places}

Another processor or other versions of the libraries may move a last digit; the contract says
so. `make versions` runs the main job with the oldest and the newest versions that `pyproject.toml`
allows and compares every table of the edition to one unit of the last digit. A shorter form of
both campaigns is in the tests: a kill at every step of a publication, by each of its ways, and an
edition in three places.
"""


def page() -> str:
    """The page as text."""
    kills = pd.read_csv(RESULTS / "kills.csv")
    places = pd.read_csv(RESULTS / "determinism.csv")
    total = kills.drop(columns=["aim", "seed"]).sum()
    return PAGE.format(
        seed=kills["seed"].iloc[0],
        kills="\n".join(table([*COLUMNS.values()], shown(kills[[*COLUMNS]]))),
        total=f"{total['kills']:,}",
        loads=f"{total['loads']:,}",
        outlived=total["outlived"],
        after=total["of_two_editions_after_the_next_start"],
        just=total["of_two_editions_after_the_kill"],
        mixed=total["mixed"],
        missing=total["missing"],
        damaged=total["damaged"],
        places="\n".join(table(["surroundings", "the same bytes"], shown(places))),
    )


HOSTILE = """
## Hostile files

`python bench/fuzz.py READER` damages small valid files (bytes, texts, cells, lines, parts of packed
files; seeded) and lets a reader answer: with a result, or with a sentence. A finding is another
error, more than 10 seconds of processor time, more than 1 GiB, a file written or a program started
elsewhere, or the end of the process.

{rows}

{inputs} inputs in {minutes} minutes of processor time: {findings} findings. What earlier passes
found is mended and lies in `tests/fuzz_corpus`; the tests replay it and feed each reader a little
anew, CI for a minute altogether. Pipes, devices, links that lead in circles, lines of a gigabyte,
packed bombs and a hundred thousand columns are tests of their own.

What this does not show: the damage does not look which lines of code it reaches, and so few inputs
say little. A shared machine gave half a minute a reader or less, not the half hour that the command
takes when it is left alone.
"""


def hostile() -> str:
    """The part on hostile files."""
    runs = pd.read_csv(RESULTS / "fuzz.csv")
    head = {
        "reader": "reader",
        "inputs": "inputs",
        "cpu_seconds": "seconds",
        "findings": "findings",
    }
    return HOSTILE.format(
        rows="\n".join(table([*head.values()], shown(runs[[*head]]))),
        inputs=f"{runs['inputs'].sum():,}",
        minutes=f"{runs['cpu_seconds'].sum() / 60:.0f}",
        findings=runs["findings"].sum(),
    )


def shown(frame: pd.DataFrame) -> list[list[str]]:
    """Cells as the page prints them."""
    return [
        [f"{cell:,}" if isinstance(cell, int) else str(cell) for cell in row]
        for row in frame.to_numpy(dtype=object).tolist()
    ]


if __name__ == "__main__":
    (ROOT / "docs" / "reliability.md").write_text(page() + hostile(), encoding="utf-8")
