"""Wrong shapes: worlds in which the logit of the chance steps, goes flat or bends.

Twenty populations of non-U.S. IMGs, printed as quartiles or as bins; beside them twelve of U.S. MD
seniors with bins, whose logits bend as those of the real tables do and tell how far others may.
"""

from __future__ import annotations

import zlib
from dataclasses import dataclass

import numpy as np
import pandas as pd
from judge import Row, chance_covered, claimed_edges, judge_printed, published
from printing import print_cell
from scipy.special import expit, logit
from tally import Figure, tally
from worlds import SCORES, SHAPES, People, Truth, intercept_at, populate, shape

from recalib.contract.keys import CurveKey
from recalib.curves.curve import Curve
from recalib.likelihood.cells import Cell
from recalib.likelihood.model import CENTRE, SCALE

SIZES = (100, 330, 1000, 3000)
PRINTS = ("quartiles", "bins")
CELLS, NEIGHBOURS = 20, 12
NEIGHBOUR_SIZES = (500, 1200, 2500, 5000)
#: SD of the curvature, per (10 points)^2: of quadratics fitted to the real bins, less their errors.
BEND_SD = 0.05
#: Where a true edge may be looked for.
LOW, HIGH = 100.0, 400.0


@dataclass(frozen=True)
class Bent(Truth):
    """A population whose chance need not be logistic.

    `kind`: `straight`; `step`: `low` below `place`, `high` from there on; `plateau`: straight up to
    `place`, then flat; `bend`: curvature `bend` around the middle of the scores, flat beyond its
    turn.
    """

    kind: str = "straight"
    place: float = CENTRE
    low: float = 0.0
    high: float = 1.0
    bend: float = 0.0

    def chance(self, score: np.ndarray) -> np.ndarray:
        """True probability at a score; it never falls."""
        x = np.asarray(score, dtype=float)
        if self.kind == "step":
            return np.where(x >= self.place, self.high, self.low)
        if self.kind == "plateau":
            x = np.minimum(x, self.place)
        u = (x - self.centre) / SCALE
        if self.bend:
            turn = -self.slope / (2 * self.bend)
            u = np.minimum(u, turn) if self.bend < 0 else np.maximum(u, turn)
        level = self.intercept + self.slope * (self.centre - CENTRE) / SCALE
        return expit(level + self.slope * u + self.bend * u**2)

    def edge(self, probability: float) -> float:
        """Least score from which the chance reaches a probability.

        Minus infinity where it is everywhere above, NaN where it is nowhere.
        """
        reached = lambda score: bool(self.chance(np.array(score)) >= probability)  # noqa: E731
        low, high = LOW, HIGH
        if reached(low):
            return -np.inf
        if not reached(high):
            return np.nan
        while high - low > 1e-6:
            middle = (low + high) / 2
            low, high = (low, middle) if reached(middle) else (middle, high)
        return high


@dataclass(frozen=True)
class Setting:
    """Kinds of the populations, dealt in turn to rows of one population a size."""

    words: str
    kinds: tuple[str, ...]
    shapes: tuple[str, ...] = SHAPES


SETTINGS = {
    "straight": Setting("straight logits, slopes N(.35, .15²)", ("straight",)),
    "bend": Setting("logits that bend by N(0, .05²) per (10 points)²", ("bend",)),
    "step": Setting("a low chance below a cut-off, a high one from there on", ("step",)),
    "plateau": Setting("a logit that rises up to a score and is flat above it", ("plateau",)),
    "one step": Setting(
        "a step in one population of five, the others straight",
        ("step", *["straight"] * 4),
    ),
}


