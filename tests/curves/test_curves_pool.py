"""Pooling: golden values of metafor, brute-force integration, what may not be pooled."""

import numpy as np
import pytest
from scipy.stats import norm
from scipy.stats import t as student

from recalib.curves.pool import Pool, _Grid, _product, pool_of
from recalib.curves.sites import Site

# BCG vaccine trials (Colditz et al. 1994), tuberculosis cases and others, treated and control.
BCG = """4 119 11 128; 6 300 29 274; 3 228 11 209; 62 13536 248 12619; 33 5036 47 5761;
180 1361 372 1079; 8 2537 10 619; 505 87886 499 87892; 29 7470 45 7232; 17 1699 65 1600;
186 50448 141 27197; 5 2493 3 2338; 27 16886 29 17825"""


def bcg_sites():
    sites = []
    for number, trial in enumerate(BCG.split(";")):
        a, b, c, d = (float(part) for part in trial.split())
        effect = np.log(a / (a + b) * (c + d) / c)
        error = np.sqrt(1 / a - 1 / (a + b) + 1 / c - 1 / (c + d))
        sites.append(Site(f"trial {number}", "2026", float(effect), float(error)))
    return sites


def test_normal_hierarchy_gives_metafors_reml():
    """metafor rma(method = "REML"): tau^2 .31324, mean -.71453, SE .17978.

    With normal effects, a flat mean and no cycles the marginal likelihood, summed over the mean, is
    the restricted likelihood; its maximum and the mean given it must be metafor's.
    """
    beta = np.arange(-3.6, 2.2, 0.01)
    mean = np.arange(-2.1, 0.7, 0.02)
    tau = np.sqrt(np.arange(0.3, 0.3271, 0.0005))
    effect = norm.pdf(beta, mean[:, None, None], tau[:, None]).reshape(-1, len(beta))
    effect /= effect.sum(axis=1, keepdims=True)
    grid = _Grid(beta, mean, tau, np.zeros(1), np.zeros(len(effect)), effect)
    log_weight = sum(np.log(effect @ _product([site], grid, 0.0)) for site in bcg_sites())
    weight = np.exp(log_weight - log_weight.max()).reshape(len(mean), len(tau))
    best = int(weight.sum(axis=0).argmax())
    assert tau[best] ** 2 == pytest.approx(0.31324, abs=5e-4)
    share = weight[:, best] / weight[:, best].sum()
    centre = share @ mean
    assert centre == pytest.approx(-0.71453, abs=3e-4)
    assert np.sqrt(share @ (mean - centre) ** 2) == pytest.approx(0.17978, abs=3e-4)


def test_a_tabulated_normal_is_the_normal():
    plain = [Site(name, "2026", 0.2 + 0.1 * k, 0.1) for k, name in enumerate("abcd")]
    slopes = np.linspace(-0.6, 1.4, 41)
    tabled = [
        Site(s.specialty, s.cycle, s.slope, s.error, (slopes, -50 * (slopes - s.slope) ** 2))
        for s in plain
    ]
    one, other = Pool.fit(plain).slope("a", "2026"), Pool.fit(tabled).slope("a", "2026")
    assert one.mean == pytest.approx(other.mean, abs=1e-3)
    assert one.sd == pytest.approx(other.sd, rel=0.01)


def test_a_leaning_likelihood_pulls_up():
    """A slope known through an unknown spread: steep slopes are likelier than the normal says."""
    plain = [Site(name, "2026", 0.5, 0.2) for name in "abcd"]
    slopes = np.linspace(0.05, 3, 60)
    leaning = -0.5 * (np.log(slopes / 0.5) / 0.4) ** 2
    tabled = [Site(s.specialty, s.cycle, s.slope, s.error, (slopes, leaning)) for s in plain]
    assert Pool.fit(tabled).mean[0] > Pool.fit(plain).mean[0] + 0.01


def test_posterior_is_that_of_brute_force():
    """Two specialties, one in two cycles: every unknown on a fine grid, t density written out."""
    sites = [
        Site("a", "2025", 0.2, 0.1),
        Site("a", "2026", 0.5, 0.2),
        Site("b", "2026", 0.9, 0.15),
    ]
    found = Pool.fit(sites).slope("a", "2026")

    mu = np.linspace(-0.8, 1.6, 61)
    tau = 0.2 * norm.ppf(0.5 + (np.arange(40) + 0.5) / 80)
    omega = 0.1 * norm.ppf(0.5 + (np.arange(12) + 0.5) / 24)
    beta = np.linspace(-1.5, 2.5, 801)
    total = first = second = 0.0
    for w in omega:
        seen = {
            name: np.prod(
                [
                    norm.pdf(site.slope, beta, np.hypot(site.error, w))
                    for site in sites
                    if site.specialty == name
                ],
                axis=0,
            )
            for name in "ab"
        }
        keep = 0.2**2 / (0.2**2 + w**2)
        slope = (1 - keep) * 0.5 + keep * beta
        variance = 0.2**2 * w**2 / (0.2**2 + w**2)
        for scale in tau:
            density = student.pdf((beta - mu[:, None]) / scale, 4) / scale
            b = density @ seen["b"]
            a = density * seen["a"]
            weight = norm.pdf(mu, 0.4, 0.3) * b
            total += weight @ a.sum(axis=1)
            first += weight @ (a @ slope)
            second += weight @ (a @ (slope**2 + variance))
    mean = first / total
    sd = np.sqrt(second / total - mean**2)
    assert found.mean == pytest.approx(mean, abs=0.004)
    assert found.sd == pytest.approx(sd, rel=0.02)


def test_unseen_specialty_is_wider_than_a_seen_one_and_centred_on_the_group():
    sites = [Site(name, "2026", 0.3 + 0.05 * k, 0.05) for k, name in enumerate("abcdef")]
    pool = Pool.fit(sites)
    unseen = pool.slope("z", "2026")
    # The grid ends where the t still has a trace of mass.
    assert unseen.mean == pytest.approx(pool.mean[0], abs=1e-4)
    assert unseen.sd > pool.slope("a", "2026").sd


def test_strong_outlier_is_left_where_it_is_and_named():
    sites = [Site(name, "2026", 0.35, 0.05) for name in "abcdefgh"]
    sites.append(Site("odd", "2026", -0.3, 0.05))
    pool = Pool.fit(sites)
    assert pool.outlier() == "odd"
    assert pool.slope("odd", "2026").mean < -0.2
    assert pool.without("odd").spread < pool.spread


def test_overlapping_cycles_are_refused():
    with pytest.raises(ValueError, match="2020-2024 and 2024 hold the same people"):
        Pool.fit([Site("a", "2024", 0.3, 0.1), Site("a", "2020-2024", 0.3, 0.1)])


def test_pool_of_never_holds_two_cycles_with_a_common_year():
    sizes = {"2020-2024": 900.0, "2024": 50.0, "2026": 100.0}
    assert pool_of("2026", sizes) == ["2020-2024", "2026"]
    assert pool_of("2024", sizes) == ["2024", "2026"]
    assert pool_of("2020-2024", sizes) == ["2020-2024", "2026"]


def test_no_sites_give_the_prior():
    pool = Pool.fit([])
    assert pool.mean[0] == pytest.approx(0.4, abs=1e-4)
    assert pool.mean[1] == pytest.approx(0.3, abs=0.01)
