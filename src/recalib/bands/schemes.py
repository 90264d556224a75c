"""Cut a curve into the labels of a scheme.

A label is a range of the probability. Its scores are what lies between the scores at which the
curve reaches the range's ends, cut to the scores that occur (1st to 99th percentile): a label whose
range occurs nowhere is `unreachable`, and the outermost labels that occur reach to 1 and 300.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from calib.line import Line, fieller
from recalib.bands.anchors import LABELS
from recalib.bands.edges import HIGHEST, LOWEST, mean_probability
from recalib.likelihood.model import SCORE_MAX, SCORE_MIN, Array

CHANCE = {"very_likely": 0.75, "likely": 0.5, "possible": 0.25}
NAN = float("nan")


@dataclass(frozen=True)
class Scheme:
    """Labels from the highest to the lowest; each but the last with its lower probability.

    `name`: `chance` or `guide`; `probabilities`: one fewer than labels, strictly falling; NaN for
    an edge that nobody defined.
    """

    name: str
    labels: Sequence[str]
    probabilities: Sequence[float]


def chance_scheme() -> Scheme:
    """Return the scheme with edges at 25, 50 and 75 %."""
    return Scheme("chance", [*CHANCE, "unlikely"], list(CHANCE.values()))


def guide_scheme(anchors: Mapping[str, float]) -> Scheme:
    """Return the guides' labels with the anchor probabilities as edges."""
    return Scheme("guide", [*LABELS.values(), "low"], [anchors.get(edge, NAN) for edge in LABELS])


@dataclass(frozen=True)
class Band:
    """One row of the band table, without its key."""

    scheme: str
    rank: int
    label: str
    status: str
    score_min: float = NAN
    score_max: float = NAN
    boundary: float = NAN
    boundary_low: float = NAN
    boundary_high: float = NAN
    probability: float = NAN
    probability_low: float = NAN
    probability_high: float = NAN


def _blank(scheme: Scheme, rank: int, status: str) -> Band:
    return Band(scheme.name, rank, scheme.labels[rank - 1], status)


def blank_bands(scheme: Scheme, status: str) -> list[Band]:
    """Return every label without bounds: the curve claims no edge."""
    return [_blank(scheme, rank, status) for rank in range(1, len(scheme.labels) + 1)]


def _limit(score: float) -> float:
    """Blank an interval end where no score of any table lies: the interval is unbounded there."""
    return score if SCORE_MIN <= score <= SCORE_MAX else NAN


def make_bands(
    line: Line,
    scheme: Scheme,
    scores: Array,
    density: Array,
    limits: tuple[float, float],
    joined: Collection[int] = (),
) -> list[Band]:
    """Cut the scale of scores into the labels of a scheme.

    `line`: a curve that may claim edges (`ok`); `scores`, `density` (shape (k,)): fitted
    distribution of scores; `limits`: 1st and 99th percentile of the scores; `joined`: ranks of
    labels that get no bounds: their scores go to the next lower label, and of the lowest to the
    next higher. Returns: one a label, rank 1 highest. Rows with bounds are contiguous and cover 1
    to 300.
    """
    if any(not np.isfinite(p) for p in scheme.probabilities):
        return blank_bands(scheme, "no_evidence")
    edges = [fieller(line, p) for p in scheme.probabilities]
    low, high = limits
    lower = [edge[0] for edge in edges] + [-np.inf]
    upper = [np.inf] + [edge[0] for edge in edges]
    reached = [below <= high and above > low for below, above in zip(lower, upper, strict=True)]
    # Bounds follow from the boundary as it is published, so that the file agrees with itself.
    lower = [round(below, 1) if np.isfinite(below) else below for below in lower]
    starts = [math.ceil(below) if np.isfinite(below) else int(LOWEST) for below in lower]
    bands = []
    top = int(HIGHEST)
    held = [index for index, is_in in enumerate(reached) if is_in and index + 1 not in joined]
    for index in range(len(scheme.labels)):
        last = index == held[-1]
        start = int(LOWEST) if last else starts[index]
        if index + 1 in joined:
            bands.append(_blank(scheme, index + 1, "ok"))
            continue
        if not reached[index] or start > top:
            bands.append(_blank(scheme, index + 1, "unreachable"))
            continue
        inside = (scores >= start) & (scores <= top)
        chance = (NAN, NAN, NAN)
        if density[inside].sum() > 0:
            chance = mean_probability(line, scores[inside], density[inside])
        boundary = (NAN, NAN, NAN) if last else (lower[index], *edges[index][1:])
        bands.append(
            Band(
                scheme.name, index + 1, scheme.labels[index], "ok", start, top,
                boundary[0], _limit(boundary[1]), _limit(boundary[2]), *chance,
            )
        )  # fmt: skip
        top = start - 1
    return bands


def join_small(
    make: Callable[[Collection[int]], list[Band]], are_enough: Callable[[float, float], bool]
) -> tuple[list[Band], dict[int, str]]:
    """Join bands of too few people with their neighbours.

    `make`: bands with the labels of some ranks joined, as `make_bands` makes them; `are_enough`:
    whether enough people have scores from the first argument to the second. Returns `bands`;
    `joined`: rank of each label without a band of its own, and the label that took its scores.
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
