"""The study of the intervals and errors: simulated worlds in, one table out.

    python bench/study.py [--replicates 1000] [--jobs 2] [--settings ...]

Writes bench/results/statistics.csv from every chunk of ten replicates that is finished. Chunks are
kept in build/statistics, a folder for each state of the code, so that a stopped study goes on where
it was; `--replicates 0` only writes the table. All of it is simulated.
"""

from __future__ import annotations

import argparse
import ast
import hashlib
import os
import re
import signal
import sys
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from pathlib import Path

for _name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
    os.environ.setdefault(_name, "1")

import pandas as pd
from figures import figures
from simulate import NAMES, replicate
from tqdm import tqdm

HERE = Path(__file__).parent
BUILD = HERE.parent / "build" / "statistics"
RESULT = HERE / "results" / "statistics.csv"
CHUNK = 10
#: Modules beside this one that results depend on; of `recalib` it is all that they import.
MODULES = ("simulate", "borrowing", "worlds", "printing", "peers", "judge")


def _bare(path: Path) -> str:
    """The code of a module without comments, docstrings and layout."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    for node in ast.walk(tree):
        body = getattr(node, "body", None)
        if isinstance(body, list) and body and isinstance(body[0], ast.Expr):
            value = body[0].value
            if isinstance(value, ast.Constant) and isinstance(value.value, str):
                value.value = ""
    return ast.dump(tree)


def state_of_code() -> str:
    """Name of the state of everything that the results depend on."""
    paths = {HERE / f"{each}.py" for each in MODULES}
    for name, module in sys.modules.items():
        if name.startswith("recalib.") and module.__file__:
            paths.add(Path(module.__file__))
    code = "".join(_bare(path) for path in sorted(paths))
    return hashlib.sha256(code.encode()).hexdigest()[:12]


def place(kept: Path, name: str, chunk: int) -> Path:
    """Where a chunk is kept."""
    return kept / f"{re.sub('[^a-z0-9]+', '_', name)}.{chunk:04d}.parquet"


def run_chunk(kept: Path, name: str, chunk: int) -> None:
    """Run ten replicates of a setting and keep their rows."""
    rows = [
        {"setting": name, "replicate": seed} | row
        for seed in range(chunk * CHUNK, (chunk + 1) * CHUNK)
        for row in replicate(name, seed)
    ]
    frame = pd.DataFrame(rows)
    words = frame.columns[frame.dtypes == "str"]
    path = place(kept, name, chunk)
    # Two runs may come upon one chunk at the same time.
    part = path.with_suffix(f".{os.getpid()}.part")
    frame.astype(dict.fromkeys(words, "category")).to_parquet(part, index=False)
    part.rename(path)


def _deaf() -> None:
    """An interrupt is for the main process: workers finish their chunk."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)


def run(kept: Path, tasks: Sequence[tuple[str, int]], jobs: int) -> None:
    """Run the chunks that are missing; an interrupt leaves the finished ones."""
    kept.mkdir(parents=True, exist_ok=True)
    missing = [task for task in tasks if not place(kept, *task).exists()]
    with (
        ProcessPoolExecutor(jobs, initializer=_deaf) as pool,
        tqdm(initial=len(tasks) - len(missing), total=len(tasks), unit="chunk") as bar,
    ):
        running = [pool.submit(run_chunk, kept, *task) for task in missing]
        try:
            for done in as_completed(running):
                done.result()
                bar.update()
        except KeyboardInterrupt:
            print("stopped: the table is made of the chunks that are finished", file=sys.stderr)
        finally:
            pool.shutdown(cancel_futures=True)


def main() -> None:
    """Run what is missing and write the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--replicates", type=int, default=1000)
    parser.add_argument("--jobs", type=int, default=os.cpu_count())
    parser.add_argument("--settings", nargs="*", default=NAMES, choices=NAMES)
    given = parser.parse_args()
    kept = BUILD / state_of_code()
    chunks = -(-given.replicates // CHUNK)
    run(kept, [(name, chunk) for chunk in range(chunks) for name in given.settings], given.jobs)
    paths = sorted(kept.glob("*.parquet"))
    if not paths:
        sys.exit("no chunk is finished: ask for some --replicates")
    table = figures(pd.concat([pd.read_parquet(path) for path in paths]), NAMES)
    table.to_csv(RESULT, index=False, lineterminator="\n")
    print(f"{len(table)} figures in {RESULT.relative_to(HERE.parent)}")


if __name__ == "__main__":
    main()
