"""The guides' audit comes in; its rows, the anchors and the other rules go out as tables."""

from __future__ import annotations

import pandas as pd

from calib.line import chance
from calib.line import edge as line_edge
from recalib.contract.schema import EDGES
from recalib.report import words
from recalib.report.show import Html
from recalib.report.tables.layout import GROUP, ROW, layout, two
from recalib.report.view import Specialty, View, line_of

_NOTE = (
    "Chance of a match and calibrated edge with their 95 % intervals. Edge: which anchor the "
    "printed lower end is held against. Shift: calibrated edge minus printed edge. Too easy, too "
    "hard: the whole interval of the chance at the edge lies below, or above, the anchor; holds: "
    "it holds the anchor, and the calibrated edge is known to 20 points or better; cannot tell: "
    "anything else, and every curve that claims no edge; no claim: the row says nothing that a "
    "number could hold or break. A guide with a vote in an anchor is held against what the other "
    "guides alone would give."
)
#: Whose curves anchor the labels.
_ANCHORED = "non_us_img"
_MEMBERS = {"img": ("non_us_img", "us_img")}


def audit(work: View, guide: str) -> Html | None:
    """Lay out everything that a guide prints, with what the data give it.

    Parameters
    ----------
    work : View
        A run.
    guide : str
        Name of the guide.

    Returns
    -------
    Html or None
        One row a printed band and group, under specialty and group.
    """
    rows = work.audit[work.audit["guide"] == guide]
    return _audit(work, rows, f"audit-{guide}")


def guide_points(here: Specialty) -> Html | None:
    """Lay out what guides print for one specialty.

    Parameters
    ----------
    here : Specialty
        Any.

    Returns
    -------
    Html or None
        One row a printed band and group.
    """
    return _audit(here.work, here.audit, "audit")


def _audit(work: View, table: pd.DataFrame, name: str) -> Html | None:
    order = ["specialty", "curve_group", "guide", "further", "guide_scheme", "rank"]
    # What a guide means by its labels comes first, its lists and plans after it.
    table = table.assign(further=table["guide_scheme"] != "target").sort_values(order)
    rows = []
    for _, row in table.iterrows():
        denominator = words.DENOMINATORS.get(str(row["denominator"]), "no curve")
        status = words.STATUSES[str(row["status"])]
        grade = f"grade {row['grade']}, " if row["grade"] else ""
        people = _people(work, row)
        whom = f"{words.GROUPS[str(row['curve_group'])]}, {denominator}"
        scheme = "" if row["guide_scheme"] == "target" else f" ({words.plain(row['guide_scheme'])})"
        edge = (row["probability_at_edge"], row["edge_low"], row["edge_high"])
        band = (row["probability_in_band"], row["band_low"], row["band_high"])
        shift = row["shift"]
        rows.append(
            {
                GROUP: f"{work.label(row['specialty'])}: {whom} ({people}{grade}{status})",
                ROW: f"{words.plain(str(row['label']))}{scheme}",
                "Printed": words.score_range(row["score_min"], row["score_max"]),
                "Edge": str(row["edge"]) or words.NOTHING,
                "Chance at edge": two(*words.percent_interval(*edge)),
                "Chance in band": two(*words.percent_interval(*band)),
                "Calibrated edge": _calibrated(work, row),
                "Shift": words.NOTHING if pd.isna(shift) else words.signed(float(shift)),
                "Verdict": words.VERDICTS[str(row["verdict"]) if row["edge"] else "no_claim"],
            }
        )
    return layout(
        rows,
        name,
        first="Label",
        raw=("Chance at edge", "Chance in band", "Calibrated edge"),
        left=("Printed", "Edge", "Verdict"),
        note=_NOTE,
    )


def _calibrated(work: View, row: pd.Series) -> str:
    """A cell with the calibrated edge and its interval."""
    band = work.calibrated_band(row)
    limits = (
        "" if band is None else words.score_interval(band["boundary_low"], band["boundary_high"])
    )
    return two(words.score(row["calibrated_edge"]), limits)


def _people(work: View, row: pd.Series) -> str:
    found = work.newest
    own = found[
        (found["specialty"] == row["specialty"])
        & (found["applicant_group"] == row["curve_group"])
        & (found["denominator"] == row["denominator"])
        & (found["outcome"] == "match")
    ]
    if own.empty:
        return ""
    return f"{own['cycle'].iloc[0]}, n {words.count(own['n'].iloc[0])}, "


