"""Figures hold what the tables say, and say it in words too."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from matplotlib.colors import to_rgba
from matplotlib.figure import Figure

from calib.line import chance
from recalib.report import figures, show, text
from recalib.report.figures.checks import checks
from recalib.report.figures.curves import SCORES
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
    drawn = [figures.bands(here, "guide"), figures.bands(here, "chance"), figures.printed(here)]
    drawn += [
        figures.curves(here, outcome)
        for outcome in ("match", "interview")
        if not here.of(outcome).empty
    ]
    for figure in drawn:
        if figure is not None:
            assert here.label in str(figure.get_label())


def test_figures_of_the_run_are_drawn_and_described(work: View) -> None:
    drawn = {
        "Slopes": figures.slopes(work),
        "anchors": figures.anchors(work),
        "z over": checks(work),
        "95 % intervals": figures.overview(work.curves, work.bands, work.labels),
    }
    for words, figure in drawn.items():
        assert figure is not None
        assert words in str(figure.get_label())
    for guide in sorted(work.guides["guides"]):
        figure = figures.audit(work, guide)
        assert figure is not None, guide
        assert "%" in str(figure.get_label())


def test_match_and_interview_have_axes_of_their_own(work: View) -> None:
    here = work.specialty("general_surgery")
    match, interview = figures.curves(here, "match"), figures.curves(here, "interview")
    assert match.axes[0].get_ylabel() == "Chance of a match"
    assert interview.axes[0].get_ylabel() == "Invitations per application"
    assert "interview" not in str(match.get_label())
    assert len(match.axes) == here.of("match")["applicant_group"].nunique()


def test_a_curve_is_drawn_where_the_package_puts_it(work: View) -> None:
    here = work.specialty("internal_medicine")
    curve = here.of("match").iloc[0]
    line = line_of(curve)
    assert line is not None
    drawn = figures.curves(here, "match").axes[0]
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
    panel = figures.curves(work.specialty(specialty), "match").axes[0]
    (own,) = (item for item in panel.lines if item.get_linewidth() > 1.5)
    left = figures.overview(work.curves, work.bands, work.labels).axes[0]
    names = [label.get_text() for label in left.get_yticklabels()]
    place = names.index(work.label(specialty))
    row = next(item for item in left.lines if place in np.asarray(item.get_ydata()))
    assert own.get_linestyle() == row.get_linestyle() == "--"


def test_a_borrowed_curve_looks_borrowed(work: View) -> None:
    panel = figures.curves(work.specialty("preliminary_medicine"), "match").axes[0]
    assert any(item.get_linestyle() == "--" for item in panel.lines)
    assert all(ribbon.get_hatch() for ribbon in panel.collections)
    legend = panel.get_legend()
    assert legend is not None
    assert any("borrowed" in item.get_text() for item in legend.get_texts())


def test_older_cycles_are_drawn_in_a_style_of_their_own(work: View) -> None:
    panels = figures.curves(work.specialty("internal_medicine"), "match").axes
    seniors = next(panel for panel in panels if panel.get_title(loc="left") == "U.S. MD seniors")
    legend = seniors.get_legend()
    assert legend is not None
    styles = [line.get_linestyle() for line in legend.get_lines()]
    assert styles[0] == "-"
    assert "-" not in styles[1:]


def test_ranked_anywhere_shares_no_panel_with_ranked_first(work: View) -> None:
    here = work.specialty("general_surgery")
    figure = figures.curves(here, "match")
    told = str(figure.get_label())
    assert "Non-U.S. citizen IMGs, match 2025, ranked anywhere" in text.not_drawn(here)
    assert "Non-U.S. citizen IMGs, match 2025, ranked anywhere" not in told
    assert "U.S. citizen IMGs, match 2025, ranked anywhere" in told
    assert text.not_drawn(work.specialty("preliminary_medicine")) == ""


def test_bars_without_a_meaning_or_a_known_edge_are_grey(work: View) -> None:
    grey = to_rgba(NEUTRAL[0])

    def bars(name: str, scheme: str) -> int:
        figure = figures.bands(work.specialty(name), scheme)
        assert figure is not None
        return sum(bar.get_facecolor() == grey for bar in figure.axes[0].patches)

    # The guides give pediatrics a "low possible" that no anchor stands for.
    assert bars("pediatrics", "guide") == 1
    assert bars("general_surgery", "guide") == 0
    assert bars("interventional_radiology", "chance") == 1


def test_bars_give_the_printed_and_the_calibrated_scores(work: View) -> None:
    figure = figures.bands(work.specialty("general_surgery"), "guide")
    assert figure is not None
    told = str(figure.get_label())
    assert "highly competitive 250 and above" in told
    rows = work.bands.query(
        "specialty == 'general_surgery' and applicant_group == 'non_us_img' and cycle == '2026'"
        " and outcome == 'match' and scheme == 'guide' and rank == 1",
        engine="python",  # numexpr, where another library brings it, warns
    )
    assert f"highly competitive {int(rows['score_min'].iloc[0])} and above" in told
    assert "no edge claimed: borrowed" in _texts(figure)


def test_a_picture_is_inline_described_and_the_same_each_time(work: View) -> None:
    here = work.specialty("family_medicine")
    first, second = (show.picture(figures.curves(here, "match"), "A < B") for _ in range(2))
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
