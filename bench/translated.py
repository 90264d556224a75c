"""U.S. IMGs who ranked a specialty first: simulated totals and older means in, judged curves out.

Twenty specialties of non-U.S. IMGs with score statistics of 2026 and totals of 2025; of U.S. IMGs
totals of 2025 alone, and matched means of both groups in two older editions. Gaps, shifts, slopes
and the walk of the levels are drawn as docs/method.md says that they are thought to be.
"""

from __future__ import annotations

import zlib
from dataclasses import dataclass

import numpy as np
import pandas as pd
from judge import Row, chance_covered, published
from printing import print_cell
from scipy.optimize import brentq
from scipy.special import expit, logit
from tally import Figure, tally
from worlds import Truth, intercept_at, populate, shape

from calib.line import Z, after_drift, chance
from recalib.contract.keys import CurveKey
from recalib.curves.borrow import TRANSPORT_SD
from recalib.curves.curve import Curve
from recalib.curves.fit import fit_curves
from recalib.curves.priors import DEFAULT
from recalib.curves.two_groups import (
    EDITION_SD,
    EVERYONE,
    FIRST,
    GAP,
    GAP_SD,
    GROUP,
    GROUP_SHIFT_SD,
    LOG_SPREAD,
    OTHER,
    PERSON_SD,
)
from recalib.likelihood.cells import Cell
from recalib.likelihood.model import SCORE_MIN, Grid
from recalib.likelihood.totals import Total

CELLS = 20
#: Shift of the logit from everyone who ranked a track to those who ranked it first: mean and SD
#: over the specialties of the real tables.
SHIFT, SHIFT_SD = 0.36, 0.27
SLOPE, SLOPE_SD = 0.31, 0.14
#: People who rank a track: median and SD of the logarithm, as in the real tables.
PEOPLE = (250.0, 1.2)
#: In how many of the two older editions both groups' means are printed, with equal chances.
EDITIONS = ("2013", "2022")
#: Wide enough for every mean and spread that is drawn.
SCORES = np.arange(150, 341)


@dataclass(frozen=True)
class Setting:
    """How far a slope of U.S. IMGs may lie from the pool's, beyond the spread of specialties."""

    words: str
    apart: float


SETTINGS = {
    "translated": Setting(
        "slopes of U.S. IMGs drawn around the pool's mean, with its spread and the .15 that a slope"
        " moved to another group may differ by",
        TRANSPORT_SD,
    ),
    "translated, like slopes": Setting("the same, with the pool's spread alone", 0.0),
}


def matched_mean(truth: Truth) -> float:
    """Mean score of those who match."""
    weight = shape(truth.shape, truth.centre, truth.sd, SCORES) * truth.chance(SCORES)
    return float(weight @ SCORES / weight.sum())


def with_matched_mean(
    key: CurveKey, size: int, rate: float, slope: float, sd: float, target: float
) -> Truth:
    """A population whose base rate and mean score of the matched are known."""

    def at(centre: float) -> Truth:
        f = shape("normal", centre, sd, SCORES)
        return Truth(key, size, "normal", centre, sd, slope, intercept_at(rate, slope, SCORES, f))

    return at(float(brentq(lambda c: matched_mean(at(c)) - target, target - 40, target + 40)))


def totals(specialty: str, group: str, rate: float, size: int, random: np.random.Generator) -> Cell:
    """Totals of 2025 of everyone who ranked a track of a specialty."""
    key = CurveKey("2025", specialty, group, "", "match", EVERYONE)
    total = Total(float(random.binomial(size, rate)), float(size))
    return Cell(key, Grid(SCORE_MIN, 245.0, 13.0), total=total)


def print_means(specialty: str, gap: float, level: float, random: np.random.Generator) -> list[Row]:
    """Matched means of both groups in none, one or both of the older editions."""
    rows = []
    for cycle in random.permutation(EDITIONS)[: random.integers(3)]:
        apart = gap + random.normal(0, EDITION_SD)
        for group, mean in ((GROUP, level + apart), (OTHER, level)):
            people = int(np.rint(np.exp(random.normal(np.log(80), 1)))) + 5
            printed = float(np.rint(random.normal(mean, PERSON_SD / people**0.5)))
            about = {"cycle": str(cycle), "specialty": specialty, "applicant_group": group}
            rows.append(about | {"result": "matched", "n": people, "mean": printed})
    return rows