def draw(key: CurveKey, size: int, kind: str, form: str, random: np.random.Generator) -> Bent:
    """Draw a population of non-U.S. IMGs."""
    centre, sd = float(random.normal(245, 5)), float(random.uniform(11, 15))
    about = (key, size, form, centre, sd)
    if kind == "step":
        place = float(np.rint(centre + random.normal(0, 5)))
        low, high = random.uniform(0.1, 0.35), random.uniform(0.55, 0.9)
        return Bent(*about, np.nan, np.nan, kind=kind, place=place, low=low, high=high)
    if kind == "plateau":
        place = centre + random.uniform(-5, 8)
        slope = random.uniform(0.5, 1.0)
        intercept = logit(random.uniform(0.55, 0.85)) - slope * (place - CENTRE) / SCALE
        return Bent(*about, float(slope), float(intercept), kind=kind, place=place)
    return _logistic(about, random.normal(0.35, 0.15), random.uniform(0.25, 0.75), kind, random)


def _logistic(
    about: tuple[CurveKey, int, str, float, float],
    slope: float,
    rate: float,
    kind: str,
    random: np.random.Generator,
) -> Bent:
    """A straight or bent logit with a base rate."""
    f = shape(about[2], about[3], about[4])
    intercept = intercept_at(rate, slope, SCORES, f)
    bend = float(random.normal(0, BEND_SD)) if kind == "bend" else 0.0
    return Bent(*about, float(slope), intercept, kind=kind, bend=bend)


def neighbours(random: np.random.Generator, bent: bool = True) -> list[Cell]:
    """Bins of U.S. MD seniors, whose logits bend."""
    cells = []
    for index in range(NEIGHBOURS):
        key = CurveKey("2020-2024", f"n{index:02d}", "us_md_senior", "", "match", "ranked_first")
        size = NEIGHBOUR_SIZES[index % len(NEIGHBOUR_SIZES)]
        centre, sd = float(random.normal(250, 4)), float(np.exp(random.normal(np.log(14), 0.1)))
        about = (key, size, "normal", centre, sd)
        slope, rate = random.normal(0.6, 0.15), random.uniform(0.6, 0.95)
        truth = _logistic(about, slope, rate, "bend" if bent else "straight", random)
        cells.append(print_cell(truth, populate(truth, random), "bins", random))
    return cells


def draw_world(setting: Setting, random: np.random.Generator) -> list[tuple[Bent, People]]:
    """Draw the populations of one replicate and their people."""
    world = []
    for index in range(CELLS):
        key = CurveKey("2026", f"s{index:02d}", "non_us_img", "", "match", "ranked_first")
        row, column = divmod(index, len(SIZES))
        kind = setting.kinds[row % len(setting.kinds)]
        form = str(random.choice(setting.shapes))
        truth = draw(key, SIZES[column], kind, form, random)
        world.append((truth, populate(truth, random)))
    return world


def judge(truth: Bent, curve: Curve) -> Row:
    """Hold a curve, as published, against the truth."""
    row: Row = {
        "people": truth.size,
        "shape": truth.shape,
        "kind": truth.kind,
        "status": curve.status,
        "flagged": float(curve.status == "misfit"),
        "ok": float(curve.status == "ok"),
    }
    if curve.status == "no_evidence":
        return row
    inside = [low <= truth.edge(p) <= high for p, low, high in claimed_edges(curve)]
    covered = chance_covered(published(curve), truth)
    return row | {"covered": covered, "edges": len(inside), "edges_covered": sum(inside)}


def replicate(name: str, seed: int) -> list[Row]:
    """Run one replicate of a setting."""
    random = np.random.default_rng([zlib.crc32(name.encode()), seed])
    beside = neighbours(random)
    world = draw_world(SETTINGS[name], random)
    return judge_printed(world, PRINTS, judge, random, beside)


FIGURES = (
    Figure("probability covered", "covered"),
    Figure("edge covered, claimed only", "edges_covered", "edges"),
    Figure("edges claimed a cell", "edges"),
    Figure("flagged misfit", "flagged"),
    Figure("status ok", "ok"),
)


BY_SHAPE = ("probability covered", "flagged misfit")


def summary(rows: pd.DataFrame) -> pd.DataFrame:
    """Shares by setting, what is printed and the kind of the truth; by people.

    By shape of the scores there are the chance and the flags alone.
    """
    table = tally(rows, FIGURES, ("setting", "table", "kind"))
    return table[(table["shape"] == "all") | table["figure"].isin(BY_SHAPE)]
