"""Tables of the guides: their audit, their other rules, and whose they are."""

from __future__ import annotations

from collections.abc import Iterable

import pandas as pd

from calib.names import meanings
from recalib.bands.audit import DENOMINATORS, MEMBERS
from recalib.report import words
from recalib.report.line import EDGE, chance_at, judged, told
from recalib.report.show import Html
from recalib.report.tables.bands import standing
from recalib.report.tables.layout import GROUP, ROW, doubts, layout, lines, two
from recalib.report.view import Specialty, View

_ORDER = ["specialty", "curve_group", "guide", "further", "guide_scheme", "rank"]


def audit(work: View, guide: str, denominator: str) -> Html | None:
    """Lay out what a guide prints, by specialty and group, with what the data say.

    `denominator`: of the curves that the rows are held against; "" for rows without a curve.
    """
    return _audit(work, work.audit[work.audit["guide"] == guide], denominator, f"audit-{guide}")


def guide_points(here: Specialty, denominator: str) -> Html | None:
    """Lay out what guides print for one specialty, by group, as `audit` does."""
    return _audit(here.work, here.audit, denominator, "audit")


def _audit(work: View, table: pd.DataFrame, denominator: str, name: str) -> Html | None:
    table = table[table["denominator"] == denominator]
    # What a guide means by its labels comes first, its lists and plans after it.
    table = table.assign(further=table["guide_scheme"] != "target").sort_values(_ORDER)
    rows = []
    for _, row in table.iterrows():
        counted = words.DENOMINATORS.get(denominator, "no curve")
        grade = f"grade {row['grade']}, " if row["grade"] else ""
        scheme = "" if row["guide_scheme"] == "target" else f" ({words.plain(row['guide_scheme'])})"
        rows.append(
            {
                GROUP: f"{work.label(row['specialty'])}: {words.GROUPS[row['curve_group']]}, "
                f"{counted} ({_people(work, row)}{grade}{words.plain(row['status'])})",
                ROW: f"{words.plain(row['label'])}{scheme}",
                "Printed": words.score_range(row["score_min"], row["score_max"]),
                "Stands for": _reading(work, row),
                "Chance": _chance(work, row),
                "Standing": standing(row),
                "The data call it": words.plain(row["data_label"]) or words.NOTHING,
                "Begins at": _calibrated(work, row),
                "Shift": words.signed(row["shift"]),
                "Verdict": lines([words.plain(row["verdict"]), row["reason"]]),
            }
        )
    return layout(rows, f"{name}-{denominator}", "audit", **meanings("verdict"))


def _reading(work: View, row: pd.Series) -> str:
    word = row["reading"]
    if not word:
        return words.NOTHING
    least, end = (words.percent(p, 0) for p in work.readings.range(word))
    return two(words.plain(word), f"{least} to {end}")


def _chance(work: View, row: pd.Series) -> str:
    value, at_edge = judged(work, row)
    return doubts(words.judged(value, at_edge=at_edge), row["cycle"])


def _calibrated(work: View, row: pd.Series) -> str:
    band = work.calibrated_band(row)
    value = words.number(row["calibrated_edge"])
    if band is None or pd.isna(row["calibrated_edge"]):
        return value
    _, later, own = words.score_doubts(*told(band, *EDGE))
    return doubts((value, later, own), row["cycle"])


def _people(work: View, row: pd.Series) -> str:
    """Say the cycle and the people of the curve that a row was read on."""
    curve = work.curve_of(row)
    return "" if curve is None else f"{curve['cycle']}, {words.counted(curve)}"


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
                **{
                    words.DENOMINATORS[name].capitalize(): lines(
                        _rule_chances(work, rule, list(values), name)
                    )
                    for name in DENOMINATORS
                },
            }
        )
    return layout(rows, "rules")


def _rule_chances(work: View, rule: pd.Series, values: list[float], denominator: str) -> list[str]:
    if rule["unit"] != "score" or not rule["specialty"]:
        return [words.NOTHING]
    found = work.newest
    found = found[(found["specialty"] == rule["specialty"]) & (found["outcome"] == "match")]
    found = found[found["slope"].notna() & (found["denominator"] == denominator)]
    said = []
    for member in MEMBERS.get(rule["applicant_group"], (rule["applicant_group"],)):
        for _, curve in found[found["applicant_group"] == member].iterrows():
            for value in values:
                shown = words.both(words.doubts(*chance_at(curve, value)), curve["cycle"])
                said.append(f"{words.GROUPS[member]} at {value:g}: {shown}; {words.quality(curve)}")
    return said or [words.NOTHING]


def guides(work: View, names: Iterable[str] | None = None) -> Html | None:
    """Lay out whose guides are held against the data: all, or those of these names."""
    known = work.guides["guides"]
    rows = [
        {
            ROW: words.guide(name),
            "Title": known[name]["title"],
            "Publisher": known[name]["publisher"],
            "Citation": known[name]["citation"],
        }
        for name in sorted(known if names is None else set(names) & set(known))
    ]
    return layout(rows, "guides")
