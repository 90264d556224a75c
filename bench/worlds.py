"""Simulated worlds: a setting and a random generator in, populations and their people out.

Everything here is simulated; nothing of it is ever mixed with real tables.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from scipy.optimize import brentq
from scipy.special import expit
from scipy.stats import norm, truncnorm

from recalib.contract.keys import CurveKey
from recalib.likelihood.model import CENTRE, SCALE

SCORES = np.arange(195, 291)
SHAPES = ("normal", "left", "right", "two_peaked")
SIZES = (30, 60, 150, 400, 1500, 5000)
CELLS = 24
#: An odd population's slope lies this far from the mean of the others, give or take `ODD_SD`.
ODD_SHIFT, ODD_SD = -0.45, 0.05
#: Standard deviation between the cycles of one specialty.
CYCLE_SD = 0.07
#: Where scores end, in standard deviations of the normal that is cut off (`TOP`) or piled up
#: (`PILE`); mean and standard deviation of what is left; whole scores that hold the pile.
TOP, PILE, PILED = 0.5, 0.8, 4
CUT_OFF = float(truncnorm.mean(-np.inf, TOP)), float(truncnorm.std(-np.inf, TOP))
PILED_UP = (-0.1202, 0.8231)
#: Applications of one applicant: median, and standard deviation of the logarithm.
APPLICATIONS = (80.0, 0.5)
#: Correlation of the answers to one applicant's applications, given the score.
CLUSTERING = 0.05


@dataclass(frozen=True)
class Setting:
    """One kind of world.

    Parameters
    ----------
    words : str
        What the page of the study says about it.
    prints : tuple of tuple of str
        Each is one way to print the world, fitted on its own: the forms of table (`printing`) that
        are dealt to the cells in turn.
    mean, spread : float
        Normal distribution of the slopes, per 10 points.
    outliers : float
        Share of populations with an odd slope.
    lone : bool
        Whether one population more is odd.
    layout : str
        `random` populations; `fixed` shape, size and base rate of every place; `strata` or
        `cycles`: two populations of each specialty.
    outcome : str
    sizes : tuple of int
        People, in turn.
    level : tuple of (float, float)
        Mean and standard deviation of the populations' mean scores.
    log_spread : tuple of (float, float) or None
        Normal distribution of log SD of the scores; None draws the SD between 11 and 15.
    rates : tuple of (float, float)
        Base rates are drawn between these.
    shapes : tuple of str
        Shapes of the scores, drawn with equal chances.
    """

    words: str
    prints: tuple[tuple[str, ...], ...]
    mean: float = 0.35
    spread: float = 0.15
    outliers: float = 0.08
    lone: bool = False
    layout: str = "random"
    outcome: str = "match"
    sizes: tuple[int, ...] = SIZES
    level: tuple[float, float] = (245.0, 5.0)
    log_spread: tuple[float, float] | None = None
    rates: tuple[float, float] = (0.25, 0.75)
    shapes: tuple[str, ...] = SHAPES

    def form(self, plan: int, index: int) -> str:
        """How the table of a cell is printed under one of the ways to print."""
        forms = self.prints[plan]
        turn = index if self.layout in ("strata", "cycles") else index // len(self.sizes)
        return forms[turn % len(forms)]


_BOTH = (("quartiles",), ("bins",))
_TYPICAL = (float(np.log(13.0)), 0.12)
#: U.S. seniors: steeper, higher, and most of them match.
_SENIORS = {"mean": 0.6, "level": (250.0, 4.0), "rates": (0.6, 0.95), "log_spread": _TYPICAL}
_APPLICANTS = (40, 60, 90, 130, 180, 250)
SETTINGS: dict[str, Setting] = {
    "redrawn .05": Setting("slopes N(.35, .05²), 8 % odd (about -.1)", _BOTH, spread=0.05),
    "redrawn .15": Setting("slopes N(.35, .15²), 8 % odd", _BOTH, spread=0.15),
    "redrawn .25": Setting("slopes N(.35, .25²), 8 % odd", _BOTH, spread=0.25),
    "fixed": Setting(
        "every slope .35; shape, people and base rate of every cell fixed",
        _BOTH,
        spread=0.0,
        outliers=0.0,
        layout="fixed",
    ),
    "lone outlier": Setting(
        "every slope .35 but one, about -.1",
        (("quartiles",),),
        spread=0.0,
        outliers=0.0,
        lone=True,
    ),
    "means only": Setting(
        "half of the cells print nothing but means", (("quartiles", "means"),), **_SENIORS
    ),
    "medians only": Setting(
        "half of the cells print nothing but medians", (("quartiles", "medians"),), **_SENIORS
    ),
    "one median": Setting(
        "quartiles of the matched, one median of the others", (("one_median",),), **_SENIORS
    ),
    "one median, mild shapes": Setting(
        "the same, with shapes as in the real tables: normal, or skewed to the left by .3",
        (("one_median",),),
        shapes=("normal", "mild_left"),
        **_SENIORS,
    ),
    "consent": Setting(
        "statistics of a sample (85 % of the matched, 60 % of the others), totals of everyone",
        (("consent",),),
    ),
    "two cycles": Setting(
        "bins of one cycle, quartiles of another; slopes of a specialty differ by N(0, .07²)",
        (("bins", "quartiles"),),
        layout="cycles",
    ),
    "visa strata": Setting(
        "two strata a specialty, own level, one slope", (("quartiles",),), layout="strata"
    ),
    "interviews": Setting(
        "applications clustered in applicants, bins with a dispersion",
        (("applications",),),
        outcome="interview",
        sizes=_APPLICANTS,
        rates=(0.03, 0.3),
    ),
    "interviews, strata": Setting(
        "the same in two strata a specialty",
        (("applications",),),
        layout="strata",
        outcome="interview",
        sizes=_APPLICANTS,
        rates=(0.03, 0.3),
    ),
}


@dataclass(frozen=True)
class Truth:
    """One simulated population."""

    key: CurveKey
    size: int
    shape: str
    centre: float
    sd: float
    slope: float
    intercept: float
    odd: bool = False

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

    @property
    def smaller(self) -> int:
        """People in the smaller result."""
        return int(min(self.matched.sum(), self.not_matched.sum()))


@dataclass(frozen=True)
class Applicants:
    """Score, applications and invitations of each applicant."""

    score: np.ndarray
    applications: np.ndarray
    invitations: np.ndarray

    @property
    def smaller(self) -> int:
        """Applicants, as there is no smaller result."""
        return len(self.score)


def shape(name: str, mean: float, sd: float, scores: np.ndarray = SCORES) -> np.ndarray:
    """Distribution of scores with roughly this mean and SD."""
    z = (scores - mean) / sd
    if name == "normal":
        density = norm.pdf(z)
    elif name == "narrow_top":
        y = CUT_OFF[0] + CUT_OFF[1] * z
        density = norm.pdf(y) * (y <= TOP)
    elif name == "pile":
        y = PILED_UP[0] + PILED_UP[1] * z
        place = int(np.searchsorted(y, PILE))
        density = norm.pdf(y)
        # What would lie above lies in the last few points below.
        density[place - PILED : place] += density[place:].sum() / PILED
        density[place:] = 0
    elif name == "two_peaked":
        density = norm.pdf(z, -0.8, 0.6) + norm.pdf(z, 0.8, 0.6)
    else:
        side = 1 if name == "right" else -1
        # A skew normal, moved and stretched to mean 0 and SD 1; shape 3 has a skewness of .67,
        # shape 1.5 one of .30.
        bend = 1.5 if name == "mild_left" else 3.0
        delta = bend / np.hypot(1, bend)
        shift = delta * np.sqrt(2 / np.pi)
        stretch = np.sqrt(1 - shift**2)
        y = side * z * stretch + shift
        density = norm.pdf(y) * norm.cdf(bend * y)
    return density / density.sum()


def intercept_at(rate: float, slope: float, scores: np.ndarray, f: np.ndarray) -> float:
    """Intercept at which scores with distribution f have this base rate."""
    u = (scores - CENTRE) / SCALE
    return float(brentq(lambda a: float(f @ expit(a + slope * u)) - rate, -40, 40, xtol=1e-9))


def _spread(setting: Setting, random: np.random.Generator) -> float:
    if setting.layout == "fixed":
        return 13.0
    if setting.log_spread is None:
        return float(random.uniform(11, 15))
    return float(np.exp(random.normal(*setting.log_spread)))


def draw_world(setting: Setting, replicate: int, random: np.random.Generator) -> list[Truth]:
    """Draw the populations of one replicate: 24, and one more where a lone outlier is asked for."""
    paired = setting.layout in ("strata", "cycles")
    count = CELLS + setting.lone
    truths: list[Truth] = []
    for index in range(count):
        place = index // 2 if paired else index
        second = paired and index % 2 == 1
        odd = index >= CELLS or bool(random.random() < setting.outliers)
        centre = setting.mean + (ODD_SHIFT if odd else 0.0)
        slope = float(random.normal(centre, ODD_SD if odd else setting.spread))
        if second:
            slope, odd = truths[-1].slope, truths[-1].odd
        size = setting.sizes[(replicate if index >= CELLS else place) % len(setting.sizes)]
        row = index // len(setting.sizes)
        fixed = setting.layout == "fixed"
        turn = row if fixed else int(random.integers(len(setting.shapes)))
        form = setting.shapes[turn % len(setting.shapes)]
        middle = 245.0 if fixed else float(random.normal(*setting.level))
        rate = float(random.uniform(*setting.rates))
        if fixed:
            rate = (0.3, 0.4, 0.5, 0.6)[(row + index) % 4]
        sd = _spread(setting, random)
        cycle, visa = "2026", ""
        if setting.layout == "cycles":
            cycle = ("2024", "2026")[index % 2]
        if setting.layout == "strata":
            visa = ("yes", "no")[index % 2]
        denominator = "ranked_first" if setting.outcome == "match" else "applications"
        key = CurveKey(cycle, f"s{place:02d}", "non_us_img", visa, setting.outcome, denominator)
        intercept = intercept_at(rate, slope, SCORES, shape(form, middle, sd))
        truths.append(Truth(key, size, form, middle, sd, slope, intercept, odd))
    if setting.layout == "cycles":
        truths = _apart(truths, random)
    return truths


def _apart(truths: Sequence[Truth], random: np.random.Generator) -> list[Truth]:
    """Let the slopes of a specialty's cycles differ; the mean chance hardly moves."""
    return [
        replace(truth, slope=float(truth.slope + random.normal(0, CYCLE_SD))) for truth in truths
    ]


def populate(truth: Truth, random: np.random.Generator) -> People | Applicants:
    """Draw the people of one population."""
    f = shape(truth.shape, truth.centre, truth.sd)
    everyone = random.multinomial(truth.size, f)
    if truth.key.outcome == "match":
        matched = random.binomial(everyone, truth.chance(SCORES))
        return People(matched, everyone - matched)
    score = np.repeat(SCORES, everyone)
    median, log_sd = APPLICATIONS
    applications = np.rint(random.lognormal(np.log(median), log_sd, truth.size)).astype(int) + 1
    # Beta-binomial: the chance of a score is exactly the logistic curve, answers are clustered.
    chance = truth.chance(score)
    weight = 1 / CLUSTERING - 1
    own = random.beta(chance * weight, (1 - chance) * weight)
    return Applicants(score, applications, random.binomial(applications, own))
