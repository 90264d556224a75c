"""Kills runs at seeded moments, beside readers that load and verify without a pause.

    python bench/kills.py [--kills N] [--seed S] [--folder DIR] [--seconds S]

Every run publishes reports, an edition and the package's copy by `recalib.run.job.recalibrate`, as
`calib recalibrate` does, from notebooks that copy one of two small ready-made editions: it takes
half a second. Half of the kills are aimed: at the moments in which goals change places, and at the
start of kernels. Then it is looked at what outlived the run, whether the goals are of one edition,
and whether they are after the next start. Writes the seed's rows of results/kills.csv, of which
docs/reliability_page.py makes a page.
"""

from __future__ import annotations

import argparse
import itertools
import json
import multiprocessing
import os
import random
import shutil
import signal
import statistics
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import suppress
from multiprocessing.connection import Connection
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import nbformat
import pandas as pd

# What a run imports late, its children would import each.
import recalib.raw
import recalib.report.pages
import recalib.run.execute
from calib import edition as reader
from recalib import drift
from recalib.contract.store import read_table
from recalib.contract.tables import TABLES
from recalib.publish import (
    commit,
    edition,
    locked,
    make_edition,
    moves,
    recover,
    recover_kept,
    reports,
    verify_hashes,
)
from recalib.publish.atomic import OWN
from recalib.publish.commit import Part
from recalib.run import job, order, places
from recalib.run.task import Outcome, Task
from recalib.run.workers import Workers

ROOT = Path(__file__).parents[1]
FROZEN = ROOT / "tests" / "frozen" / "edition"
RESULT = ROOT / "bench" / "results" / "kills.csv"
NAMES = ("2026.1", "2026.2")
GOALS = {"reports": reports.ours, "copy": edition.ours, "out": edition.ours}
#: What is aimed at, and the share of all kills.
AIMS = {
    "any moment": 0.30,
    "the swap": 0.35,
    "the start of kernels": 0.20,
    "any moment of a run with kernels": 0.05,
    "the swap, where folders cannot change places": 0.05,
    "the swap, where folders cannot be renamed": 0.05,
}
WITH_KERNELS = ("the start of kernels", "any moment of a run with kernels")
#: What a run writes before it can be killed where it is aimed at.
COMMIT, KERNELS = "commit", "kernels"

_NOTEBOOKS = {
    "10_ingest": (
        'raw_dir = ""\nwork_dir = ""\ncycle = ""\nengine = ""',
        "import json, pathlib, shutil\n"
        "for file in pathlib.Path(raw_dir).glob('*.csv'): shutil.copy(file, work_dir)\n"
        "for name, note in json.loads((pathlib.Path(raw_dir) / 'notes.txt').read_text()).items():\n"
        "    (pathlib.Path(work_dir) / name).write_text(json.dumps(note))",
    ),
    "20_fit": ('work_dir = ""\nedition_dir = ""', "pass"),
    "25_criticism": ('work_dir = ""', "pass"),
    "30_bands": ('work_dir = ""', "pass"),
    "35_adjustments": ('work_dir = ""', "pass"),
    "40_specialty": ('work_dir = ""\nspecialty = ""', "pass"),
    "50_drift": (
        'work_dir = ""\nedition_dir = ""\napprovals = ""',
        "from recalib import Run, drift\nRun(work_dir).write_drift(drift.no_drift())",
    ),
}


class InProcess:
    """Stands in for workers: runs the cells of notebooks right here."""

    def __init__(self, jobs: int, scratch: Path) -> None:
        self.jobs = jobs

    def __enter__(self) -> InProcess:
        return self

    def __exit__(self, *error: object) -> None:
        return None

    def run(self, tasks: list[Task], done: Callable[[Outcome], object]) -> dict[str, Outcome]:
        outcomes = {}
        for task in tasks:
            cells = json.loads(Path(task.notebook).read_text("utf-8"))["cells"]
            exec("".join(cells[1]["source"]), dict(task.parameters))
            if task.page:
                Path(task.page).parent.mkdir(exist_ok=True)
                Path(task.page).write_text(f"<h1>{task.name}</h1>", "utf-8")
            outcomes[task.name] = Outcome(task.name, 0.0, task.name)
        return outcomes


