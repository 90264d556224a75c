"""Cut a curve where its chance is 25, 50 and 75 %.

A label is a range of the chance. Its scores are what lies between the scores at which the curve
reaches the range's ends. An edge is claimed by the rule of `calib.line.claim`; rows with bounds
stop above the first edge within the fitted scores that is not, and the outermost labels that occur
reach to 1 and 300.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Collection
from dataclasses import dataclass

import numpy as np

from calib.line import Line, chance, claim, edge, fieller
from recalib.bands.average import mean_probability
from recalib.bands.published import HIGHEST, LOWEST, NAN
from recalib.contract.vocabulary import CHANCE_LABELS
from recalib.likelihood.model import Array

#: Chance at the lower edge of each label but the lowest.
PROBABILITIES = (0.75, 0.5, 0.25)
LOWER = dict(zip(CHANCE_LABELS, (*PROBABILITIES, 0.0), strict=True))


@dataclass(frozen=True)
class Band:
    """One row of the band table, without its key."""

    rank: int
    label: str
    status: str
    score_min: float = NAN
    score_max: float = NAN
    boundary: float = NAN
    boundary_low: float = NAN
    boundary_high: float = NAN
    boundary_next_low: float = NAN
    boundary_next_high: float = NAN
    probability: float = NAN
    probability_low: float = NAN
    probability_high: float = NAN
    next_low: float = NAN
    next_high: float = NAN


@dataclass(frozen=True)
class Fitted:
    """A curve to be cut: its line, that of the next cycle, and whom it was fitted on.

    `limits`: 1st and 99th percentile of the scores; `scores`, `density` (shape (k,)): their
    distribution.
    """

    line: Line
    later: Line
    limits: tuple[float, float]
    scores: Array
    density: Array

    def limits_of(self, p: float) -> tuple[float, ...]:
        """Ends of an edge's interval in its own cycle and in the next; NaN for an open end."""
        ends = *edge(self.line, p)[1:], *edge(self.later, p)[1:]
        return tuple(NAN if end is None else end for end in ends)

    def chances(self, low: float, high: float) -> tuple[float, ...]:
        """Mean chance of the people in a range, its interval, and that of the next cycle."""
        inside = (self.scores >= low) & (self.scores <= high)
        if not self.density[inside].sum() > 0:
            return (NAN,) * 5
        people = self.scores[inside], self.density[inside]
        return *mean_probability(self.line, *people), *mean_probability(self.later, *people)[1:]


def blank_bands(status: str) -> list[Band]:
    """Return every label without bounds."""
    return [Band(rank, label, status) for rank, label in enumerate(CHANCE_LABELS, 1)]


def only_label(fitted: Fitted, status: str) -> list[Band]:
    """Bands of a curve that claims no edge: one label for all scores where the level tells it.

    It does where the next cycle's whole interval lies within one label at every fitted score.
    """
    bands = blank_bands(status)
    low, high = fitted.limits
    scores = [low, *range(math.ceil(low), math.floor(high) + 1), high]
    ends = [chance(fitted.later, score)[1:] for score in scores]
    lowest, highest = min(end[0] for end in ends), max(end[1] for end in ends)
    upper = 1.0
    for place, (label, lower) in enumerate(LOWER.items()):
        if lower <= lowest and highest < upper:
            told = fitted.chances(LOWEST, HIGHEST)
            bands[place] = Band(place + 1, label, status, LOWEST, HIGHEST, *(NAN,) * 5, *told)
        upper = lower
    return bands


def cut(fitted: Fitted, joined: Collection[int] = ()) -> list[Band]:
    """Cut the scale of scores into the labels, rank 1 highest.

    `fitted`: a curve that may claim edges (`ok`); `joined`: ranks of labels that get no bounds:
    their scores go to the next lower label, and of the lowest to the next higher. Rows with bounds
    are contiguous and end at 300; below the first edge that is not claimed there are none, but
    edges that are claimed keep their boundary.
    """
    low, high = fitted.limits
    edges = [fieller(fitted.line, p)[0] for p in PROBABILITIES]
    lower, upper = [*edges, -np.inf], [np.inf, *edges]
    occurs = [below <= high and above > low for below, above in zip(lower, upper, strict=True)]
    held = [place for place, is_in in enumerate(occurs) if is_in and place + 1 not in joined]
    bands = []
    top, stopped = HIGHEST, False
    for place, label in enumerate(CHANCE_LABELS):
        if place + 1 in joined:
            bands.append(Band(place + 1, label, "ok"))
            continue
        last = place == held[-1]
        # Bounds follow from the boundary as it is published, so that the file agrees with itself.
        boundary = NAN if last else round(lower[place], 1)
        start = LOWEST if last else math.ceil(boundary) if occurs[place] else NAN
        if not occurs[place] or start > top:
            bands.append(Band(place + 1, label, "unreachable"))
            continue
        wide = not last and claim(fitted.line, PROBABILITIES[place], low, high) == "wide"
        stopped |= wide
        if wide or (stopped and last):
            bands.append(Band(place + 1, label, "wide"))
            continue
        ends = (NAN,) * 4 if last else fitted.limits_of(PROBABILITIES[place])
        if stopped:
            # The edge is known, but not where the band ends above.
            bands.append(Band(place + 1, label, "ok", NAN, NAN, boundary, *ends))
            continue
        told = fitted.chances(start, top)
        bands.append(Band(place + 1, label, "ok", start, top, boundary, *ends, *told))
        top = start - 1
    return bands


def join_small(
    make: Callable[[Collection[int]], list[Band]], are_enough: Callable[[float, float], bool]
) -> tuple[list[Band], dict[int, str]]:
    """Join bands of too few people with their neighbours.

    `make`: bands with the labels of some ranks joined, as `cut` makes them; `are_enough`: whether
    enough people have scores from the first argument to the second. Returns `bands`; `joined`: rank
    of each label without a band of its own, and the label that took its scores.
    """
    bands = make(())
    lost: dict[int, int] = {}
    while True:
        held = [band for band in bands if np.isfinite(band.score_min)]
        small = [band for band in held if not are_enough(band.score_min, band.score_max)]
        if not small or len(held) == 1:
            break
        band = small[0]
        below = [other.rank for other in held if other.rank > band.rank]
        lost[band.rank] = min(below) if below else max(o.rank for o in held if o is not band)
        bands = make(lost)
    joined = {}
    for rank, taker in lost.items():
        while taker in lost:
            taker = lost[taker]
        joined[rank] = bands[taker - 1].label
    return bands, joined
