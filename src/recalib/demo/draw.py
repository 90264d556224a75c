"""Draws the rows of a synthetic cohort, block by block."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray
from scipy.special import expit

from recalib.demo.margins import CENTRE, UNIT
from recalib.demo.profiles import APPLICATIONS_SIZE, BLANK, COVARIATES, terms
from recalib.demo.truth import OUTCOMES, SCORES, Population

#: Rows drawn at a time, and rows of a row group: what bounds the memory.
BLOCK = 1 << 17

COLUMNS = {
    "cycle": pa.string(),
    "specialty": pa.string(),
    "applicant_group": pa.string(),
    "step2_ck": pa.int16(),
    "n_applications": pa.int16(),
    "n_interviews": pa.int16(),
    "matched": pa.int8(),
    "needs_visa": pa.string(),
    "step1_failures": pa.int8(),
    "years_since_graduation": pa.int8(),
    "us_clinical_months": pa.int8(),
}


def truth_generator(seed: int) -> np.random.Generator:
    """Return the generator of the truth: that of the seed, whatever the number of rows."""
    return np.random.default_rng(np.random.SeedSequence(seed, spawn_key=(0,)))


class Draw:
    """Draws rows of a cohort."""

    def __init__(self, populations: list[Population], cycle: str) -> None:
        self._cycle = cycle
        self._specialty = pa.array([each.margin.specialty for each in populations])
        self._group = pa.array([each.margin.applicant_group for each in populations])
        # One table of every population and score, so that one uniform number draws both.
        joint = np.concatenate([each.share * each.scores for each in populations])
        self._atoms = np.flatnonzero(joint)
        self._cumulative = _cumulative(joint[self._atoms])
        # Populations of one profile share its table of covariates.
        self._profiles = list({id(each.profile): each.profile for each in populations}.values())
        self._profile_of = np.array([self._profiles.index(each.profile) for each in populations])
        self._curves = {
            outcome: np.array(
                [
                    (curve.intercept, curve.slope, *curve.effects)
                    for curve in (each.curves[outcome] for each in populations)
                ]
            )
            for outcome in OUTCOMES
        }
        self._correlation = np.array([each.correlation for each in populations])

    def blocks(self, rows: int, seed: int) -> Iterator[pa.RecordBatch]:
        """Draw a cohort block by block."""
        for number, start in enumerate(range(0, rows, BLOCK)):
            sequence = np.random.SeedSequence(seed, spawn_key=(1, number))
            yield self._block(min(BLOCK, rows - start), np.random.default_rng(sequence))

    def _block(self, count: int, rng: np.random.Generator) -> pa.RecordBatch:
        atom = self._atoms[np.searchsorted(self._cumulative, rng.random(count), side="right")]
        population, place = np.divmod(atom, len(SCORES))
        score = SCORES[place]
        covariates = self._covariates(population, rng)
        chance = {
            outcome: _chance(self._curves[outcome][population], score, covariates)
            for outcome in OUTCOMES
        }
        matched = rng.random(count) < chance["match"]
        mean = np.array([each.applications for each in self._profiles])
        mean = mean[self._profile_of[population]] - 1
        size = APPLICATIONS_SIZE
        applications = 1 + rng.negative_binomial(size, size / (size + mean))
        correlation = self._correlation[population]
        strength = (1 - correlation) / correlation
        own = rng.beta(chance["interview"] * strength, (1 - chance["interview"]) * strength)
        drawn: dict[str, NDArray[np.generic]] = {
            "step2_ck": score,
            "n_applications": applications,
            "n_interviews": rng.binomial(applications, own),
            "matched": matched,
            **dict(zip(COVARIATES, covariates.T, strict=True)),
        }
        blank = {name: rng.random(count) < share for name, share in BLANK.items()}
        arrays = [
            pa.repeat(self._cycle, count),
            self._specialty.take(pa.array(population)),
            self._group.take(pa.array(population)),
        ]
        arrays += [
            _column(values, COLUMNS[name], blank.get(name)) for name, values in drawn.items()
        ]
        return pa.record_batch(arrays, schema=schema())

    def _covariates(
        self, population: NDArray[np.int64], rng: np.random.Generator
    ) -> NDArray[np.int64]:
        """Draw each row's combination; shape (rows, 4)."""
        drawn = np.empty((len(population), len(COVARIATES)), dtype=np.int64)
        own = self._profile_of[population]
        for number, profile in enumerate(self._profiles):
            rows = np.flatnonzero(own == number)
            cumulative = _cumulative(profile.weights)
            which = np.searchsorted(cumulative, rng.random(len(rows)), side="right")
            drawn[rows] = profile.combinations[which]
        return drawn


def schema(metadata: dict[str, str] | None = None) -> pa.Schema:
    """Return the columns of a cohort file."""
    return pa.schema(list(COLUMNS.items()), metadata=metadata)


def _cumulative(shares: NDArray[np.float64]) -> NDArray[np.float64]:
    """Cumulative shares without the last, so that no uniform number below 1 lies beyond them."""
    total = np.cumsum(shares)
    cumulative: NDArray[np.float64] = total[:-1] / total[-1]
    return cumulative


def _chance(
    curve: NDArray[np.float64], score: NDArray[np.int64], covariates: NDArray[np.int64]
) -> NDArray[np.float64]:
    logit = curve[:, 0] + curve[:, 1] * (score - CENTRE) / UNIT
    logit += np.einsum("ij,ij->i", curve[:, 2:], terms(covariates))
    chance: NDArray[np.float64] = expit(logit)
    return chance


def _column(
    values: NDArray[np.generic], kind: pa.DataType, blank: NDArray[np.bool_] | None
) -> pa.Array:
    if kind == pa.string():
        names = pa.array(["no", "yes"])
        return names.take(pa.array(values, mask=blank))
    return pa.array(values.astype(kind.to_pandas_dtype()), type=kind, mask=blank)
