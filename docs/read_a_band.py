"""Write the examples of docs/read-a-band.md from the edition: every number in them comes from it.

python docs/read_a_band.py
"""

from __future__ import annotations

import json
import textwrap
from pathlib import Path

import calib

PAGE = Path(__file__).with_name("read-a-band.md")
TABLE = Path(__file__).parents[1] / "data" / "processed" / "band_table.json"
SPECIALTY, GROUP, LABEL = "general_surgery", "non_us_img", "competitive"
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
        f"the guide prints {found.guide_edge:g}; what its label says is reached"
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
        "`label`, `guide_label`": f"`{found.chance_label}`, in the guides' words"
        f" `{found.guide_label}`: a range of chances that means the same in every specialty. It is"
        " not praise, and not the guide's own range",
        "`score_min`, `score_max`": f"{found.score_min} to {found.score_max}: whole scores for use"
        " in a program, made from `boundary`",
        "`boundary`": f"{found.boundary:.1f}, 95 % interval {low} to {high}. A score between those"
        " two may lie on either side of the edge; the data do not say on which",
        "`boundary_next_low`, `boundary_next_high`": f"{end(found.boundary_next_low)} to"
        f" {end(found.boundary_next_high)}: where it may lie in the next cycle",
        "`probability`": f"{percent(found.probability)} ({percent(found.probability_low)} to"
        f" {percent(found.probability_high)}): mean chance of past applicants in the band, of those"
        " who had interviews enough to rank it. Its lower end has less, its upper end more",
        "`next_low`, `next_high`": f"{percent(found.next_low)} to {percent(found.next_high)}: the"
        " same in the next cycle",
        "`standing_matched`": f"{percent(found.standing_matched)} of those who matched had"
        " `score_min` or a lower score",
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


def two_doubts() -> str:
    """The chance at one score with the two intervals, in words."""
    at = calib.probability(250, SPECIALTY, GROUP)
    own = f"{percent(at.low)} to {percent(at.high)}"
    later = f"{percent(at.next_low)} to {percent(at.next_high)}"
    told = (
        f"At 250 in {SPECIALTY.replace('_', ' ')}, `{GROUP}`: {percent(at.value)} of the people of"
        f" {at.cycle} matched by the curve, give or take what their number leaves open ({own}). Of"
        f" those who will rank it next, expect {later}: levels move from cycle to cycle, and nobody"
        " knows yet where this one will lie."
    )
    return "\n".join(textwrap.wrap(told, 100, break_on_hyphens=False))


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
    for make in (one_band, two_doubts, statuses):
        begin = f"<!-- {make.__name__}: made by docs/read_a_band.py -->"
        close = f"<!-- /{make.__name__} -->"
        before, rest = text.split(begin)
        text = f"{before}{begin}\n{make()}\n{close}{rest.split(close)[1]}"
    return text


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
