"""Time of `calib.frames.add_bands`: rows in; milliseconds beside peers and a bare gather out.

    python bench/frames.py [--rows 10000000] [--rounds 9] [--slow-rounds 3]

Made-up applicants (simulated, uniform) over 24 specialties x 2 groups of the shipped edition. Every
round times each way once, one after the other; ratios are those of a round. Milliseconds are of
processor time, all threads together (only Polars has several), since wall time also says how busy
the machine was; its median stands beside. The ways:

- `gather`: one NumPy gather `table[index]`, bytes out, its index ready made: the least that a
  look-up by table can take. `gather, two codes` gathers 16 bits a row, as add_bands returns a band
  and its status.
- `pandas.cut per group`: `groupby(...).indices`, then `pandas.cut(..., labels=False)` of each
  group's scores at its calibrated edges; groups without edges are left missing.
- `optbinning per group`: the same with the transform (metric "indices") of an OptimalBinning fitted
  beforehand with those edges as fixed user splits.

Both peers give the band alone, add_bands its status too. All bands are compared before the timing.
Writes bench/results/frames.csv. Milliseconds are those of the machine; the ratios carry over.
"""

from __future__ import annotations

import argparse
import time
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import polars as pl
from optbinning import OptimalBinning

import calib
from calib.frames import add_bands, probabilities

GROUPS = ("us_md_senior", "non_us_img")
LABELS = ("low", "borderline", "competitive", "highly_competitive")
GOAL = Path(__file__).parent / "results" / "frames.csv"


def specialties() -> list[str]:
    """The first 24 specialties, those with a curve for both groups first."""
    both = sorted(set.intersection(*(set(calib.specialties(group)) for group in GROUPS)))
    return [*both, *(name for name in calib.specialties(GROUPS[1]) if name not in both)][:24]


def applicants(rows: int, names: list[str]) -> pd.DataFrame:
    """Scores as int64, specialty and group as categories."""
    rng = np.random.default_rng(20)
    codes = [rng.integers(0, len(kinds), rows).astype(np.int8) for kinds in (names, GROUPS)]
    return pd.DataFrame(
        {
            "step2_ck": rng.integers(190, 290, rows),
            "specialty": pd.Categorical.from_codes(codes[0], names),
            "applicant_group": pd.Categorical.from_codes(codes[1], list(GROUPS)),
        }
    )


def calibrated_edges(names: list[str]) -> dict[tuple[str, str], tuple[list[int], list[int]]]:
    """Of each pair with edges: the lowest scores of its bands but the lowest, and codes."""
    found = {}
    for name in names:
        for group in GROUPS:
            bands = [b for b in calib.bands(name, group)[::-1] if b.score_min is not None]
            lower = [int(band.score_min or 0) for band in bands]
            codes = [LABELS.index(str(band.label)) for band in bands]
            if bands and lower[0] > 1:  # below it no band is claimed
                lower, codes = [1, *lower], [-1, *codes]
            if bands:
                found[name, group] = (lower[1:], codes)
    return found


def per_group(df: pd.DataFrame, binners: dict[Any, Callable[[Any], Any]]) -> pd.Categorical:
    """Band every group's scores by its own function from scores to label codes."""
    out = np.full(len(df), -1, dtype=np.int8)
    scores = df["step2_ck"].to_numpy()
    indices = df.groupby(["specialty", "applicant_group"], observed=True).indices
    for pair, rows in indices.items():
        if pair in binners:
            out[rows] = binners[pair](scores[rows])
    return pd.Categorical.from_codes(out, list(LABELS), ordered=True)


def cutters(edges: dict[Any, Any]) -> dict[Any, Callable[[Any], Any]]:
    """Functions that band by pandas.cut."""

    def cutter(lower: list[int], codes: list[int]) -> Callable[[Any], Any]:
        bins, table = [0, *(edge - 1 for edge in lower), 300], np.array(codes)
        return lambda scores: table[pd.cut(scores, bins, labels=False)]

    return {pair: cutter(*edge) for pair, edge in edges.items()}


def optimal_binnings(edges: dict[Any, Any]) -> dict[Any, Callable[[Any], Any]]:
    """Functions that band by optbinning, fitted to made-up results with the edges as splits."""
    rng = np.random.default_rng(21)

    def binner(lower: list[int], codes: list[int]) -> Callable[[Any], Any]:
        table = np.array(codes)
        if not lower:
            return lambda scores: np.full(len(scores), codes[0])
        x = rng.integers(150, 301, 20_000)
        y = rng.random(len(x)) < 1 / (1 + np.exp(-(x - 240) / 20))
        splits = [edge - 0.5 for edge in lower]
        fitted = OptimalBinning(
            dtype="numerical",
            user_splits=splits,
            user_splits_fixed=[True] * len(splits),
            min_prebin_size=1e-3,
            monotonic_trend=None,
        ).fit(x, y.astype(int))
        assert list(fitted.splits) == splits
        return lambda scores: table[fitted.transform(scores, metric="indices")]

    return {pair: binner(*edge) for pair, edge in edges.items()}


