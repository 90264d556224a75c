"""Borrowed cells: simulated totals of one group beside another group's tables in, rows out.

U.S. IMGs print totals only. Mean score, spread and slope of theirs are drawn as docs/method.md says
they are thought to be: around the tables of non-U.S. IMGs where the specialty has one, around all
of them where it has not.
"""

from __future__ import annotations

import numpy as np
from judge import Row, judge_curve, label
from printing import print_cell
from worlds import SETTINGS, Truth, draw_world, intercept_at, populate, shape

from recalib.contract.keys import CurveKey
from recalib.curves.borrow import GROUP_SHIFT, LOG_SPREAD, MEAN_SD, TRANSPORT_SD
from recalib.curves.fit import fit_curves
from recalib.likelihood.cells import Cell
from recalib.likelihood.model import SCORE_MIN, Grid
from recalib.likelihood.totals import Total

SIZES = (10, 30, 100, 300, 1000, 3000)
CELLS = 30
#: Slopes of the lending group; none is odd, since a new specialty's slope is a draw of the same.
LENDERS = SETTINGS["redrawn .15"]
#: Wide enough for every mean and spread that is drawn.
SCORES = np.arange(150, 341)


def replicate(random: np.random.Generator) -> list[Row]:
    """Run one replicate."""
    lenders = [truth for truth in draw_world(LENDERS, 0, random) if not truth.odd]
    cells = [print_cell(truth, populate(truth, random), "quartiles", random) for truth in lenders]
    truths = []
    for index in range(CELLS):
        seen = index < len(lenders)
        level = lenders[index].centre if seen else float(random.normal(*LENDERS.level))
        mean = random.normal(level + GROUP_SHIFT["us_img"], MEAN_SD)
        sd = float(np.exp(random.normal(*LOG_SPREAD)))
        slope = float(random.normal(LENDERS.mean, np.hypot(LENDERS.spread, TRANSPORT_SD)))
        rate = random.uniform(0.1, 0.7)
        intercept = intercept_at(rate, slope, SCORES, shape("normal", mean, sd, SCORES))
        size = SIZES[index % len(SIZES)]
        specialty = lenders[index].key.specialty if seen else f"unseen{index:02d}"
        key = CurveKey("2026", specialty, "us_img", "", "match", "ranked_any_pgy1")
        truths.append(Truth(key, size, "normal", float(mean), sd, slope, intercept))
        total = Total(float(random.binomial(size, rate)), float(size))
        cells.append(Cell(key, Grid(SCORE_MIN, 245.0, 13.0), total=total))
    by_key = {truth.key: index for index, truth in enumerate(truths)}
    rows = []
    for curve in fit_curves(cells).curves:
        index = by_key.get(curve.cell.key)
        if index is not None:
            about = label(truths[index], None, "totals", index)
            rows += [about | row for row in judge_curve(truths[index], curve)]
    return rows
