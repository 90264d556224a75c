"""Worlds whose levels walk from year to year, printed, fitted and judged against the next cycle.

U.S. MD seniors as their tables are: 19 specialties with bins of 2020-2024, means of 2024 (whose
people are among those of 2020-2024) and quartiles of 2026, three of which less is printed; beside
them non-U.S. IMGs, whom 2026 alone tells of. Scores rise by about a point a year.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from printing import print_cell
from worlds import SCORES, People, Truth, intercept_at, shape

from calib.line import Line, Z, after_drift, chance, spread
from recalib.contract.keys import CurveKey, years
from recalib.curves.curve import Curve
from recalib.curves.fit import fit_curves
from recalib.curves.levels import STEPS, estimate_drift
from recalib.curves.standing import shares_below
from recalib.likelihood.cells import Cell
from recalib.likelihood.model import CENTRE, SCALE

GRID = np.arange(225, 266, 5)
STANDING = np.arange(230.0, 261.0, 5.0)
FIRST, LAST, NEXT = 2020, 2026, 2027
#: How each cycle of U.S. MD seniors is printed.
FORMS = {"2020-2024": "bins", "2024": "means", "2026": "one_median"}
ALL = tuple(FORMS)


@dataclass(frozen=True)
class Place:
    """A specialty: people who rank it in a year, share that matches in 2024, cycles printed."""

    people: int
    rate: float
    cycles: tuple[str, ...] = ALL


#: As in the tables of 2024 and 2026.
SENIORS = {
    "anesthesiology": Place(1386, 0.88),
    "child_neurology": Place(117, 0.97, ALL[:2]),
    "dermatology": Place(537, 0.68),
    "diagnostic_radiology": Place(666, 0.91),
    "emergency_medicine": Place(1217, 0.97),
    "family_medicine": Place(1159, 0.99),
    "general_surgery": Place(1084, 0.82),
    "internal_medicine": Place(3320, 0.975),
    "internal_medicine_pediatrics": Place(293, 0.88),
    "interventional_radiology": Place(143, 0.86),
    "neurological_surgery": Place(264, 0.71),
    "neurology": Place(607, 0.94),
    "obstetrics_and_gynecology": Place(1077, 0.87),
    "orthopaedic_surgery": Place(645, 0.74, ALL[:1]),
    "otolaryngology": Place(363, 0.81),
    "pathology": Place(226, 0.94),
    "pediatrics": Place(1133, 0.995),
    "physical_medicine_and_rehabilitation": Place(280, 0.85),
    "plastic_surgery": Place(241, 0.71),
    "psychiatry": Place(1149, 0.92),
    "radiation_oncology": Place(106, 0.97, ALL[:2]),
    "vascular_surgery": Place(72, 0.9),
}
_ALONE = {
    "anesthesiology": (230, 0.39),
    "child_neurology": (50, 0.52),
    "diagnostic_radiology": (175, 0.58),
    "emergency_medicine": (148, 0.54),
    "family_medicine": (1112, 0.54),
    "general_surgery": (433, 0.29),
    "internal_medicine": (6992, 0.485),
    "interventional_radiology": (29, 0.48),
    "neurological_surgery": (58, 0.26),
    "neurology": (513, 0.42),
    "obstetrics_and_gynecology": (134, 0.33),
    "pathology": (375, 0.45),
    "pediatrics": (791, 0.69),
    "physical_medicine_and_rehabilitation": (39, 0.54),
    "psychiatry": (375, 0.58),
    "radiation_oncology": (35, 0.51),
}
IMGS = {name: Place(*each, ("2026",)) for name, each in _ALONE.items()}


@dataclass(frozen=True)
class Group:
    """A population of specialties.

    `slope`, `level`, `log_spread`: mean and standard deviation of the slopes per 10 points, of the
    mean scores of 2024 and of the logarithm of their SD.
    """

    name: str
    places: dict[str, Place]
    slope: tuple[float, float]
    level: tuple[float, float]
    log_spread: tuple[float, float]
    forms: dict[str, str]


GROUPS = (
    Group(
        "us_md_senior",
        SENIORS,
        slope=(0.63, 0.16),
        level=(250.0, 4.0),
        log_spread=(float(np.log(14.0)), 0.1),
        forms=FORMS,
    ),
    Group(
        "non_us_img",
        IMGS,
        slope=(0.31, 0.14),
        level=(244.0, 4.0),
        log_spread=(float(np.log(13.5)), 0.1),
        forms={"2026": "consent"},
    ),
)
#: Points by which the mean score of a specialty rises in a year, give or take.
RISE, RISE_SD = 1.0, 0.5


@dataclass(frozen=True)
class Setting:
    """One kind of world: shapes of the scores, SD of a slope between the years of a specialty."""

    words: str
    shapes: tuple[str, ...] = ("normal", "mild_left")
    slope_move: float = 0.0


SETTINGS = {
    "walk": Setting("levels walk, slopes stay; scores normal or slightly skewed, as in the tables"),
    "walk, shapes": Setting(
        "the same, scores normal, skewed to the left or right, or with two peaks",
        shapes=("normal", "left", "right", "two_peaked"),
    ),
    "walk, slopes": Setting(
        "the same as the first, and a specialty's slope differs from year to year by N(0, .07²)",
        slope_move=0.07,
    ),
}


@dataclass
class Specialty:
    """One specialty of a world: true curves and scores, and its people, by year.

    `scores` (shape (96,)): distribution of the scores of everyone.
    """

    name: str
    place: Place
    truths: dict[int, Truth] = field(default_factory=dict)
    scores: dict[int, np.ndarray] = field(default_factory=dict)
    people: dict[int, People] = field(default_factory=dict)

    def of(self, cycle: str) -> tuple[np.ndarray, People]:
        """True distributions of matched and not matched of a cycle, and its people.

        A span holds the people of all its years. Shape (2, 96): rows not matched, matched; they add
        to the shares of each result.
        """
        first, last = years(cycle)
        span = range(first, last + 1)
        parts = []
        for year in span:
            p = self.truths[year].chance(SCORES)
            parts.append([self.scores[year] * (1 - p), self.scores[year] * p])
        held = [self.people[year] for year in span]
        everyone = People(
            sum(each.matched for each in held), sum(each.not_matched for each in held)
        )
        return np.mean(parts, axis=0), everyone


def draw_specialty(
    group: Group, name: str, setting: Setting, step: float, random: np.random.Generator
) -> Specialty:
    """Draw the walk of one specialty and its people."""
    place = group.places[name]
    found = Specialty(name, place)
    form = str(random.choice(setting.shapes))
    middle, sd = random.normal(*group.level), float(np.exp(random.normal(*group.log_spread)))
    slope = random.normal(*group.slope)
    u = (middle - CENTRE) / SCALE
    level = intercept_at(place.rate, slope, SCORES, shape(form, middle, sd)) + slope * u
    walk = np.cumsum(random.normal(0, step, NEXT - FIRST + 1))
    for year, moved in zip(range(FIRST, NEXT + 1), walk - walk[2024 - FIRST], strict=True):
        own = slope + random.normal(0, setting.slope_move)
        mean = middle + RISE * (year - 2024) + random.normal(0, RISE_SD)
        key = CurveKey(str(year), name, group.name, "", "match", "ranked_first")
        truth = Truth(key, place.people, form, mean, sd, own, level + moved - own * u)
        f = shape(form, mean, sd)
        everyone = random.multinomial(place.people, f)
        matched = random.binomial(everyone, truth.chance(SCORES))
        found.truths[year], found.scores[year] = truth, f
        found.people[year] = People(matched, everyone - matched)
    return found


def print_specialty(
    group: Group, specialty: Specialty, random: np.random.Generator
) -> Iterator[Cell]:
    """Print the cycles of a specialty."""
    for cycle in specialty.place.cycles:
        truth = specialty.truths[years(cycle)[1]]
        key = truth.key._replace(cycle=cycle)
        people = specialty.of(cycle)[1]
        named = Truth(key, truth.size, truth.shape, truth.centre, truth.sd, 0.0, 0.0)
        yield print_cell(named, people, group.forms[cycle], random)


def judge_chance(line: Line, truth: np.ndarray) -> float:
    """Share of the scores of `GRID` at which the interval of the chance holds the truth."""
    inside = []
    for score, true in zip(GRID, truth, strict=True):
        _, low, high = chance(line, float(score))
        inside.append(low <= true <= high)
    return float(np.mean(inside))


def judge_standing(curve: Curve, truth: np.ndarray) -> dict[str, float]:
    """Share of the scores at which the intervals of standing hold the truth, by result.

    `truth` (shape (2, 96)): as from `Specialty.of`. Scores are those of `STANDING` inside the
    fitted range: the table holds no others.
    """
    low, high = curve.score_limits
    scores = STANDING[(np.ceil(low) <= STANDING) & (np.floor(high) >= STANDING)]
    if curve.covariance is None or curve.status == "borrowed" or not len(scores):
        return {}
    below = (SCORES[None, :] <= scores[:, None]) @ truth.T / truth.sum(axis=1)
    found = shares_below(curve, scores)
    judged = {}
    for true, place, name in zip(below.T, (3, 0), ("not_matched", "matched"), strict=True):
        inside = (found[:, place + 1] <= true) & (true <= found[:, place + 2])
        judged[f"{name}_standing_covered"] = float(inside.mean())
    return judged


def judge(curve: Curve, specialty: Specialty) -> dict[str, Any]:
    """Hold a curve, as published (rounded), against its own cycle and the next.

    `next_z`: error of the next cycle's logit at 245, in its standard errors.
    """
    key = curve.cell.key
    truth, people = specialty.of(key.cycle)
    alone = ", one cycle" if len(specialty.place.cycles) == 1 else ""
    row: dict[str, Any] = {
        "population": key.applicant_group + alone,
        "cycle": key.cycle,
        "specialty": key.specialty,
        "people": int(people.matched.sum() + people.not_matched.sum()),
        "smaller": people.smaller,
        "shape": specialty.truths[LAST].shape,
        "status": curve.status,
    }
    if curve.status == "no_evidence":
        return row
    line = Line(*(round(each, 4) for each in curve.line))
    later = after_drift(line, round(curve.drift_sd, 4))
    coming = specialty.truths[NEXT].chance(GRID)
    here = np.isin(SCORES, GRID)
    value, half = spread(later, CENTRE)
    row |= {
        "next_covered": judge_chance(later, coming),
        "own_covered": judge_chance(line, truth[1, here] / truth[:, here].sum(axis=0)),
        "next_z": (specialty.truths[NEXT].intercept - value) * Z / half,
    }
    return row | judge_standing(curve, truth)


def replicate(
    posterior: Sequence[float], name: str, seed: int, groups: Sequence[Group] = GROUPS
) -> list[dict[str, Any]]:
    """Run one replicate of a setting; `posterior`: weights of `STEPS`."""
    random = np.random.default_rng([zlib.crc32(name.encode()), seed])
    step = float(random.choice(STEPS, p=posterior))
    world: dict[tuple[str, str], Specialty] = {}
    cells: list[Cell] = []
    for group in groups:
        for place in group.places:
            drawn = draw_specialty(group, place, SETTINGS[name], step, random)
            world[group.name, place] = drawn
            cells += print_specialty(group, drawn, random)
    curves = fit_curves(cells).curves
    rows = []
    for curve in curves:
        key = curve.cell.key
        rows.append(judge(curve, world[key.applicant_group, key.specialty]))
    drift = estimate_drift(curves)
    low, high = drift.interval()
    covered = float(low <= step <= high)
    found = {"true_step": step, "step": drift.step, "step_covered": covered}
    return [*rows, {"population": "step", "cycle": "", "people": len(drift.levels)} | found]
