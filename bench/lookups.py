"""Time of `calib`'s look-ups: nothing in; milliseconds of a start, microseconds of a look-up out.

    python bench/lookups.py [--starts 41] [--repeats 15]

A start is a fresh interpreter (`python -I`) from its beginning to its end, on a compiled copy of
the package as pip leaves it; the four kinds take turns, and what is told of each is how much longer
it takes than the median bare interpreter. Further look-ups are timed in batches of 2,000 in this
process. All of it is processor time: wall time also says how busy the machine was. Writes
bench/results/lookups.csv; its limits are those of the project's goals.
"""

from __future__ import annotations

import argparse
import os
import random
import resource
import shutil
import subprocess
import sys
import tempfile
import time
import timeit
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

import calib

KEY = ("general_surgery", "non_us_img")
GOAL = Path(__file__).parent / "results" / "lookups.csv"
BATCH = 2_000
STARTS = {
    "import calib": ("import calib", 40),
    "import and first probability": (f"import calib; calib.probability(250, *{KEY!r})", 60),
    "import and first bands": (f"import calib; calib.bands(*{KEY!r})", 60),
    "import and first guide_audit": ("import calib; calib.guide_audit(calib.guides()[0])", 60),
}


def starts(times: int) -> dict[str, np.ndarray[Any, Any]]:
    """Milliseconds beyond a bare interpreter's, by what is run."""
    with tempfile.TemporaryDirectory() as place:
        left_out = shutil.ignore_patterns("__pycache__")
        shutil.copytree(Path(calib.__file__).parent, Path(place) / "calib", ignore=left_out)
        subprocess.run([sys.executable, "-m", "compileall", "-q", place], check=True)
        bare: list[float] = []
        found: dict[str, list[float]] = {name: [] for name in STARTS}
        for _ in range(times):
            bare.append(_start(place, "pass"))
            for name, (code, _) in STARTS.items():
                found[name].append(_start(place, code))
    return {name: np.array(values) - np.median(bare) for name, values in found.items()}


def _start(place: str, code: str) -> float:
    command = [sys.executable, "-I", "-c", f"import sys; sys.path.insert(0, {place!r}); {code}"]
    begun = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(command, check=True, env={**os.environ, "PYTHONDONTWRITEBYTECODE": "1"})
    ended = resource.getrusage(resource.RUSAGE_CHILDREN)
    return (ended.ru_utime - begun.ru_utime + ended.ru_stime - begun.ru_stime) * 1000


def look_ups() -> dict[str, Callable[[], object]]:
    """Further look-ups, by name."""
    draw = random.Random(23).uniform
    return {
        "probability": lambda: calib.probability(251, *KEY),
        "probability, every score new": lambda: calib.probability(draw(200, 280), *KEY),
        "band": lambda: calib.band(251, *KEY),
        "bands": lambda: calib.bands(*KEY),
        "score_for": lambda: calib.score_for(0.5, *KEY),
        "gain": lambda: calib.gain(240, 250, *KEY),
        "gain, both scores new": lambda: calib.gain(draw(200, 280), draw(200, 280), *KEY),
        "explain": lambda: calib.explain(251, *KEY),
        "specialties": lambda: calib.specialties("non_us_img"),
        "applicant_groups": lambda: calib.applicant_groups("general_surgery"),
        "guides": calib.guides,
        "guide_audit": lambda: calib.guide_audit("general_surgery_img"),
    }


def main() -> None:
    """Time all and write the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--starts", type=int, default=41)
    parser.add_argument("--repeats", type=int, default=15)
    given = parser.parse_args()
    timed = [
        ("start", name, "ms", values, STARTS[name][1])
        for name, values in starts(given.starts).items()
    ]
    for name, look_up in look_ups().items():
        look_up()
        batches = timeit.repeat(
            look_up, timer=time.process_time, number=BATCH, repeat=given.repeats
        )
        timed.append(("further look-up", name, "us", np.array(batches) / BATCH * 1e6, 100))
    rows = [
        {
            "kind": kind,
            "what": name,
            "unit": unit,
            "min": round(values.min(), 2),
            "median": round(float(np.median(values)), 2),
            "max": round(values.max(), 2),
            "limit": limit,
            "measured": len(values),
        }
        for kind, name, unit, values, limit in timed
    ]
    pd.DataFrame(rows).to_csv(GOAL, index=False, lineterminator="\n")
    print(GOAL.read_text())


if __name__ == "__main__":
    main()
