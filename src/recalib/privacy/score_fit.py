"""Fits the counts of cohorts on the score privately, and makes the cells that may leave.

A match is a grouped logistic regression on the score; interviews are one too, per application,
their errors widened for applications that cluster in applicants. The two are never mixed.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from recalib.cohorts.comparisons import COMPARISONS
from recalib.cohorts.counts import Cohort
from recalib.cohorts.dispersion import dispersion
from recalib.cohorts.fit import Logistic, fit_counts
from recalib.cohorts.labels import remark, source_name
from recalib.contract.keys import CurveKey
from recalib.likelihood.cells import Cell
from recalib.likelihood.model import CENTRE, SCALE, SCORE_MIN, Array, Grid
from recalib.likelihood.straight import scatter
from recalib.privacy.noise import Draws
from recalib.privacy.redact import tells_no_count
from recalib.privacy.release import Release, one_tells, reach, release, residual, rule

_SEPARATED = (
    "The scores of the two results do not overlap, so that the slope has no maximum: it is Firth's "
    "penalised estimate."
)
_TOO_FEW = (
    "Too few people in one of the two results, or scores: no number of this cohort is published "
    "here. More people would change it."
)
_ONE_TELLS = (
    "One person would move the curve by more than its standard error, as where no score has both "
    "results: no number of this cohort is published here. More people would change it."
)
_ONE_SCORE = "The scores of the cohort do not differ enough to hold a slope."
#: What is said where rows are applications and no applicant is told.
SINGLE = (
    "Each row holds one application: how applications cluster in applicants cannot be told, and "
    "the intervals are too short by as much."
)


@dataclass(frozen=True)
class Counts:
    """One curve's counts by score, or by score and covariates; private."""

    key: CurveKey
    #: Scores that occur; applicants, trials (people, or applications) and successes; (k,).
    score: Array
    people: Array
    trials: Array
    success: Array
    #: Sums over applicants, for interviews only; see `recalib.cohorts.dispersion`; (k,).
    interview_square: Array | None = None
    application_square: Array | None = None
    #: As the regression has them (`recalib.cohorts.comparisons`), NaN where unknown; empty where
    #: counts are by score alone; (k,).
    covariates: Mapping[str, Array] = field(default_factory=dict)
    #: Name and secret of the cohort, for what is drawn at random.
    cohort: str = ""
    secret: str = ""

    @property
    def draws(self) -> Draws:
        """What is drawn for these counts; any change of them is a new draw."""
        squares = (self.interview_square, self.application_square)
        arrays = [self.score, self.people, self.trials, self.success]
        arrays += [each for each in squares if each is not None]
        for name in sorted(self.covariates):
            arrays.append(self.covariates[name])
        names = (*(str(each) for each in self.key), *sorted(self.covariates))
        return Draws(self.secret, "counts", self.cohort, *names, *arrays)

    @property
    def threshold(self) -> int:
        """People whom a result, a band or a side of a covariate needs; drawn once for a curve."""
        draws = Draws(self.secret, "threshold", self.cohort, *(str(each) for each in self.key))
        return rule().threshold + draws.whole(rule().extra)

    @property
    def results(self) -> tuple[Array, Array]:
        """People in each cell with the result and without it, or a number they reach at least.

        Applications are not people: of applicants with an interview, and with an application that
        led to none, there are at least as many as cells in which one occurs.
        """
        hit, missed = self.success, self.trials - self.success
        if self.key.outcome == "interview":
            return np.sign(hit), np.sign(missed)
        return hit, missed

    @property
    def enough(self) -> bool:
        """Whether there are as many people in each result, and scores, as the rule asks for."""
        hit, missed = self.results
        fewest = min(float(hit.sum()), float(missed.sum()), float(len(np.unique(self.score))))
        return fewest >= self.threshold

    def where(self, kept: NDArray[np.bool_]) -> Counts:
        """Return some of the cells."""
        arrays: dict[str, Any] = {
            name: one[kept] for name, one in vars(self).items() if isinstance(one, np.ndarray)
        }
        covariates = {name: one[kept] for name, one in self.covariates.items()}
        return replace(self, **arrays, covariates=covariates)


#: Columns of a cohort's counts.
_MATCHES = {"score": "step2_ck", "people": "results", "trials": "results", "success": "matched"}
_INTERVIEWS = {
    "score": "step2_ck",
    "people": "applied",
    "trials": "applications",
    "success": "interviews",
    "interview_square": "interview_square",
    "application_square": "application_square",
}


