"""Borrowed curves: moments against random draws, and what stands in for a missing mean."""

import numpy as np
import pytest
from scipy.optimize import brentq
from scipy.special import expit

from recalib.curves.borrow import borrow, score_level
from recalib.curves.priors import Normal
from recalib.likelihood.totals import Total


@pytest.mark.parametrize(("k", "n"), [(2, 15), (139, 900), (0, 9)])
def test_moments_are_those_of_random_draws(k, n):
    found = borrow(Total(k, n), Normal(243.0, 7.0), Normal(0.3, 0.2))
    random = np.random.default_rng(2)
    draws = 2500
    mean = random.normal(243, 7, draws)
    spread = np.exp(random.normal(np.log(13.5), 0.1, draws))
    slope = random.normal(0.3, 0.2, draws)
    rate = random.beta(k + 0.5, n - k + 0.5, draws)
    z, w = np.polynomial.hermite_e.hermegauss(30)
    w = w / w.sum()
    intercepts = np.array(
        [
            brentq(
                lambda a, m=m, s=s, b=b, p=p: w @ expit(a + b * (m + s * z - 245) / 10) - p, -40, 20
            )
            for m, s, b, p in zip(mean, spread, slope, rate, strict=True)
        ]
    )
    error = intercepts.std() / np.sqrt(draws)
    assert found.intercept == pytest.approx(intercepts.mean(), abs=5 * error)
    assert found.intercept_se == pytest.approx(intercepts.std(), rel=0.08)
    assert found.correlation == pytest.approx(np.corrcoef(intercepts, slope)[0, 1], abs=0.08)


def test_mean_score_comes_from_the_nearest_population():
    means = {("surgery", "non_us_img"): 248.0, ("a", "non_us_img"): 240.0}
    means[("b", "non_us_img")] = 245.0
    means |= {(name, "us_md_senior"): 252.0 for name in "abc"}
    assert score_level("surgery", "us_img", means) == Normal(242.0, 7.0)
    assert score_level("surgery", "non_us_img", means) == Normal(248.0, 7.0)
    unseen = score_level("preliminary_medicine", "us_img", means)
    assert unseen.mean == pytest.approx(np.mean([248, 240, 245]) - 6)
    assert unseen.sd > 7
    # A shift from one group to the other is known for U.S. IMGs only.
    assert score_level("surgery", "us_md_senior", means).mean == 252.0
    assert score_level("x", "us_img", {}).sd > 7
