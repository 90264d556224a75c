"""Write the examples of docs/read-a-band.md from the edition: every number in them comes from it.

python docs/read_a_band.py
"""

from __future__ import annotations

import csv
import json
import textwrap
from pathlib import Path

import calib

PAGE = Path(__file__).with_name("read-a-band.md")
TABLE = Path(__file__).parents[1] / "data" / "processed" / "band_table.json"
SPECIALTY, GROUP, LABEL, EDGE = "general_surgery", "non_us_img", "competitive", "middle"
STATUSES = ("ok", "flat", "weak", "borrowed", "no_evidence")
IMGS = ("non_us_img", "us_img", "img")


def percent(share: float | None) -> str:
    """A share in per cent, one digit."""
    return "?" if share is None else f"{100 * share:.1f} %"


def end(limit: float | None) -> str:
    """An end of an edge's interval."""
    return "unbounded" if limit is None else f"{limit:.1f}"


def against_guide(found: calib.Band) -> str:
    """The guide's printed edge beside the calibrated one."""
    if found.guide_edge is None or found.shift is None:
        return "blank: no guide prints this label here"
    side = "above" if found.shift > 0 else "below"
    return (
        f"the guide prints {found.guide_edge:g}; what its label means across guides is reached"
        f" {abs(found.shift):.1f} points {side}"
    )


def one_band() -> str:
    """One row of the table, part by part."""
    found = next(b for b in calib.bands(SPECIALTY, GROUP) if b.label == LABEL)
    if found.boundary is None or found.n is None:
        raise RuntimeError(f"{SPECIALTY} has no edge for {LABEL} any more: choose another example.")
    curve = found.curve
    sources = json.loads(TABLE.read_text(encoding="utf-8"))["sources"]
    low, high = end(found.boundary_low), end(found.boundary_high)
    parts = {
        "`label`, `scheme`": f"`{found.label}` of scheme `{found.scheme}`: a range of chances that"
        " has the same meaning in every specialty. It is not praise, and not the guide's own range",
        "`score_min`, `score_max`": f"{found.score_min} to {found.score_max}: whole scores for use"
        " in a program, made from `boundary`",
        "`boundary`": f"{found.boundary:.1f}, 95 % interval {low} to {high}. A score between those"
        " two may lie on either side of the edge; the data do not say on which",
        "`probability`": f"{percent(found.probability)} ({percent(found.probability_low)} to"
        f" {percent(found.probability_high)}): mean chance of past applicants in the band. Its"
        " lower end has less, its upper end more",
        "`denominator`, `n`": f"`{found.denominator}`: of {found.n} people who ranked the specialty"
        f" first, {percent(curve.base_rate)} matched in it. Those who applied and could rank no"
        " programme are not among them",
        "`grade`": f"{found.grade}",
        "`status`": f"`{found.status}`",
        "`guide_edge`, `shift`": against_guide(found),
        "`cycle`, `edition`": f"{found.cycle} and {found.edition}: another year, another table",
        "`sources`": " ".join(sources[name]["citation"] for name in found.sources),
    }
    rows = [f"| {name} | {words} |" for name, words in parts.items()]
    return "\n".join(["| column | here |", "|---|---|", *rows])


def anchors() -> str:
    """How far the example's edge hangs on what its label means, and the guides that disagree."""
    found = next(b for b in calib.bands(SPECIALTY, GROUP) if b.label == LABEL)
    votes = [row for row in _rows("guide_anchors.csv") if row["edge"] == EDGE]
    own = next(row for row in votes if row["specialty"] == SPECIALTY)
    if found.boundary is None or not own["calibrated_edge_without_own"]:
        raise RuntimeError(
            f"{SPECIALTY} has no edge without its own guide: choose another example."
        )
    without = float(own["calibrated_edge_without_own"])
    low, high = found.boundary_low, found.boundary_high
    inside = (low is None or low <= without) and (high is None or without <= high)
    parts = [
        f"For {SPECIALTY.replace('_', ' ')}, `{GROUP}`, `{LABEL}` means"
        f" {percent(float(own['anchor']))} where the guide itself has a vote, and"
        f" {percent(float(own['anchor_without_own']))} by the other guides alone. The edge is"
        f" {found.boundary:.1f} ({end(low)} to {end(high)}) with that vote and {without:.1f}"
        f" without it, which lies {'inside' if inside else 'outside'} the interval"
        " (`calibrated_edge_without_own` of `guide_anchors.csv`)."
    ]
    if len(votes) == 2:
        parts.append(_disagreement(votes))
    return "\n".join(textwrap.wrap(" ".join(parts), 100, break_on_hyphens=False))


def _disagreement(votes: list[dict[str, str]]) -> str:
    """The verdicts on two guides that are all who vote on an edge."""
    audit = {
        (row["guide"], row["specialty"], row["edge"], row["curve_group"]): row["verdict"]
        for row in _rows("guide_audit.csv")
    }
    verdicts = [audit[row["guide"], row["specialty"], EDGE, GROUP] for row in votes]
    told = " and ".join(
        f"`{verdict}` for `{row['guide']}`" for verdict, row in zip(verdicts, votes, strict=True)
    )
    said = f"Only two guides vote on this label, so the verdicts {told}"
    if sorted(verdicts) == ["too_easy", "too_hard"]:
        return f"{said} are one disagreement seen from both sides, not two findings."
    return f"{said} hang on each other."


def _rows(name: str) -> list[dict[str, str]]:
    with TABLE.with_name(name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def statuses() -> str:
    """The curve with the most people for each status, IMGs' first."""
    curves = calib.table("curves")
    rows = []
    for status in STATUSES:
        having = [row for row in curves if row["status"] == status]
        if not having:
            rows.append(f"| `{status}` | 0 | | |")
            continue
        everyone = [row for row in having if not row["needs_visa"]]
        best = max(everyone, key=lambda row: (row["applicant_group"] in IMGS, row["n"] or 0))
        key = {name: best[name] for name in ("cycle", "denominator", "outcome")}
        place = (str(best["specialty"]), str(best["applicant_group"]))
        at = calib.probability(245, *place, **key)  # type: ignore[arg-type]
        chance = f"{percent(at.value)} ({percent(at.low)} to {percent(at.high)})"
        name = f"{place[0].replace('_', ' ')}, `{place[1]}`, {best['outcome']} {best['cycle']}"
        counted = f"{best['n']} people, `{best['denominator']}`"
        shown = "none" if at.value is None else chance
        rows.append(f"| `{status}` | {len(having)} | {name}: {counted} | {shown} |")
    head = "| status | curves | example | chance at 245 |"
    return "\n".join([head, "|---|---|---|---|", *rows])


def page() -> str:
    """docs/read-a-band.md with its blocks filled in."""
    text = PAGE.read_text(encoding="utf-8")
    for make in (one_band, anchors, statuses):
        begin = f"<!-- {make.__name__}: made by docs/read_a_band.py -->"
        close = f"<!-- /{make.__name__} -->"
        before, rest = text.split(begin)
        text = f"{before}{begin}\n{make()}\n{close}{rest.split(close)[1]}"
    return text


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
