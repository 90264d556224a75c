"""The overview, which is also the picture of the README: one score, many chances."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from recalib.contract.keys import KEY_COLUMNS
from recalib.report import style
from recalib.report.line import chance_at
from recalib.report.order import newest, ordered
from recalib.report.words import badly_known, cohort, cohorts_among, missing, percent, plain

GROUP, SCORE, SCHEME, LABEL = "non_us_img", 250.0, "guide", "highly_competitive"
_COLOUR = style.GROUP_COLOURS[GROUP]


@style.styled
def overview(
    curves: pd.DataFrame,
    bands: pd.DataFrame,
    labels: Mapping[str, str] | None = None,
    anchor: float | None = None,
) -> Figure | None:
    """Draw what one score is worth by specialty, and where one label would begin.

    Left: the chance of a match at 250 for non-U.S. IMGs who ranked the specialty first. Right: the
    score from which `highly competitive` means the same (`anchor`), beside the guide's printed
    edge. None without such curves.

    `curves`, `bands`: `curves.csv` and `band_table.csv`; `labels`: printed names of the
    specialties; None for the canonical names in words; `anchor`: probability that the label stands
    for; None leaves it out of the heading.
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
    read = [chance_at(curve, SCORE) for _, curve in found.iterrows()]
    found = found.assign(**dict(zip(("p", "low", "high"), zip(*read, strict=True), strict=True)))
    found = found.sort_values("p", ascending=False, ignore_index=True)
    edges = bands[(bands["scheme"] == SCHEME) & (bands["label"] == LABEL)]
    found = found.merge(edges[[*KEY_COLUMNS, *_EDGE]], on=KEY_COLUMNS, how="left")
    figure, (left, right) = style.axes(9.0, 0.27 * len(found) + 1.7, 1, 2, sharey=True)
    names = []
    for place, (_, curve) in enumerate(found.iterrows()):
        sure = curve["status"] == "ok"
        style.interval(
            left, place, [curve["low"], curve["high"]], curve["p"], _COLOUR, size=5.5,
            hollow=not sure, line="-" if sure else style.NO_EDGE, width=1.6,
        )  # fmt: skip
        _edge_row(right, place, curve)
        name = plain(curve["specialty"]).capitalize()
        names.append((labels or {}).get(curve["specialty"], name) + cohort(curve))
    left.set_title(f"Chance of a match with {SCORE:.0f}")
    style.percent_axis(left.xaxis)
    left.set_xlim(0, 1)
    left.set_xlabel("Non-U.S. citizen IMGs who ranked it first")
    style.name_rows(left, names, 9.5)
    means = "" if anchor is None else f"({percent(anchor, 0)}) "
    # Names of cohorts are long and leave little room for it.
    gap = "\n" if cohorts_among(found) else " "
    right.set_title(f"“Highly competitive”{gap}{means}from")
    right.set_xlim(*_SCALE)
    right.set_xlabel("Step 2 CK score")
    handles = [
        style.entry("chance, 95 % interval", _COLOUR, "o"),
        style.entry("curve flat, weak or borrowed", _COLOUR, "o", markerfacecolor="white",
              linestyle=style.NO_EDGE),
        style.entry("calibrated edge, 95 % interval", _COLOUR, "D"),
        style.entry("edge open, or wider than 40 points", style.FAINT, "D"),
        style.entry("edge that a guide prints", style.GROUP_COLOURS["us_img"], "|", markersize=13,
              markeredgewidth=3, linestyle="none"),
    ]  # fmt: skip
    figure.legend(handles=handles, loc="outside lower center", ncols=3)
    told = ", ".join(
        f"{name} {100 * row['p']:.0f} % ({100 * row['low']:.0f} to {100 * row['high']:.0f})"
        for name, (_, row) in zip(names, found.iterrows(), strict=True)
    )
    return style.describe(
        figure,
        f"Chance of a match with a Step 2 CK score of {SCORE:.0f} for non-U.S. citizen IMGs by "
        f"specialty, with 95 % intervals: {told}.",
    )


_EDGE = ["score_min", "boundary", "boundary_low", "boundary_high", "guide_edge"]
_SCALE = (205.0, 292.0)


def _edge_row(panel: Axes, place: int, curve: pd.Series) -> None:
    low, high = _SCALE
    if pd.isna(curve["boundary"]):
        reason = f"{curve['status']}: no edge"
        if curve["status"] == "ok":
            everyone = not pd.isna(curve["score_min"])
            reason = f"{'every score' if everyone else 'none of the scores'} that occurs"
        style.note(panel, high, place, reason, color=style.QUIET, va="center")
    else:
        ends = [
            low if pd.isna(curve["boundary_low"]) else float(curve["boundary_low"]),
            high if pd.isna(curve["boundary_high"]) else float(curve["boundary_high"]),
        ]
        vague = badly_known(curve["boundary_low"], curve["boundary_high"])
        colour = style.FAINT if vague else _COLOUR
        style.interval(panel, place, ends, curve["boundary"], colour, mark="D", size=5.5, width=1.6)
        for end, mark in ((0, "<"), (1, ">")):
            if missing(curve[("boundary_low", "boundary_high")[end]]):
                panel.plot(ends[end], place, marker=mark, markersize=5, color=colour, clip_on=False)
    if not pd.isna(curve["guide_edge"]):
        panel.plot(
            float(curve["guide_edge"]), place, marker="|", markersize=15, markeredgewidth=3,
            color=style.GROUP_COLOURS["us_img"],
        )  # fmt: skip
