"""Tables show interval, grade, status and denominator wherever they show a chance."""

from __future__ import annotations

import html
import re
from collections.abc import Callable

import pandas as pd
import pytest

from calib.line import chance, difference, edge
from recalib import drift
from recalib.report import tables
from recalib.report.show import Html
from recalib.report.tables.sources import names_of
from recalib.report.view import View, line_of


def _plain(table: Html | None) -> str:
    assert table is not None
    without_style = re.sub(r"<style>.*?</style>", "", table.text, flags=re.DOTALL)
    text = re.sub(r"<br>|</t[dh]>", "\n", without_style)
    return html.unescape(re.sub(r"<[^>]+>", "", text)).replace("\u00a0", " ").replace("\u2060", "")


def test_every_table_has_header_cells_and_names_of_its_own(work: View) -> None:
    here = work.specialty("internal_medicine")
    found = [
        tables.bands(here, "guide"),
        tables.bands(here, "chance"),
        tables.ten_points(here, "match"),
        tables.ten_points(here, "interview"),
        tables.quantiles(here),
        tables.bins(here),
        tables.guide_points(here),
        tables.sources(work),
        tables.guides(work),
        tables.anchors(work),
        tables.rules(work),
        tables.adjustments(work),
        tables.facts(work),
        tables.statuses(work),
        tables.pools(work),
        tables.worst(work),
        tables.bent(work),
        *(tables.audit(work, guide) for guide in sorted(work.guides["guides"])),
    ]
    identifiers = set()
    for table in found:
        assert table is not None
        assert 'scope="col"' in table.text
        assert 'scope="row"' in table.text
        assert "http" not in re.sub(r"<style>.*?</style>", "", table.text, flags=re.DOTALL)
        identifiers.add(re.search(r'<div id="([^"]+)"', table.text).group(1))  # type: ignore[union-attr]
    assert len(identifiers) == len(found)


def test_bands_come_with_interval_grade_status_and_denominator(work: View) -> None:
    shown = _plain(tables.bands(work.specialty("general_surgery"), "guide"))
    head = "Non-U.S. citizen IMGs, match 2026, ranked first (n 433, grade A, ok)"
    assert head in shown
    band = work.bands.query(
        "specialty == 'general_surgery' and applicant_group == 'non_us_img' and cycle == '2026'"
        " and outcome == 'match' and scheme == 'guide' and rank == 1",
        engine="python",  # numexpr, where another library brings it, warns
    ).iloc[0]
    assert f"{band['boundary']:.1f}\n" in shown
    assert f"{band['boundary_low']:.1f}–{band['boundary_high']:.1f}" in shown
    low, high = 100 * band["probability_low"], 100 * band["probability_high"]
    assert f"{low:.0f}–{high:.0f} %" in shown
    assert "no edge claimed: borrowed" in shown


def test_interviews_have_no_bands_of_equal_chance(work: View) -> None:
    shown = _plain(tables.bands(work.specialty("internal_medicine"), "chance"))
    assert ", match " in shown
    assert "interview" not in shown


def test_an_edge_out_of_reach_has_a_direction(work: View) -> None:
    shown = _plain(tables.bands(work.specialty("internal_medicine"), "chance"))
    assert "always passed\n" in shown
    assert "never reached\n" in _plain(tables.bands(work.specialty("general_surgery"), "chance"))


def test_a_suppressed_band_prints_its_mark(changed: Callable[..., View]) -> None:
    def suppress(bands: pd.DataFrame) -> None:
        mine = (bands["specialty"] == "general_surgery") & (bands["cycle"] == "2026")
        mine &= bands["applicant_group"] == "non_us_img"
        bands.loc[mine & (bands["rank"] == 1), "suppressed"] = "fewer than 11 people"

    shown = _plain(tables.bands(changed(band_table=suppress).specialty("general_surgery"), "guide"))
    assert shown.count("[c]") == 3


def test_ten_points_are_what_the_package_answers(work: View) -> None:
    here = work.specialty("general_surgery")
    line = line_of(here.of("match").iloc[0])
    assert line is not None
    shown = _plain(tables.ten_points(here, "match"))
    value, low, high = chance(line, 250)
    assert f"{100 * value:.0f} %\n{100 * low:.0f}–{100 * high:.0f} %" in shown
    change, least, most = (100 * part for part in difference(line, 240, 250))
    assert f"{change:+.1f}\n{least:+.1f} to {most:+.1f}" in shown
    assert "borrowed" in shown
    assert "ranked anywhere" in shown
    assert "not what one person gains" in shown


def test_a_score_beyond_the_fitted_ones_is_marked(changed: Callable[..., View]) -> None:
    def narrow(curves: pd.DataFrame) -> None:
        curves["score_high"] = 255.0

    shown = _plain(tables.ten_points(changed(curves=narrow).specialty("pathology"), "match"))
    assert re.search(r"\d %\*", shown)


