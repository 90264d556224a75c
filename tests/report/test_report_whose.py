"""Wherever a chance of a match stands, it is said whose: every figure, table and paragraph."""

from __future__ import annotations

from pathlib import Path

import pytest
from bs4 import BeautifulSoup

from calib.names import WHOSE
from whose import holds_a_chance, without_clause, words

_PAGES = [
    "index",
    "explore",
    "30_bands",
    "35_adjustments",
    "specialties/general_surgery",
    "specialties/family_medicine",
    "specialties/preliminary_medicine",
]


@pytest.mark.parametrize("name", _PAGES)
def test_no_chance_of_a_match_stands_without_its_clause(pages: Path, name: str) -> None:
    html = (pages / f"{name}.html").read_text(encoding="utf-8")
    assert without_clause(html) == []


def test_pages_hold_enough_chances_for_the_test_to_mean_something(pages: Path) -> None:
    html = (pages / "specialties" / "general_surgery.html").read_text(encoding="utf-8")
    kinds = BeautifulSoup(html, "html.parser").find_all(["figure", "table", "li"])
    held = [block.name for block in kinds if holds_a_chance(words(block))]
    assert {"figure", "table", "li"} == set(held)
    assert len(held) > 12


@pytest.mark.parametrize(
    ("said", "held"),
    [
        ("<p>At 250 the chance of a match is 29 %.</p>", True),
        ("<li>About 29 % matched with 250.</li>", True),
        ("<table><tr><th>Chance</th></tr><tr><td>29 %</td></tr></table>", True),
        ("<table><tr><th>chance</th></tr><tr><td>0.288</td></tr></table>", True),
        ('<figure><img alt="Chance of a match: 29 %"></figure>', True),
        ("<p>The 95 % interval of a chance is closed.</p>", False),
        ("<p>About 3 % of their applications led to an invitation.</p>", False),
        (f"<p>At 250 the chance of a match {WHOSE} is 29 %.</p>", False),
    ],
)
def test_what_holds_a_chance_is_seen(said: str, held: bool) -> None:
    assert bool(without_clause(said)) == held
