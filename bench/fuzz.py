"""Feeds damaged files to a reader, and keeps those that it does not answer as it should.

    python bench/fuzz.py READER [--minutes M] [--seed S] [--keep DIR]

READER is one of `fuzz_readers.READERS`. Small valid files are damaged as texts, as tables and as
bytes (seeded; nothing looks at which lines are reached). An answer is a result or an error in a
sentence; a finding is any other error, more than 10 seconds of processor time, more than 1 GiB, a
file written or a program started elsewhere, or the end of the process. A finding lies in DIR
(tests/fuzz_corpus) as the files that were damaged, to be mended and then replayed by the tests.
Adds a row to results/fuzz.csv, of which docs/reliability_page.py makes a page.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import random
import resource
import shutil
import subprocess
import sys
import tempfile
import time
import traceback
from pathlib import Path
from typing import Any

from fuzz_damage import damaged
from fuzz_readers import READERS, Reader

ROOT = Path(__file__).parents[1]
CORPUS = ROOT / "tests" / "fuzz_corpus"
RESULTS = ROOT / "bench" / "results" / "fuzz.csv"
MOST_SECONDS, MOST_KB = 10.0, 1 << 20
#: Inputs for one process: what it has taken of memory is seen at its end, too.
A_PROCESS = 200
#: Seconds without an answer, on a machine with other work, until a process is ended.
PATIENCE = 90
_WATCHED = ("subprocess.Popen", "os.system", "os.exec", "os.posix_spawn", "socket.connect")


class FoundError(Exception):
    """A reader did not answer as it should."""


class Watch:
    """Notes what leaves a folder; audit hooks stay for good, so there is one."""

    def __init__(self) -> None:
        self.folder = ""
        self.seen: list[str] = []
        sys.addaudithook(self._hear)

    def _hear(self, event: str, about: tuple[Any, ...]) -> None:
        if not self.folder:
            return
        if event in _WATCHED:
            self.seen.append(event)
        elif event == "open" and isinstance(about[0], str):
            flags = about[2] if isinstance(about[2], int) else 0
            if flags & (os.O_WRONLY | os.O_RDWR | os.O_CREAT) and self._outside(about[0]):
                self.seen.append(f"{event} {about[0]}")
        elif event in ("os.remove", "os.rename", "os.mkdir") and self._named_outside(about):
            self.seen.append(f"{event} {about[0]}")

    def _named_outside(self, about: tuple[Any, ...]) -> bool:
        relative = about[-1] != -1  # to an open folder: that is how temporary ones are removed
        return not relative and self._outside(os.fsdecode(about[0]))

    def _outside(self, path: str) -> bool:
        allowed = (self.folder, tempfile.gettempdir(), os.devnull)
        return not os.path.realpath(path).startswith(allowed) and "__pycache__" not in path


def judge(reader: Reader, folder: Path, watch: Watch) -> None:
    """Let a reader read a folder; a FoundError where its answer is none."""
    before, peak = time.process_time(), _peak()
    watch.seen.clear()
    watch.folder = str(folder.resolve())
    try:
        reader.read(folder)
    except reader.errors:
        pass
    except Exception:
        raise FoundError(traceback.format_exc(limit=-6)) from None
    finally:
        watch.folder = ""
    if (took := time.process_time() - before) > MOST_SECONDS:
        raise FoundError(f"It took {took:.0f} seconds.")
    if (more := _peak() - peak) > MOST_KB:
        raise FoundError(f"It took {more >> 10} MiB.")
    if watch.seen:
        raise FoundError(f"It left its folder: {watch.seen[:3]}.")


def _peak() -> int:
    """Most memory of this process so far, in kB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


def lay(files: dict[str, bytes], folder: Path) -> None:
    """Write files into a folder."""
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)


