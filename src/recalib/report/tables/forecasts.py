"""Tables of how forecasts of newer cycles, and of slopes not seen, turned out."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from recalib.criticism.forecast import Forecast
from recalib.report import words
from recalib.report.show import Html
from recalib.report.tables.layout import GROUP, ROW, layout, two
from recalib.report.view import View


def losses(found: Sequence[Forecast]) -> Html | None:
    """Lay out the expected scores of every forecast beside base rates alone."""
    rows = []
    for each in found:
        named = {
            "older_curve": f"curves of {each.older}",
            "older_rate": f"base rates of {each.older} alone",
            "newer_rate": f"base rates of {each.newer} alone (not known beforehand)",
            "newer_curve": f"the curves of {each.newer} themselves",
        }
        whom = f"{words.GROUPS[each.population[1]]}, {words.DENOMINATORS[each.population[2]]}"
        for _, row in each.losses.iterrows():
            better = f"{row['better']} of {row['specialties']}"
            rows.append(
                {
                    GROUP: f"{whom}: {each.older} for {each.newer}",
                    ROW: named[row["predictor"]],
                    "Log loss": words.number(row["log_loss"], 4),
                    "Brier score": words.number(row["brier"], 4),
                    "Better than older base rate in": (
                        words.NOTHING if row["predictor"] == "older_rate" else better
                    ),
                }
            )
    return layout(rows, "forecast-losses")


def specialties(work: View, each: Forecast) -> Html | None:
    """Lay out a forecast by specialty, the level farthest off first."""
    table = each.specialties.sort_values("z", key=lambda z: -z.abs())
    rows = [
        {
            ROW: work.label(row["specialty"]),
            "People": words.count(row["people"]),
            "Matched, predicted": words.percent(row["predicted_rate"]),
            "Matched, printed": words.percent(row["printed_rate"]),
            "Logit higher by": _error(words.signed(row["shift"], 2), row["shift_se"]),
            "z": words.signed(row["z"]),
            "Slope, predicted": _slope(row, "predicted_slope"),
            "Slope, raw": _slope(row, "slope_raw"),
            "z ": words.signed(row["slope_z"]),
        }
        for _, row in table.iterrows()
    ]
    name = f"forecast-{each.older}-{each.population[1]}"
    return layout(rows, name, "forecast", older=each.older, newer=each.newer)


def _slope(row: pd.Series, name: str) -> str:
    if pd.isna(row[name]):
        return words.NOTHING
    return _error(words.number(row[name], 2), row[f"{name}_se"])


def _error(value: str, error: float) -> str:
    return f"{value}\u00a0±\u00a0{error:.2f}"


def levels(work: View, pairs: pd.DataFrame, without: pd.DataFrame) -> Html | None:
    """Lay out the moves of one population by specialty, and the step without each of them.

    `pairs`: of `Drift.pairs`; `without`: of `levels.without_each`.
    """
    rows = []
    for _, row in without.sort_values(
        "specialty", key=lambda names: names.map(work.label)
    ).iterrows():
        moves = {
            f"{pair['older']} to {pair['newer']}": two(
                _error(words.signed(pair["moved"], 2), pair["error"]),
                f"expected {pair['expected']:.2f}",
            )
            for _, pair in pairs[pairs["specialty"] == row["specialty"]].iterrows()
        }
        limits = f"{row['low']:.2f}–{row['high']:.2f}"
        rows.append(
            {ROW: work.label(row["specialty"])}
            | moves
            | {"Step without it": two(words.number(row["step"], 2), limits)}
        )
    return layout(rows, f"levels-{'-'.join(set(without['population']))}", "drift-pairs")


def left_out(work: View, found: pd.DataFrame) -> Html | None:
    """Lay out how well each pool predicts slopes that it did not see (`held_out.coverage`)."""
    rows = [
        {
            ROW: ", ".join(words.pool(row["pool"])),
            "Slopes": words.count(row["slopes"]),
            "Specialties": words.count(row["specialties"]),
            "Within 95 % limits": words.percent(row["inside"], 0),
            "Mean z": words.signed(row["z_mean"], 2),
            "SD of z": words.number(row["z_sd"], 2),
            "Farthest": f"{work.label(row['specialty'])} {row['cycle']}, |z| {row['largest']:.2f}",
        }
        for _, row in found.iterrows()
    ]
    return layout(rows, "left-out")
