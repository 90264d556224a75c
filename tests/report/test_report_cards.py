"""Cards of a specialty's page: people of 100, bars, one sentence of verdict and one of limits."""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd
import pytest
from bs4 import BeautifulSoup

from recalib.report import brief, cards, tables, words
from recalib.report.view import View


def _curve(work: View, specialty: str, group: str) -> pd.Series:
    newest = work.specialty(specialty).newest
    found = newest[(newest["outcome"] == "match") & (newest["applicant_group"] == group)]
    return found.iloc[0]


def _sentences(work: View, specialty: str, group: str) -> tuple[str, str]:
    here, curve = work.specialty(specialty), _curve(work, specialty, group)
    return brief.verdict(here, curve), brief.limit(here, curve)


@pytest.mark.parametrize(
    ("share", "told"),
    [(0.0, "under 1"), (0.004, "under 1"), (0.025, "2"), (0.105, "10"), (0.288, "29"),
     (0.994, "99"), (0.9951, "over 99"), (1.0, "over 99")],
)  # fmt: skip
def test_people_of_100_are_never_none_or_all(share: float, told: str) -> None:
    assert words.of_100(share) == told


def test_a_range_of_people_has_two_ends_where_they_differ() -> None:
    assert words.people_range(0.18, 0.43) == "18 to 43"
    assert words.people_range(0.001, 0.004) == "under 1"
    assert words.people_range(0.97, 0.999) == "97 to over 99"


@pytest.mark.parametrize(
    ("low", "high", "told"),
    [
        (230.7, 264.8, "231 to 265"),
        (257.9, None, "258 or more"),
        (None, 240.2, "240 or less"),
        (None, None, "anywhere"),
    ],
)
def test_a_range_of_scores_may_be_open(low: float | None, high: float | None, told: str) -> None:
    assert words.whole_range(low, high) == told


def test_a_card_says_chance_range_and_standing(work: View) -> None:
    here = work.specialty("general_surgery")
    card = cards.card(here, here.newest.iloc[0], 250)
    # As the frozen edition has it: .288 (.180-.428); standing .393 and .590.
    assert (card["of_100"], card["range"], card["percent"]) == ("29", "17 to 44", "29\u00a0%")
    assert card["standing"] == (
        "Of 100 matched, 39 (32 to 47) had this score or less; of 100 others, 59 (53 to 64)."
    )
    assert card["people"] == "2026: 433 people, grade A"
    assert card["told"]
    guide, data = card["bars"]
    assert guide["word"] == "highly competitive"
    assert data["word"] == "borderline"
    assert [each["edge"] for each in data["segments"]] == ["", "245", "275"]
    assert [each["letter"] for each in guide["segments"]] == ["L", "B", "C", "H"]


def test_outside_its_scores_a_card_tells_no_chance(work: View) -> None:
    here = work.specialty("general_surgery")
    card = cards.card(here, here.newest.iloc[0], 205)
    assert not card["told"]
    assert card["outside"] == "215 to 278"
    assert card["standing"] == ""


def test_overlapping_bands_are_both_named_and_labels_without_reading_have_no_letter(
    work: View,
) -> None:
    here = work.specialty("internal_medicine")
    guide, _ = cards.card(here, here.newest.iloc[0], 240)["bars"]
    assert guide["word"] == "community or strong"
    here = work.specialty("pediatrics")
    guide, _ = cards.card(here, here.newest.iloc[0], 240)["bars"]
    assert {each["letter"] for each in guide["segments"]} == {""}
    assert {each["rank"] for each in guide["segments"]} == {0}


def test_the_dots_are_rows_of_twenty() -> None:
    assert cards._dots(0) == ""
    assert cards._dots(1) == "M5 5H5.1"
    assert cards._dots(25) == "M5 5H195.1M5 15H45.1"


