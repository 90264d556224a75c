"""In: one curve's coefficients and their covariance; out: chances, edges and gains with intervals.

Every interval is a 95 % interval. A curve is (a, b, var a, cov, var b) with
logit P(x) = a + b u and u = (x - 245) / 10.
"""

from __future__ import annotations

from math import cos, exp, log, pi, sin, sqrt

Z = 1.959963984540054
"""Half-width of a 95 % interval in standard errors."""

SCORE_MIN, SCORE_MAX = 185.0, 300.0
"""No score outside these occurs in any table, so an interval that passes one of them is unbounded
there; the band table's boundary_low and boundary_high keep to the same limits."""

Line = tuple[float, float, float, float, float]

_STEPS = 72
_CIRCLE = tuple((cos(2 * pi * i / _STEPS), sin(2 * pi * i / _STEPS)) for i in range(_STEPS))


def expit(logit: float) -> float:
    """Return the probability of a logit.

    Parameters
    ----------
    logit : float
        Any size.

    Returns
    -------
    float
        Between 0 and 1.
    """
    # exp() overflows beyond 709; the probability is 0 to every digit long before.
    return 1.0 / (1.0 + exp(-logit)) if logit > -700.0 else 0.0


def chance(line: Line, score: float) -> tuple[float, float, float]:
    """Return the chance at a score: the interval is Wald's on the logit.

    Parameters
    ----------
    line : tuple of float
        The curve.
    score : float
        Step 2 CK, 1-300.

    Returns
    -------
    tuple of float
        (value, low, high), probabilities.
    """
    a, b, va, cov, vb = line
    u = (score - 245.0) * 0.1
    logit = a + b * u
    half = Z * sqrt(max(va + u * (2.0 * cov + u * vb), 0.0))
    return expit(logit), expit(logit - half), expit(logit + half)


def edge(line: Line, p: float) -> tuple[float, float | None, float | None]:
    """Return the score at which the curve reaches `p`: the interval is Fieller's.

    Parameters
    ----------
    line : tuple of float
        The curve; its slope is not 0.
    p : float
        Probability in (0, 1).

    Returns
    -------
    tuple
        (score, low, high) in score points, unrounded; an end is None where it lies outside
        185-300, and both are where the slope's own interval holds 0, since then no finite interval
        has the coverage.

    Notes
    -----
    The interval holds every u with (a + b u - logit p)^2 <= z^2 var(a + b u): Fieller, E. C.
    (1954), Some problems in interval estimation, J. R. Stat. Soc. B 16, 175-185.
    """
    a, b, va, cov, vb = line
    shift = a - log(p / (1.0 - p))
    score = 245.0 - 10.0 * shift / b
    squared = b * b - Z * Z * vb
    if squared <= 0.0:
        return score, None, None
    linear = b * shift - Z * Z * cov
    constant = shift * shift - Z * Z * va
    root = sqrt(max(linear * linear - squared * constant, 0.0))
    low = 245.0 + 10.0 * (-linear - root) / squared
    high = 245.0 + 10.0 * (-linear + root) / squared
    return score, _limit(low), _limit(high)


def _limit(end: float) -> float | None:
    return end if SCORE_MIN <= end <= SCORE_MAX else None


def difference(line: Line, start: float, end: float) -> tuple[float, float, float]:
    """Return what the chance at `end` is above that at `start`, with its interval.

    Parameters
    ----------
    line : tuple of float
        The curve.
    start, end : float
        Scores, 1-300.

    Returns
    -------
    tuple of float
        (value, low, high), differences in probability, each in [-1, 1].

    Notes
    -----
    The interval is the range of the difference over the curves whose Wald distance from the fitted
    one is at most z: the likelihood interval of a quadratic log-likelihood. Unlike the delta
    method's it keeps to [-1, 1] and leaves out 0 exactly when the slope's interval does. The
    difference has no extremum inside that ellipse, so its edge is searched: 72 points and a
    parabola through the best three.
    """
    a, b, va, cov, vb = line
    u, v = (start - 245.0) * 0.1, (end - 245.0) * 0.1
    # Cholesky factor of the covariance, times z.
    sa = sqrt(va)
    across = cov / sa if sa else 0.0
    rest = sqrt(max(vb - across * across, 0.0))
    sa, across, rest = Z * sa, Z * across, Z * rest
    around = []
    for c, s in _CIRCLE:
        shifted, steeper = a + sa * c, b + across * c + rest * s
        around.append(expit(shifted + steeper * v) - expit(shifted + steeper * u))
    value = expit(a + b * v) - expit(a + b * u)
    low = -_peak([-gain for gain in around])
    return value, max(low, -1.0), min(_peak(around), 1.0)


def _peak(values: list[float]) -> float:
    """Return the maximum of a smooth periodic function given at equal steps."""
    top = max(values)
    i = values.index(top)
    before, after = values[i - 1], values[(i + 1) % len(values)]
    bend = before - 2.0 * top + after
    return top - (after - before) ** 2 / (8.0 * bend) if bend else top


def odds_ratio(line: Line, start: float, end: float) -> tuple[float, float, float]:
    """Return the odds at `end` over those at `start`.

    Parameters
    ----------
    line : tuple of float
        The curve.
    start, end : float
        Scores, 1-300.

    Returns
    -------
    tuple of float
        (value, low, high).
    """
    step = (end - start) * 0.1
    half = Z * sqrt(line[4]) * abs(step)
    centre = line[1] * step
    # Beyond exp(700) a float ends; a borrowed slope's limit over 299 points may go there.
    return (
        exp(max(min(centre, 700.0), -700.0)),
        exp(max(min(centre - half, 700.0), -700.0)),
        exp(max(min(centre + half, 700.0), -700.0)),
    )
