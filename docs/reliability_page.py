"""Write docs/reliability.md from tables of bench/results: kills, faults, fuzzing and so on.

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
FAULTS = {
    "kind": "fault",
    "faults": "made",
    "rule": "impossible",
    "cross_check": "unlike its like",
    "printed_figure": "printed figure",
    "released_figure": "released figure",
    "unseen": "unseen",
    "points": "farthest edge, points",
    "share": "of its interval",
    "withdrawn": "edges lost",
    "unseen_with_double_entry": "unseen with double entry",
}
SETTINGS = {"released": "In a released table", "new": "In a table of a new cycle"}
PAGE = """# What kills, disks, places and slips of the hand do to an edition

Made by `python docs/reliability_page.py` of small tables that scripts in `bench/` write.

## Kills

`python bench/kills.py` starts runs that publish reports, an edition and the package's copy,
kills each at a seeded moment (seeds {seed}), looks, starts anew and looks again. Beside
them readers open edition and copy, verify every table and start over, without a pause. The runs
publish two small editions in turn, made ready beforehand, so that one takes half a second; what
locks, stages, swaps, recovers and starts kernels is the code of `calib recalibrate`.

{kills}

{total} kills and {loads} loads: {outlived} processes outlived their run, {after} publications
were of two editions after the next start, and of the loads {mixed} were mixed, {missing}
missing and {damaged} damaged. A goal swaps in one step where the system can exchange two
folders (Linux, macOS); {just} kills left goals of two editions for the moment, which the next
start completed from the recorded decision, whichever of the goals it wrote.

What this does not show:

- Rare faults: where none of {total} kills did harm, one in {rare} or fewer does (95 %), of kills as
  these are aimed. Earlier passes found two faults, mended and tests since: a swap begun file by
  file could not be completed where folders could change places again, and the copy of an edition
  that was being kept stayed behind until that edition was made again.
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

## Wrong figures

`python bench/faults.py` puts one fault each into copies of `data/raw` (seed {fault_seed},
{made} faults of {kinds} kinds), and sees what stops it before anything is published: a rule
that says what is impossible, figures that are unlike all their like, a printed figure that no
longer holds, or a released figure that changed and waits for approval. Half are made in any
table, as somebody may who edits a released one; half in the newest cycle's tables as if they
were new: nothing released is there to differ from, but three cells were typed twice, and counts
and lone scores were added up in the source, as `calib add-cycle` asks. What nothing stops is
fitted: how far does it move the edges that are claimed? Double entry is a second transcription with
slips of its own in one cell of 200.

{faults}

{summary}

What this does not show:

- Faults are drawn kind by kind alike; nobody knows how often people make each.
- A sum that does not agree names the column, not the row. It is taken to be added up in the source:
  one that was added up in the table shows nothing. Which columns need one was decided after a look
  at what faults of this seed passed before there were sums (82 % of those in new tables stopped).
- Double entry is of two who read the same page and slip independently. Where both read the wrong
  page, they agree.
- What passes in a new table is a figure that could be: the table's others, the cycle before and
  the other tables let expect it. Only a second look at the source can tell. Such a figure may
  well move an edge, the more so where few people are behind it.
- Rules learn from these tables how far figures lie apart; tables of another layout or with few
  rows tell less.
