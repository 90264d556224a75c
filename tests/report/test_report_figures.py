"""Figures hold what the tables say, and say it in words too."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from matplotlib.colors import to_rgba
from matplotlib.figure import Figure

from calib.line import after_drift, chance
from calib.names import WHOSE
from recalib.report import figures, show
from recalib.report.figures.checks import checks
from recalib.report.figures.curves import SCORES
from recalib.report.order import by_denominator
from recalib.report.readme_picture import write_overview
from recalib.report.style import NEUTRAL
from recalib.report.view import View, line_of

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


def _texts(figure: Figure) -> str:
    found = []
    for axis in figure.axes:
        found += [text.get_text() for text in axis.texts]
        legend = axis.get_legend()
        found += [text.get_text() for text in legend.get_texts()] if legend else []
    return "\n".join(found)


@pytest.mark.parametrize("name", SPECIALTIES)
def test_every_figure_of_a_specialty_is_drawn_and_described(work: View, name: str) -> None:
    here = work.specialty(name)
    drawn = [figures.bands(here), figures.printed(here)]
    drawn += [
        figures.curves(here, outcome, denominator)
        for outcome in ("match", "interview")
        for denominator, _ in by_denominator(here.of(outcome))
    ]
    for figure in drawn:
        if figure is not None:
            assert here.label in str(figure.get_label())


def test_figures_of_the_run_are_drawn_and_described(work: View) -> None:
    drawn = {
        "Slopes": figures.slopes(work),
        "z over": checks(work),
        "next cycle's likely lies": figures.overview(work.curves, work.bands, work.labels),
    }
    for words, figure in drawn.items():
        assert figure is not None
        assert words in str(figure.get_label())
    for guide in sorted(work.guides["guides"]):
        rows = work.audit[work.audit["guide"] == guide]
        for denominator in set(rows["denominator"]) - {""}:
            figure = figures.audit(work, guide, denominator)
            assert figure is not None, guide
            assert "%" in str(figure.get_label())
        assert figures.audit(work, guide, "applications") is None


def test_match_and_interview_have_axes_of_their_own(work: View) -> None:
    here = work.specialty("general_surgery")
    match = figures.curves(here, "match", "ranked_first")
    interview = figures.curves(here, "interview", "applications")
    assert match.axes[0].get_ylabel().replace("\n", " ") == f"Chance of a match, {WHOSE}"
    assert interview.axes[0].get_ylabel() == "Invitations per application"
    assert "invitation" not in str(match.get_label())
    first = here.of("match").query("denominator == 'ranked_first'", engine="python")
    assert len(match.axes) == first["applicant_group"].nunique()


def test_a_curve_is_drawn_where_the_package_puts_it(work: View) -> None:
    here = work.specialty("internal_medicine")
    curve = here.of("match").iloc[0]
    line = line_of(curve)
    assert line is not None
    drawn = figures.curves(here, "match", "ranked_first").axes[0]
    solid = next(item for item in drawn.lines if item.get_linestyle() == "-")
    x, y = np.asarray(solid.get_xdata()), np.asarray(solid.get_ydata())
    assert x.min() >= np.floor(curve["score_low"])
    assert x.max() <= np.ceil(curve["score_high"])
    assert y == pytest.approx([chance(line, score)[0] for score in x])
    dotted = [item for item in drawn.lines if item.get_linestyle() == ":"]
    ends = np.concatenate([np.asarray(item.get_xdata()) for item in dotted])
    assert ends.min() == SCORES[0]
    assert ends.max() == SCORES[-1]


@pytest.mark.parametrize("specialty", ["diagnostic_radiology", "family_medicine"])
def test_a_curve_without_an_edge_looks_the_same_on_its_page_and_in_the_overview(
    work: View, specialty: str
) -> None:
    panel = figures.curves(work.specialty(specialty), "match", "ranked_first").axes[0]
    (own,) = (item for item in panel.lines if item.get_linewidth() > 1.5)
    left = figures.overview(work.curves, work.bands, work.labels).axes[0]
    names = [label.get_text() for label in left.get_yticklabels()]
    place = names.index(work.label(specialty))
    row = next(item for item in left.lines if place in np.asarray(item.get_ydata()))
    assert own.get_linestyle() == row.get_linestyle() == "--"


def test_a_borrowed_curve_looks_borrowed(work: View) -> None:
    here = work.specialty("preliminary_medicine")
    panel = figures.curves(here, "match", "ranked_any_pgy1").axes[0]
    assert any(item.get_linestyle() == "--" for item in panel.lines)
    later, own = panel.collections
    assert own.get_hatch()
    assert not later.get_hatch()
    legend = panel.get_legend()
    assert legend is not None
    assert any("borrowed" in item.get_text() for item in legend.get_texts())


def test_older_cycles_are_drawn_in_a_style_of_their_own(work: View) -> None:
    panels = figures.curves(work.specialty("internal_medicine"), "match", "ranked_first").axes
    seniors = next(panel for panel in panels if panel.get_title(loc="left") == "U.S. MD seniors")
    legend = seniors.get_legend()
    assert legend is not None
    assert [text.get_text() for text in legend.get_texts()][-2:] == [
        "next cycle likely",
        "95 % interval of its own cycle",
    ]
    styles = [line.get_linestyle() for line in legend.get_lines()]
    assert styles[0] == "-"
    assert "-" not in styles[1:]


def test_the_outer_ribbon_is_next_cycles(work: View) -> None:
    here = work.specialty("general_surgery")
    curve = here.of("match").iloc[0]
    line = line_of(curve)
    assert line is not None
    panel = figures.curves(here, "match", "ranked_first").axes[0]
    heights = [
        np.unique([y for x, y in ribbon.get_paths()[0].vertices if x == 250])[[0, -1]]
        for ribbon in panel.collections
    ]
    limits = [after_drift(line, float(curve["drift_sd"])), line]
    for drawn, whole in zip(heights, limits, strict=True):
        assert drawn == pytest.approx(chance(whole, 250)[1:])
    # Worked by hand: 18-43 % next cycle; of the people of 2026 25-33 % were the logit straight, and
    # with a bend of .09 sqrt(.110^2 + .09^2) = .142 about logit .288.
    assert heights[0] == pytest.approx([0.18, 0.43], abs=0.01)
    assert heights[1] == pytest.approx([0.234, 0.348], abs=0.002)


def test_ranked_anywhere_shares_no_axis_with_ranked_first(untranslated: View) -> None:
    here = untranslated.specialty("general_surgery")
    for denominator, other in (
        ("ranked_first", "ranked anywhere"),
        ("ranked_any_pgy1", "ranked first"),
    ):
        assert other not in str(figures.curves(here, "match", denominator).get_label())
    figure = figures.bands(here)
    assert figure is not None
    panels = {panel.get_title(loc="left")[:12]: panel for panel in figure.axes}
    names = {
        title: [label.get_text() for label in panel.get_yticklabels()]
        for title, panel in panels.items()
    }
    assert not any("anywhere" in name for name in names["Ranked first"])
    assert any("ranked anywhere" in name for name in names["Ranked anywh"])
    tables = (untranslated.curves, untranslated.bands, untranslated.labels)
    told = str(figures.overview(*tables).get_label())
    assert "Preliminary" not in told


def test_a_printed_label_without_a_reading_is_grey(work: View) -> None:
    grey = to_rgba(NEUTRAL[0])

    def bars(name: str) -> int:
        figure = figures.bands(work.specialty(name))
        assert figure is not None
        return sum(bar.get_facecolor() == grey for panel in figure.axes for bar in panel.patches)

    # The guides give pediatrics by its tier: "stronger" and "low possible".
    assert bars("pediatrics") == 2
    assert bars("general_surgery") == 0


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


def test_bars_give_the_printed_and_the_calibrated_scores(work: View) -> None:
    figure = figures.bands(work.specialty("general_surgery"))
    assert figure is not None
    told = str(figure.get_label())
    assert "highly competitive 250 and above" in told
    rows = work.bands.query(
        "specialty == 'general_surgery' and applicant_group == 'non_us_img' and cycle == '2026'"
        " and outcome == 'match' and label == 'likely'",
        engine="python",  # numexpr, where another library brings it, warns
    )
    assert f"competitive {int(rows['score_min'].iloc[0])} and above" in told
    legend = [text.get_text() for text in figure.legends[0].get_texts()]
    assert "likely, guides' “competitive”: from 50 %" in legend
    assert "no edge claimed: borrowed" in _texts(figure)


def test_a_picture_is_inline_described_and_the_same_each_time(work: View) -> None:
    here = work.specialty("family_medicine")
    first, second = (
        show.picture(figures.curves(here, "match", "ranked_first"), "A < B") for _ in range(2)
    )
    assert first is not None
    assert second is not None
    assert first.text == second.text
    assert 'alt="Chance of a match' in first.text
    assert 'src="data:image/svg+xml;base64,' in first.text
    assert "<figcaption>A &lt; B</figcaption>" in first.text


def test_nothing_to_draw_gives_no_figure(work: View) -> None:
    assert show.picture(None) is None
    assert figures.overview(work.curves.iloc[:0], work.bands) is None
    assert figures.printed(work.specialty("preliminary_medicine")) is None


def test_the_overview_is_written_from_an_edition(work: View, tmp_path) -> None:
    picture = tmp_path / "overview.png"
    write_overview(work.tables.folder, picture, RAW / "specialties.csv")
    assert picture.read_bytes().startswith(b"\x89PNG")
