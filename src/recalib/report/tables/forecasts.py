"""Forecasts of newer cycles and of unseen slopes come in; tables of how they did go out."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from recalib.criticism.forecast import Forecast
from recalib.report import words
from recalib.report.figures.left_out import pool_words
from recalib.report.show import Html
from recalib.report.tables.layout import GROUP, ROW, layout
from recalib.report.view import View


def heading(each: Forecast) -> str:
    """Name a forecast: group, older and newer cycle."""
    group = words.GROUPS[each.population[1]]
    return f"{group}, {words.DENOMINATORS[each.population[2]]}: {each.older} for {each.newer}"


def losses(found: Sequence[Forecast]) -> Html | None:
    """Lay out the expected scores of every forecast beside base rates alone.

    Parameters
    ----------
    found : sequence of Forecast

    Returns
    -------
    Html or None
        Four rows a forecast; None without forecasts.
    """
    rows = []
    for each in found:
        named = {
            "older_curve": f"curves of {each.older}",
            "older_rate": f"base rates of {each.older} alone",
            "newer_rate": f"base rates of {each.newer} alone (not known beforehand)",
            "newer_curve": f"the curves of {each.newer} themselves",
        }
        for _, row in each.losses.iterrows():
            rows.append(
                {
                    GROUP: heading(each),
                    ROW: named[row["predictor"]],
                    "Log loss": f"{row['log_loss']:.4f}",
                    "Brier score": f"{row['brier']:.4f}",
                    "Better than older base rate in": (
                        words.NOTHING
                        if row["predictor"] == "older_rate"
                        else f"{row['better']} of {row['specialties']}"
                    ),
                }
            )
    return layout(
        rows, "forecast-losses", first="Predicted by",
        note="Per person, expected over the people of the newer tables under the curves fitted to "
        "them (single results are not printed). The last column counts specialties by log loss.",
    )  # fmt: skip


def specialties(work: View, each: Forecast) -> Html | None:
    """Lay out a forecast by specialty.

    Parameters
    ----------
    work : View
        A run, for the names of specialties.
    each : Forecast

    Returns
    -------
    Html or None
        One row a specialty, the level farthest off first.
    """
    table = each.specialties
    order = table["z"].abs().sort_values(ascending=False).index
    rows = []
    for _, row in table.loc[order].iterrows():
        own = words.NOTHING
        if not pd.isna(row["slope_raw"]):
            own = f"{row['slope_raw']:.2f}\u00a0±\u00a0{row['slope_raw_se']:.2f}"
        rows.append(
            {
                ROW: work.label(str(row["specialty"])),
                "People": words.count(row["people"]),
                "Matched, predicted": words.percent(row["predicted_rate"]),
                "Matched, printed": words.percent(row["printed_rate"]),
                "Logit higher by": f"{words.signed(row['shift'], 2)}\u00a0±\u00a0"
                f"{row['shift_se']:.2f}",
                "z": words.signed(row["z"], 1),
                "Slope, predicted": f"{row['predicted_slope']:.2f}\u00a0±\u00a0"
                f"{row['predicted_slope_se']:.2f}",
                "Slope, raw": own,
                "z ": words.NOTHING if pd.isna(row["slope_z"]) else words.signed(row["slope_z"], 1),
            }
        )
    return layout(
        rows, f"forecast-{each.older}-{each.population[1]}", first=f"{each.older} for {each.newer}",
        note="± is one standard error; that of the logit holds the older curve's and the newer "
        "tables' errors.",
    )  # fmt: skip


def left_out(work: View, found: pd.DataFrame) -> Html | None:
    """Lay out how well pools predict slopes that they did not see.

    Parameters
    ----------
    work : View
        A run, for the names of specialties.
    found : DataFrame
        From `recalib.criticism.held_out.coverage`.

    Returns
    -------
    Html or None
        One row a pool; None without pools.
    """
    rows = [
        {
            ROW: ", ".join(pool_words(str(row["pool"]))),
            "Slopes": words.count(row["slopes"]),
            "Specialties": words.count(row["specialties"]),
            "Within 95 % limits": words.percent(row["inside"], 0),
            "Mean z": words.signed(float(row["z_mean"]), 2),
            "SD of z": f"{row['z_sd']:.2f}",
            "Farthest": f"{work.label(str(row['specialty']))} {row['cycle']}, "
            f"|z| {row['largest']:.2f}",
        }
        for _, row in found.iterrows()
    ]
    return layout(
        rows, "left-out", first="Pool", left=("Farthest",),
        note="Two cycles of a specialty are left out together; their two rows are not independent.",
    )  # fmt: skip