"""


def page() -> str:
    """The page as text."""
    kills = pd.read_csv(RESULTS / "kills.csv")
    places = pd.read_csv(RESULTS / "determinism.csv")
    faults = pd.read_csv(RESULTS / "faults.csv")
    seeds = " and ".join(map(str, kills["seed"].unique()))
    kills = kills.drop(columns="seed").groupby("aim", sort=False, as_index=False).sum()
    total = kills.drop(columns="aim").sum()
    return PAGE.format(
        seed=seeds,
        kills="\n".join(table([*COLUMNS.values()], shown(kills[[*COLUMNS]]))),
        total=f"{total['kills']:,}",
        loads=f"{total['loads']:,}",
        rare=f"{total['kills'] // 3:,}",
        outlived=total["outlived"],
        after=total["of_two_editions_after_the_next_start"],
        just=total["of_two_editions_after_the_kill"],
        mixed=total["mixed"],
        missing=total["missing"],
        damaged=total["damaged"],
        places="\n".join(table(["surroundings", "the same bytes"], shown(places))),
        fault_seed=faults["seed"].iloc[0],
        made=f"{faults['faults'].sum():,}",
        kinds=faults["kind"].nunique(),
        faults="\n\n".join(fault_table(faults, *one) for one in SETTINGS.items()),
        summary="\n".join(fault_summary(faults, *one) for one in SETTINGS.items()),
    )


def fault_table(faults: pd.DataFrame, setting: str, title: str) -> str:
    """The faults of a setting, a row a kind."""
    own = faults.loc[faults["setting"] == setting, [*FAULTS]].astype(object)
    own = own.where(own.notna(), "")
    return "\n".join([f"{title}:", "", *table([*FAULTS.values()], shown(own))])


def fault_summary(faults: pd.DataFrame, setting: str, title: str) -> str:
    """What was stopped in a setting, in a sentence."""
    own = faults[faults["setting"] == setting]
    total = own.sum(numeric_only=True)
    caught = total["faults"] - total["unseen"]
    twice = total["faults"] - total["unseen_with_double_entry"]
    aims = [(caught, 0.9), (twice, 0.995)]
    met = ["met" if got >= aim * total["faults"] else "**missed**" for got, aim in aims]
    rows = caught - total["column_named"]
    return (
        f"- {title}: {caught:.0f} of {total['faults']:.0f} stopped "
        f"({caught / total['faults']:.1%}; 90 % is {met[0]}). A sum or a printed figure that no "
        f"longer holds names the column of {total['column_named']:.0f} of them; of the other "
        f"{rows:.0f} file and row, or key, are named rightly in {total['named']:.0f} "
        f"({total['named'] / rows:.1%}). Unseen faults that move an edge by more than 3 points or "
        f"a third of its interval: {total['beyond']:.0f}. With double entry {twice:.0f} are "
        f"stopped ({twice / total['faults']:.1%}; 99.5 % is {met[1]})."
    )


HOSTILE = """
## Hostile files

`python bench/fuzz.py READER` damages small valid files (bytes, texts, cells, lines, parts of packed
files; seeded) and lets a reader answer: with a result, or with a sentence. A finding is another
error, more than 10 seconds of processor time, more than 1 GiB, a file written or a program started
elsewhere, or the end of the process.

{rows}

{inputs} inputs in {minutes} minutes of processor time: {findings} findings. Not counted are the
runs that found something, the last: two damaged Parquet files that DuckDB reads otherwise than
pyarrow (of 3,908 inputs in 30 minutes), typed sheets of ten thousand columns, rows or words in a
heading, and tables of editions with more cells in a row than in the header. That is mended and
lies in `tests/fuzz_corpus`; the tests replay it and feed each reader a little anew, CI for a
minute altogether. What is counted here gave each reader {least} minutes or more. A warning in it
led to one thing that is no finding of the fuzzer: an infinite number in a table of an edition,
which is told now. Pipes, devices, links that lead in circles, lines of a gigabyte, packed bombs and
a hundred thousand columns are tests of their own.

The damage does not look which lines of code it reaches. Atheris does (`bench/fuzz_guided.py PART`,
where it is installed), on parts of the readers that take one text:

{parts}

No text ended in an error or took ten seconds.
"""


def hostile() -> str:
    """The part on hostile files."""
    runs = pd.read_csv(RESULTS / "fuzz.csv").drop(columns="seed")
    runs = runs.groupby("reader", as_index=False).sum()
    parts = pd.read_csv(RESULTS / "fuzz_guided.csv").drop(columns="seed")
    head = {
        "reader": "reader",
        "inputs": "inputs",
        "cpu_seconds": "seconds",
        "findings": "findings",
    }
    return HOSTILE.format(
        rows="\n".join(table([*head.values()], shown(runs[[*head]]))),
        inputs=f"{runs['inputs'].sum():,}",
        parts="\n".join(table(["part", "texts", "seconds"], shown(parts))),
        minutes=f"{runs['cpu_seconds'].sum() / 60:.0f}",
        least=runs["cpu_seconds"].min() // 60,
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
