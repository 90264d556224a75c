"""Fitted curves as tables: curves, notes, scores, checks; and two fits beside each other."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

import numpy as np
import pandas as pd

from calib.line import Line, Z, chance, spread
from recalib.contract.keys import KEY_COLUMNS
from recalib.contract.tables import BESIDE_TABLES, TABLES
from recalib.curves.bends import Bends
from recalib.curves.check import check_cell
from recalib.curves.curve import Curve
from recalib.curves.grade import grade
from recalib.curves.levels import Drift
from recalib.curves.pools import Pools
from recalib.curves.priors import DEFAULT, Priors

WORST = 10


def curve_row(curve: Curve, edition: str) -> dict[str, Any]:
    """Lay a curve out as one row of `curves.csv`, unrounded."""
    cell = curve.cell
    low, high = curve.score_limits
    base = cell.base
    counted = base is not None and base.n_total > 0 and not curve.translated
    # A number of people would be another denominator's, or a guess.
    uncounted = base is None and (cell.cohort or curve.points is not None)
    blank = float("nan")
    line = curve.line
    return {
        "edition": edition,
        **cell.key._asdict(),
        "intercept": curve.intercept,
        "slope": curve.slope,
        "intercept_se": line.intercept_se,
        "slope_se": line.slope_se,
        "correlation": line.correlation,
        "intercept_raw": curve.raw.get("intercept_raw", blank),
        "slope_raw": curve.raw.get("slope_raw", blank),
        "slope_raw_se": curve.raw.get("slope_raw_se", blank),
        "own_share": blank if curve.status == "no_evidence" else curve.own_share,
        "drift_sd": curve.drift_sd,
        "bend_sd": blank if curve.status == "no_evidence" else curve.bend_sd,
        "p_slope_positive": curve.p_slope_positive,
        "score_low": low,
        "score_high": high,
        "base_rate": base.n_success / base.n_total if base is not None and counted else blank,
        "n": blank if curve.translated or uncounted else cell.people,
        "grade": grade(cell) if curve.points is None else "C",
        "status": curve.status,
        "sources": "|".join(cell.sources),
    }


def score_table(curves: list[Curve]) -> pd.DataFrame:
    """Fitted distributions of scores: curve key, score, density."""
    parts = []
    for curve in curves:
        if curve.scores is None:
            continue
        part = pd.DataFrame({"score": curve.cell.grid.x.astype(int), "density": curve.scores})
        parts.append(part.assign(**curve.cell.key._asdict()))
    columns = [*KEY_COLUMNS, "score", "density"]
    return pd.concat(parts)[columns] if parts else pd.DataFrame(columns=columns)


def check_table(evidence: pd.DataFrame, curves: list[Curve]) -> pd.DataFrame:
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


def curve_table(curves: list[Curve], edition: str) -> pd.DataFrame:
    """Lay curves out as `curves.csv`, unrounded."""
    rows = [curve_row(curve, edition) for curve in curves]
    return pd.DataFrame(rows, columns=TABLES["curves"].column_names)


def note_table(curves: list[Curve], edition: str) -> pd.DataFrame:
    """Lay out as `curve_notes.csv` why a curve claims no edge, and what was left aside."""
    rows = [
        {"edition": edition, **curve.cell.key._asdict(), "status": curve.status, "note": curve.note}
        for curve in curves
        if curve.status != "ok" or curve.note
    ]
    return pd.DataFrame(rows, columns=["edition", *KEY_COLUMNS, "status", "note"])


def cohort_curve_table(curves: Sequence[Curve], edition: str) -> pd.DataFrame:
    """Lay out as `cohort_curves.csv` every curve of a cohort, with its note; empty for none."""
    rows = [curve_row(curve, edition) | {"note": curve.note} for curve in curves]
    return pd.DataFrame(rows, columns=BESIDE_TABLES["cohort_curves"].column_names)


def cohort_scores(curves: Sequence[Curve]) -> pd.DataFrame:
    """Lay out fitted distributions of scores of cohorts, by source and curve key."""
    parts = [
        score_table([curve]).assign(sources="|".join(curve.cell.sources))
        for curve in curves
        if curve.scores is not None
    ]
    columns = ["sources", *KEY_COLUMNS, "score", "density"]
    return pd.concat(parts)[columns] if parts else pd.DataFrame(columns=columns)


def fit_notes(
    curves: list[Curve],
    pools: Pools,
    checked: pd.DataFrame,
    drift: Drift,
    bends: Bends,
    priors: Priors = DEFAULT,
    left_out: Sequence[str] = (),
    lent: Mapping[str, str] | None = None,
) -> dict[str, Any]:
    """What pages say about the fit: choices, pools, bends of the logit, the worst predictions.

    `lent`: shift and gap of U.S. IMGs, where they are not a specialty's own.
    """
    summary = pools.summary()
    numbers = summary.select_dtypes("number").columns
    rounded = summary.assign(**{name: summary[name].round(4) for name in numbers})
    rows = [record.dropna().to_dict() for _, record in rounded.astype(object).iterrows()]
    seen = checked.dropna(subset="z")
    size = seen["z"].abs()
    worst = seen.loc[size.sort_values(ascending=False).index].head(WORST)
    columns = [*KEY_COLUMNS, "kind", "result", "statistic", "score_min", "score_max"]
    columns += ["value", "fitted", "standard_deviation", "z"]
    return {
        "priors": asdict(priors),
        "specialties_left_out": list(left_out),
        "lent": dict(lent or {}),
        "drift": drift.summary().round(4).iloc[0].to_dict(),
        "pools": rows,
        "bent": [
            curve.cell.key._asdict() | {"inflation": round(curve.inflation, 3)}
            for curve in curves
            if curve.inflation > 1
        ],
        "bends": bends.summary().round(4).iloc[0].to_dict(),
        "left_aside": [
            curve.cell.key._asdict() | {"note": curve.cell.aside}
            for curve in curves
            if curve.cell.aside
        ],
        "checks": {
            "count": len(size),
            "beyond_1.96": round(float((size > 1.96).mean()), 4) if len(size) else None,
            "largest": round(float(size.max()), 2) if len(size) else None,
        },
        "worst": json.loads(worst[columns].to_json(orient="records")),
    }


def compare_curves(before: pd.DataFrame, after: pd.DataFrame, score: float = 250) -> pd.DataFrame:
    """Put two fits beside each other: what another prior, or a specialty less, moved.

    Parameters
    ----------
    before, after : DataFrame
        Rows of `curves.csv`, as from `curve_table`.
    score : float
        Step 2 CK score at which the chances are compared.

    Returns
    -------
    DataFrame
        Curve key; before and after: status, slope, and the chance at the score with the limits of
        its 95 % interval (low, high); `moved`, the change of the logit there in standard errors of
        `before`; the largest first. Keys of both only.
    """
    numbers = list(Line._fields)
    before, after = (
        frame.astype(dict.fromkeys(numbers, float)).dropna(subset=numbers)
        for frame in (before, after)
    )
    both = before.merge(after, on=KEY_COLUMNS, suffixes=("_before", "_after"))
    shown = [f"{name}_{when}" for name in ("status", "slope") for when in ("before", "after")]
    found, logits = both[[*KEY_COLUMNS, *shown]].copy(), {}
    for when in ("before", "after"):
        rows = both[[f"{name}_{when}" for name in numbers]].itertuples(index=False)
        lines = [Line(*row) for row in rows]
        limits = [f"{name}_{when}" for name in ("chance", "low", "high")]
        found[limits] = np.array([chance(line, score) for line in lines]).reshape(-1, 3)
        logits[when] = np.array([spread(line, score) for line in lines]).reshape(-1, 2)
    (was, half), (now, _) = logits["before"].T, logits["after"].T
    found["moved"] = (now - was) / (half / Z)
    order = found["moved"].abs().sort_values(ascending=False).index
    return found.loc[order].reset_index(drop=True)