def test_a_curve_without_evidence_keeps_its_row(work: View) -> None:
    shown = _plain(tables.ten_points(work.specialty("child_neurology"), "match"))
    assert "no evidence" in shown
    assert "–" in shown


def test_printed_statistics_stand_above_the_fitted(work: View) -> None:
    shown = _plain(tables.quantiles(work.specialty("internal_medicine")))
    assert re.search(r"251\n250\.\d ± \d", shown)
    bins = _plain(tables.bins(work.specialty("internal_medicine")))
    assert bins.index("up to 199") < bins.index("200–209") < bins.index("250 and above")
    assert tables.quantiles(work.specialty("preliminary_medicine")) is None


def test_sources_come_with_citation_and_rights(work: View) -> None:
    here = work.specialty("preliminary_medicine")
    assert names_of(here) == ["nrmp_main_match_2025"]
    shown = _plain(tables.sources(work, names_of(here)))
    record = work.inputs["provenance"]["nrmp_main_match_2025"]
    assert record["citation"] in shown
    assert record["rights"] in shown
    assert "not affiliated with NRMP, AAMC or ECFMG" in shown
    assert tables.sources(work, []) is None


def test_audit_shows_chance_verdict_and_what_cannot_be_told(work: View) -> None:
    shown = _plain(tables.audit(work, "general_surgery_img"))
    assert (
        "General Surgery: Non-U.S. citizen IMGs, ranked first (2026, n 433, grade A, ok)" in shown
    )
    assert "too easy" in shown
    assert "cannot tell" in shown
    printed = work.audit[work.audit["guide"] == "general_surgery_img"]
    # Nothing in the CSV changes: there such a row has no edge.
    assert shown.count("no claim\n") == int((printed["edge"] == "").sum()) > 0
    assert "general surgery" in _plain(tables.anchors(work)).lower()
    rules = _plain(tables.rules(work))
    assert "typical matched score" in rules
    assert re.search(r"Non-U.S. citizen IMGs at 245: \d+ % \(\d+–\d+ %; ranked first, n 433", rules)


def test_edges_and_chances_of_the_guides_stand_with_their_intervals(work: View) -> None:
    """Those of general surgery, `competitive`, against the published tables."""
    surgery = {"guide": "general_surgery_img", "specialty": "general_surgery", "edge": "middle"}
    surgery |= {"curve_group": "non_us_img"}
    (row,) = work.audit[(work.audit[list(surgery)] == pd.Series(surgery)).all(axis=1)].to_dict(
        "records"
    )
    bands = work.bands
    (band,) = bands[
        (bands["specialty"] == "general_surgery")
        & (bands["applicant_group"] == "non_us_img")
        & (bands["cycle"] == "2026")
        & (bands["denominator"] == "ranked_first")
        & (bands["scheme"] == "guide")
        & (bands["label"] == "competitive")
    ].to_dict("records")
    (anchor,) = work.anchors[
        (work.anchors["guide"] == "general_surgery_img") & (work.anchors["edge"] == "middle")
    ].to_dict("records")
    calibrated = f"{band['boundary']:.1f}\n{band['boundary_low']:.1f}–{band['boundary_high']:.1f}"
    ends = [100 * row[name] for name in ("probability_at_edge", "edge_low", "edge_high")]
    chance = f"{ends[0]:.1f} %\n{ends[1]:.1f}–{ends[2]:.1f} %"
    found = _plain(tables.anchors(work))
    for part in (chance, calibrated, f"{anchor['calibrated_edge_without_own']:.1f}\n"):
        assert part in found
    assert calibrated in _plain(tables.audit(work, "general_surgery_img"))
    line = line_of(curve := work.specialty("general_surgery").newest.iloc[0])
    assert (curve["applicant_group"], curve["outcome"]) == ("non_us_img", "match")
    assert line is not None
    _, low, high = edge(line, anchor["anchor_without_own"])
    assert f"{anchor['calibrated_edge_without_own']:.1f}\n{low:.1f}–{high:.1f}" in found


def test_text_of_a_table_is_escaped(work: View) -> None:
    changes = drift.no_drift()
    assert tables.drift(changes) is None
    row = dict.fromkeys(drift.COLUMNS, "x") | {
        "kind": "key_lost",
        "key": "a/<b>",
        "approved": False,
    }
    shown = tables.drift(pd.DataFrame([row]))
    assert shown is not None
    assert "a, &lt;b&gt;" in shown.text


@pytest.mark.parametrize("name", ["pools", "worst", "statuses", "facts"])
def test_tables_of_the_run_hold_its_numbers(work: View, name: str) -> None:
    expected = {
        "pools": "Family Medicine",
        "worst": work.label(work.fit_notes["worst"][0]["specialty"]),
        "statuses": "no evidence",
        "facts": "Charting Outcomes: Non-U.S. IMGs, 2026 Main Residency Match",
    }
    assert expected[name] in _plain(getattr(tables, name)(work))
