"""The curves and bands of an edition come in; the picture of the README goes out."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from calib.line import chance
from recalib.report.order import newest, ordered
from recalib.report.style import (
    FAINT,
    GROUP_COLOURS,
    NO_EDGE,
    QUIET,
    axes,
    describe,
    percent_axis,
    styled,
)
from recalib.report.view import line_of
from recalib.report.words import badly_known, cohort, missing, percent, plain

GROUP, SCORE, SCHEME, LABEL = "non_us_img", 250.0, "guide", "highly_competitive"
_KEY = ["specialty", "cycle", "applicant_group", "outcome", "denominator", "needs_visa"]
_COLOUR = GROUP_COLOURS[GROUP]


@styled
def overview(
    curves: pd.DataFrame,
    bands: pd.DataFrame,
    labels: Mapping[str, str] | None = None,
    anchor: float | None = None,
) -> Figure | None:
    """Draw what one score is worth by specialty, and where one label would begin.

    Parameters
    ----------
    curves, bands : DataFrame
        `curves.csv` and `band_table.csv`.
    labels : mapping of str to str or None
        Printed names of the specialties; None for the canonical names in words.
    anchor : float or None
        Probability that the label stands for; None leaves it out of the heading.

    Returns
    -------
    Figure or None
        Left: the chance of a match at 250 for non-U.S. IMGs who ranked the specialty first. Right:
        the score from which `highly competitive` means the same, beside the guide's printed edge.
        None without such curves.
    """
    found = newest(ordered(curves))
    found = found[
        (found["applicant_group"] == GROUP)
        & (found["outcome"] == "match")
        & (found["denominator"] == "ranked_first")
        & found["slope"].notna()
    ]
    if found.empty:
        return None
    read = []
    for _, curve in found.iterrows():
        line = line_of(curve)
        assert line is not None
        read.append(chance(line, SCORE))
    found = found.assign(**dict(zip(("p", "low", "high"), zip(*read, strict=True), strict=True)))
    found = found.sort_values("p", ascending=False, ignore_index=True)
    edges = bands[(bands["scheme"] == SCHEME) & (bands["label"] == LABEL)]
    found = found.merge(edges[[*_KEY, *_EDGE]], on=_KEY, how="left")
    figure, (left, right) = axes(9.0, 0.27 * len(found) + 1.7, 1, 2, sharey=True)
    for place, curve in found.iterrows():
        _chance_row(left, int(str(place)), curve)
        _edge_row(right, int(str(place)), curve)
    names = [
        (labels or {}).get(curve["specialty"], plain(curve["specialty"]).capitalize())
        + cohort(curve)
        for _, curve in found.iterrows()
    ]
    left.set_title(f"Chance of a match with {SCORE:.0f}")
    percent_axis(left.xaxis)
    left.set_xlim(0, 1)
    left.set_xlabel("Non-U.S. citizen IMGs who ranked it first")
    left.set_yticks(range(len(found)), names)
    left.set_ylim(len(found) - 0.4, -0.6)
    means = "" if anchor is None else f"({percent(anchor, 0)}) "
    # Names of cohorts are long and leave little room for it.
    gap = "\n" if any(cohort(curve) for _, curve in found.iterrows()) else " "
    right.set_title(f"“Highly competitive”{gap}{means}from")
    right.set_xlim(*_SCALE)
    right.set_xlabel("Step 2 CK score")
    figure.legend(handles=_handles(), loc="outside lower center", ncols=3)
    told = ", ".join(
        f"{name} {100 * row['p']:.0f} % ({100 * row['low']:.0f} to {100 * row['high']:.0f})"
        for name, (_, row) in zip(names, found.iterrows(), strict=True)
    )
    return describe(
        figure,
        f"Chance of a match with a Step 2 CK score of {SCORE:.0f} for non-U.S. citizen IMGs by "
        f"specialty, with 95 % intervals: {told}.",
    )


_EDGE = ["score_min", "boundary", "boundary_low", "boundary_high", "guide_edge"]
_SCALE = (205.0, 292.0)


def _chance_row(panel: Axes, place: int, curve: pd.Series) -> None:
    sure = curve["status"] == "ok"
    panel.plot(
        [curve["low"], curve["high"]], [place, place], color=_COLOUR,
        linestyle="-" if sure else NO_EDGE, linewidth=1.6,
    )  # fmt: skip
    panel.plot(
        curve["p"], place, marker="o", markersize=5.5, color=_COLOUR,
        markerfacecolor=_COLOUR if sure else "white",
    )  # fmt: skip


def _edge_row(panel: Axes, place: int, curve: pd.Series) -> None:
    low, high = _SCALE
    if pd.isna(curve["boundary"]):
        everyone = not pd.isna(curve["score_min"])
        reason = {
            "ok": f"{'every score' if everyone else 'none of the scores'} that occurs",
            "flat": "flat: no edge",
            "weak": "weak: no edge",
            "borrowed": "borrowed: no edge",
        }
        panel.text(
            high, place, reason[str(curve["status"])], fontsize=8, color=QUIET, ha="right",
            va="center", bbox={"facecolor": "white", "edgecolor": "none", "pad": 1},
        )  # fmt: skip
    else:
        ends = [
            low if pd.isna(curve["boundary_low"]) else float(curve["boundary_low"]),
            high if pd.isna(curve["boundary_high"]) else float(curve["boundary_high"]),
        ]
        vague = badly_known(curve["boundary_low"], curve["boundary_high"])
        colour = FAINT if vague else _COLOUR
        panel.plot(ends, [place, place], color=colour, linewidth=1.6)
        for end, mark in ((0, "<"), (1, ">")):
            if missing(curve[("boundary_low", "boundary_high")[end]]):
                panel.plot(ends[end], place, marker=mark, markersize=5, color=colour, clip_on=False)
        panel.plot(curve["boundary"], place, marker="D", markersize=5.5, color=colour)
    if not pd.isna(curve["guide_edge"]):
        panel.plot(
            float(curve["guide_edge"]), place, marker="|", markersize=15, markeredgewidth=3,
            color=GROUP_COLOURS["us_img"],
        )  # fmt: skip


def _handles() -> list[Line2D]:
    return [
        Line2D([], [], color=_COLOUR, marker="o", label="chance, 95 % interval"),
        Line2D([], [], color=_COLOUR, marker="o", markerfacecolor="white", linestyle=NO_EDGE,
               label="curve flat, weak or borrowed"),
        Line2D([], [], color=_COLOUR, marker="D", label="calibrated edge, 95 % interval"),
        Line2D([], [], color=FAINT, marker="D", label="edge open, or wider than 40 points"),
        Line2D([], [], color=GROUP_COLOURS["us_img"], marker="|", markersize=13,
               markeredgewidth=3, linestyle="none", label="edge that a guide prints"),
    ]  # fmt: skip
