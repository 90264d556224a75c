"""U.S. IMGs by an unrelated sampler: the committed comparison, and a small one run here."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest
import two_groups

#: Chances of specialties with this many people of the other group agree within .03.
PEOPLE = 30


def test_the_committed_chances_agree() -> None:
    found = pd.read_csv(two_groups.RESULTS).set_index("specialty")
    assert len(found) == 15
    # Medicine-pediatrics has 24 non-U.S. IMGs: how far its shift is shrunk is a matter of method.
    assert found.drop("internal_medicine_pediatrics")["apart"].max() < 0.03
    assert found["apart"].max() < 0.05
    named = found.loc[["anesthesiology", "internal_medicine", "pediatrics"], "other"]
    assert named.tolist() == pytest.approx([0.25, 0.62, 0.87], abs=0.01)


def test_another_sampler_gives_the_same_chances() -> None:
    edition = Path(__file__).parents[1] / "frozen" / "edition"
    names = ["anesthesiology", "pediatrics"]
    found = two_groups.compare(edition, steps=8_000, kept=150, names=names).set_index("specialty")
    for name, row in found.iterrows():
        assert row["apart"] < 0.03, name
        assert row["other_low"] == pytest.approx(row["published_low"], abs=0.06)
        assert row["other_high"] == pytest.approx(row["published_high"], abs=0.06)


def test_whole_scores_give_the_rate_and_the_mean_back() -> None:
    import numpy as np
    from scipy.special import expit

    chance = two_groups.solved(0.4, 247.0, 0.3, 13.0)
    # Search by hand over mean and intercept, from the chance found.
    level = float(np.log(chance / (1 - chance)))
    gaps = []
    for mean in np.arange(235, 255, 0.01):
        f = np.exp(-0.5 * ((two_groups.X - mean) / 13.0) ** 2)
        p = f / f.sum() * expit(level + 0.3 * (two_groups.X - 245) / 10)
        gaps.append((abs(p.sum() - 0.4), float(p @ two_groups.X / p.sum())))
    assert min(gaps)[1] == pytest.approx(247.0, abs=0.05)