def lay_out(base: Path) -> None:
    """Two ready-made editions as raw folders, and the notebooks that copy one."""
    for name in NAMES:
        ready = base / f"raw {name}"
        ready.mkdir(parents=True)
        frames = {}
        for table, contract in TABLES.items():
            frame = read_table(FROZEN / contract.file, table).assign(edition=name)
            frames[table] = frame[frame["specialty"] == "pathology"]
        inputs: dict[str, Any] = {"edition": name, "hashes": {}, "provenance": {}, "guides": {}}
        make_edition(frames, inputs, "0", ready)
        notes = {"inputs.json": inputs, "guides.json": {"guides": {}}}
        (ready / "notes.txt").write_text(json.dumps(notes), "utf-8")
    for stem, (parameters, cell) in _NOTEBOOKS.items():
        notebook = nbformat.v4.new_notebook()
        notebook.metadata.kernelspec = {"name": "python3", "display_name": "", "language": "python"}
        tagged = {"tags": ["parameters"]}
        notebook.cells = [
            nbformat.v4.new_code_cell(parameters, metadata=tagged),
            nbformat.v4.new_code_cell(cell),
        ]
        (base / "notebooks").mkdir(exist_ok=True)
        nbformat.write(notebook, base / "notebooks" / f"{stem}.ipynb")


def run(base: Path, name: str, aim: str, told: Connection, after: float = 0) -> None:
    """Publish one of the editions, and tell when what is aimed at begins.

    Where the swap is aimed at, the system ends this process so many seconds after its begin: a
    message to another one would come too late.
    """
    os.setsid()
    silence()
    if "change places" in aim or "be renamed" in aim:
        moves.exchange = lambda one, other: False
    if "be renamed" in aim:
        moves._renamed = lambda new, goal, old: False  # type: ignore[assignment]
    made = SimpleNamespace(edition=name)
    recalib.raw.read_raw = lambda *arguments: made  # type: ignore[assignment,return-value]

    def index(view: object, listed: object, folder: Path, site: object) -> None:
        (folder / "index.html").write_text(name, "utf-8")

    recalib.report.pages.write_index = index  # type: ignore[assignment]

    put = Part.put

    def putting(part: Part) -> None:
        if signal.getitimer(signal.ITIMER_REAL)[0] == 0:
            signal.setitimer(signal.ITIMER_REAL, after / 2)
        put(part)

    def committing(stagings: Any) -> None:
        told.send((COMMIT, time.monotonic()))
        if after:
            signal.signal(signal.SIGALRM, signal.SIG_DFL)
            # Goals change places in a fifth of it: half of the kills begin to count there.
            if random.random() < 0.5:
                Part.put = putting  # type: ignore[method-assign]
            else:
                signal.setitimer(signal.ITIMER_REAL, after)
        commit(stagings)
        signal.setitimer(signal.ITIMER_REAL, 0)

    def starting(jobs: int, scratch: Path) -> Workers:
        told.send((KERNELS, time.monotonic()))
        return Workers(jobs, scratch, warm=random.random() < 0.5)

    def ready(frames: object, inputs: object, version: str, folder: Path) -> dict[str, Any]:
        for file in sorted((base / f"raw {name}").iterdir()):
            if edition.ours(file):
                shutil.copy(file, folder)
        return verify_hashes(folder)

    order.make_edition = ready
    job.commit = committing
    order.Workers = starting if aim in WITH_KERNELS else InProcess  # type: ignore[assignment]
    job.recalibrate(
        base / f"raw {name}",
        base / "out",
        base / "reports",
        jobs=2,
        allow_lost=True,
        allow_drift=True,
        notebooks=base / "notebooks",
        package_copy=base / "copy",
    )
    told.send(("done", time.monotonic()))
    os._exit(0)


