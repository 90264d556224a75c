"""What an outsider learns of one person of a cohort: made-up people in, a small table out.

    python bench/disclosure.py [--replicates N]

He knows the score and result of everybody but one, and the method. He fits both possible worlds
and asks which lies nearer to what was published. A coin is right in half of the cases.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from unittest.mock import patch

import numpy as np
import pandas as pd
from scipy.special import expit

from recalib.cohorts.fit import fit_counts
from recalib.contract.keys import CurveKey
from recalib.privacy import release as disclosure
from recalib.privacy.release import Release, reach, rule
from recalib.privacy.score_fit import Counts, leave

RESULT = Path(__file__).parent / "results" / "disclosure.csv"
KEY = CurveKey("2026", "general_surgery", "non_us_img", "", "match", "ranked_first")
#: No secret: nobody is behind these numbers.
SECRET = "5e" * 32
SIZES = (30, 60, 300, 1000, 3000)
#: Noise of next to nothing: rounding alone.
NO_NOISE = 1e-6

People = tuple[np.ndarray, np.ndarray]


def draw(people: int, seed: int) -> People:
    """Scores and results of made-up people."""
    rng = np.random.default_rng(seed)
    score = np.round(rng.normal(245, 12, people))
    return score, rng.random(people) < expit(-0.3 + 0.5 * (score - 245) / 10)


def count(score: np.ndarray, result: np.ndarray, secret: str = SECRET) -> Counts:
    """Counts of a match curve."""
    places, index = np.unique(score, return_inverse=True)
    people = np.bincount(index).astype(float)
    matched = np.bincount(index, weights=result)
    return Counts(KEY, places, people, people, matched, cohort="made up", secret=secret)


def publish(counts: Counts) -> Release:
    """What leaves of the counts."""
    fit = fit_counts(counts.score, counts.trials, counts.success)
    assert fit is not None
    return leave(counts, fit, 1.0)


def nearer(told: Release, worlds: list[Counts]) -> int:
    """Which world is likelier, the noise of the line known but for the secret."""
    gaps = []
    for counts in worlds:
        fit = fit_counts(counts.score, counts.trials, counts.success)
        assert fit is not None
        design = np.stack([np.ones_like(counts.score), (counts.score - 245) / 10])
        noise = rule().noise ** 2 * reach(design, counts.people, fit.covariance)
        line = np.array([told.height - told.slope * (told.mean - 245) / 10, told.slope])
        gap = line - [fit.intercept, fit.slope]
        # The density of normal noise, steps and all else left out.
        gaps.append(float(gap @ np.linalg.solve(noise, gap)) + np.log(np.linalg.det(noise)))
    return int(np.argmin(gaps))


def other_result(score: np.ndarray, result: np.ndarray, rng: np.random.Generator) -> People:
    """The same people, one with the other result."""
    who = rng.integers(len(score))
    return score, np.where(np.arange(len(score)) == who, ~result, result)


def newcomer(score: np.ndarray, result: np.ndarray, rng: np.random.Generator) -> People:
    """One person more."""
    one = np.round(rng.normal(245, 12))
    return np.append(score, one), np.append(result, rng.random() < 0.5)


def share_right(people: int, change: Callable[..., People], replicates: int) -> float:
    """How often he is right, of two worlds one of which is published."""
    right = 0
    for seed in range(replicates):
        score, result = draw(people, seed)
        changed = change(score, result, np.random.default_rng(seed))
        worlds = [count(score, result), count(*changed)]
        true = seed % 2
        right += nearer(publish(worlds[true]), worlds) == true
    return right / replicates


def without_noise() -> patch:
    """Publish with rounding alone while this holds."""
    quiet = replace(rule(), noise=NO_NOISE)
    return patch.object(disclosure, "rule", lambda: quiet)


def main() -> None:
    """Write the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--replicates", type=int, default=1000)
    times = parser.parse_args().replicates
    rows = []
    for people in SIZES:
        for change in (other_result, newcomer):
            blurred = share_right(people, change, times)
            with without_noise():
                rounded = share_right(people, change, times)
            for what, share in (("noise and rounding", blurred), ("rounding alone", rounded)):
                rows.append((people, change.__name__, what, round(share, 3), times))
    names = ["people", "what_he_asks", "published_with", "share_right", "replicates"]
    found = pd.DataFrame(rows, columns=names)
    found.to_csv(RESULT, index=False, lineterminator="\n")
    print(found.to_string(index=False))


if __name__ == "__main__":
    main()
