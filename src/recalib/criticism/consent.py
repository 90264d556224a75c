"""Curves under consent to research that depends on the score.

Score statistics describe those who consented to research, totals describe everyone. If the log-odds
of consent rise by d for 10 points among those with a result, then, with q the share of them that
consented, the log of the chance of consent rises by about k = d (1 - q), and the scores of everyone
with that result follow f(x) exp(-k u), u = (x - 245) / 10. With k1 and k0 for the two results

    slope of everyone     = slope of those who consented - (k1 - k0)
    intercept of everyone = their intercept + log(M0 / M1),   M = mean of exp(-k u) given the result

while the base rate stays what the totals say.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import product

import numpy as np

from recalib.contract.keys import CurveKey
from recalib.criticism.fitted_run import FittedRun
from recalib.curves import grade
from recalib.curves.curve import Curve
from recalib.curves.fit import pooled
from recalib.curves.pool import Pool
from recalib.curves.pools import population_of
from recalib.curves.units import Unit
from recalib.likelihood.cells import Cell
from recalib.likelihood.model import state

#: Change of the log-odds of consent for 10 points.
TILT = 0.1


@dataclass(frozen=True)
class LogTilt:
    """Change of the log chance of consent for 10 points, by result."""

    not_matched: float
    matched: float

    @property
    def slope(self) -> float:
        """How much steeper those who consented are than everyone."""
        return self.matched - self.not_matched


def consented(cell: Cell) -> tuple[float, float] | None:
    """Share of the not matched and of the matched that consented.

    Returns None where totals or the scores of a result are missing.
    """
    if cell.total is None or set(cell.scored) != {0, 1}:
        return None
    everyone = (cell.total.n_total - cell.total.n_success, cell.total.n_success)
    if min(everyone) <= 0:
        return None
    shares = [min(cell.scored[result] / everyone[result], 1.0) for result in (0, 1)]
    return shares[0], shares[1]


def tilted(curve: Curve, tilt: LogTilt) -> Curve:
    """Turn the curve of those who consented into that of everyone.

    `curve`: fitted to statistics of those who consented and to the base rate of everyone. Returns:
    standard errors as before.
    """
    assert curve.parameters is not None
    at = state(curve.cell.grid, curve.parameters)
    means = [
        float(f @ np.exp(-k * at.grid.u))
        for f, k in zip(at.by_result, (tilt.not_matched, tilt.matched), strict=True)
    ]
    slope = curve.slope - tilt.slope
    return replace(
        curve,
        status=grade.status(round(slope, 4), round(curve.slope_se, 4)),
        intercept=curve.intercept + float(np.log(means[0] / means[1])),
        slope=slope,
    )


def _curves(
    units: dict[CurveKey, Unit], tilts: dict[CurveKey, LogTilt], name: str
) -> dict[CurveKey, Curve]:
    """Curves of one pool under the tilts of some of its units."""
    sites = [
        unit.site.moved(-tilts[key].slope) if key in tilts else unit.site
        for key, unit in units.items()
    ]
    pool = Pool.fit(sorted(sites, key=lambda site: (site.specialty, site.cycle)))
    curves = {}
    for key, tilt in tilts.items():
        slope = pool.slope(key.specialty, key.cycle)
        among = replace(slope, mean=slope.mean + tilt.slope)
        for curve in pooled(units[key], among, name):
            if curve.parameters is not None:
                curves[key] = tilted(curve, tilt)
    return curves


def scenarios(run: FittedRun, wanted: set[CurveKey]) -> Iterator[tuple[str, dict[CurveKey, Curve]]]:
    """Curves under consent that rises or falls with the score, by result.

    Yields: what is assumed, and the curves of the wanted keys with totals, for each of the eight
    combinations.
    """
    pools: dict[str, dict[CurveKey, Unit]] = {}
    for unit in run.units_behind(wanted):
        name = run.fitted.reads[(population_of(unit.key), unit.key.cycle)]
        pools.setdefault(name, {})[unit.key] = unit
    shares = {
        key: share
        for units in pools.values()
        for key, unit in units.items()
        if key in wanted and len(unit.cells) == 1 and (share := consented(unit.cells[0]))
    }
    if not shares:
        return
    for not_matched, matched in product((-TILT, 0.0, TILT), repeat=2):
        if not not_matched and not matched:
            continue
        tilts = {
            key: LogTilt(not_matched * (1 - share[0]), matched * (1 - share[1]))
            for key, share in shares.items()
        }
        curves: dict[CurveKey, Curve] = {}
        for name, units in pools.items():
            own = {key: tilt for key, tilt in tilts.items() if key in units}
            if own:
                curves |= _curves(units, own, name)
        yield f"matched {_signed(matched)}, not matched {_signed(not_matched)}", curves


def _signed(tilt: float) -> str:
    return f"{tilt:+.1f}".replace("-", "−") if tilt else "0"
