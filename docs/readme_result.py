"""Write what README.md says of general surgery from the edition.

python docs/readme_result.py
"""

from __future__ import annotations

import csv
import textwrap
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path

import calib

ROOT = Path(__file__).parents[1]
PAGE = ROOT / "README.md"
MARKS = ("<!-- result: made by docs/readme_result.py -->", "<!-- /result -->")
GUIDE, SPECIALTY, GROUP = "general_surgery_img", "general_surgery", "non_us_img"
LABELS = ("highly_competitive", "competitive", "borderline")


def rows(name: str, **where: str) -> list[dict[str, str]]:
    """Rows of a table of the edition that hold these values."""
    with (ROOT / "data" / "processed" / name).open(encoding="utf-8", newline="") as file:
        return [row for row in csv.DictReader(file) if where.items() <= row.items()]


def percent(share: str | float | None) -> str:
    """Whole percent of a share: a half goes up, as print has it."""
    return str((100 * Decimal(str(share))).quantize(Decimal(1), ROUND_HALF_UP))


def result() -> str:
    """The newest curve's people, the guide's edges with chance, standing and verdict, and bands."""
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
    bands = {row["guide_label"]: row for row in rows("band_table.csv", **key)}
    audit = rows("guide_audit.csv", guide=GUIDE, guide_scheme="target", curve_group=GROUP)
    printed = {row["label"]: row for row in audit}
    matched, people = (f"{float(totals[name]):.0f}" for name in ("n_success", "n_total"))
    lines = [
        f"General surgery, non-U.S. IMGs, {cycle}: {matched} of {people} who ranked it first"
        f" matched (grade {curve['grade']}).",
        "Everyone here had interviews enough to rank it. For each edge that the guide prints:"
        " how many of 100",
        "such people matched, with the range to expect in the next cycle (95 %); where the score"
        " stands among",
        "those who matched; what the data would call it.",
        "",
        "| guide's label | from | matched of 100 | next cycle | among the matched | data's label |"
        " verdict |",
        "|---|---|---|---|---|---|---|",
    ]
    for label in LABELS:
        at = printed[label]
        # From the curve itself, as every look-up does: the table's three digits would round twice.
        chance = calib.probability(int(at["score_min"]), SPECIALTY, GROUP)
        expected = f"{percent(chance.next_low)}-{percent(chance.next_high)}"
        cells = [
            label,
            at["score_min"],
            percent(chance.value),
            expected,
            f"{percent(at['standing_matched'])} % at or below",
            at["data_label"],
            at["verdict"],
        ]
        lines.append(f"| {' | '.join(cell.replace('_', ' ') for cell in cells)} |")
    told = [
        f"{bands[label]['guide_label'].replace('_', ' ')} from {bands[label]['score_min']}"
        f" ({bands[label]['boundary_next_low'] or 'open'} to"
        f" {bands[label]['boundary_next_high'] or 'open'} in the next cycle)"
        for label in LABELS
        if bands[label]["boundary"]
    ]
    reading = "In plain reading (three in four, an even chance, one in four) the data would say: "
    return "\n".join([*lines, "", *textwrap.wrap(f"{reading}{'; '.join(told)}.", 100)])


def page() -> str:
    """The README with the result of today's edition."""
    text = PAGE.read_text(encoding="utf-8")
    before, rest = text.split(MARKS[0])
    after = rest.split(MARKS[1])[1]
    return f"{before}{MARKS[0]}\n{result()}\n{MARKS[1]}{after}"


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
