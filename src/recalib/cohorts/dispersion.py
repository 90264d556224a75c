"""Estimates how much more interviews scatter than binomial counts, as they cluster in applicants.

An applicant of chance p who makes m applications gets m p interviews on average, with variance
m p (1 - p) (1 + (m - 1) rho): some are invited everywhere, some nowhere. Pearson's statistic of the
applicants gives rho by moments. What a slope needs is the scatter of a score's total, where whoever
applies often counts more: 1 + (sum m^2 / sum m - 1) rho. Pearson's statistic over its degrees of
freedom alone is too small as soon as applicants differ in m.
"""

from __future__ import annotations

import numpy as np

from recalib.likelihood.model import Array


def pearson(
    chance: Array, applications: Array, interviews: Array, interview_square: Array
) -> float:
    """Return Pearson's chi-square of the applicants around a curve, from sums by score."""
    squares = interview_square - 2 * chance * interviews + chance**2 * applications
    return float(np.sum(squares / (chance * (1 - chance))))


def dispersion(
    chance: Array,
    applied: Array,
    applications: Array,
    interviews: Array,
    interview_square: Array,
    application_square: Array | None = None,
) -> float:
    """Return the variance of interviews by score relative to the binomial; at least 1.

    1 where no applicant makes two applications: nothing then tells how they cluster.
    """
    people, total = float(applied.sum()), float(applications.sum())
    freedom = people - 2
    if freedom < 1 or total <= people:
        return 1.0
    excess = pearson(chance, applications, interviews, interview_square) - freedom
    rho = max(0.0, excess / (total - people))
    often = total / people
    if application_square is not None:
        often = float(application_square.sum()) / total
    return 1.0 + (often - 1) * min(rho, 1.0)


def clustering(
    design: Array,
    chance: Array,
    applied: Array,
    applications: Array,
    interviews: Array,
    interview_square: Array,
    application_square: Array,
) -> float:
    """Return the intraclass correlation of one applicant's invitations around a regression.

    Pearson's statistic of the applicants is set equal to its expectation, which is a straight line
    in rho, the part that the fitted coefficients take away included.
    """
    if float(applications.sum()) <= float(applied.sum()):
        return 0.0
    bend = chance * (1 - chance)
    bread = np.linalg.inv((design * (applications * bend)) @ design.T)

    def expected(rho: float) -> float:
        # Of one applicant: m (y/m - p)^2 / (p (1 - p)), y/m and the fitted p going together.
        variance = applied + rho * (applications - applied)
        clustered = applications + rho * (application_square - applications)
        total = bread @ ((design * (bend * clustered)) @ design.T) @ bread
        own = bend * np.sum(design * (bread @ design), axis=0)
        fitted = bend * np.sum(design * (total @ design), axis=0)
        return float(np.sum(variance - 2 * own * clustered + fitted * applications))

    found = pearson(chance, applications, interviews, interview_square)
    none, full = expected(0.0), expected(1.0)
    return min(max((found - none) / (full - none), 0.0), 1.0) if full > none else 0.0
