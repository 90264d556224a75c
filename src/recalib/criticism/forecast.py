"""How well curves of older cycles predict a newer one.

The older curves are fitted to tables of years before the newer cycle alone; the newer cycle is
judged by its own tables alone, its cells pooled with each other and with no older one.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.special import expit
from sklearn.metrics import brier_score_loss, log_loss
from statsmodels.stats.meta_analysis import combine_effects

from calib.line import Line
from recalib.contract.keys import CurveKey, overlap, recency, years
from recalib.criticism.fitted_run import FittedRun, curves_of, refit_changed
from recalib.criticism.recalibrate import Recalibration, recalibrate
from recalib.curves.curve import Curve
from recalib.curves.pools import Population, population_of
from recalib.curves.unit import fit_unit
from recalib.likelihood.model import CENTRE, SCALE, Array

#: Specialties that both cycles must have before a recalibration says anything.
FEWEST = 3


@dataclass(frozen=True)
class Forecast:
    """An older cycle held against a newer one.

    `older`, `newer`: cycles without a year in common; `specialties`: from `_compare`, one row a
    specialty of both cycles; `losses`: from `_losses`; `moved`: standard deviation of the
    specialties' shifts between the cycles beyond their errors, on the logit.
    """

    population: Population
    older: str
    newer: str
    specialties: pd.DataFrame
    recalibration: Recalibration | None
    losses: pd.DataFrame
    moved: float


def forecasts(run: FittedRun) -> list[Forecast]:
    """Let every older cycle of a population predict the newest, where they share no year.

    Returns: of match curves of everyone (no visa strata), the newest older cycle first; empty where
    no group has scores of both results in two such cycles.
    """
    cycles: dict[Population, set[str]] = {}
    for unit in run.fitted.units:
        if unit.key.outcome == "match" and not unit.key.needs_visa:
            cycles.setdefault(population_of(unit.key), set()).add(unit.key.cycle)
    found = []
    for population, held in sorted(cycles.items()):
        newer = max(held, key=recency)
        older = [cycle for cycle in held if years(cycle)[1] < years(newer)[0]]
        before = _curves(run, population, older)
        judge = _curves(run, population, [newer])
        for cycle in sorted(older, key=recency, reverse=True):
            pairs = [
                (before[key], judge[here])
                for here in sorted(judge)
                if (key := here._replace(cycle=cycle)) in before
            ]
            if len(pairs) >= FEWEST:
                found.append(_forecast(population, cycle, newer, pairs))
    return found


def same_people(found: list[Forecast]) -> list[tuple[str, str]]:
    """Pairs of older cycles that share people, so that their forecasts are not independent."""
    return [
        (one.older, other.older)
        for place, one in enumerate(found)
        for other in found[place + 1 :]
        if one.population == other.population and overlap(one.older, other.older)
    ]


def _curves(run: FittedRun, population: Population, cycles: list[str]) -> dict[CurveKey, Curve]:
    """Curves of some cycles of a population, from their tables and no others."""
    outcome, group, denominator, _ = population
    rows = run.evidence
    rows = rows[
        (rows["outcome"] == outcome)
        & (rows["applicant_group"] == group)
        & (rows["denominator"] == denominator)
        & rows["cycle"].isin(cycles)
    ]
    units = refit_changed(run.cells_of(rows), run.fitted.units)
    curves = curves_of([unit for unit in units if population_of(unit.key) == population])
    return {key: curve for key, curve in curves.items() if curve.parameters is not None}


def _forecast(
    population: Population, older: str, newer: str, pairs: list[tuple[Curve, Curve]]
) -> Forecast:
    cells = [new.cell for _, new in pairs]
    lines = [old.line for old, _ in pairs]
    compared = pd.DataFrame([_compare(old, new) for old, new in pairs])
    shifts, errors = compared["shift"].to_numpy(float), compared["shift_se"].to_numpy(float)
    moved = combine_effects(shifts, errors**2, method_re="iterated").tau2
    return Forecast(
        population,
        older,
        newer,
        compared,
        recalibrate(cells, lines),
        _losses(pairs),
        float(np.sqrt(max(moved, 0.0))),
    )


def _compare(old: Curve, new: Curve) -> dict[str, object]:
    """Hold one prediction against the newer tables.

    `shift` is how much higher the newer logit lies when its slope is held at the predicted one,
    with its standard error from the newer tables and, at their middle score, from the older curve.
    """
    assert new.scores is not None
    cell, line = new.cell, old.line
    held = fit_unit([cell], slope=line.slope)
    error = float(np.sqrt(held.given_slope(0)[1]))
    middle = (cell.grid.centre - CENTRE) / SCALE
    gradient = np.array([1.0, middle])
    own = float(np.sqrt(gradient @ line.covariance @ gradient))
    shift = float(held.parameters[0][0]) - line.intercept
    shift_se = float(np.hypot(error, own))
    slope, slope_se = (new.raw.get(name, np.nan) for name in ("slope_raw", "slope_raw_se"))
    base = cell.base
    x = cell.grid.x
    # What the middle 80 % of the people lie between, and their median.
    scores = np.interp([0.1, 0.5, 0.9], np.cumsum(new.scores), x + 0.5)
    return {
        "specialty": cell.key.specialty,
        "people": cell.people,
        "predicted_rate": float(new.scores @ _chance(line, x)),
        "printed_rate": base.n_success / base.n_total if base is not None else np.nan,
        "shift": shift,
        "shift_se": shift_se,
        "z": shift / shift_se,
        "predicted_slope": line.slope,
        "predicted_slope_se": line.slope_se,
        "slope_raw": slope,
        "slope_raw_se": slope_se,
        "slope_z": (slope - line.slope) / float(np.hypot(slope_se, line.slope_se)),
        "scores": scores.tolist(),
        "predicted": _chance(line, scores).tolist(),
        "fitted": _chance(new.line, scores).tolist(),
    }


def _chance(line: Line, x: Array) -> Array:
    return np.asarray(expit(line.intercept + line.slope * (x - CENTRE) / SCALE))


def _losses(pairs: list[tuple[Curve, Curve]]) -> pd.DataFrame:
    """Expected log loss and Brier score of predictors over the people of the newer tables.

    The expectation is taken under the newer curves and distributions of scores.

    Returns columns predictor (`older_curve`, `older_rate`, `newer_rate`, `newer_curve`: the last is
    what no forecast can beat), log_loss, brier (per person), better (specialties in which the
    predictor has a smaller log loss than the older base rate).
    """
    parts: dict[str, list[tuple[float, float]]] = {name: [] for name in _PREDICTORS}
    people = []
    for old, new in pairs:
        assert new.scores is not None
        x, f = new.cell.grid.x, new.scores
        p = _chance(new.line, x)
        base = old.cell.base
        assert base is not None
        rates = {"older_rate": base.successes / base.people, "newer_rate": float(f @ p)}
        given = {name: np.full_like(p, rate) for name, rate in rates.items()}
        outcome = np.repeat([1, 0], len(x))
        given |= {"older_curve": _chance(old.line, x), "newer_curve": p}
        for name, q in given.items():
            # Each score twice: as matched with weight f P, as not matched with f (1 - P).
            predicted, weight = np.tile(q, 2), np.concatenate([f * p, f * (1 - p)])
            loss = log_loss(outcome, predicted, sample_weight=weight)
            parts[name].append((loss, brier_score_loss(outcome, predicted, sample_weight=weight)))
        people.append(new.cell.people)
    share = np.array(people) / sum(people)
    rows = []
    reference = np.array(parts["older_rate"])[:, 0]
    for name in _PREDICTORS:
        loss = np.array(parts[name])
        rows.append(
            {
                "predictor": name,
                "log_loss": float(share @ loss[:, 0]),
                "brier": float(share @ loss[:, 1]),
                "better": int((loss[:, 0] < reference).sum()),
                "specialties": len(pairs),
            }
        )
    return pd.DataFrame(rows)


_PREDICTORS = ("older_curve", "older_rate", "newer_rate", "newer_curve")
