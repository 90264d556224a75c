"""Replicates in chunks of five that are kept, so that a stopped study goes on where it was.

Chunks of one state of the code are a folder of their own.
"""

from __future__ import annotations

import ast
import hashlib
import os
import re
import signal
import sys
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from pathlib import Path
from typing import Any

import pandas as pd
from tqdm import tqdm

CHUNK = 5
#: Rows of one replicate of a setting, by name and seed.
Replicate = Callable[[str, int], list[dict[str, Any]]]


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


def state_of_code(modules: Iterable[str], given: bytes = b"") -> str:
    """Name of the state of everything that results depend on.

    `modules`: those beside this one; of the two packages it is all that they import; `given`: what
    else.
    """
    paths = {Path(__file__).with_name(f"{each}.py") for each in modules}
    for name, module in sys.modules.items():
        if name.startswith(("recalib.", "calib.line")) and module.__file__:
            paths.add(Path(module.__file__))
    code = "".join(_bare(path) for path in sorted(paths))
    return hashlib.sha256(code.encode() + given).hexdigest()[:12]


def place(kept: Path, name: str, chunk: int) -> Path:
    """Where a chunk is kept."""
    return kept / f"{re.sub('[^a-z0-9]+', '_', name)}.{chunk:04d}.parquet"


def run_chunk(kept: Path, replicate: Replicate, name: str, chunk: int) -> None:
    """Run five replicates of a setting and keep their rows."""
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


def run(kept: Path, replicate: Replicate, names: Sequence[str], replicates: int, jobs: int) -> None:
    """Run the chunks that are missing; an interrupt leaves the finished ones."""
    kept.mkdir(parents=True, exist_ok=True)
    tasks = [(name, chunk) for chunk in range(-(-replicates // CHUNK)) for name in names]
    missing = [task for task in tasks if not place(kept, *task).exists()]
    with (
        ProcessPoolExecutor(jobs, initializer=_deaf) as pool,
        tqdm(initial=len(tasks) - len(missing), total=len(tasks), unit="chunk") as bar,
    ):
        running = [pool.submit(run_chunk, kept, replicate, *task) for task in missing]
        try:
            for done in as_completed(running):
                done.result()
                bar.update()
        except KeyboardInterrupt:
            print("stopped: the table is made of the chunks that are finished", file=sys.stderr)
        finally:
            pool.shutdown(cancel_futures=True)


def finished(kept: Path) -> pd.DataFrame:
    """Rows of all chunks that are finished."""
    paths = sorted(kept.glob("*.parquet"))
    if not paths:
        sys.exit("no chunk is finished: ask for some --replicates")
    return pd.concat([pd.read_parquet(path) for path in paths])
