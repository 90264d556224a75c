"""The room of the curves: evidence in the work folder in, curves and their checks out."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pandas as pd

from recalib.contract.keys import KEY_COLUMNS
from recalib.contract.store import read_table, write_tables
from recalib.curves.check import check_cell
from recalib.curves.curve import Curve
from recalib.curves.fit import Fitted, fit_curves
from recalib.curves.grade import grade
from recalib.evidence import self_reported
from recalib.likelihood.cells import Cell, build_cells
from recalib.privacy.cells import build_cohort_cells
from recalib.privacy.redact import tells_no_count
from recalib.run.private_counts import read_cohorts

WORST = 10


def curve_row(curve: Curve, edition: str) -> dict[str, Any]:
    """Lay a curve out as one row of `curves.csv`, unrounded."""
    cell = curve.cell
    low, high = curve.score_limits
    base = cell.base
    counted = base is not None and base.n_total > 0
    blank = float("nan")
    return {
        "edition": edition,
        **cell.key._asdict(),
        "intercept": curve.intercept,
        "slope": curve.slope,
        "intercept_se": curve.intercept_se,
        "slope_se": curve.slope_se,
        "correlation": curve.correlation,
        "intercept_raw": curve.raw.get("intercept_raw", blank),
        "slope_raw": curve.raw.get("slope_raw", blank),
        "slope_raw_se": curve.raw.get("slope_raw_se", blank),
        "p_slope_positive": curve.p_slope_positive,
        "score_low": low,
        "score_high": high,
        "base_rate": base.n_success / base.n_total if base is not None and counted else blank,
        "n": blank if cell.cohort and base is None else cell.people,
        "grade": grade(cell),
        "status": curve.status,
        "sources": "|".join(cell.sources),
    }


def _distributions(curves: list[Curve]) -> pd.DataFrame:
    parts = []
    for curve in curves:
        if curve.scores is None:
            continue
        part = pd.DataFrame({"score": curve.cell.grid.x.astype(int), "density": curve.scores})
        parts.append(part.assign(**curve.cell.key._asdict()))
    columns = [*KEY_COLUMNS, "score", "density"]
    return pd.concat(parts)[columns] if parts else pd.DataFrame(columns=columns)


@tells_no_count
def _cohort_cells(work: Path) -> list[Cell]:
    return build_cohort_cells(read_cohorts(work))


def _checked(evidence: pd.DataFrame, curves: list[Curve]) -> pd.DataFrame:
    """Put what the fitted curves predict beside every printed fact."""
    identity = ["kind", "result", "statistic", "score_min", "score_max"]
    rows = []
    for curve in curves:
        if curve.parameters is None:
            continue
        checks = check_cell(curve.cell, curve.parameters, curve.inflation)
        rows += [curve.cell.key._asdict() | vars(check) for check in checks]
    found = pd.DataFrame(
        rows, columns=[*KEY_COLUMNS, *identity, "fitted", "standard_deviation", "z"]
    )
    plain = evidence.drop(columns=["fitted", "standard_deviation", "z"])
    merged = plain.merge(
        found.astype({"score_min": float, "score_max": float}),
        on=[*KEY_COLUMNS, *identity],
        how="left",
        validate="one_to_one",
    )
    return merged[evidence.columns]


def _notes(fitted: Fitted, evidence: pd.DataFrame) -> dict[str, Any]:
    """What the report says about the fit: pools, bends of the logit, the worst predictions."""
    pools = []
    for name, pool in sorted(fitted.pools.items()):
        mean, sd = pool.mean
        record = {
            "pool": name,
            "sites": len(pool.sites),
            "mean": round(mean, 4),
            "mean_sd": round(sd, 4),
            "spread": round(pool.spread, 4),
            "cycle_spread": round(pool.cycle_spread, 4),
        }
        outlier = pool.outlier()
        if outlier is not None:
            rest = pool.without(outlier)
            record |= {
                "outlier": outlier,
                "mean_without": round(rest.mean[0], 4),
                "spread_without": round(rest.spread, 4),
            }
        pools.append(record)
    checked = evidence.dropna(subset="z")
    worst = checked.reindex(checked["z"].abs().sort_values(ascending=False).index).head(WORST)
    columns = [*KEY_COLUMNS, "kind", "result", "statistic", "score_min", "score_max"]
    columns += ["value", "fitted", "standard_deviation", "z"]
    bent = [
        curve.cell.key._asdict() | {"inflation": round(curve.inflation, 3)}
        for curve in fitted.curves
        if curve.inflation > 1
    ]
    size = checked["z"].abs()
    aside = [
        curve.cell.key._asdict() | {"note": curve.cell.aside}
        for curve in fitted.curves
        if curve.cell.aside
    ]
    return {
        "pools": pools,
        "bent": bent,
        "left_aside": aside,
        "checks": {
            "count": len(size),
            "beyond_1.96": round(float((size > 1.96).mean()), 4) if len(size) else None,
            "largest": round(float(size.max()), 2) if len(size) else None,
        },
        "worst": json.loads(worst[columns].to_json(orient="records")),
    }


def fit(work_dir: Path | str) -> Fitted:
    """Fit every cell of the evidence and write what came out into the work folder.

    Parameters
    ----------
    work_dir : Path or str
        Holds `evidence.csv`, `inputs.json` and the counts of cohorts, if any; receives
        `curves.csv`, `curve_notes.csv`, `score_distributions.csv`, `fit_notes.json` and the checks
        in `evidence.csv`.

    Returns
    -------
    Fitted
    """
    work = Path(work_dir)
    inputs = json.loads((work / "inputs.json").read_text(encoding="utf-8"))
    evidence = read_table(work / "evidence.csv", "evidence")
    cells = build_cells(evidence, self_reported(inputs["provenance"]))
    cells += _cohort_cells(work)
    fitted = fit_curves(cells)
    edition = str(inputs["edition"])
    checked = _checked(evidence, fitted.curves)
    noted = [
        {"edition": edition, **curve.cell.key._asdict(), "status": curve.status, "note": curve.note}
        for curve in fitted.curves
        if curve.status != "ok" or curve.note
    ]
    columns = ["edition", *KEY_COLUMNS, "status", "note"]
    frames = {
        "curves": pd.DataFrame([curve_row(curve, edition) for curve in fitted.curves]),
        "curve_notes": pd.DataFrame(noted, columns=columns),
        "evidence": checked,
    }
    write_tables(frames, work)
    scores = _distributions(fitted.curves)
    scores.to_csv(
        work / "score_distributions.csv", index=False, float_format="%.8f", lineterminator="\n"
    )
    notes = json.dumps(_notes(fitted, checked), indent=2)
    (work / "fit_notes.json").write_text(notes + "\n", encoding="utf-8")
    return fitted
