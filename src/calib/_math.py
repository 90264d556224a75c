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

_WIDE = 2.0
"""Half-width of an interval on the logit beyond which a difference is searched in finer steps."""


def _circle(steps: int) -> tuple[tuple[float, float], ...]:
    return tuple((cos(2 * pi * i / steps), sin(2 * pi * i / steps)) for i in range(steps))


_COARSE, _FINE = _circle(24), _circle(72)


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
    difference has no extremum inside that ellipse, so its edge is searched, first in steps, then by
    Newton's method from the best of them.
    """
    a, b, va, cov, vb = line
    u, v = (start - 245.0) * 0.1, (end - 245.0) * 0.1
    # Cholesky factor of the covariance, times z: the logits at an angle of the ellipse are
    # s = a + b u + sc cos + ss sin at the first score, and t likewise at the second.
    sa = sqrt(va)
    across = cov / sa if sa else 0.0
    rest = Z * sqrt(max(vb - across * across, 0.0))
    sa, across = Z * sa, Z * across
    s, sc, ss = a + b * u, sa + across * u, rest * u
    t, tc, ts = a + b * v, sa + across * v, rest * v
    around = _COARSE if max(sc * sc + ss * ss, tc * tc + ts * ts) < _WIDE * _WIDE else _FINE
    ellipse = (s, sc, ss, t, tc, ts)
    found = [expit(t + tc * c + ts * d) - expit(s + sc * c + ss * d) for c, d in around]
    low, high = min(found), max(found)
    step = 2.0 * pi / len(around)
    return (
        expit(t) - expit(s),
        _polished(ellipse, low, found.index(low) * step, step, -1.0),
        _polished(ellipse, high, found.index(high) * step, step, 1.0),
    )


def _polished(
    ellipse: tuple[float, ...], best: float, angle: float, step: float, sign: float
) -> float:
    """Return the extremum near an angle; `sign` is 1 for a maximum, -1 for a minimum."""
    s, sc, ss, t, tc, ts = ellipse
    for _ in range(8):
        c, d = cos(angle), sin(angle)
        ds, dt = sc * c + ss * d, tc * c + ts * d
        p, q = expit(s + ds), expit(t + dt)
        if (q - p - best) * sign > 0.0:
            best = q - p
        # First and second derivative by the angle.
        ps, qs = ss * c - sc * d, ts * c - tc * d
        pp, qq = p * (1.0 - p), q * (1.0 - q)
        slope = qq * qs - pp * ps
        bend = qq * ((1.0 - 2.0 * q) * qs * qs - dt) - pp * ((1.0 - 2.0 * p) * ps * ps - ds)
        # Where it bends the wrong way (or is level), half a step uphill.
        move = -slope / bend if bend * sign < 0.0 else step / 2.0 * (sign if slope > 0.0 else -sign)
        if abs(move) < 1e-4:
            break
        angle += max(min(move, step), -step)
    return best


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
