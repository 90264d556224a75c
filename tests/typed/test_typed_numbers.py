"""However a number is written, it is read as that number or not at all."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recalib.typed.grid import Cell
from recalib.typed.headings import read_heading
from recalib.typed.numbers import COUNT, SCORE, SD, Style, learn_style, read_number
from recalib.typed.ranges import read_range

MARKS = ("", "†", "¹", "*", "[a]", " ‡")


@given(
    number=st.integers(0, 999_999),
    between=st.sampled_from(["", ",", ".", " ", "\u00a0", "\u202f", "'"]),
    mark=st.sampled_from(MARKS),
    style=st.sampled_from([Style(), Style(comma="14,5"), Style(point="14.5")]),
)
def test_a_count_is_read_as_itself_or_not_at_all(
    number: int, between: str, mark: str, style: Style
) -> None:
    text = f"{number:,}".replace(",", between) + mark
    reading = read_number(Cell(" ".join(text.split())), COUNT, style)
    assert reading.value in (str(number), None)
    if between == "" and not mark:
        assert (reading.value, reading.why) == (str(number), "")
    elif reading.value is not None and text != str(number):
        assert reading.why


@given(
    tenths=st.integers(1500, 3000),
    point=st.sampled_from([".", ","]),
    mark=st.sampled_from(MARKS),
    style=st.sampled_from([Style(), Style(comma="14,5"), Style(point="14.5")]),
)
def test_a_score_is_read_as_itself_or_not_at_all(
    tenths: int, point: str, mark: str, style: Style
) -> None:
    text = f"{tenths / 10:.1f}"
    reading = read_number(Cell(text.replace(".", point) + mark), SCORE, style)
    assert reading.value in (text, None)
    assert reading.value == text or style != Style()


@given(text=st.text(max_size=12), kind=st.sampled_from([COUNT, SCORE, SD]))
def test_any_text_is_a_number_blank_with_a_reason_or_refused(text: str, kind: str) -> None:
    cell = Cell(" ".join(text.split()))
    reading = read_number(cell, kind, Style())
    if reading.value is None:
        assert reading.why
        assert reading.fix
    elif reading.value == "":
        assert reading.why or not cell.text
    else:
        float(reading.value)


@pytest.mark.parametrize(
    ("text", "style", "value"),
    [
        ("5,000", Style(), "5000"),
        ("5,000", Style(comma="14,5"), None),
        ("5.000", Style(point="14.5"), None),
        ("5.000", Style(comma="14,5"), "5000"),
        ("5,0", Style(comma="14,5"), "5"),
    ],
)
def test_a_count_has_no_thousandths(text: str, style: Style, value: str | None) -> None:
    assert read_number(Cell(text), COUNT, style).value == value


def test_the_style_of_a_sheet_is_what_cells_without_doubt_say() -> None:
    assert learn_style(["2,549", "1.234", "76"]) == Style()
    assert learn_style(["2,549", "38,7 %"]).decimal == ","
    assert learn_style(["2,549", "14.0†"]).decimal == "."
    assert learn_style(["14.5", "14,5"]).decimal == ""


@pytest.mark.parametrize(
    ("text", "low", "high"),
    [
        ("240-249", "240", "249"),
        ("240 – 249", "240", "249"),
        ("240 to 249", "240", "249"),
        ("<220", "", "219"),
        ("≤ 219", "", "219"),
        ("219 or less", "", "219"),
        ("below 220", "", "219"),
        (">260", "261", ""),
        ("260+", "260", ""),
        ("≥260", "260", ""),
        ("260 and above", "260", ""),
        ("above 260", "261", ""),
    ],
)
def test_ranges(text: str, low: str, high: str) -> None:
    assert read_range(text) == (low, high)


@pytest.mark.parametrize("text", ["", "all", "240-", "2027-02-03", "240-249-259", "~250"])
def test_what_is_no_range(text: str) -> None:
    assert read_range(text) is None


@pytest.mark.parametrize(
    ("text", "column", "result"),
    [
        ("Median (Q2)", "median", ""),
        ("25th percentile (Q1)", "q1", ""),
        ("Std. Dev.", "sd", ""),
        ("Number who did not match", "n", "not_matched"),
        ("Not matched – median", "median", "not_matched"),
        ("% matched", "rate", ""),
        ("Matched", "", "matched"),
        ("Mean (SD)", "", ""),
        ("Un-matched median", "", ""),
    ],
)
def test_headings(text: str, column: str, result: str) -> None:
    heading = read_heading(text)
    assert (heading.column, heading.result) == (column, result)