_MEANS = ["cycle", "specialty", "applicant_group", "result", "n", "mean", "source"]


def judge(truth: Truth, moved: float, editions: int, curve: Curve) -> Row:
    """Hold a curve, as published, against its own cycle and against the next.

    `moved`: what the level of the next cycle differs by; `editions`: how many print the gap.
    """
    line = published(curve)
    later = after_drift(line, round(curve.drift_sd, 4))
    coming = Truth(*list(vars(truth).values())[:6], truth.intercept + moved)
    low, high = (chance(line, 245.0)[place] for place in (1, 2))
    return {
        "people": truth.size,
        "editions": editions,
        "covered": chance_covered(line, truth),
        "next_covered": chance_covered(later, coming),
        "slope_covered": float(abs(line.slope - truth.slope) <= Z * line.slope_se),
        "width": high - low,
    }


def replicate(name: str, seed: int) -> list[Row]:
    """Run one replicate of a setting."""
    random = np.random.default_rng([zlib.crc32(name.encode()), seed])
    step = abs(random.normal(0, DEFAULT.step_scale))
    cells: list[Cell] = []
    printed: list[Row] = []
    ours: dict[str, tuple[Truth, int]] = {}
    for index in range(CELLS):
        specialty = f"s{index:02d}"
        size, other_size = (
            int(np.clip(np.exp(random.normal(np.log(PEOPLE[0]), PEOPLE[1])), 20, 7000))
            for _ in range(2)
        )
        shift = random.normal(SHIFT, SHIFT_SD)
        key = CurveKey("2026", specialty, OTHER, "", "match", FIRST)
        form = str(random.choice(("normal", "mild_left")))
        centre, sd = float(random.normal(244, 4)), float(np.exp(random.normal(*LOG_SPREAD)))
        slope, rate = float(random.normal(SLOPE, SLOPE_SD)), random.uniform(0.25, 0.7)
        intercept = intercept_at(rate, slope, SCORES, shape(form, centre, sd, SCORES))
        theirs = Truth(key, size, form, centre, sd, slope, intercept)
        cells.append(print_cell(theirs, populate(theirs, random), "consent", random))
        before = float(expit(logit(rate) - shift))
        cells.append(totals(specialty, OTHER, before, int(1.5 * size), random))
        gap = random.normal(GAP, GAP_SD)
        level = matched_mean(theirs)
        means = print_means(specialty, gap, level, random)
        printed += means
        own = float(random.normal(SLOPE, np.hypot(SLOPE_SD, SETTINGS[name].apart)))
        rate = random.uniform(0.25, 0.85)
        spread = float(np.exp(random.normal(*LOG_SPREAD)))
        us = key._replace(applicant_group=GROUP)
        truth = with_matched_mean(us, other_size, rate, own, spread, level + gap)
        ours[specialty] = truth, len(means) // 2
        before = float(expit(logit(rate) - shift - random.normal(0, GROUP_SHIFT_SD)))
        cells.append(totals(specialty, GROUP, before, other_size, random))
    frame = pd.DataFrame(printed).assign(source="simulated").reindex(columns=_MEANS)
    rows = []
    for curve in fit_curves(cells, means=frame).curves:
        key = curve.cell.key
        if (key.applicant_group, key.denominator) == (GROUP, FIRST):
            truth, editions = ours[key.specialty]
            moved = random.normal(0, step)
            rows.append({"table": "translated"} | judge(truth, moved, editions, curve))
    return rows


FIGURES = (
    Figure("probability covered", "covered"),
    Figure("next cycle's probability covered", "next_covered"),
    Figure("slope covered", "slope_covered"),
    Figure("width of the interval at 245", "width"),
)


def summary(rows: pd.DataFrame) -> pd.DataFrame:
    """Shares by setting; by people and by how many editions print the gap."""
    people = pd.cut(rows["people"], [0, 99, 999, np.inf], labels=["<100", "100-999", ">=1000"])
    return tally(rows.assign(people=people), FIGURES, ("setting",), ("people", "editions"))
