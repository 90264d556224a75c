"""Simulated worlds: a setting and a seed in, people, their printed tables and the truth out.

Everything here is simulated; nothing of it is ever mixed with real tables.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import expit
from scipy.stats import norm

from recalib.cells import Cell
from recalib.keys import CurveKey
from recalib.likelihood.bins import BinTable
from recalib.likelihood.model import CENTRE, SCALE, Grid
from recalib.likelihood.quantiles import QuantileTable

SCORES = np.arange(195, 291)
SHAPES = ("normal", "left", "right", "two_peaked")
SIZES = (60, 150, 400, 1500, 5000)
LEVELS = (0.25, 0.5, 0.75)
BIN_EDGES = (220, 230, 240, 250, 260)


def shape(name: str, mean: float, sd: float) -> np.ndarray:
    """Distribution of scores on `SCORES` with roughly this mean and SD."""
    z = (SCORES - mean) / sd
    if name == "normal":
        density = norm.pdf(z)
    elif name == "two_peaked":
        density = norm.pdf(z, -0.8, 0.6) + norm.pdf(z, 0.8, 0.6)
    else:
        side = 1 if name == "right" else -1
        # A skew normal with shape 3, moved and stretched to mean 0 and SD 1.
        delta = 3 / np.sqrt(10)
        shift = delta * np.sqrt(2 / np.pi)
        stretch = np.sqrt(1 - shift**2)
        y = side * z * stretch + shift
        density = norm.pdf(y) * norm.cdf(3 * y)
    return density / density.sum()


@dataclass(frozen=True)
class Truth:
    """One simulated population."""

    name: str
    size: int
    shape: str
    slope: float
    intercept: float

    def chance(self, score: np.ndarray) -> np.ndarray:
        """True probability at a score."""
        return expit(self.intercept + self.slope * (score - CENTRE) / SCALE)


@dataclass(frozen=True)
class People:
    """Counts of people by score and result."""

    matched: np.ndarray
    not_matched: np.ndarray

    def scores(self, result: int) -> np.ndarray:
        """Scores of the people with a result, one entry a person, sorted."""
        return np.repeat(SCORES, self.matched if result else self.not_matched)


def populate(truth: Truth, mean: float, sd: float, random: np.random.Generator) -> People:
    """Draw the people of one population."""
    everyone = random.multinomial(truth.size, shape(truth.shape, mean, sd))
    matched = random.binomial(everyone, truth.chance(SCORES))
    return People(matched, everyone - matched)


def print_quantiles(people: People) -> tuple[QuantileTable, ...]:
    """Print quartiles, mean and SD of each result in whole numbers, as the published tables do."""
    tables = []
    for result in (0, 1):
        scores = people.scores(result)
        printed: dict[str, float] = {}
        if len(scores) >= 5:
            quartiles = np.quantile(scores, LEVELS, method="averaged_inverted_cdf")
            printed = dict(zip(("q1", "median", "q3"), np.rint(quartiles), strict=True))
            printed |= {"mean": float(np.rint(scores.mean()))}
            printed |= {"sd": float(max(np.rint(scores.std(ddof=1)), 1))}
        tables.append(QuantileTable(result, len(scores), printed))
    return tuple(tables)


def print_bins(people: People) -> BinTable:
    """Print successes and people in ten-point bins, open at both ends."""
    place = np.digitize(SCORES, BIN_EDGES)
    matched = np.bincount(place, people.matched, len(BIN_EDGES) + 1)
    everyone = matched + np.bincount(place, people.not_matched, len(BIN_EDGES) + 1)
    low = np.array([-np.inf, *BIN_EDGES])
    high = np.array([*(edge - 1 for edge in BIN_EDGES), np.inf])
    return BinTable(low, high, everyone, matched, everyone)


def cell_of(truth: Truth, people: People, form: str) -> Cell:
    """Make the cell that the project would read from the printed table."""
    key = CurveKey("2026", truth.name, "non_us_img", "", "match", "ranked_first")
    scores = np.concatenate([people.scores(0), people.scores(1)])
    centre, spread = float(np.rint(scores.mean())), float(max(np.rint(scores.std()), 4))
    grid = Grid(185, centre, spread)
    if form == "bins":
        return Cell(key, Grid(185, centre, 13.0), bins=print_bins(people))
    return Cell(key, grid, print_quantiles(people))


def draw_world(
    spread: float, outliers: float, random: np.random.Generator, mean: float = 0.35
) -> list[tuple[Truth, People]]:
    """Draw 24 populations: sizes, shapes, base rates and slopes, then their people.

    Parameters
    ----------
    spread : float
        Standard deviation of the slopes between populations, per 10 points.
    outliers : float
        Share of populations whose slope is drawn around -.1 instead.
    random : numpy Generator
    mean : float
        Mean slope.
    """
    world = []
    for index in range(24):
        is_outlier = random.random() < outliers
        slope = random.normal(-0.1, 0.05) if is_outlier else random.normal(mean, spread)
        size = int(SIZES[index % len(SIZES)])
        name = SHAPES[int(random.integers(len(SHAPES)))]
        centre, sd = random.normal(245, 5), random.uniform(11, 15)
        rate = random.uniform(0.25, 0.75)
        f = shape(name, centre, sd)
        # The intercept that gives the base rate, by bisection.
        low, high = -15.0, 15.0
        for _ in range(60):
            middle = (low + high) / 2
            found = float(f @ expit(middle + slope * (SCORES - CENTRE) / SCALE))
            low, high = (middle, high) if found < rate else (low, middle)
        truth = Truth(f"s{index:02d}", size, name, float(slope), float(low))
        world.append((truth, populate(truth, centre, sd, random)))
    return world
