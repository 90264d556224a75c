"""The study of the intervals and errors: a grid of simulated worlds in, one table out.

    python bench/study.py [--replicates 1000] [--jobs 2]

Writes bench/results/statistics.csv. Work is cut into chunks that are kept in build/statistics, so
that a stopped study goes on where it was. All of it is simulated.

Settings, as in docs/method.md: slopes redrawn each replicate with 8 % outliers (redrawn), one fixed
slope everywhere (fixed), one lone outlier among equal slopes (lone), totals alone (borrowed).
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import zlib
from collections import defaultdict
from concurrent.futures import ProcessPoolExecutor, as_completed
from pathlib import Path
from typing import Any

for _name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
    os.environ.setdefault(_name, "1")

import numpy as np
import pandas as pd
from peers import PEERS
from scipy.special import expit
from tqdm import tqdm
from worlds import SIZES, Truth, cell_of, draw_world

from recalib.bands.edges import Line, fieller
from recalib.curves.borrow import LOG_SPREAD, TRANSPORT_SD, ScoreLevel, borrow
from recalib.curves.fit import Curve, fit_curves
from recalib.likelihood.totals import Total

HERE = Path(__file__).parent
SOURCES = sorted([*HERE.glob("*.py"), *(HERE.parent / "src" / "recalib").rglob("*.py")])
#: Chunks of another state of the code are not mixed with those of this one.
CODE = hashlib.sha256(b"".join(path.read_bytes() for path in SOURCES)).hexdigest()[:12]
KEPT = HERE.parent / "build" / "statistics" / CODE
GRID = np.arange(225, 266, 5)
CHUNK = 10
Z95 = 1.959963984540054
SETTINGS: dict[str, dict[str, float]] = {
    "redrawn .05": {"spread": 0.05, "outliers": 0.08},
    "redrawn .15": {"spread": 0.15, "outliers": 0.08},
    "redrawn .25": {"spread": 0.25, "outliers": 0.08},
    "fixed": {"spread": 0.0, "outliers": 0.0},
    "lone outlier": {"spread": 0.0, "outliers": 0.0, "lone": 1},
    "borrowed": {},
}
Sums = dict[str, list[float]]


def _add(sums: Sums, key: str, value: float) -> None:
    """Collect count, sum and sum of squares of a figure."""
    if np.isfinite(value):
        held = sums.setdefault(key, [0.0, 0.0, 0.0])
        held[0] += 1
        held[1] += value
        held[2] += value**2


def _line(curve: Curve) -> Line:
    return Line(
        round(curve.intercept, 4),
        round(curve.slope, 4),
        round(curve.intercept_se, 4),
        round(curve.slope_se, 4),
        round(curve.correlation, 4),
    )


def _errors(sums: Sums, name: str, truth: Truth, intercept: float, slope: float) -> None:
    found = expit(intercept + slope * (GRID - 245) / 10)
    if np.isfinite(found).all():
        square = float(np.mean((found - truth.chance(GRID)) ** 2))
        _add(sums, f"{name}|{truth.size}|square error", square)


def _judge(sums: Sums, name: str, truth: Truth, curve: Curve) -> None:
    """Hold one published curve against the truth."""
    size = truth.size
    if curve.status == "no_evidence":
        _add(sums, f"{name}|{size}|no fit", 1.0)
        return
    _add(sums, f"{name}|{size}|no fit", 0.0)
    line = _line(curve)
    _errors(sums, name, truth, line.intercept, line.slope)
    hit = abs(line.slope - truth.slope) <= Z95 * line.slope_se
    _add(sums, f"{name}|{size}|slope covered", float(hit))
    inside = []
    for score, chance in zip(GRID, truth.chance(GRID), strict=True):
        _, low, high = line.probability(float(score))
        inside.append(low <= chance <= high)
    _add(sums, f"{name}|{size}|probability covered", float(np.mean(inside)))
    # An edge that is not claimed counts as unbounded, which covers.
    claimed = curve.status == "ok"
    edge = 245 - 10 * truth.intercept / truth.slope if truth.slope else np.inf
    covered = True
    if claimed:
        _, low, high = fieller(line, 0.5)
        covered = bool(low <= edge <= high)
        _add(sums, f"{name}|{size}|edge covered, claimed only", float(covered))
    _add(sums, f"{name}|{size}|edge covered", float(covered))
    _add(sums, f"{name}|{size}|edge claimed", float(claimed))
    if curve.raw:
        raw, error = round(curve.raw["slope_raw"], 4), round(curve.raw["slope_raw_se"], 4)
        unpooled = f"{name}, unpooled"
        _errors(sums, unpooled, truth, curve.raw["intercept_raw"], raw)
        covered_raw = abs(raw - truth.slope) <= Z95 * error
        _add(sums, f"{unpooled}|{size}|slope covered", float(covered_raw))
        _add(sums, f"{unpooled} {truth.shape}|{size}|slope covered", float(covered_raw))


def _world(setting: str, seed: int, sums: Sums) -> None:
    values = dict(SETTINGS[setting])
    lone = values.pop("lone", 0)
    random = np.random.default_rng([zlib.crc32(setting.encode()), seed])
    world = draw_world(values["spread"], values["outliers"], random)
    if lone:
        # One more population whose slope is -.1 among .35.
        odd = draw_world(0.0, 1.0, random)[seed % len(SIZES)]
        world[seed % len(SIZES)] = (odd[0], odd[1])
    truths = {truth.name: truth for truth, _ in world}
    for form in ("quantiles", "bins"):
        cells = [cell_of(truth, people, form) for truth, people in world]
        for curve in fit_curves(cells).curves:
            truth = truths[curve.cell.key.specialty]
            name = f"this project, {form}"
            if lone:
                is_odd = truth is world[seed % len(SIZES)][0]
                name += ", the outlier" if is_odd else ", the others"
            _judge(sums, name, truth, curve)
    for truth, people in world:
        for name, fit in PEERS.items():
            intercept, slope, error = fit(people)
            _errors(sums, name, truth, intercept, slope)
            if np.isfinite(error):
                hit = abs(slope - truth.slope) <= Z95 * error
                _add(sums, f"{name}|{truth.size}|slope covered", float(hit))


def _borrowed(seed: int, sums: Sums) -> None:
    """Totals alone, with mean, SD and slope drawn as docs/method.md says they are."""
    random = np.random.default_rng([99, seed])
    level, slope_mean, slope_sd = ScoreLevel(243.0, 7.0), 0.3, float(np.hypot(0.17, TRANSPORT_SD))
    x = np.arange(150, 341)
    for size in (10, 30, 100, 300, 1000):
        mean = random.normal(level.mean, level.sd)
        sd = float(np.exp(random.normal(*LOG_SPREAD)))
        slope = random.normal(slope_mean, slope_sd)
        f = np.exp(-0.5 * ((x - mean) / sd) ** 2)
        f /= f.sum()
        rate = random.uniform(0.1, 0.7)
        low, high = -25.0, 25.0
        for _ in range(60):
            middle = (low + high) / 2
            found = float(f @ expit(middle + slope * (x - 245) / 10))
            low, high = (middle, high) if found < rate else (low, middle)
        count = int(random.binomial(size, rate))
        found = borrow(Total(count, size), level, slope_mean, slope_sd)
        line = Line(
            found.intercept, found.slope, found.intercept_se, found.slope_se, found.correlation
        )
        inside = []
        for score in GRID:
            _, below, above = line.probability(float(score))
            inside.append(below <= expit(low + slope * (score - 245) / 10) <= above)
        _add(sums, f"borrowed|{size}|probability covered", float(np.mean(inside)))


def run_chunk(setting: str, chunk: int) -> str:
    """Run ten replicates of a setting unless they are kept already; return the file."""
    path = KEPT / f"{list(SETTINGS).index(setting)}.{chunk:04d}.json"
    if not path.exists():
        sums: Sums = {}
        for seed in range(chunk * CHUNK, (chunk + 1) * CHUNK):
            if setting == "borrowed":
                _borrowed(seed, sums)
            else:
                _world(setting, seed, sums)
        part = path.with_suffix(".part")
        part.write_text(json.dumps(sums))
        part.rename(path)
    return str(path)


def collect(paths: list[str]) -> pd.DataFrame:
    """Add up the chunks: one row a setting, method, size and figure."""
    totals: dict[tuple[str, str], list[float]] = defaultdict(lambda: [0.0, 0.0, 0.0])
    replicates: dict[str, int] = defaultdict(int)
    for path in sorted(paths):
        setting = list(SETTINGS)[int(Path(path).name.split(".")[0])]
        replicates[setting] += CHUNK
        for key, held in json.loads(Path(path).read_text()).items():
            name, _, figure = key.split("|")
            for joined in (key, f"{name}|all|{figure}"):
                for place in range(3):
                    totals[setting, joined][place] += held[place]
    rows: list[dict[str, Any]] = []
    for (setting, key), (count, first, second) in sorted(totals.items()):
        method, size, figure = key.split("|")
        mean = first / count
        error = float(np.sqrt(max(second / count - mean**2, 0) / count))
        if figure == "square error":
            figure, mean, error = "root mean square error", mean**0.5, error / (2 * mean**0.5)
        rows.append(
            {
                "setting": setting,
                "method": method,
                "size": size,
                "figure": figure,
                "value": round(mean, 4),
                "monte_carlo_error": round(error, 4),
                "cells": int(count),
                "replicates": replicates[setting],
            }
        )
    return pd.DataFrame(rows)


def main() -> None:
    """Run what is missing and write the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--replicates", type=int, default=1000)
    parser.add_argument("--jobs", type=int, default=os.cpu_count())
    parser.add_argument("--settings", nargs="*", default=list(SETTINGS), choices=list(SETTINGS))
    given = parser.parse_args()
    KEPT.mkdir(parents=True, exist_ok=True)
    tasks = [(s, c) for c in range(given.replicates // CHUNK) for s in given.settings]
    paths: list[str] = []
    with ProcessPoolExecutor(given.jobs) as pool:
        running = [pool.submit(run_chunk, *task) for task in tasks]
        finished = tqdm(as_completed(running), total=len(running), unit="chunk")
        paths += [done.result() for done in finished]
    table = collect(paths)
    goal = HERE / "results" / "statistics.csv"
    goal.parent.mkdir(exist_ok=True)
    table.to_csv(goal, index=False, lineterminator="\n")
    print(f"{len(table)} figures in {goal.relative_to(HERE.parent)}")


if __name__ == "__main__":
    main()
