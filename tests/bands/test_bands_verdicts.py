"""Readings of the guides' labels, and verdicts by their rule."""

import pandas as pd
import pytest

from recalib.bands.audit import verdict
from recalib.bands.readings import Readings

READINGS = Readings.of(None)


def test_the_plain_reading_of_the_words():
    assert READINGS.least == {
        "highly_competitive": 0.75, "competitive": 0.5, "borderline": 0.25, "low": 0.0,
    }  # fmt: skip
    assert READINGS.range("highly_competitive") == (0.75, 1.0)
    assert READINGS.range("low") == (0.0, 0.25)
    chances = (0.9, 0.75, 0.5, 0.49, 0.25, 0.1)
    assert [READINGS.word(chance) for chance in chances] == [
        *["highly_competitive"] * 2, "competitive", *["borderline"] * 2, "low",
    ]  # fmt: skip


def test_a_reading_may_be_changed_and_must_fall():
    assert Readings.of(None, competitive=0.6).range("borderline") == (0.25, 0.6)
    # The scale is cut at 25, 50 and 75 %: a word that begins elsewhere names none of its bands.
    moved = Readings.of(None, competitive=0.6)
    assert [moved.of_label(label) for label in ("very_likely", "likely", "possible")] == [
        "highly_competitive", "", "borderline",
    ]  # fmt: skip
    with pytest.raises(ValueError, match="must fall"):
        Readings.of(None, competitive=0.8)


def test_tiers_and_labels_without_a_reading_claim_nothing():
    note = {
        "words": {word: {"least": least} for word, least in READINGS.least.items()},
        "guides": {"one": {"strong": "highly_competitive"}},
    }
    readings = Readings.of(note)
    row = pd.Series({"guide": "one", "specialty": "anesthesiology", "label": "strong"})
    assert readings.of_row(row) == "highly_competitive"
    assert readings.of_row(row.replace("strong", "target")) == ""
    assert readings.of_row(row.replace("anesthesiology", "tier:broad_access")) == ""
    assert readings.of_row(row.replace("one", "two")) == ""


@pytest.mark.parametrize(
    ("word", "estimate", "low", "high", "wanted", "said"),
    [
        ("highly_competitive", 0.29, 0.18, 0.43, "overstates", "18-43 % in the next cycle: all"),
        ("competitive", 0.44, 0.30, 0.499, "overstates", "50 % to 75 %"),
        ("competitive", 0.44, 0.30, 0.50, "cannot_tell", "leans below"),
        ("borderline", 0.16, 0.09, 0.28, "cannot_tell", "9-28 % in the next cycle"),
        ("borderline", 0.28, 0.17, 0.41, "holds", "28 %"),
        ("borderline", 0.37, 0.22, 0.53, "cannot_tell", "too wide to tell"),
        ("borderline", 0.65, 0.50, 0.77, "understates", "above what borderline"),
        ("borderline", 0.55, 0.49, 0.60, "cannot_tell", "leans above"),
        ("low", 0.3, 0.25, 0.4, "understates", "less than 25 %"),
        ("low", 0.1, 0.02, 0.3, "holds", "less than 25 %"),
        ("highly_competitive", 0.9, 0.8, 0.97, "holds", "75 % and more"),
        ("borderline", 0.35, 0.20, 0.50, "holds", "35 %"),  # 30 points are still telling
        ("borderline", 0.35, 0.20, 0.501, "cannot_tell", "too wide"),
    ],
)
def test_verdicts_by_their_rule(word, estimate, low, high, wanted, said):
    found, reason = verdict(READINGS, word, estimate, low, high)
    assert found == wanted
    assert said in reason
