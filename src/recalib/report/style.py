"""Colours, marks, axes, legends and intervals that the figures share.

The colours are those of Okabe and Ito, which people with any of the usual kinds of colour
blindness tell apart; every difference is drawn a second time as a line style, mark or word.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import matplotlib
from cycler import cycler
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.ticker import FuncFormatter

INK, QUIET, LINE = "#1f2430", "#4b5563", "#d9dee6"
GROUP_COLOURS = {
    "non_us_img": "#0072B2",
    "us_img": "#D55E00",
    "img": "#A65C00",
    "us_md_senior": "#00795A",
    "us_do_senior": "#8E4585",
    "us_md": "#00795A",
    "us_do": "#8E4585",
}
VERDICT_COLOURS = {
    "holds": "#00795A",
    "overstates": "#D55E00",
    "understates": "#0072B2",
    "cannot_tell": "#6b7280",
    "no_claim": "#9aa1ab",
}
VERDICT_MARKS = {
    "holds": "o",
    "overstates": "v",
    "understates": "^",
    "cannot_tell": "s",
    "no_claim": "|",
}
#: Marks of things without a mark of their own.
MARKS = ("o", "s", "^", "D", "v", "P", "X")
#: From the highest label to the lowest, with the colour of the text on it.
BAND_COLOURS = (
    ("#08306b", "#ffffff"),
    ("#2f74b5", "#ffffff"),
    ("#9ecae1", INK),
    ("#deebf7", INK),
)
#: A bar that stands for no label.
NEUTRAL, FAINT = ("#e3e5e9", INK), "#9aa1ab"
#: Range of chances that a label stands for.
RANGE = "#f5e6b8"
#: Line of a curve that claims no edge: flat, weak, borrowed or misfit.
NO_EDGE: Any = (0, (3.2, 1.8))
MATCHED, NOT_MATCHED = "#0072B2", "#D55E00"
#: What small figures are drawn with on a page, which has a light and a dark look of each.
_PAGE = {
    INK: "--ink",
    QUIET: "--quiet",
    LINE: "--line",
    "#ffffff": "--paper",
    MATCHED.lower(): "--blue",
    NOT_MATCHED.lower(): "--orange",
    "#a65c00": "--brown",
    "#00795a": "--green",
    "#8e4585": "--purple",
}
#: With the colour itself where no page gives another, such as in JupyterLab.
PAGE_COLOURS = {colour: f"var({name}, {colour})" for colour, name in _PAGE.items()}
RC: Any = {
    "font.family": "DejaVu Sans",
    "font.size": 9.5,
    "axes.titlesize": 10.5,
    "axes.titleweight": "bold",
    "axes.titlelocation": "left",
    "axes.labelsize": 9.5,
    "axes.labelcolor": INK,
    "axes.edgecolor": QUIET,
    "axes.linewidth": 0.8,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.prop_cycle": cycler(color=dict.fromkeys(GROUP_COLOURS.values())),
    "axes.grid": True,
    "axes.axisbelow": True,
    "grid.color": LINE,
    "grid.linewidth": 0.7,
    "xtick.color": QUIET,
    "ytick.color": QUIET,
    "xtick.labelcolor": INK,
    "ytick.labelcolor": INK,
    "text.color": INK,
    "legend.frameon": False,
    "legend.fontsize": 8.5,
    "hatch.linewidth": 0.6,
    "figure.facecolor": "white",
    "savefig.facecolor": "white",
    "svg.hashsalt": "calib",
    "svg.fonttype": "path",
}


def axes(
    width: float, height: float, rows: int = 1, columns: int = 1, engine: Any = "constrained",
    **options: Any,
) -> tuple[Figure, list[Axes]]:  # fmt: skip
    """Make a figure of so many inches with axes row by row, its options for `Figure.subplots`.

    What is drawn from here on has the style of the reports. The figure is not known to pyplot,
    whose import a page can spare.
    """
    matplotlib.rcParams.update(RC)
    figure = Figure((width, height), layout=engine)
    return figure, list(figure.subplots(rows, columns, squeeze=False, **options).flat)


def grid(
    count: int, most: int, width: float, height: float, above: float = 0.0, **options: Any
) -> tuple[Figure, list[Axes]]:
    """Make a figure of `count` panels, at most so many in a row; a panel has so many inches."""
    columns = min(most, count)
    rows = -(-count // columns)
    wide = width * columns + (1.0 if columns == 1 else 0.0)
    figure, panels = axes(wide, height * rows + above, rows, columns, **options)
    for panel in panels[count:]:
        panel.set_axis_off()
    return figure, panels[:count]


def describe(figure: Figure, sentence: str) -> Figure:
    """Give a figure its alternative text: what it shows, for people who do not see it."""
    figure.set_label(sentence)
    return figure


#: Inches that a telephone shows at its own size: text of 8.5 points has eleven of its pixels.
SMALL = 3.55


def small(
    height: float, rows: int = 1, columns: int = 1, **options: Any
) -> tuple[Figure, list[Axes]]:
    """Make a figure as wide as a telephone; wider pages show it larger or beside others."""
    figure, panels = axes(SMALL, height, rows, columns, **options)
    figure.patch.set_alpha(0)
    for panel in panels:
        panel.patch.set_alpha(0)
        panel.tick_params(labelsize=8.5)
        panel.xaxis.label.set_fontsize(8.5)
        panel.yaxis.label.set_fontsize(8.5)
        panel.title.set_fontsize(9)
    return figure, panels


def mine(panel: Axes, score: float) -> None:
    """Mark the reader's score; the page moves the mark."""
    panel.axvline(score, color=INK, linewidth=1.2, linestyle=(0, (4, 2)), gid="mine")


