"""Write what README.md says of general surgery from the edition.

python docs/readme_result.py
"""

from __future__ import annotations

import csv
from pathlib import Path

ROOT = Path(__file__).parents[1]
PAGE = ROOT / "README.md"
MARKS = ("<!-- result: made by docs/readme_result.py -->", "<!-- /result -->")
GUIDE, SPECIALTY, GROUP = "general_surgery_img", "general_surgery", "non_us_img"
EDGES = {"highly_competitive": "top", "competitive": "middle", "borderline": "bottom"}


def rows(name: str, **where: str) -> list[dict[str, str]]:
    """Rows of a table of the edition that hold these values."""
    with (ROOT / "data" / "processed" / name).open(encoding="utf-8", newline="") as file:
        return [row for row in csv.DictReader(file) if where.items() <= row.items()]


def percent(text: str) -> str:
    """A share in per cent, one digit."""
    return f"{100 * float(text):.1f}"


def limits(low: str, high: str, of: str) -> str:
    """An interval; an end that the table leaves blank has no limit."""
    if low and high:
        return f"{of} ({low}-{high})"
    return f"{of} ({f'{low} or more' if low else f'{high} or less' if high else 'no limit'})"


def result() -> str:
    """The newest curve's people, its edges beside the guide's, and what the guide's vote moves."""
    key = {
        "specialty": SPECIALTY,
        "applicant_group": GROUP,
        "outcome": "match",
        "denominator": "ranked_first",
        "needs_visa": "",
    }
    curve = max(rows("curves.csv", **key), key=lambda row: row["cycle"])
    key["cycle"] = cycle = curve["cycle"]
    totals = {row["statistic"]: row["value"] for row in rows("evidence.csv", kind="totals", **key)}
    bands = {row["label"]: row for row in rows("band_table.csv", scheme="guide", **key)}
    audit = rows("guide_audit.csv", guide=GUIDE, guide_scheme="target", curve_group=GROUP)
    printed = {row["label"]: row for row in audit}
    votes = {row["edge"]: row for row in rows("guide_anchors.csv", guide=GUIDE)}
    matched, people = (f"{float(totals[name]):.0f}" for name in ("n_success", "n_total"))
    lines = [
        f"General surgery, non-U.S. IMGs, {cycle}: {matched} of {people} who ranked it first"
        f" matched (grade {curve['grade']}). The guide's",
        "labels, the chance of a match that the data give its printed edges, and the edges at which"
        " those",
        "labels mean the same as across guides (95 % intervals):",
        "",
        "| label | guide's edge | chance at it | calibrated edge |",
        "|---|---|---|---|",
    ]
    for label in EDGES:
        at, band = printed[label], bands[label]
        low, high = percent(at["edge_low"]), percent(at["edge_high"])
        chance = f"{percent(at['probability_at_edge'])} % ({low}-{high} %)"
        edge = limits(band["boundary_low"], band["boundary_high"], band["boundary"])
        name = label.replace("_", " ")
        lines.append(f"| {name} | {at['score_min']} | {chance} | {edge} |")
    top, middle = votes["top"], votes["middle"]
    chance = percent(top["probability"])
    return "\n".join(
        [
            *lines,
            "",
            f'"Highly competitive at {top["printed_edge"]}" is a chance of {chance} %. The label'
            f" means {percent(top['anchor'])} % across the guides",
            "(`data/raw/guides/anchors.yml`), a definition in which this guide has a vote. The"
            " intervals leave out",
            'the doubt about it: without that vote "competitive" would begin at'
            f" {middle['calibrated_edge_without_own']} instead of {middle['calibrated_edge']}",
            "(`guide_anchors.csv`; the reports show all of them).",
        ]
    )


def page() -> str:
    """The README with the result of today's edition."""
    text = PAGE.read_text(encoding="utf-8")
    before, rest = text.split(MARKS[0])
    after = rest.split(MARKS[1])[1]
    return f"{before}{MARKS[0]}\n{result()}\n{MARKS[1]}{after}"


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
