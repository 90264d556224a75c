"""Write the worked cell of docs/method.md from data/raw: every number in it is computed here.

python docs/worked_cell.py
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
from scipy.special import expit, logit

from calib.line import Z, chance, fieller
from recalib import gather, read_raw
from recalib.curves.fit import fit_curves
from recalib.likelihood import quantiles
from recalib.likelihood.cells import build_cells
from recalib.likelihood.model import state

ROOT = Path(__file__).parents[1]
PAGE = Path(__file__).with_name("method.md")
MARKS = ("<!-- worked-cell: made by docs/worked_cell.py -->", "<!-- /worked-cell -->")


def worked_cell() -> str:
    """General surgery, non-U.S. IMGs, 2026, from the printed table to the edge at P = 1/2."""
    cells = build_cells(gather(read_raw(ROOT / "data" / "raw")), set())
    # All cells: how large bends are is learned from every one.
    fitted = fit_curves(cells)
    wanted = ("2026", "general_surgery", "non_us_img", "ranked_first")
    (curve,) = [
        c
        for c in fitted.curves
        if (c.cell.key.cycle, *c.cell.key[1:3], c.cell.key.denominator) == wanted
    ]
    (unit,) = [u for u in fitted.units if u.key == curve.cell.key]
    cell, raw = curve.cell, unit.raw
    assert raw is not None
    assert cell.total is not None
    at = state(cell.grid, raw.parameters[0])
    tables = {table.result: table for table in cell.quantiles}
    names = ("q1", "median", "q3", "mean", "sd")
    lines = [
        "| result | n | q1 | median | q3 | mean | SD |",
        "|---|---|---|---|---|---|---|",
    ]
    for result, word in ((1, "matched"), (0, "not matched")):
        table = tables[result]
        found = quantiles.residuals(quantiles.Reading(table, cell.grid), at)
        fit = [
            float(table.printed[name]) - value * point
            for name, value, point in zip(names, found.value, found.points, strict=True)
        ]
        error = np.sqrt(np.diag(found.covariance)) * found.points
        printed = " | ".join(f"{table.printed[name]:.0f}" for name in names)
        lines.append(f"| {word}, printed | {table.n} | {printed} |")
        lines.append(f"| {word}, fitted | | {' | '.join(f'{value:.1f}' for value in fit)} |")
        lines.append(f"| its standard error | | {' | '.join(f'{e:.1f}' for e in error)} |")
    success, everyone = int(cell.total.n_success), int(cell.total.n_total)
    consent = tables[1].n / success, tables[0].n / (everyone - success)
    shift = np.log((success / (everyone - success)) / (tables[1].n / tables[0].n))
    own, error = raw.site()
    intercept = float(raw.parameters[0][0])
    intercept_se = float(np.sqrt(raw.covariance()[1, 1]))
    slopes, levels = unit.site.table or ((), ())
    low, high = (float(np.interp(own + side * 2 * error, slopes, levels)) for side in (-1, 1))
    pool = fitted.pools[curve.pool]
    mean, mean_sd = pool.mean
    line = curve.line
    value, below, above = chance(line, 250)
    edge, first, last = fieller(line, 0.5)
    between = curve.correlation * curve.intercept_se * curve.slope_se
    return "\n".join(
        [
            *lines,
            "",
            f"Of {everyone} who ranked it first {success} matched: base rate "
            f"{success / everyone:.3f}. The scores are those of {tables[1].n + tables[0].n} who "
            f"consented to research, {consent[0]:.0%} of the matched and {consent[1]:.0%} of the "
            f"others; taken for everyone their odds would be off by {shift:+.3f} on the logit. The "
            "totals give the base rate, the sample only the scores given the result.",
            "",
            f"*Alone:* a = {intercept:.3f} ± {intercept_se:.3f}, b = {own:.3f} ± {error:.3f} per "
            f"10 points. Two standard errors below b the profile has fallen by {-low:.2f}, two "
            f"above by {-high:.2f}; a normal would fall by 2 on both sides.",
            "",
            f"*Pooled* with {len(pool.sites) - 1} specialties: group mean {mean:.3f} ± "
            f"{mean_sd:.3f}, spread tau {pool.spread:.3f}; b = {curve.slope:.3f} ± "
            f"{curve.slope_se:.3f}. At that slope a = {curve.intercept:.3f} ± "
            f"{curve.intercept_se:.3f}, correlation {curve.correlation:.3f}.",
            "",
            f"*Bend:* what these tables would not show is {curve.bend_sd:.3f} on the logit, so "
            f"that the error of a is sqrt({curve.intercept_se:.3f}² + {curve.bend_sd:.3f}²) = "
            f"{line.intercept_se:.3f}.",
            "",
            f"*Read off:* P(250) = expit({curve.intercept:.3f} + {curve.slope:.3f} * 0.5) = "
            f"{value:.3f}, standard error of the logit sqrt({line.intercept_se:.3f}² + "
            f"0.25 * {curve.slope_se:.3f}² + 2 * 0.5 * ({between:.5f})) = "
            f"{(logit(above) - logit(below)) / (2 * Z):.3f}, hence "
            f"{below:.3f}-{above:.3f}. P = 1/2 at 245 + 10 * {-curve.intercept:.3f} / "
            f"{curve.slope:.3f} = {edge:.1f}, Fieller {first:.1f}-{last:.1f}. "
            f"(Check: expit of the intercept, P(245), is {expit(curve.intercept):.3f}.)",
        ]
    )


def page() -> str:
    """docs/method.md with the block filled in."""
    text = PAGE.read_text(encoding="utf-8")
    before, rest = text.split(MARKS[0])
    after = rest.split(MARKS[1])[1]
    return f"{before}{MARKS[0]}\n{worked_cell()}\n{MARKS[1]}{after}"


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