def ways(df: pd.DataFrame, names: list[str]) -> tuple[dict[str, Callable[[], Any]], set[str]]:
    """What is timed, by name, and which of it is slow."""
    text = df.astype({"specialty": "str", "applicant_group": "str"})
    missing = df.assign(step2_ck=df["step2_ck"].astype("float64").where(df.index % 10 > 0))
    polars = pl.DataFrame(
        {
            "step2_ck": df["step2_ck"].to_numpy(),
            **{
                name: pl.Series(kinds, dtype=pl.Enum(kinds)).gather(
                    pl.Series(df[name].cat.codes.to_numpy())
                )
                for name, kinds in (("specialty", names), ("applicant_group", list(GROUPS)))
            },
        }
    )
    polars_text = polars.cast({"specialty": pl.String, "applicant_group": pl.String})
    pair = df["specialty"].cat.codes.to_numpy(np.intp) * 2 + df["applicant_group"].cat.codes
    index = pair.to_numpy(np.intp) * 301 + df["step2_ck"].to_numpy()
    table = np.random.default_rng(22).integers(-1, 4, 48 * 301).astype(np.int8)
    wide = table.astype(np.int16)
    edges = calibrated_edges(names)
    cut, binned = cutters(edges), optimal_binnings(edges)

    expected = add_bands(df)["band"].cat.codes
    for way in (cut, binned):
        assert (per_group(df, way).codes == expected).all()
    for frame in (text, polars.to_pandas(), polars_text.to_pandas()):
        assert (add_bands(frame)["band"].cat.codes == expected).all()

    timed: dict[str, Callable[[], Any]] = {
        "gather": lambda: table[index],
        "gather, two codes": lambda: wide[index],
        "add_bands, pandas, categories": lambda: add_bands(df),
        "add_bands, pandas, categories, floats with missing": lambda: add_bands(missing),
        "add_bands, pandas, text": lambda: add_bands(text),
        "add_bands, Polars, Enum": lambda: add_bands(polars),
        "add_bands, Polars, text": lambda: add_bands(polars_text),
        "probabilities, pandas, categories": lambda: probabilities(df),
        "pandas.cut per group, categories": lambda: per_group(df, cut),
        "pandas.cut per group, text": lambda: per_group(text, cut),
        "optbinning per group, categories": lambda: per_group(df, binned),
        "optbinning per group, text": lambda: per_group(text, binned),
    }
    return timed, {name for name in timed if "per group" in name}


def main() -> None:
    """Time all ways and write the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=10_000_000)
    parser.add_argument("--rounds", type=int, default=9)
    parser.add_argument("--slow-rounds", type=int, default=3)
    given = parser.parse_args()
    warnings.simplefilter("ignore")  # optbinning's
    names = specialties()
    timed, slow = ways(applicants(given.rows, names), names)
    seconds = pd.DataFrame(index=range(given.rounds), columns=list(timed), dtype=float)
    wall = seconds.copy()
    for turn in range(given.rounds):
        for name, way in timed.items():
            if name not in slow or turn < given.slow_rounds:
                begun, clock = time.process_time(), time.perf_counter()
                way()
                seconds.loc[turn, name] = time.process_time() - begun
                wall.loc[turn, name] = time.perf_counter() - clock
    rows = []
    for name in timed:
        columns = {"milliseconds": seconds[name] * 1000}
        for unit in ("gather", "add_bands, pandas, categories"):
            columns[f"ratio_to_{unit.partition(',')[0]}"] = seconds[name] / seconds[unit]
        row: dict[str, Any] = {"way": name, "rows": given.rows, "rounds": seconds[name].count()}
        for column, values in columns.items():
            digits = 1 if column == "milliseconds" else 2
            for word in ("min", "median", "max"):
                row[f"{column}_{word}"] = round(float(getattr(values, word)()), digits)
        row["wall_milliseconds_median"] = round(float(wall[name].median()) * 1000, 1)
        rows.append(row)
    pd.DataFrame(rows).to_csv(GOAL, index=False, lineterminator="\n")
    print(GOAL.read_text())


if __name__ == "__main__":
    main()