def keep(files: dict[str, bytes], reader: Reader, goal: Path, found: str) -> None:
    """Keep the files of a finding, named by their content."""
    digest = hashlib.sha256(b"\0".join(files.values())).hexdigest()[:8]
    lay(files, goal / reader.name / digest)
    print(f"{reader.name}/{digest} ({', '.join(files)}): {found}", flush=True)


def feed(
    reader: Reader,
    rng: random.Random,
    scratch: Path,
    goal: Path,
    *,
    count: int = A_PROCESS,
    seconds: float = float("inf"),
) -> int:
    """Damage and read so often, or for so much processor time; how many findings there were."""
    watch = Watch()
    found = 0
    folder = scratch / "folder"
    until = time.process_time() + seconds
    for _ in range(count):
        if time.process_time() > until:
            break
        # A reader may write beside what it reads, as `cohort-init` does.
        shutil.rmtree(folder, ignore_errors=True)
        lay(reader.seeds, folder)
        files = damaged(reader, rng)
        lay(files, folder)
        shutil.rmtree(scratch / "case", ignore_errors=True)
        lay(files, scratch / "case")
        try:
            judge(reader, folder, watch)
        except FoundError as error:
            found += 1
            keep(files, reader, goal, str(error))
        with (scratch / "count").open("ab") as answered:
            answered.write(b".")
    return found


def run(reader: Reader, minutes: float, seed: int, goal: Path) -> dict[str, Any]:
    """Feed a reader for so much processor time, by one process after the other."""
    inputs = findings = round_ = 0
    spent = 0.0
    while spent < 60 * minutes:
        with tempfile.TemporaryDirectory(prefix="calib-fuzz-") as name:
            scratch = Path(name)
            words = [sys.executable, __file__, reader.name, "--process", str(scratch)]
            words += ["--seed", str(seed + round_), "--keep", str(goal)]
            words += ["--minutes", str(minutes - spent / 60)]
            process = subprocess.Popen(words)
            done = _wait(process, scratch / "count")
            here = (scratch / "count").stat().st_size if (scratch / "count").exists() else 0
            inputs += here
            if 0 <= done < 100:
                findings += done
            elif (scratch / "case").is_dir():
                case = scratch / "case"
                paths = [path for path in case.rglob("*") if path.is_file()]
                files = {path.relative_to(case).as_posix(): path.read_bytes() for path in paths}
                keep(files, reader, goal, f"Its process ended with {done}.")
                findings += 1
        round_ += 1
        usage = resource.getrusage(resource.RUSAGE_CHILDREN)
        spent = usage.ru_utime + usage.ru_stime
    return {
        "reader": reader.name,
        "seed": seed,
        "inputs": inputs,
        "cpu_seconds": round(spent),
        "findings": findings,
    }


def _wait(process: subprocess.Popen[bytes], count: Path) -> int:
    """Wait for a process as long as it answers; how it ended."""
    while True:
        try:
            return process.wait(1)
        except subprocess.TimeoutExpired:
            last = count.stat().st_mtime if count.exists() else None
            if last is not None and time.time() - last > PATIENCE:
                process.kill()
                return process.wait()


def note(row: dict[str, Any]) -> None:
    """Add a row to the results."""
    new = not RESULTS.exists()
    with RESULTS.open("a", encoding="utf-8") as file:
        if new:
            file.write(",".join(row) + "\n")
        file.write(",".join(map(str, row.values())) + "\n")


def main() -> None:
    """Run the command."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("reader", choices=sorted(READERS))
    parser.add_argument("--minutes", type=float, default=30)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--keep", type=Path, default=CORPUS)
    parser.add_argument("--process", type=Path, help=argparse.SUPPRESS)
    asked = parser.parse_args()
    reader = READERS[asked.reader]()
    if asked.process:
        rng = random.Random(asked.seed)
        sys.exit(min(99, feed(reader, rng, asked.process, asked.keep, seconds=60 * asked.minutes)))
    row = run(reader, asked.minutes, asked.seed, asked.keep)
    print(row)
    note(row)


if __name__ == "__main__":
    main()
