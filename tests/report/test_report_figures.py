"""Figures hold what the tables say, and say it in words too."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from calib.line import after_drift, chance
from recalib.bands.published import line_of
from recalib.report import figures, show, words
from recalib.report.figures.checks import checks
from recalib.report.readme_picture import write_overview
from recalib.report.tables import cycles_of
from recalib.report.view import View

RAW = Path(__file__).parents[1] / "frozen" / "raw"
SPECIALTIES = (
    "child_neurology",
    "family_medicine",
    "general_surgery",
    "internal_medicine",
    "plastic_surgery",
    "preliminary_medicine",
    "public_health_and_preventive_medicine",
)


@pytest.mark.parametrize("name", SPECIALTIES)
def test_every_figure_of_a_specialty_is_drawn_and_described(work: View, name: str) -> None:
    here = work.specialty(name)
    known = here.newest[here.newest["slope"].notna()]
    for _, curve in known.iterrows():
        assert words.heading(curve) in str(figures.one_curve(here, curve, 245).get_label())
    drawn = [figures.printed(here), figures.cycles(cycles_of(here), 245)]
    for figure, said in zip(drawn, (here.label, "by cycle"), strict=True):
        if figure is not None:
            assert said in str(figure.get_label())


def test_figures_of_the_run_are_drawn_and_described(work: View) -> None:
    drawn = {
        "Slopes": figures.slopes(work),
        "z over": checks(work),
        "next cycle's likely lies": figures.overview(work.curves, work.bands, work.labels),
    }
    for said, figure in drawn.items():
        assert figure is not None
        assert said in str(figure.get_label())
    for guide in sorted(work.guides["guides"]):
        rows = work.audit[work.audit["guide"] == guide]
        for denominator in set(rows["denominator"]) - {""}:
            figure = figures.audit(work, guide, denominator)
            assert figure is not None, guide
            assert "%" in str(figure.get_label())
        assert figures.audit(work, guide, "applications") is None


def test_match_and_interview_are_named_apart(work: View) -> None:
    here = work.specialty("general_surgery")
    for outcome, said in (("match", "Chance of a match"), ("interview", "Invitations per")):
        for _, curve in here.newest[here.newest["outcome"] == outcome].iterrows():
            assert str(figures.one_curve(here, curve, 245).get_label()).startswith(said)


def test_a_curve_is_drawn_where_the_package_puts_it(work: View) -> None:
    here = work.specialty("internal_medicine")
    curve = here.of("match").iloc[0]
    line = line_of(curve)
    drawn = figures.one_curve(here, curve, 251).axes[0]
    solid, mark = (item for item in drawn.lines[:2])
    x, y = np.asarray(solid.get_xdata()), np.asarray(solid.get_ydata())
    assert (x.min(), x.max()) == (curve["score_low"], curve["score_high"])
    assert y == pytest.approx([chance(line, score)[0] for score in x])
    assert mark.get_gid() == "mine"
    assert list(mark.get_xdata()) == [251, 251]


def test_the_outer_ribbon_is_next_cycles(work: View) -> None:
    here = work.specialty("general_surgery")
    curve = here.of("match").iloc[0]
    line = line_of(curve)
    panel = figures.one_curve(here, curve, 245).axes[0]
    heights = [
        np.unique([y for x, y in ribbon.get_paths()[0].vertices if x == 250])[[0, -1]]
        for ribbon in panel.collections[:2]
    ]
    limits = [after_drift(line, float(curve["drift_sd"])), line]
    for drawn, whole in zip(heights, limits, strict=True):
        assert drawn == pytest.approx(chance(whole, 250)[1:])
    # Worked by hand: 18-43 % next cycle; of the people of 2026 25-33 % were the logit straight, and
    # with a bend of .09 sqrt(.110^2 + .09^2) = .142 about logit .288.
    assert heights[0] == pytest.approx([0.18, 0.43], abs=0.01)
    assert heights[1] == pytest.approx([0.234, 0.348], abs=0.002)


def test_a_curve_that_claims_no_edge_is_dashed(work: View) -> None:
    for specialty, style in (("preliminary_medicine", "--"), ("general_surgery", "-")):
        here = work.specialty(specialty)
        panel = figures.one_curve(here, here.newest.iloc[0], 245).axes[0]
        assert panel.lines[0].get_linestyle() == style


def test_printed_figures_lie_on_the_curve(work: View) -> None:
    here = work.specialty("general_surgery")
    first = here.newest.iloc[0]
    assert "on it 12 figures as printed" in str(figures.one_curve(here, first, 245).get_label())
    (bins,) = (curve for _, curve in here.of("match").iterrows() if curve["cycle"] == "2020-2024")
    dots = figures.one_curve(here, bins, 245).axes[0].collections[-1].get_offsets()
    # 472 of 684 matched with 230-239, as printed.
    assert any(tuple(dot) == pytest.approx((234.5, 472 / 684)) for dot in dots)
    lent = here.newest.query("applicant_group == 'us_img' and outcome == 'match'", engine="python")
    assert "no scores were printed" in str(figures.one_curve(here, lent.iloc[0], 245).get_label())


def test_ranked_anywhere_is_not_in_the_overview(untranslated: View) -> None:
    tables = (untranslated.curves, untranslated.bands, untranslated.labels)
    assert "Preliminary" not in str(figures.overview(*tables).get_label())


def test_ridges_show_whose_scores_lie_higher(work: View) -> None:
    curve = work.specialty("general_surgery").newest.iloc[0]
    scores = pd.DataFrame({"score": range(200, 290), "share": 1 / 90})
    both = [scores.assign(result="matched"), scores.assign(result="not matched")]
    figure = figures.ridges(curve, pd.concat(both), 245)
    assert figure is not None
    assert "half of those matched at or below 244" in str(figure.get_label())
    assert figures.ridges(curve, scores.iloc[:0].assign(result=""), 245) is None


def test_the_dumbbell_holds_printed_beside_calibrated_edges(work: View) -> None:
    figure = figures.dumbbell(work)
    assert figure is not None
    told = str(figure.get_label())
    assert "General Surgery, Non-U.S. IMGs: competitive, printed 240, the data 275" in told
    assert "highly competitive, printed 250, no edge claimed" in told
    # Another population has no place on the same axis.
    assert "Preliminary" not in told
    assert figures.dumbbell(work, "applications") is None


def test_ten_points_are_sorted_with_intervals(work: View) -> None:
    figure = figures.gains(work, 240, 250)
    assert figure is not None
    told = re.findall(r"([^:;]+?) ([+−]?\d+) \(([+−]?\d+) to", str(figure.get_label()))
    values = [int(value.replace("−", "-")) for _, value, _ in told]
    assert len(values) > 15
    assert values == sorted(values, reverse=True)
    assert figures.gains(work, 240, 250, "us_do") is None


def test_slopes_lie_over_their_pool(work: View) -> None:
    figure = figures.slopes(work)
    assert figure is not None
    (pool,) = (p for p in work.fit_notes["pools"] if p["pool"].startswith("match, non_us_img"))
    assert f"Non-U.S. citizen IMGs {pool['mean']:.2f}" in str(figure.get_label())


def test_the_audit_draws_the_range_that_a_label_stands_for(work: View) -> None:
    figure = figures.audit(work, "general_surgery_img", "ranked_first")
    assert figure is not None
    (axis,) = figure.axes
    ranges = {(round(bar.get_x(), 2), round(bar.get_width(), 2)) for bar in axis.patches}
    assert ranges == {(0.75, 0.25), (0.5, 0.25), (0.25, 0.25), (0.0, 0.25)}
    names = [label.get_text() for label in axis.get_yticklabels()]
    place = names.index("General Surgery: 250 highly competitive")
    later, own = (
        np.asarray(item.get_xdata())
        for item in axis.lines
        if list(item.get_ydata()) == [place, place]
    )
    (row,) = work.audit.query(
        "guide == 'general_surgery_img' and curve_group == 'non_us_img' and score_min == 250"
        " and reading != ''",
        engine="python",
    ).to_dict("records")
    assert later == pytest.approx([row["next_low"], row["next_high"]], abs=1e-3)
    assert own == pytest.approx([row["edge_low"], row["edge_high"]], abs=1e-3)


def test_a_picture_is_inline_described_and_the_same_each_time(work: View) -> None:
    first, second = (show.picture(figures.slopes(work), "A < B") for _ in range(2))
    assert first is not None
    assert second is not None
    assert first.text == second.text
    assert 'alt="Slopes of the match' in first.text
    assert 'src="data:image/svg+xml;base64,' in first.text
    assert "<figcaption>A &lt; B</figcaption>" in first.text


def test_a_drawing_takes_the_colours_of_its_page_and_keeps_its_ids_to_itself(work: View) -> None:
    here = work.specialty("general_surgery")
    drawn = [show.drawing(figures.one_curve(here, here.newest.iloc[0], 245), "A < B", name)
             for name in ("one", "two")]  # fmt: skip
    texts = [each.text for each in drawn if each is not None]
    ids = [set(re.findall(r' id="([^"]+)"', each)) for each in texts]
    assert ids[0]
    assert not ids[0] & ids[1]
    used = set(re.findall(r'(?:href="#|url\(#)([^")]+)', texts[0]))
    assert used <= ids[0]
    assert "var(--ink, #1f2430)" in texts[0]
    # Its own colour stands only where no page gives one, such as in JupyterLab.
    assert "#1f2430" not in texts[0].replace("var(--ink, #1f2430)", "")
    assert ">20" in texts[0] or ">220<" in texts[0]
    assert "<style" not in texts[0]
    assert "<figcaption>A &lt; B</figcaption>" in texts[0]
    assert re.search(r'data-unit="2\.\d+"', texts[0])


def test_nothing_to_draw_gives_no_figure(work: View) -> None:
    assert show.picture(None) is None
    assert figures.overview(work.curves.iloc[:0], work.bands) is None
    assert figures.printed(work.specialty("preliminary_medicine")) is None


def test_the_overview_is_written_from_an_edition(work: View, tmp_path) -> None:
    picture = tmp_path / "overview.png"
    write_overview(work.tables.folder, picture, RAW / "specialties.csv")
    assert picture.read_bytes().startswith(b"\x89PNG")


def test_widths_of_edges_stand_by_grade_with_their_median() -> None:
    open_end = float("nan")
    bands = pd.DataFrame(
        {
            "grade": ["A", "A", "A", "C", "C"],
            "boundary": [250.0, 240.0, 230.0, 245.0, open_end],
            "boundary_low": [245.0, 230.0, 215.0, 240.0, open_end],
            "boundary_high": [255.0, 250.0, 245.0, 248.0, open_end],
            "boundary_next_low": [230.0, 220.0, 200.0, open_end, open_end],
            "boundary_next_high": [270.0, 260.0, open_end, 260.0, open_end],
        }
    )
    figure = figures.widths(bands)
    assert figure is not None
    assert figure.get_label() == (
        "Widths of the intervals of claimed edges; grade A, its own cycle: half of 3 edges within "
        "20 points, the widest 30; grade A, next cycle: half of 2 edges within 40 points, the "
        "widest 40; "
        "grade C, its own cycle: half of 1 edge within 8 points, the widest 8."
    )
    drawn = [line for line in figure.axes[0].lines if line.get_marker() == "o"]
    assert [sorted(line.get_xdata()) for line in drawn] == [[10, 20, 30], [40, 40], [8]]
    assert figures.widths(bands.assign(boundary=open_end)) is None
