"""Frames as pages and notebooks show them: no value lost, names that may break, notes above."""

from __future__ import annotations

import pandas as pd
from bs4 import BeautifulSoup

from recalib.report.plain import frame

DATA = pd.DataFrame(
    {
        "specialty": ["internal_medicine", None, "A < B"],
        "score": [225.0, 245.0, float("nan")],
        "chance_low": [0.12345, float("nan"), 1.0],
        "said": ["", "Withheld. Too few people in one of the two results, or scores.", "2020-2024"],
    }
)


def cells(shown: str) -> list[list[str]]:
    rows = BeautifulSoup(shown, "html.parser").find_all("tr")
    return [[cell.get_text() for cell in row.find_all(["th", "td"])] for row in rows]


def test_a_frame_shows_every_value_rounded_and_whole_numbers_whole() -> None:
    assert cells(frame(DATA, digits=2).text) == [
        ["specialty", "score", "chance_low", "said"],
        ["internal_medicine", "225", "0.12", ""],
        ["", "245", "", DATA["said"][1]],
        ["A < B", "", "1.00", "2020-2024"],
    ]


def test_names_may_break_at_their_joints_and_spans_may_not() -> None:
    shown = frame(DATA).text
    assert "internal_<wbr>medicine" in shown
    assert "chance_<wbr>low" in shown
    assert '<span style="white-space: nowrap">2020-2024</span>' in shown
    assert "min-width: 16em" in shown
    assert "min-width" not in frame(DATA.drop(columns="said")).text


def test_what_is_left_out_is_told_and_nothing_is_no_error() -> None:
    shown = frame(DATA, rows=1, note="Whose < chances").text
    assert "<p>1 of 3 rows.</p>" in shown
    assert "Whose &lt; chances</caption>" in shown
    assert cells(frame(DATA.iloc[:0]).text) == [[*DATA.columns]]