def percent_axis(axis: Any) -> None:
    """Print probabilities on an axis as percentages."""
    axis.set_major_formatter(FuncFormatter(_percent))


def _percent(value: float, place: int | None) -> str:
    whole = abs(100 * value - round(100 * value)) < 1e-6
    return f"{100 * value:.0f} %" if whole else f"{100 * value:.1f} %"


def name_rows(panel: Axes, names: Sequence[str], size: float = 8.5) -> None:
    """Name the rows of a panel, the first on top."""
    panel.set_yticks(range(len(names)), names, fontsize=size)
    panel.set_ylim(len(names) - 0.4, -0.6)


def names_above(panel: Axes, names: Sequence[str]) -> None:
    """Name the rows of a narrow panel above each row, the first on top."""
    for place, name in enumerate(names):
        panel.annotate(
            name, (0, place), (0, 5), xycoords=("axes fraction", "data"),
            textcoords="offset points", fontsize=8.5, va="bottom",
        )  # fmt: skip
    panel.set_yticks([])
    panel.set_ylim(len(names) - 0.5, -0.9)


def interval(
    panel: Axes, place: float, ends: Sequence[float], value: float, colour: str, *,
    own: Sequence[float] = (), mark: str = "o", size: float = 5, hollow: bool = False,
    line: Any = "-", width: float = 1.5,
) -> None:  # fmt: skip
    """Draw an estimate with its interval into a row; hollow where it claims nothing.

    `own`: ends of a second, narrower interval, drawn thick.
    """
    panel.plot(ends, [place, place], color=colour, linestyle=line, linewidth=width)
    if len(own):
        panel.plot(
            own, [place, place], color=colour, linewidth=3.6 * width, alpha=0.35,
            solid_capstyle="butt",
        )  # fmt: skip
    panel.plot(
        float(value), place, marker=mark, markersize=size, color=colour,
        markerfacecolor="white" if hollow else colour,
    )  # fmt: skip


def two_doubts(colour: str = QUIET) -> list[Any]:
    """Make the entries of a legend that name the two intervals of an estimate."""
    return [
        entry("next cycle likely", colour, linewidth=1.6),
        entry("95 % interval of its own cycle", colour, linewidth=5.5, alpha=0.35),
    ]


def note(panel: Axes, x: float, y: float, text: str, **options: Any) -> None:
    """Write a text on white, so that no line runs through it."""
    box = {"facecolor": "white", "edgecolor": "none", "pad": 1}
    look: dict[str, Any] = {"fontsize": 8, "ha": "right", "va": "top", "bbox": box}
    panel.text(x, y, text, **look | options)


def entry(label: str, colour: Any, mark: str | None = None, **options: Any) -> Line2D:
    """Make an entry of a legend: a line, a mark on it, or with `linestyle="none"` a mark alone."""
    return Line2D([], [], color=colour, marker=mark, label=label, **options)


def legend(figure: Figure, handles: Sequence[Any], columns: int, **options: Any) -> None:
    """Put a legend above all axes."""
    figure.legend(handles=handles, loc="outside upper center", ncols=columns, **options)