def anchors(work: View) -> Html | None:
    """Lay out what each anchoring guide says of each edge, and the edge without its own vote.

    Parameters
    ----------
    work : View
        A run.

    Returns
    -------
    Html or None
        One row an edge and guide; None without anchors.
    """
    table = work.anchors
    rows = []
    for edge in EDGES:
        for _, row in table[table["edge"] == edge].iterrows():
            without = row["anchor_without_own"]
            own = work.audit[
                (work.audit["guide"] == row["guide"])
                & (work.audit["edge"] == edge)
                & (work.audit["specialty"] == row["specialty"])
                & (work.audit["curve_group"] == _ANCHORED)
            ].iloc[0]
            limits = (own["edge_low"], own["edge_high"])
            rows.append(
                {
                    GROUP: f"{edge.capitalize()} edge: anchor {words.percent(row['anchor'], 1)}",
                    ROW: words.guide(str(row["guide"])),
                    "Specialty": work.label(str(row["specialty"])),
                    "Printed edge": words.count(row["printed_edge"]),
                    "Chance there": two(*words.percent_interval(row["probability"], *limits, 1)),
                    "Calibrated edge": _calibrated(work, own),
                    "Anchor without it": words.percent(without, 1),
                    "Edge without it": _without(work, own, row),
                }
            )
    return layout(
        rows, "anchors", first="Guide", left=("Specialty",),
        raw=("Chance there", "Calibrated edge", "Edge without it"),
        note="Chance of a match of non-U.S. citizen IMGs who ranked the specialty first. “Without "
        "it”: what the other guides alone would give, since its own shift is partly circular. 95 % "
        "intervals. Anchors have none, being definitions: the interval of an edge leaves out the "
        "doubt about what its label means, of which the last two columns give an idea.",
    )  # fmt: skip


def _without(work: View, own: pd.Series, anchor: pd.Series) -> str:
    """A cell with the edge that the other guides alone would give, and its interval."""
    score = anchor["calibrated_edge_without_own"]
    if pd.isna(score):
        return words.NOTHING
    newest = work.newest
    (curve,) = (
        curve
        for _, curve in newest[newest["specialty"] == own["specialty"]].iterrows()
        if (curve["applicant_group"], curve["denominator"]) == (_ANCHORED, own["denominator"])
        and (curve["outcome"], curve["needs_visa"]) == ("match", "")
    )
    line = line_of(curve)
    assert line is not None
    _, low, high = line_edge(line, float(anchor["anchor_without_own"]))
    return two(words.score(score), words.score_interval(low, high))


def rules(work: View) -> Html | None:
    """Lay out the guides' rules, those in score points with the chance there.

    Parameters
    ----------
    work : View
        A run.

    Returns
    -------
    Html or None
        One row a rule.
    """
    rows = []
    for _, rule in work.guide_rules.iterrows():
        values = [
            f"{float(value):g}"
            for value in (rule["value_min"], rule["value_max"])
            if not pd.isna(value)
        ]
        row = {
            GROUP: words.guide(str(rule["guide"])),
            ROW: words.plain(str(rule["rule"])),
            "Value": "–".join(values),
            "Unit": str(rule["unit"]),
            "Note": str(rule["note"]),
            "Chance of a match at the value": "<br>".join(_rule_chances(work, rule)),
        }
        rows.append(row)
    return layout(
        rows, "rules", first="Rule", raw=("Chance of a match at the value",),
        left=("Unit", "Note", "Chance of a match at the value"),
        widths={"Value": "9%"},
        note="Chances are given for rules in score points that name a specialty, with 95 % "
        "intervals. Rules about practice scores, programs and failures cannot be held against "
        "these tables.",
    )  # fmt: skip


def _rule_chances(work: View, rule: pd.Series) -> list[str]:
    if rule["unit"] != "score" or not rule["specialty"]:
        return [words.NOTHING]
    found = work.newest
    found = found[(found["specialty"] == rule["specialty"]) & (found["outcome"] == "match")]
    group = str(rule["applicant_group"])
    told = []
    for member in _MEMBERS.get(group, (group,)):
        for _, curve in found[found["applicant_group"] == member].iterrows():
            line = line_of(curve)
            if line is None:
                continue
            for value in (rule["value_min"], rule["value_max"]):
                if not pd.isna(value):
                    shown, limits = words.percent_interval(*chance(line, float(value)))
                    told.append(
                        f"{words.GROUPS[member]} at {value:g}: {shown} ({limits}; "
                        f"{words.DENOMINATORS[str(curve['denominator'])]}, {words.quality(curve)})"
                    )
    return told or [words.NOTHING]
