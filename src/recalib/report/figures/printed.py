"""The figure of printed statistics beside those that the curves predict."""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from recalib.report import style, words
from recalib.report.line import Z
from recalib.report.view import Specialty

STATISTICS = ("min", "q1", "median", "mean", "q3", "max")
_RESULTS = {"matched": (style.MATCHED, "o", -0.16), "not_matched": (style.NOT_MATCHED, "s", 0.16)}
# Inches above and below a panel.
_ABOVE, _BELOW = 0.3, 0.68


def curves_with(here: Specialty, kind: str) -> list[tuple[pd.Series, pd.DataFrame]]:
    """Return the curves that have checked facts of a kind (`quantiles`, `bins`), with these."""
    pairs = ((curve, here.facts(curve, kind)) for _, curve in here.curves.iterrows())
    return [(curve, facts) for curve, facts in pairs if facts["z"].notna().any()]


def printed(here: Specialty) -> Figure | None:
    """Draw every printed score statistic beside the one that its curve predicts.

    A mark is printed, a bar is fitted with its 95 % range; None where nothing could be checked.
    """
    parts = [(*pair, _quantiles) for pair in curves_with(here, "quantiles")]
    parts += [(*pair, _bins) for pair in curves_with(here, "bins")]
    if not parts:
        return None
    # By hand, since a layout engine takes as long as all the drawing of so many panels.
    figure, panels = style.grid(len(parts), 2, 4.5, 2.75, engine="none")
    width, height = figure.get_size_inches()
    inside = 2.75 - _ABOVE - _BELOW
    figure.subplots_adjust(
        left=0.7 / width, right=1 - 0.12 / width, wspace=0.82 / (4.5 - 0.82),
        top=1 - _ABOVE / height, bottom=_BELOW / height, hspace=(_ABOVE + _BELOW) / inside,
    )  # fmt: skip
    for panel, (curve, facts, draw) in zip(panels, parts, strict=True):
        draw(panel, facts)
        heading = f"{words.group(curve)}, {words.OUTCOMES[curve['outcome']]} {curve['cycle']}"
        panel.set_title(heading, fontsize=9)
    listed = "; ".join(words.heading(curve) for curve, _, _ in parts)
    return style.describe(
        figure,
        f"Printed statistics (marks) beside the fitted ones with their 95 % ranges (bars) in "
        f"{here.label}: {listed}. The table below gives the numbers.",
    )


def _quantiles(panel: Axes, facts: pd.DataFrame) -> None:
    names = [name for name in STATISTICS if name in set(facts["statistic"])]
    for result, (colour, mark, shift) in _RESULTS.items():
        part = facts[(facts["result"] == result) & facts["statistic"].isin(names)]
        if part.empty:
            continue
        heights = np.array([names.index(name) + shift for name in part["statistic"]])
        reach = Z * part["standard_deviation"]
        panel.hlines(
            heights, part["fitted"] - reach, part["fitted"] + reach,
            color=colour, linewidth=5, alpha=0.3,
        )  # fmt: skip
        panel.plot(
            part["value"], heights, linestyle="none", marker=mark, markersize=4.5, color=colour,
            label=words.plain(result),
        )  # fmt: skip
    panel.set_yticks(range(len(names)), names)
    panel.set_ylim(len(names) - 0.5, -0.5)
    panel.set_xlabel("Step 2 CK score")
    panel.legend(loc="upper right", handletextpad=0.2)


def _bins(panel: Axes, facts: pd.DataFrame) -> None:
    wide = facts.pivot_table(
        index=["score_min", "score_max"],
        columns="statistic",
        values=["value", "fitted", "standard_deviation"],
        dropna=False,
    )
    wide = wide[wide[("value", "n_total")].fillna(0) > 0].reset_index()
    wide = wide.iloc[wide["score_min"].fillna(0).argsort()]
    total = wide[("value", "n_total")]
    places = np.arange(len(wide))
    share = wide[("value", "n_success")] / total
    # The check of the successes is made among the people who were there.
    middle = wide[("fitted", "n_success")] / total
    reach = Z * wide[("standard_deviation", "n_success")] / total
    panel.vlines(
        places, (middle - reach).clip(0), (middle + reach).clip(upper=1), color=style.MATCHED,
        linewidth=7, alpha=0.3,
    )  # fmt: skip
    panel.plot(places, share, linestyle="none", marker="o", markersize=4.5, color=style.MATCHED)
    names = [
        words.score_range(low, high).replace(" and above", "+").replace("up to ", "≤")
        for low, high in zip(wide["score_min"], wide["score_max"], strict=True)
    ]
    panel.set_xticks(places, names, rotation=40, ha="right", fontsize=8)
    panel.set_xlim(-0.5, len(places) - 0.5)
    panel.set_ylim(bottom=0)
    style.percent_axis(panel.yaxis)
    panel.set_ylabel("Share with success")
