"""Write docs/benchmarks.md from bench/results/cohorts.csv.

python docs/benchmarks_page.py
"""

from __future__ import annotations

import sys
from pathlib import Path

import pandas as pd

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT / "docs"))

from study_page import table  # noqa: E402

RATIO_TO_BARE, PEAK_MIB, FLAT, AGREE = 1.5, 1024, 1.25, 1e-6
TIMES = {"glum": 10, "sklearn": 30, "statsmodels": 80}
WAYS = {
    "calib": "**this project**",
    "bare_matches": "DuckDB: counts and matches",
    "bare_both": "DuckDB: counts, matches, applications, interviews",
    "bare_all": "DuckDB: the same sums as this project",
    "bare_covariates": "DuckDB: the same sums, twice: by score, and by covariates too",
    "glum": "glum, one population at a time",
    "sklearn": "scikit-learn, one population at a time",
    "statsmodels": "statsmodels, one population at a time",
    "glum_by_specialty": "glum, one specialty at a time",
    "sklearn_by_specialty": "scikit-learn, one specialty at a time",
    "statsmodels_by_specialty": "statsmodels, one specialty at a time",
    "spark": "this project, counted by Spark on the same cores",
    "scan": "search for identifying content: one column of text, one of numbers",
}
SHAPES = {
    "both": "matches and interviews",
    "matches": "matches only",
    "covariates": "with four covariates",
}


