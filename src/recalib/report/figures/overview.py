"""The overview, which is also the picture of the README: one score, many chances."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from calib.names import WHOSE
from recalib.contract.keys import KEY_COLUMNS
from recalib.report import style
from recalib.report.line import Told, chance_at
from recalib.report.order import newest, ordered
from recalib.report.words import cohort, missing, plain

GROUP, DENOMINATOR, SCORE, LABEL = "non_us_img", "ranked_first", 250.0, "likely"
_COLOUR = style.GROUP_COLOURS[GROUP]
_SCALE = (188.0, 300.0)


def overview(
    curves: pd.DataFrame, bands: pd.DataFrame, labels: Mapping[str, str] | None = None
) -> Figure | None:
    """Draw what one score is worth by specialty, and where the chance is even.

    Left: the chance of a match at 250 for non-U.S. IMGs who ranked the specialty first. Right: the
    score of an even chance, beside the edge of the guides' label that reads so. Both with the
    interval of the next cycle and that of their own. None without such curves.

    `curves`, `bands`: `curves.csv` and `band_table.csv`; `labels`: printed names of the
    specialties; None for the canonical names in words.
    """
    found = newest(ordered(curves))
    found = found[
        (found["applicant_group"] == GROUP)
        & (found["outcome"] == "match")
        & (found["denominator"] == DENOMINATOR)
        & found["slope"].notna()
    ]
    if found.empty:
        return None
    read = [chance_at(curve, SCORE) for _, curve in found.iterrows()]
    found = found.assign(**dict(zip(_READ, zip(*read, strict=True), strict=True)))
    found = found.sort_values("value", ascending=False, ignore_index=True)
    edges = bands.loc[bands["label"] == LABEL, [*KEY_COLUMNS, *_EDGE]]
    found = found.merge(edges, on=KEY_COLUMNS, how="left", suffixes=("", "_of_edge"))
    figure, (left, right) = style.axes(9.0, 0.27 * len(found) + 1.9, 1, 2, sharey=True)
    names = []
    for place, (_, curve) in enumerate(found.iterrows()):
        sure = curve["status"] == "ok"
        style.interval(
            left, place, [curve["next_low"], curve["next_high"]], curve["value"], _COLOUR,
            own=[curve["low"], curve["high"]], size=5.5, hollow=not sure,
            line="-" if sure else style.NO_EDGE, width=1.6,
        )  # fmt: skip
        _edge_row(right, place, curve)
        name = plain(curve["specialty"]).capitalize()
        names.append((labels or {}).get(curve["specialty"], name) + cohort(curve))
    left.set_title(f"Chance of a match with {SCORE:.0f}")
    style.percent_axis(left.xaxis)
    left.set_xlim(0, 1)
    left.set_xlabel(f"Non-U.S. citizen IMGs who ranked it first,\n{WHOSE}")
    style.name_rows(left, names, 9.5)
    right.set_title("Score of an even chance")
    right.set_xlim(*_SCALE)
    right.set_xlabel("Step 2 CK score")
    handles = [
        *style.two_doubts(_COLOUR),
        style.entry("curve claims no edge", _COLOUR, "o", markerfacecolor="white",
              linestyle=style.NO_EDGE),
        style.entry("edge of a guide whose label reads as “competitive”",
              style.GROUP_COLOURS["us_img"], "|", markersize=13, markeredgewidth=3,
              linestyle="none"),
    ]  # fmt: skip
    figure.legend(handles=handles, loc="outside lower center", ncols=2)
    told = ", ".join(
        f"{name} {100 * row['value']:.0f} % ({100 * row['next_low']:.0f} to "
        f"{100 * row['next_high']:.0f})"
        for name, (_, row) in zip(names, found.iterrows(), strict=True)
    )
    return style.describe(
        figure,
        f"Chance of a match with a Step 2 CK score of {SCORE:.0f} for non-U.S. citizen IMGs by "
        f"specialty, {WHOSE}, and where next cycle's likely lies: {told}.",
    )


_READ = list(Told._fields)
_EDGE = ["score_min", "boundary", "boundary_low", "boundary_high", "boundary_next_low"]
_EDGE += ["boundary_next_high", "guide_edge", "status"]


def _edge_row(panel: Axes, place: int, curve: pd.Series) -> None:
    low, high = _SCALE
    if pd.isna(curve["boundary"]):
        reason = f"{plain(curve['status'])}: no edge"
        if curve["status_of_edge"] == "wide":
            reason = "wide: no edge"
        elif curve["status"] == "ok":
            side = "above" if curve["value"] > 0.5 else "below"
            reason = f"{side} even at every fitted score"
        style.note(panel, high, place, reason, color=style.QUIET, va="center")
    else:
        ends = [
            low if missing(curve["boundary_next_low"]) else float(curve["boundary_next_low"]),
            high if missing(curve["boundary_next_high"]) else float(curve["boundary_next_high"]),
        ]
        style.interval(
            panel, place, ends, curve["boundary"], _COLOUR, mark="D", size=5.5, width=1.6,
            own=[curve["boundary_low"], curve["boundary_high"]],
        )  # fmt: skip
        for end, mark in ((0, "<"), (1, ">")):
            if missing(curve[("boundary_next_low", "boundary_next_high")[end]]):
                panel.plot(
                    ends[end], place, marker=mark, markersize=5, color=_COLOUR, clip_on=False
                )
    if not pd.isna(curve["guide_edge"]):
        panel.plot(
            float(curve["guide_edge"]), place, marker="|", markersize=15, markeredgewidth=3,
            color=style.GROUP_COLOURS["us_img"],
        )  # fmt: skip