def counts_of(cohort: Cohort, *, by_covariates: bool = False) -> Iterator[Counts]:
    """Part a cohort into curves: matches where a result is known, interviews where both are."""
    denominator = str(cohort.provenance.get("denominator") or "ranked_first")
    counts = cohort.covariates if by_covariates else cohort.counts
    if counts is None:
        return
    for values, rows in counts.groupby(["cycle", "specialty", "applicant_group"], sort=True):
        cycle, specialty, group = (str(value) for value in values)
        for outcome, among, columns in (
            ("match", denominator, _MATCHES),
            ("interview", "applications", _INTERVIEWS),
        ):
            known = rows[rows[columns["trials"]] > 0]
            if len(known):
                yield Counts(
                    CurveKey(cycle, specialty, group, "", outcome, among),
                    **{name: known[column].to_numpy(float) for name, column in columns.items()},
                    covariates={
                        name: comparison.values(known[name])
                        for name, comparison in COMPARISONS.items()
                        if name in known
                    },
                    cohort=cohort.name,
                    secret=cohort.secret,
                )


def raw_fit(counts: Counts) -> tuple[Logistic, float] | None:
    """Fit one curve's counts alone; private.

    None where there is no slope.
    """
    fit = fit_counts(counts.score, counts.trials, counts.success)
    if fit is None:
        return None
    chance = np.clip(fit.chances(counts.score), 1e-9, 1 - 1e-9)
    if counts.interview_square is not None:
        wider = dispersion(
            chance,
            counts.people,
            counts.trials,
            counts.success,
            counts.interview_square,
            counts.application_square,
        )
        return fit, wider
    expected = counts.trials * chance
    chi_square, freedom = scatter(counts.success - expected, expected * (1 - chance))
    return fit, max(1.0, chi_square / freedom) if freedom >= 1 else 1.0


def cell_of(counts: Counts, source: str) -> Cell:
    """Return the cell that leaves: a coarse stand-in, or nothing but the reason."""
    said = remark(source)

    def withheld(reason: str) -> Cell:
        grid = Grid(SCORE_MIN, 245.0, 13.0)
        aside = f"{reason} {said}"
        return Cell(counts.key, grid, sources=(source,), cohort=source, aside=aside)

    if not counts.enough:
        return withheld(_TOO_FEW)
    found = raw_fit(counts)
    if found is None:
        return withheld(_ONE_SCORE)
    fit, wider = found
    if one_tells(moved_by_one(counts, fit, wider), fit.covariance * wider):
        return withheld(f"{_SEPARATED} {_ONE_TELLS}" if fit.penalised else _ONE_TELLS)
    leaving = leave(counts, fit, wider)
    if counts.key.outcome == "interview" and counts.trials.sum() <= counts.people.sum():
        said = f"{SINGLE} {said}"
    return Cell(
        counts.key,
        leaving.grid,
        bins=leaving.table(),
        sources=(source,),
        cohort=source,
        aside=said,
    )


def leave(counts: Counts, fit: Logistic, wider: float) -> Release:
    """Return what may leave of a private fit."""
    moved = moved_by_one(counts, fit, wider)
    line = (fit.intercept, fit.slope, fit.covariance * wider)
    return release(counts.score, counts.people, line, moved, counts.draws)


def moved_by_one(counts: Counts, fit: Logistic, wider: float) -> Array:
    """Return the covariance of what one person moves a private fit; see `release.reach`."""
    design = np.stack([np.ones_like(counts.score), (counts.score - CENTRE) / SCALE])
    far = 1.0
    if counts.key.outcome == "interview":
        far = residual(counts.people, counts.trials, fit.chances(counts.score), wider)
    return reach(design, counts.people, fit.covariance, far)


def one_tells_of(counts: Counts) -> bool:
    """Whether a curve is withheld since one person would move it by more than its error."""
    found = raw_fit(counts)
    return found is not None and one_tells(
        moved_by_one(counts, *found), found[0].covariance * found[1]
    )


@tells_no_count
def build_cohort_cells(cohorts: Iterable[Cohort]) -> list[Cell]:
    """Return the cells of all cohorts, sorted by key; two cohorts may have the same key."""
    cells = [
        cell_of(counts, source_name(cohort.name, synthetic=cohort.synthetic))
        for cohort in cohorts
        for counts in counts_of(cohort)
    ]
    return sorted(cells, key=lambda cell: (cell.key, cell.cohort))