@pytest.mark.parametrize(
    ("specialty", "group", "verdict", "limit"),
    [
        ("general_surgery", "non_us_img",
         "The guide: 240 and 250 overstate, 230 cannot be told; an even chance begins at 275 (next "
         "cycle likely 257 or more).",
         "275 is the highest matched score printed: hardly anybody stands there."),
        ("internal_medicine", "non_us_img",
         "The guide: 240 overstates, 230 cannot be told, 220 holds; an even chance begins at 248 "
         "(next cycle likely 229 to 266).",
         "Only who consented to research is in the scores."),
        ("internal_medicine", "us_md_senior", "The chance is above even at every score.",
         "Scores of one result are hardly known."),
        ("family_medicine", "non_us_img", "The score hardly separates who matched.",
         "It may have done its work before, at the invitation."),
        ("diagnostic_radiology", "non_us_img",
         "The data cannot tell whether the score matters.", "The slope may be 0."),
        ("plastic_surgery", "us_img",
         "The guide: 255 overstates, 235 and 245 cannot be told; no even chance is claimed.",
         "Only totals were printed; the rest is lent."),
        ("preliminary_medicine", "non_us_img",
         "The guide: 235 and 245 overstate, 225 cannot be told, 215 holds; no even chance is "
         "claimed.",
         "For many it was a backup; no scores were printed."),
        ("psychiatry", "non_us_img",
         "No even chance is claimed, its score is known too badly.",
         "Only who consented to research is in the scores."),
    ],
)  # fmt: skip
def test_a_card_has_one_verdict_and_one_limit(
    work: View, specialty: str, group: str, verdict: str, limit: str
) -> None:
    said = _sentences(work, specialty, group)
    assert said == (verdict, limit)


def test_every_specialty_has_cards_that_can_be_shown(work: View) -> None:
    names = sorted({*work.curves["specialty"], *work.audit["specialty"]})
    assert len(names) > 20
    for name in names:
        here = work.specialty(name)
        shown = cards.control(here, 245)
        known = here.newest[(here.newest["outcome"] == "match") & here.newest["slope"].notna()]
        assert (shown is not None) == bool(len(known))
        if shown is not None:
            assert shown.text.count("<article") == len(known)


def test_an_edge_below_a_wide_one_is_known_though_no_band_is(work: View) -> None:
    verdict, _ = _sentences(work, "emergency_medicine", "non_us_img")
    assert verdict == "An even chance begins at 236 (next cycle likely 210 to 257)."
    here = work.specialty("emergency_medicine")
    *_, data = cards.card(here, _curve(work, "emergency_medicine", "non_us_img"), 245)["bars"]
    assert data["word"] == "no bands claimed (wide)"


def test_edges_out_of_reach_say_on_which_side(work: View) -> None:
    shown = tables.edges(work.specialty("general_surgery"), "ranked_first")
    assert shown is not None
    rows = [[cell.get_text(" ") for cell in row.find_all(["th", "td"])]
            for row in BeautifulSoup(shown.text, "html.parser").find_all("tr")]  # fmt: skip
    said = {row[0]: row[1:] for row in rows if len(row) == 4}
    assert said["Non-U.S. IMGs"][2] == "never"
    assert said["U.S. MD"][0] == "always"
    assert said["U.S. IMGs"] == ["borrowed", "–", "–"]


def test_a_withheld_edge_is_said(changed: Callable[..., View]) -> None:
    def withhold(bands: pd.DataFrame) -> None:
        bands.loc[bands["specialty"] == "general_surgery", "suppressed"] = "few"
        mine = (bands["specialty"] == "general_surgery") & bands["boundary"].notna()
        bands.loc[mine, ["boundary", "score_min", "score_max"]] = None

    here = changed(band_table=withhold).specialty("general_surgery")
    curve = here.newest.iloc[0]
    assert "withheld [c]" in brief.verdict(here, curve)
    assert brief.no_edge(here.bands(curve), curve) == words.SUPPRESSED


def test_a_specialty_without_a_curve_has_no_cards(changed: Callable[..., View]) -> None:
    def drop(curves: pd.DataFrame) -> pd.DataFrame:
        return curves[curves["specialty"] != "general_surgery"]

    assert cards.control(changed(curves=drop).specialty("general_surgery"), 245) is None
