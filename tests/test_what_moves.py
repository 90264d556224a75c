"""The guard itself: a test that reads what the next cycle moves fails, wherever it does so."""

from __future__ import annotations

from pathlib import Path

import pytest

import calib
import what_moves

ROOT = Path(__file__).parents[1]


@pytest.mark.parametrize("place", ["data/raw/edition.yml", "src/calib/edition/edition.json"])
def test_what_moves_cannot_be_opened(place: str) -> None:
    for path in (ROOT / place, ROOT / "tests" / ".." / place):
        with pytest.raises(AssertionError, match=f"test_what_moves.py opens {place}"):
            path.read_bytes()
    assert what_moves._now.opened == [place, place]
    what_moves._now.opened.clear()


def test_nobody_leaves_the_shipped_edition_open() -> None:
    with pytest.raises(AssertionError, match="which the next cycle moves"):
        calib.specialties()
    what_moves._now.opened.clear()


def test_frozen_tables_may_be_read() -> None:
    assert (ROOT / "tests" / "frozen" / "raw" / "edition.yml").read_text()


def test_what_is_listed_is_there() -> None:
    for name, reason in what_moves.WHATEVER_IT_HOLDS.items():
        assert (ROOT / "tests" / name).exists()
        assert reason
