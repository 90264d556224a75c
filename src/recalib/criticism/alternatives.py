"""Fit a run's curves under other assumptions, one alternative at a time."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from recalib.contract.keys import CurveKey
from recalib.criticism import consent
from recalib.criticism.fitted_run import FittedRun, curves_of, refit, refit_changed
from recalib.curves.curve import Curve
from recalib.curves.priors import DEFAULT, Priors

SCORES, POOL, CONSENT, TABLE = "scores", "pool", "consent", "table"
#: What each family of alternatives changes.
FAMILIES = {
    SCORES: "Distribution of scores",
    POOL: "Prior of the pool",
    CONSENT: "Consent tilted by the score",
    TABLE: "One table left out",
}
#: Prior precision that leaves a shape parameter no room.
FIXED = 1e8


@dataclass(frozen=True)
class Alternative:
    """Curves under one other assumption.

    `family`: key of `FAMILIES`; `name`: what is assumed; `curves`: curves by key; a key that the
    alternative does not touch is missing; `gone`: curves that the alternative leaves without a
    slope of their own.
    """

    family: str
    name: str
    curves: dict[CurveKey, Curve]
    gone: frozenset[CurveKey] = frozenset()


def shape_priors() -> dict[str, Priors]:
    """Other priors of the distribution of scores: none of its further terms, and wide ones."""
    given = DEFAULT.shape_precision
    # Only the quadratic is free of a prior; what has one is what could be left out.
    alone = tuple(FIXED if precision else 0.0 for precision in given)
    wide = tuple(precision / 4 for precision in given)
    return {
        "quadratic alone": replace(DEFAULT, shape_precision=alone),
        "priors of skewness, kurtosis and step twice as wide": replace(
            DEFAULT, shape_precision=wide
        ),
    }


def pool_priors() -> dict[str, Priors]:
    """Other priors of the slopes."""
    centre, width = DEFAULT.mean
    scale = DEFAULT.specialty_scale
    return {
        "spread of specialties half as wide": replace(DEFAULT, specialty_scale=scale / 2),
        "spread of specialties twice as wide": replace(DEFAULT, specialty_scale=scale * 2),
        "specialties normal instead of t": replace(DEFAULT, freedom=float("inf")),
        "mean slope one SD lower": replace(DEFAULT, mean=(centre - width, width)),
        "mean slope one SD higher": replace(DEFAULT, mean=(centre + width, width)),
    }


def alternatives(run: FittedRun, wanted: set[CurveKey]) -> Iterator[Alternative]:
    """Fit the wanted curves under every alternative, each time only what it touches.

    `wanted`: match curves with slopes of their own.
    """
    if not wanted:
        return
    units = run.units_behind(wanted)
    cells = [cell for unit in units for cell in unit.cells]
    for name, priors in shape_priors().items():
        yield Alternative(SCORES, name, curves_of(refit(cells, priors), priors, wanted))
    for name, priors in pool_priors().items():
        yield Alternative(POOL, name, curves_of(units, priors, wanted))
    for name, curves in consent.scenarios(run, wanted):
        yield Alternative(CONSENT, name, curves)
    yield from _tables_left_out(run, wanted)


def _tables_left_out(run: FittedRun, wanted: set[CurveKey]) -> Iterator[Alternative]:
    """Leave out one printed table at a time; what it touches is fitted anew."""
    provenance = run.provenance
    matches = run.evidence[run.evidence["outcome"] == "match"]
    for (source, kind), rows in matches.groupby(["source", "kind"], sort=True):
        groups = set(rows["applicant_group"])
        touched = {key for key in wanted if key.applicant_group in groups}
        if not touched:
            continue
        left = matches.drop(rows.index)
        cells = run.cells_of(left[left["applicant_group"].isin(groups)])
        units = refit_changed(cells, run.fitted.units)
        curves = curves_of(units, wanted=touched)
        title = str(provenance[str(source)]["title"])
        yield Alternative(TABLE, f"{title}: {kind}", curves, frozenset(touched - set(curves)))