def silence() -> None:
    """Let a run say nothing."""
    null = os.open(os.devnull, os.O_WRONLY)
    os.dup2(null, 1)
    os.dup2(null, 2)


def read(base: Path, stop: Any, told: Connection) -> None:
    """Load and verify edition and copy until told to stop; send how often, and what was wrong."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    found: Counter[str] = Counter()
    while not stop.is_set():
        for goal in ("out", "copy"):
            found["loads"] += 1
            found[verdict(base / goal)] += 1
    told.send(found)


def verdict(folder: Path) -> str:
    """Open an edition as the look-ups do, and say what is wrong with it."""
    try:
        opened = reader.Edition(folder)
        rows = [row for name in reader.tables() for row in opened.table(name)]
    except reader.EditionError as error:
        return "missing" if "cannot be read" in str(error) else "damaged"
    return "whole" if {row["edition"] for row in rows} == {opened.name} else "mixed"


def held(base: Path) -> list[str]:
    """Which edition each goal holds."""
    names = []
    for goal in GOALS:
        file = base / goal / ("index.html" if goal == "reports" else "edition.json")
        try:
            text = file.read_text("utf-8")
        except OSError:
            text = "none"
        names.append(text if goal == "reports" else next((n for n in NAMES if n in text), "none"))
    return names


def outliving(base: Path) -> list[int]:
    """Processes of a run, known by the scratch folder in their environment."""
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            stopped = "Z" in folder.joinpath("stat").read_text().rpartition(")")[2].split()[:1]
            own = f"TMPDIR={base}".encode() in (folder / "environ").read_bytes()
            if own and not stopped:
                found.append(int(folder.name))
    return found


def start_anew(base: Path, goals: list[str]) -> None:
    """What every run does first."""
    folders, line = [base / goal for goal in goals], places.line_of(base / "out")
    with locked([*folders, line]):
        for goal, folder in zip(goals, folders, strict=True):
            recover(folder, GOALS[goal], folders)
        recover_kept(line, folders)


def kill(base: Path, aim: str, number: int, usual: dict[str, float]) -> dict[str, int]:
    """Run, kill, look, start anew, look again."""
    here, there = multiprocessing.Pipe(duplex=False)
    after = random.uniform(0.0001, 1.2 * usual["commit"]) if "swap" in aim else 0
    child = os.fork()
    if child == 0:
        random.seed(number)
        try:
            run(base, NAMES[number % 2], aim, there, after)
        finally:
            os._exit(1)
    there.close()
    if after:
        code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    else:
        if aim == "the start of kernels":
            here.recv()
        time.sleep(random.uniform(0, usual[aim]))
        os.kill(child, signal.SIGKILL)
        code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    if code > 0:
        raise SystemExit(f"A run failed by itself ({aim}, {number}).")
    here.close()
    deadline = time.monotonic() + 5
    while (left := outliving(base)) and time.monotonic() < deadline:
        time.sleep(0.05)
    for process in left:
        with suppress(ProcessLookupError):
            os.kill(process, signal.SIGKILL)
    before = held(base)
    goals = random.choice([["out"], ["copy", "out"], ["reports", "copy", "out"]])
    start_anew(base, goals)
    after = held(base)
    start_anew(base, [*GOALS])
    beside = [path.name for path in base.rglob("*") if OWN.match(path.name)]
    return {
        "kills": int(code < 0),
        "too_late": int(code == 0),
        "outlived": int(bool(left)),
        "of_two_editions_after_the_kill": int(len(set(before)) > 1),
        "of_two_editions_after_the_next_start": int(len(set(after)) > 1),
        "left_behind": int(bool(beside)),
    }


def measured(base: Path, aim: str) -> tuple[float, float]:
    """Seconds of a whole run, and from what is aimed at to its end."""
    here, there = multiprocessing.Pipe(duplex=False)
    begun = time.monotonic()
    child = os.fork()
    if child == 0:
        try:
            run(base, NAMES[0], aim, there)
        except Exception as error:
            there.send((f"{type(error).__name__}: {error}", time.monotonic()))
        finally:
            os._exit(1)
    there.close()
    moments = {}
    with suppress(EOFError):
        while True:
            event, moment = here.recv()
            moments[event] = moment
    if os.waitpid(child, 0)[1]:
        sys.exit(f"A run without a kill failed: {[*moments][-1:]}")
    return moments["done"] - begun, moments["done"] - moments[COMMIT]


def readers(base: Path, count: int) -> Iterator[Callable[[], Counter[str]]]:
    """Processes that read; each gives what it found when it is called."""
    for _ in range(count):
        stop = multiprocessing.Event()
        here, there = multiprocessing.Pipe(duplex=False)
        process = multiprocessing.Process(target=read, args=(base, stop, there), daemon=True)
        process.start()

        def found(
            stop: Any = stop, here: Connection = here, process: Any = process
        ) -> Counter[str]:
            stop.set()
            counted: Counter[str] = here.recv()
            process.join()
            return counted

        yield found


def campaign(base: Path, kills: int, seed: int, seconds: float, reading: int) -> pd.DataFrame:
    """Kill aim by aim; a row for each."""
    random.seed(seed)
    lay_out(base)
    measured(base, "any moment")
    of_readers = list(readers(base, reading))  # beside them all takes longer
    several = [measured(base, "any moment") for _ in range(9)]
    kernel_time, _ = measured(base, WITH_KERNELS[1])
    for found in of_readers:
        found()
    usual = {
        "any moment": max(whole for whole, _ in several),
        "commit": statistics.median(swap for _, swap in several),
        WITH_KERNELS[0]: kernel_time / 4,
        WITH_KERNELS[1]: kernel_time,
    }
    print({name: round(value, 3) for name, value in usual.items()}, flush=True)
    rows, begun = [], time.monotonic()
    for aim, share in AIMS.items():
        total: Counter[str] = Counter()
        of_readers = list(readers(base, reading))
        end = time.monotonic() + share * seconds
        for number in itertools.count():
            total.update(kill(base, aim, number, usual))
            if total["kills"] >= kills * share or time.monotonic() > end:
                break
        for found in of_readers:
            total.update(found())
        columns = ("kills", "too_late", "outlived", "of_two_editions_after_the_kill")
        columns += ("of_two_editions_after_the_next_start", "left_behind")
        columns += ("loads", "mixed", "missing", "damaged")
        rows.append({"aim": aim, "seed": seed} | {name: total[name] for name in columns})
        print(rows[-1], f"{time.monotonic() - begun:.0f} s", flush=True)
    return pd.DataFrame(rows)


def main() -> None:
    parser = argparse.ArgumentParser(description="Kill runs beside readers.")
    parser.add_argument("--kills", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--seconds", type=float, default=36_000, help="stop after about so many")
    parser.add_argument("--readers", type=int, default=2)
    parser.add_argument("--folder", type=Path, help="where; a folder of the system's by default")
    words = parser.parse_args()
    assert drift.no_drift().empty
    with tempfile.TemporaryDirectory(prefix="kills-", dir=words.folder) as folder:
        base = Path(folder).resolve()
        table = campaign(base, words.kills, words.seed, words.seconds, words.readers)
    before = pd.read_csv(RESULT)
    every = pd.concat([before[before["seed"] != words.seed], table], ignore_index=True)
    every.to_csv(RESULT, index=False, lineterminator="\n")
    print(table.to_string(index=False))


if __name__ == "__main__":
    main()
