"""Test the logits of binned cells for a bend, and say what a spline would change."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from scipy.special import expit, logit
from scipy.stats import chi2

from recalib.bands.cut import LOWER
from recalib.contract.keys import KEY_COLUMNS, CurveKey
from recalib.criticism.fitted_run import FittedRun
from recalib.curves.binned import BinnedLogit, binned_logit
from recalib.curves.units import Unit
from recalib.likelihood.model import CENTRE, SCALE, Array

#: Scores at which the chance by spline is held against the straight one.
SCORES = (225.0, 235.0, 245.0, 255.0, 265.0)


def binned(units: list[Unit]) -> list[tuple[BinnedLogit, Unit]]:
    """Cells with enough bins, the distribution of scores where the raw fit puts it."""
    found = []
    for unit in units:
        parameters = (unit.raw or unit.fit).parameters
        for cell, place in zip(unit.cells, parameters, strict=True):
            one = binned_logit(cell, place)
            if one is not None:
                found.append((one, unit))
    return found


def crossing(x: Array, height: Array, level: float, near: float) -> float:
    """Score nearest to `near` where a line through points takes a value; NaN where it never does.

    `x`, `height` (shape (k,)): rising scores and the logit at them.
    """
    gap = height - level
    left = np.nonzero(gap[:-1] * gap[1:] <= 0)[0]
    rise = gap[left + 1] - gap[left]
    left, rise = left[rise != 0], rise[rise != 0]
    roots = x[left] - gap[left] / rise * (x[left + 1] - x[left])
    return float(roots[np.abs(roots - near).argmin()]) if len(roots) else float("nan")


def _edge_shifts(one: BinnedLogit, straight: Array, spline: Array, probabilities: Array) -> Array:
    """How far each calibrated edge of a cell would move, in points; NaN where it is lost."""
    height = one.spline(one.x) @ spline
    levels = logit(probabilities)
    before = 245 + 10 * (levels - straight[0]) / straight[1]
    after = [
        crossing(one.x, height, level, near) for level, near in zip(levels, before, strict=True)
    ]
    return np.asarray(np.array(after) - before)


def bends(run: FittedRun) -> pd.DataFrame:
    """Test every cell with bins for a bend, and say what a spline would change.

    Returns: curve key, bins (that hold people), people, inflation used, quadratic (per 10 points
    squared), likelihood_ratio of the quadratic term with its p (1 degree of freedom), P_225 to
    P_265 (chance by spline less straight), edges (calibrated edges of the cell), edge_shift
    (largest move in points), edges_lost (no such score on the spline). Largest likelihood ratio
    first; no rows without bins.
    """
    rows = []
    bands = run.bands
    claimed = bands[bands["boundary"].notna()]
    claimed = claimed.assign(probability=claimed["label"].map(LOWER))
    for one, unit in binned(run.fitted.units):
        key = one.cell.key._asdict()
        straight, first = one.fit(one.straight(one.x))
        quadratic, second = one.fit(one.quadratic(one.x))
        spline = one.fit_spline()
        ratio = max(2 * (second - first), 0.0)
        scores = np.array(SCORES)
        changes = expit(one.spline(scores) @ spline) - expit(one.straight(scores) @ straight)
        here = claimed
        for name in KEY_COLUMNS:
            here = here[here[name].fillna("").astype(str) == key[name]]
        moves = _edge_shifts(one, straight, spline, here["probability"].to_numpy(float))
        kept = moves[np.isfinite(moves)]
        rows.append(
            {
                **key,
                "bins": int((one.table.n_total > 0).sum()),
                "people": int(one.table.people.sum()),
                "inflation": unit.inflation,
                "quadratic": quadratic[2],
                "likelihood_ratio": ratio,
                "p": float(chi2.sf(ratio, 1)),
                **{f"P_{s:.0f}": change for s, change in zip(SCORES, changes, strict=True)},
                "edges": len(here),
                "edge_shift": kept[np.abs(kept).argmax()] if len(kept) else np.nan,
                "edges_lost": int(np.isnan(moves).sum()),
            }
        )
    if not rows:
        return pd.DataFrame(columns=[*KEY_COLUMNS, "likelihood_ratio", "p"])
    return pd.DataFrame(rows).sort_values("likelihood_ratio", ascending=False, ignore_index=True)


def bin_counts(run: FittedRun) -> pd.DataFrame:
    """Counts by score bin of the cells with enough of them, as a plain regression takes them.

    Returns columns cell (its name), outcome, score (mean of the bin's scores under f), u (per 10
    points from 245), n_success, n_failure, n_total; bins that hold people.
    """
    parts = []
    for one, _ in binned(run.fitted.units):
        held = one.table.n_total > 0
        score = one.mean_scores(held)
        success, total = one.table.n_success[held], one.table.n_total[held]
        key = one.cell.key
        parts.append(
            pd.DataFrame(
                {
                    "cell": f"{key.specialty}, {key.applicant_group}, {key.cycle}",
                    "outcome": key.outcome,
                    "score": score,
                    "u": (score - CENTRE) / SCALE,
                    "n_success": success,
                    "n_failure": total - success,
                    "n_total": total,
                }
            )
        )
    columns = ["cell", "outcome", "score", "u", "n_success", "n_failure", "n_total"]
    return pd.concat(parts, ignore_index=True) if parts else pd.DataFrame(columns=columns)


def shapes(run: FittedRun, found: pd.DataFrame) -> list[dict[str, Any]]:
    """Lay out the three logits of some cells, to be drawn.

    `found`: rows of `bends`. Returns: in the order of the rows: key (CurveKey), score, n_success
    and n_total by bin (score is the mean of the bin's scores under f), x with the chances straight
    and spline.
    """
    by_key = {one.cell.key: one for one, _ in binned(run.fitted.units)}
    drawn = []
    for row in found[KEY_COLUMNS].itertuples(index=False):
        one = by_key[CurveKey(*row)]
        table = one.table
        held = table.n_total > 0
        low, high = np.interp([0.005, 0.995], np.cumsum(one.f), one.x)
        x = one.x[(one.x >= low) & (one.x <= high)]
        drawn.append(
            {
                "key": one.cell.key,
                "score": one.mean_scores(held),
                "n_success": table.n_success[held],
                "n_total": table.n_total[held],
                "dispersion": table.design_effect,
                "x": x,
                "straight": expit(one.straight(x) @ one.fit(one.straight(one.x))[0]),
                "spline": expit(one.spline(x) @ one.fit_spline()),
            }
        )
    return drawn
