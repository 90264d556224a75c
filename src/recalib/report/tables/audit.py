"""Tables of the guides: their audit, the anchors, and their other rules."""

from __future__ import annotations

import pandas as pd

from recalib.contract.vocabulary import EDGES
from recalib.report import words
from recalib.report.line import chance_at, edge_at
from recalib.report.show import Html
from recalib.report.tables.layout import GROUP, ROW, layout, lines, percent, two
from recalib.report.view import Specialty, View

#: Whose curves anchor the labels.
_ANCHORED = "non_us_img"
_MEMBERS = {"img": ("non_us_img", "us_img")}
_ORDER = ["specialty", "curve_group", "guide", "further", "guide_scheme", "rank"]


def audit(work: View, guide: str) -> Html | None:
    """Lay out everything that a guide prints, by specialty and group, with what the data say."""
    return _audit(work, work.audit[work.audit["guide"] == guide], f"audit-{guide}")


def guide_points(here: Specialty) -> Html | None:
    """Lay out what guides print for one specialty, by group."""
    return _audit(here.work, here.audit, "audit")


def _audit(work: View, table: pd.DataFrame, name: str) -> Html | None:
    # What a guide means by its labels comes first, its lists and plans after it.
    table = table.assign(further=table["guide_scheme"] != "target").sort_values(_ORDER)
    rows = []
    for _, row in table.iterrows():
        denominator = words.DENOMINATORS.get(row["denominator"], "no curve")
        grade = f"grade {row['grade']}, " if row["grade"] else ""
        scheme = "" if row["guide_scheme"] == "target" else f" ({words.plain(row['guide_scheme'])})"
        rows.append(
            {
                GROUP: f"{work.label(row['specialty'])}: {words.GROUPS[row['curve_group']]}, "
                f"{denominator} ({_people(work, row)}{grade}{words.plain(row['status'])})",
                ROW: f"{words.plain(row['label'])}{scheme}",
                "Printed": words.score_range(row["score_min"], row["score_max"]),
                "Edge": row["edge"] or words.NOTHING,
                "Chance at edge": percent(row, "probability_at_edge", "edge_low", "edge_high"),
                "Chance in band": percent(row, "probability_in_band", "band_low", "band_high"),
                "Calibrated edge": _calibrated(work, row),
                "Shift": words.signed(row["shift"]),
                "Verdict": words.plain(row["verdict"] if row["edge"] else "no_claim"),
            }
        )
    return layout(rows, name, "audit")


def _calibrated(work: View, row: pd.Series) -> str:
    band = work.calibrated_band(row)
    ends = () if band is None else (band["boundary_low"], band["boundary_high"])
    return two(words.number(row["calibrated_edge"]), words.score_interval(*ends) if ends else "")


def _curves(work: View, row: pd.Series) -> pd.DataFrame:
    """Return the newest match curves that a row of the audit was read on."""
    curves = work.newest
    found: pd.DataFrame = curves[
        (curves["specialty"] == row["specialty"])
        & (curves["applicant_group"] == row["curve_group"])
        & (curves["denominator"] == row["denominator"])
        & (curves["outcome"] == "match")
    ]
    return found


def _people(work: View, row: pd.Series) -> str:
    own = _curves(work, row)
    return "" if own.empty else f"{own['cycle'].iloc[0]}, n {words.count(own['n'].iloc[0])}, "


def anchors(work: View) -> Html | None:
    """Lay out what each anchoring guide says of each edge, and the edge without its own vote."""
    rows = []
    for edge in EDGES:
        for _, row in work.anchors[work.anchors["edge"] == edge].iterrows():
            same = ["guide", "edge", "specialty"]
            audit = work.audit[work.audit["curve_group"] == _ANCHORED]
            own = audit[(audit[same] == row[same]).all(axis=1)].iloc[0]
            rows.append(
                {
                    GROUP: f"{edge.capitalize()} edge: anchor {words.percent(row['anchor'], 1)}",
                    ROW: words.guide(row["guide"]),
                    "Specialty": work.label(row["specialty"]),
                    "Printed edge": words.count(row["printed_edge"]),
                    "Chance there": two(
                        *words.percent_interval(
                            row["probability"], own["edge_low"], own["edge_high"], 1
                        )
                    ),
                    "Calibrated edge": _calibrated(work, own),
                    "Anchor without it": words.percent(row["anchor_without_own"], 1),
                    "Edge without it": _without(work, own, row),
                }
            )
    return layout(rows, "anchors")


def _without(work: View, own: pd.Series, anchor: pd.Series) -> str:
    """Lay out the edge that the other guides alone would give."""
    score = anchor["calibrated_edge_without_own"]
    if pd.isna(score):
        return words.NOTHING
    curves = _curves(work, own)
    ((_, curve),) = curves[curves["needs_visa"] == ""].iterrows()
    _, low, high = edge_at(curve, anchor["anchor_without_own"])
    return two(words.number(score), words.score_interval(low, high))


def rules(work: View) -> Html | None:
    """Lay out the guides' rules, those in score points with the chance there."""
    rows = []
    for _, rule in work.guide_rules.iterrows():
        values = rule[["value_min", "value_max"]].dropna()
        rows.append(
            {
                GROUP: words.guide(rule["guide"]),
                ROW: words.plain(rule["rule"]),
                "Value": "–".join(f"{value:g}" for value in values),
                "Unit": rule["unit"],
                "Note": rule["note"],
                "Chance of a match at the value": lines(_rule_chances(work, rule, list(values))),
            }
        )
    return layout(rows, "rules")


def _rule_chances(work: View, rule: pd.Series, values: list[float]) -> list[str]:
    if rule["unit"] != "score" or not rule["specialty"]:
        return [words.NOTHING]
    found = work.newest
    found = found[(found["specialty"] == rule["specialty"]) & (found["outcome"] == "match")]
    found = found[found["slope"].notna()]
    told = []
    for member in _MEMBERS.get(rule["applicant_group"], (rule["applicant_group"],)):
        for _, curve in found[found["applicant_group"] == member].iterrows():
            for value in values:
                shown, limits = words.percent_interval(*chance_at(curve, value))
                told.append(
                    f"{words.GROUPS[member]} at {value:g}: {shown} ({limits}; "
                    f"{words.denominator(curve)}, {words.quality(curve)})"
                )
    return told or [words.NOTHING]
