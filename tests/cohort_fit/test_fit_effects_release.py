"""What leaves of covariates: coarse, with honest errors, and no small cell follows from it."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pandas as pd
import pytest
from covariate_samples import NAMES, cohort_of, draw_people
from scipy.stats import binom

from recalib.cohorts.adjusted import FEW, adjusted_fit
from recalib.cohorts.cells import counts_of, raw_fit
from recalib.cohorts.disclosure import release, rule
from recalib.cohorts.effects import effects_of, release_effects


def _fit(rows, outcome="match", names=NAMES):
    counts = next(
        one
        for one in counts_of(cohort_of(rows, names=names), by_covariates=True)
        if one.key.outcome == outcome
    )
    return counts, *adjusted_fit(counts)


@pytest.mark.parametrize("people", [150, 1_000, 20_000])
@pytest.mark.parametrize("outcome", ["match", "interview"])
def test_errors_of_what_leaves_hold_those_of_the_fit_and_of_the_coarsening(people, outcome):
    counts, fit, left_out = _fit(draw_people(people, seed=people), outcome)
    out = release_effects(fit, counts.key, "cohort:dean", left_out)
    assert set(out.effects) == set(fit.names)
    assert out.people % rule().people == 0
    for place, name in enumerate(fit.names, start=2):
        own = fit.covariance[np.ix_([place, 1], [place, 1])]
        effect = out.effects[name]
        leaving = np.diag([effect.error**2, out.slope_error**2])
        moved = np.array([effect.value - fit.coefficients[place], out.slope - fit.coefficients[1]])
        assert np.linalg.eigvalsh(leaving - own).min() > 0
        # Rounded away by half of the error that leaves at most.
        assert (np.abs(moved) <= 0.5001 * np.sqrt(np.diag(leaving))).all()
        assert effect.error < 1.35 * np.sqrt(own[0, 0])
        power = np.log(effect.error**2) / np.log(rule().effect_variance)
        assert power == pytest.approx(round(power), abs=1e-6)


def test_numbers_that_leave_cover_the_truth():
    inside, tried = 0, 0
    for seed in range(300):
        counts, fit, left_out = _fit(draw_people(200, seed=seed), names=("needs_visa",))
        effect = release_effects(fit, counts.key, "", left_out).effects["needs_visa"]
        tried += 1
        # The other covariates are independent of it, but the logit is not collapsible.
        inside += abs(effect.value + 0.48) < 1.96 * effect.error
    assert inside >= binom.ppf(0.005, tried, 0.93)


def test_a_curve_of_too_few_people_leaves_the_reasons_alone():
    (match, interview) = effects_of(cohort_of(draw_people(18, seed=3)))
    for one in (match, interview):
        assert one.people == 0
        assert np.isnan(one.slope)
        assert not one.effects
        assert one.left_out == dict.fromkeys(NAMES, FEW)


# What an outsider can do. A view is everything that leaves of a curve: the release of the curve, of
# its covariates, and which of them are withheld. What is published is computed from it.

COLUMNS = ["step2_ck", "needs_visa", "step1_failures", "n_interviews", "matched"]
SCORES = np.arange(233, 257)


def _world(people, seed):
    """Few scores and two covariates, a few of them blank: many small cells."""
    rows = draw_people(people, seed=seed, applications=12.0)
    rng = np.random.default_rng(seed)
    rows["step2_ck"] = np.clip(rows["step2_ck"] // 2 + 122, SCORES[0], SCORES[-1])
    rows["step1_failures"] = rows["step1_failures"].clip(upper=1)
    rows.loc[rng.choice(people, 6, replace=False), "needs_visa"] = ""
    rows["n_applications"] = 10
    rows["n_interviews"] = rng.binomial(10, 0.15 + 0.2 * rows["matched"])
    return rows.drop(columns=["years_since_graduation", "us_clinical_months"])


def _view(rows, outcome):
    """All that leaves about one outcome."""
    cohort = cohort_of(rows, names=("needs_visa", "step1_failures"))
    place = 0 if outcome == "match" else 1
    counts = list(counts_of(cohort))[place]
    if not counts.enough:
        return None
    fit, wider = raw_fit(counts)
    curve = release(counts.score, counts.people, fit.intercept, fit.slope, fit.covariance * wider)
    return curve, list(effects_of(cohort))[place]


def _like(rows, rng, place=None):
    """Somebody like one of those there, but for the score or one other thing."""
    person = rows.iloc[[rng.integers(len(rows)) if place is None else place]].copy()
    what = rng.integers(6)
    if what < 2:
        score = person["step2_ck"] + rng.choice((-3, -2, -1, 1, 2, 3))
        person["step2_ck"] = np.clip(score, SCORES[0], SCORES[-1])
    elif what == 2:
        person["needs_visa"] = rng.choice(["yes", "no", ""])
    elif what == 3:
        person["step1_failures"] = 1 - person["step1_failures"]
    elif what == 4:
        person["matched"] = 1 - person["matched"]
    else:
        moved = person["n_interviews"] + rng.choice((-1, 1))
        person["n_interviews"] = np.clip(moved, 0, 10)
    return person


def _noise(rows, rng, most):
    """Others come and go: anything that may hide something else."""
    for _ in range(rng.integers(0, most + 1)):
        if rng.random() < 0.5:
            rows = pd.concat([rows, _like(rows, rng)])
        else:
            rows = rows.drop(rows.index[rng.integers(len(rows))])
    return rows.reset_index(drop=True)


def _of_kind(rows, kind):
    found = np.ones(len(rows), dtype=bool)
    for name, value in kind.items():
        found &= rows[name].to_numpy() == value
    return found


def _hidden(rows, rng, kind, outcome, tries=800):
    """Whether a world of the same view holds another number of people of a kind."""
    seen, own = _view(rows, outcome), np.flatnonzero(_of_kind(rows, kind))
    for _ in range(tries):
        place = int(rng.choice(own))
        other = rows.drop(rows.index[place])
        if rng.random() < 0.5:
            # Somebody else instead, or one more of them.
            other = pd.concat([other, _like(rows, rng, place)])
        elif rng.random() < 0.5:
            other = pd.concat([rows, rows.iloc[[place]]])
        other = _noise(other.reset_index(drop=True), rng, 2)
        if _of_kind(other, kind).sum() != len(own) and _view(other, outcome) == seen:
            return True
    return False


def _small_kinds(rows, rng, most):
    """Cells of 1 to 10 people by any columns, those by few columns among them."""
    found = []
    for size in range(1, len(COLUMNS) + 1):
        for names in combinations(COLUMNS, size):
            sizes = rows.groupby(list(names)).size()
            small = sizes[(sizes >= 1) & (sizes <= 10)].index
            keys = [small[place] for place in rng.permutation(len(small))[:2]]
            found += [dict(zip(names, key if size > 1 else (key,), strict=True)) for key in keys]
    return [found[place] for place in sorted(rng.permutation(len(found))[:most])]


#: Outcome, people, seed; of the first the visa need alone has enough people.
WORLDS = [
    ("match", 110, 2),
    ("match", 140, 7),
    ("match", 400, 2),
    ("interview", 110, 5),
    ("interview", 400, 4),
]


@pytest.mark.parametrize(("outcome", "people", "seed"), WORLDS)
def test_no_small_cell_follows_from_what_is_published(outcome, people, seed):
    rows, rng = _world(people, seed), np.random.default_rng(seed)
    assert len(_view(rows, outcome)[1].effects) == (1 if (outcome, people) == WORLDS[0][:2] else 2)
    kinds = _small_kinds(rows, rng, 14)
    assert len(kinds) == 14
    # The six people of whom the visa need is blank are a small cell too.
    for kind in [*kinds, {"needs_visa": ""}]:
        assert _hidden(rows, rng, kind, outcome), kind


@pytest.mark.parametrize("added", [1, 3])
@pytest.mark.parametrize(("outcome", "people", "seed"), WORLDS)
def test_two_editions_do_not_tell_who_came(outcome, people, seed, added):
    """The outsider knows everybody of the first edition, and that nobody left."""
    before, rng = _world(people, seed), np.random.default_rng(seed + 10)
    new = pd.concat([_like(before, rng) for _ in range(added)], ignore_index=True)
    seen = _view(pd.concat([before, new], ignore_index=True), outcome)
    numbers, everywhere = {added}, {tuple(person) for person in new[COLUMNS].to_numpy()}
    for _ in range(600):
        # Others like those who came, some of them left out, and some more people.
        kept = [_like(new, rng, place) for place in range(added) if rng.random() < 0.7]
        more = [_like(before, rng) for _ in range(rng.integers(0, 3))]
        others = pd.concat([*kept, *more]) if kept or more else new.iloc[:0]
        if _view(pd.concat([before, others], ignore_index=True), outcome) == seen:
            numbers.add(len(others))
            everywhere &= {tuple(person) for person in others[COLUMNS].to_numpy()}
        if len(numbers) > 1 and not everywhere:
            return
    pytest.fail(f"only {numbers} people explain it, always {everywhere}")


@pytest.mark.parametrize(("outcome", "people", "seed"), WORLDS)
def test_two_editions_do_not_tell_whose_result_changed(outcome, people, seed):
    before, rng = _world(people, seed), np.random.default_rng(seed + 20)

    def changed(rows, place):
        rows = rows.copy()
        if outcome == "match":
            rows.loc[place, "matched"] = 1 - rows.loc[place, "matched"]
        else:
            rows.loc[place, "n_interviews"] = (rows.loc[place, "n_interviews"] + 2) % 11
        return rows

    who = int(rng.integers(people))
    kind = dict(before.loc[who, COLUMNS])
    seen = _view(changed(before, who), outcome)
    for _ in range(600):
        # Nobody of that kind changed; somebody else did, or came, or went.
        place = int(rng.integers(people))
        if _of_kind(before, kind)[place]:
            continue
        other = changed(before, place) if rng.random() < 0.8 else before
        if _view(_noise(other, rng, 2), outcome) == seen:
            return
    pytest.fail("nothing but that person's result explains it")


def test_a_curve_less_its_covariates_leaves_no_number_of_blanks():
    """The people of a curve less those whose covariates are known, both to the nearest 10."""
    curve, effects = _view(_world(400, 2), "match")
    blanks = {
        total - known
        for total in range(curve.people - 5, curve.people + 5)
        for known in range(effects.people - 5, effects.people + 5)
        if total >= known
    }
    assert {1, 6, 10} <= blanks