class Results:
    """Look-ups in cohorts.csv."""

    def __init__(self, found: pd.DataFrame) -> None:
        self.table = found
        self._rows = {
            (row["shape"], int(row["rows"]) // 1_000_000, row["way"]): row
            for _, row in found.iterrows()
        }

    def get(self, shape: str, millions: int, way: str) -> pd.Series | None:
        """A line, or None."""
        return self._rows.get((shape, millions, way))

    def ratio(self, shape: str, millions: int, way: str, to: str) -> float | None:
        """Median seconds of one way over those of another."""
        one, other = self.get(shape, millions, way), self.get(shape, millions, to)
        if one is None or other is None:
            return None
        return float(one["seconds_median"] / other["seconds_median"])


def _verdict(met: bool) -> str:
    return "met" if met else "**missed**"


def targets(results: Results) -> list[str]:
    """Targets, what was measured, and the verdict."""
    rows = []
    for shape, bare in (
        *(("both", "bare_all"), ("both", "bare_both")),
        *(("matches", "bare_matches"), ("covariates", "bare_covariates")),
    ):
        ratio = results.ratio(shape, 20, "calib", bare)
        if ratio is not None:
            what = f"at most {RATIO_TO_BARE} x as long as {WAYS[bare]} ({SHAPES[shape]})"
            rows.append([what, f"{ratio:.2f} x", _verdict(round(ratio, 2) <= RATIO_TO_BARE)])
    for peer, times in TIMES.items():
        for way in (peer, f"{peer}_by_specialty"):
            ratio = results.ratio("both", 20, way, "calib")
            if ratio is not None:
                what = f"at least {times} x faster than {WAYS[way]}"
                rows.append([what, f"{ratio:.1f} x", _verdict(round(ratio, 1) >= times)])
    own = results.table[(results.table["way"] == "calib") & (results.table["shape"] == "both")]
    peaks = [
        f"{row.peak_mib:,.0f} MiB at {row.rows // 1_000_000} million" for row in own.itertuples()
    ]
    flat = own["peak_mib"].max() <= FLAT * own["peak_mib"].min()
    rows.append(
        [
            f"peak memory under 1 GiB ({SHAPES['both']})",
            "; ".join(peaks),
            _verdict(own["peak_mib"].max() < PEAK_MIB),
        ]
    )
    row = results.get("covariates", 20, "calib")
    if row is not None:
        peak = float(row["peak_mib"])
        what = f"peak memory under 1 GiB ({SHAPES['covariates']})"
        rows.append([what, f"{peak:,.0f} MiB at 20 million", _verdict(peak < PEAK_MIB)])
    rows.append(
        [
            f"and flat ({SHAPES['both']}: largest at most {FLAT} x the smallest)",
            "",
            _verdict(bool(flat)),
        ]
    )
    for way in (*TIMES, *(f"{peer}_by_specialty" for peer in TIMES)):
        row = results.get("both", 20, way)
        if row is not None:
            far = float(row["largest_difference"])
            what = f"coefficients (at 245, per 10 points) within 1e-6 of {WAYS[way]}"
            rows.append([what, f"{far:.0e}", _verdict(far <= AGREE)])
    row = results.get("both", 20, "spark")
    if row is not None:
        same = bool(row["same_counts"])
        rows.append(
            ["Spark's counts are DuckDB's", "the same" if same else "others", _verdict(same)]
        )
    return table(["target", "measured", "verdict"], rows)


def limits(results: Results) -> list[str]:
    """How many times as fast as the peers the bare GROUP BY is."""
    rows = []
    for peer, times in TIMES.items():
        for way in (peer, f"{peer}_by_specialty"):
            ratio = results.ratio("both", 20, way, "bare_both")
            if ratio is not None:
                rows.append([WAYS[way], f"{ratio:.0f} x", f"{times} x"])
    return table(["peer", "bare GROUP BY", "target of this project"], rows)


def sizes(results: Results) -> list[str]:
    """Rows and size of each file."""
    own = results.table[results.table["way"] == "calib"]
    rows = [
        [f"{row.rows / 1e6:.0f}", SHAPES[row.shape], f"{row.file_mib:.0f}"]
        for row in own.itertuples()
    ]
    return table(["million rows", "file", "MiB"], rows)


def _number(value: object, digits: int = 2) -> str:
    return "" if pd.isna(value) else f"{float(str(value)):,.{digits}f}"


def measured(results: Results) -> list[str]:
    """Every line of the table."""
    rows = []
    for _, row in results.table.iterrows():
        span = f"{row['seconds_median']:.2f} ({row['seconds_min']:.2f}-{row['seconds_max']:.2f})"
        rows.append(
            [
                f"{row['rows'] / 1e6:.0f}",
                SHAPES[row["shape"]],
                WAYS[row["way"]],
                span,
                _number(row["fit_seconds"]),
                _number(row["cpu_seconds"]),
                _number(row["peak_mib"], 0),
                str(row["curves"] or ""),
                str(row["repeats"]),
            ]
        )
    head = ["million rows", "file", "way", "seconds: median (range)", "of which fits"]
    return table([*head, "CPU seconds", "peak MiB", "curves", "runs"], rows)


TEXT = """# Benchmarks of cohorts

Made from `bench/results/cohorts.csv` by `docs/benchmarks_page.py`; `python bench/cohorts.py`
measures anew. **The cohorts are synthetic**, drawn as `calib demo-cohort` draws them: 24
specialties x 2 applicant groups in one Parquet file. Measured on {cores} cores with a load of up to
{load}. Seconds are those of that machine; ratios carry over.

{sizes}

## Targets

At 20 million rows, ratios of medians.

{targets}

The most that any reader on DuckDB could reach is its bare `GROUP BY` alone, without a check, the
squares or a fit. It is as many times as fast as a peer:

{limits}

## What was measured

{measured}

Each run is a process of its own; its seconds begin when its libraries are imported, and its memory
is its largest resident set. Ways that are compared take turns.

- **This project** reads and checks the file, counts it, and fits every curve alone
  (`intercept_raw`, `slope_raw`). Pools, bands and notebooks are not in it.
- **DuckDB** is its bare `GROUP BY` by cycle, specialty, group and score with its own settings, no
  check and no fit: once with the sums that the curves are fitted to, once also with the squares
  that tell how interviews cluster in applicants.
- **glum, scikit-learn and statsmodels** fit the same curves to the rows, read by pyarrow and sorted
  by population. One model of all curves would need a column a coefficient, more than the memory
  holds, so they take one population at a time, which costs them least, or one specialty at a time
  with both groups in a model. Tolerances are as tight as they converge with; glum stops at its
  own, which is what its distance shows.
- **Spark** runs on the same cores; its session, {started} s to start, is not in the seconds.
- **The search for identifying content** looks at columns that no cohort should have, and is not in
  the project's seconds.
"""


def page() -> str:
    """The page as Markdown."""
    results = Results(pd.read_csv(ROOT / "bench" / "results" / "cohorts.csv"))
    found = results.table
    parts = {name: "\n".join(make(results)) for name, make in _PARTS.items()}
    return TEXT.format(
        cores=found["cores"].max(),
        load=found["load_max"].max(),
        started=_number(found["start_seconds"].max(), 0),
        **parts,
    )


_PARTS = {"sizes": sizes, "targets": targets, "limits": limits, "measured": measured}


if __name__ == "__main__":
    goal = Path(__file__).with_name("benchmarks.md")
    goal.write_text(page(), encoding="utf-8")
