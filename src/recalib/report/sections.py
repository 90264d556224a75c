"""Sections of the pages: a heading with figures, tables and sentences on a specialty or a guide."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pandas as pd

from recalib.contract.keys import KEY_COLUMNS
from recalib.report import covariates, figures, tables, text, words
from recalib.report.cards import control
from recalib.report.order import by_denominator
from recalib.report.sentences import SENTENCES
from recalib.report.show import (
    Html,
    details,
    drawing,
    picture,
    points,
    section,
    side_by_side,
    words_of,
)
from recalib.report.view import Specialty, View

_CAPTIONS, _HEADINGS = SENTENCES["captions"], SENTENCES["headings"]


def _headed(parts: Sequence[tuple[str, Sequence[str]]]) -> list[Any]:
    """Show sentences by denominator, each list under whom it counts."""
    return [
        part
        for heading, said in parts
        for part in (words_of(f"**{heading}.**") if heading else None, points(said))
    ]


def answer(here: Specialty, score: int) -> Any:
    """Show the chance of every group at one score, which the reader of the page may change."""
    left_out = here.name in here.work.fit_notes.get("specialties_left_out", ())
    nothing = SENTENCES["left_out" if left_out else "nothing_published"]
    return control(here, score) or words_of(nothing)


def by_score(here: Specialty) -> Html | None:
    """Show on demand the chance at round scores, and what people with ten points more have."""
    names = tables.denominators(here)
    return details(
        _HEADINGS["by_score"],
        *(tables.by_score(here, name) for name in names),
        *(tables.more_points(here, name) for name in names),
        handout=True,
    )


def curves_drawn(here: Specialty, score: int) -> Html | None:
    """Show on demand the newest match curves with the printed figures on them."""
    drawn = _drawn(here, "match", score, "curve")
    return details(_HEADINGS["curves"], _CAPTIONS["one_curve"], drawn, handout=True)


def _drawn(here: Specialty, outcome: str, score: int, name: str) -> Html | None:
    """Show the curves of one outcome beside each other; `name`: of the drawings."""
    return side_by_side(
        drawing(figures.one_curve(here, curve, score), name=f"{name}-{place}")
        for place, (_, curve) in enumerate(here.read(outcome).iterrows())
    )


def standing(here: Specialty, spread: pd.DataFrame, score: int) -> Html | None:
    """Show on demand where a score stands; `spread`: scores of each result by curve key."""
    drawn: list[Html | None] = []
    for _, curve in here.newest.iterrows():
        mine = spread[spread[KEY_COLUMNS].eq(curve[KEY_COLUMNS]).all(axis=1)]
        if len(here.standing(curve)):
            name = f"ridges-{len(drawn)}"
            drawn.append(drawing(figures.ridges(curve, mine, score), name=name))
    return details(_HEADINGS["standing"], side_by_side(drawn), tables.standing_short(here))


def edges(here: Specialty) -> Html | None:
    """Show on demand the calibrated edges of every group with both intervals."""
    names = tables.denominators(here)
    return details(_HEADINGS["edges"], *(tables.edges(here, name) for name in names), handout=True)


def guides(here: Specialty) -> Html | None:
    """Show on demand what guides print for the specialty, line by line."""
    rows = here.audit[here.audit["guide_scheme"] == "target"]
    parts: list[Html | str | None] = []
    printed = list(rows.groupby("guide", sort=False))
    for place, (name, part) in enumerate(printed, 1):
        last = place == len(printed)
        lines = tables.guide_lines(here.work, part, f"lines-{name}", last=last)
        parts += [f"{words.guide(str(name))}:", lines]
    return details(_HEADINGS["guides"], *parts, handout=True)


def cycles(here: Specialty, score: int) -> Html | None:
    """Show on demand this cycle beside those before it."""
    found = tables.cycles_of(here)
    drawn = drawing(figures.cycles(found, score), _CAPTIONS["cycles"], name="cycles")
    return details(_HEADINGS["cycles"], drawn)


def interviews(here: Specialty, score: int) -> Html | None:
    """Show on demand interview invitations, apart from the match."""
    drawn = _drawn(here, "interview", score, "invitations")
    return details(_HEADINGS["interviews"], tables.interviews(here), drawn)


def in_full(here: Specialty) -> None:
    """Show what every newest curve claims, or why it claims nothing, and what its ranges mean."""
    parts = _headed(text.in_short(here))
    read = here.newest["slope"].notna().any()
    section("Curve by curve", *parts, words_of(SENTENCES["two_doubts"]) if read else None, level=3)


def tables_in_full(here: Specialty) -> None:
    """Show every band, standing and verdict with both intervals, a table a denominator."""
    match = [name for name, _ in by_denominator(here.of("match"))]
    section(
        "Every number",
        *(tables.bands(here, name) for name in match),
        tables.standing(here),
        *(tables.ten_points(here, "match", name) for name in match),
        tables.ten_points(here, "interview", "applications"),
        level=3,
    )
    audited = [name for name, _ in by_denominator(here.audit)]
    section(
        "The guides' verdicts with reasons",
        *(tables.guide_points(here, name) for name in audited),
        level=3,
    )


def adjustments(here: Specialty) -> None:
    """Show what stands beside the score: covariates as odds ratios and points."""
    section(
        "What stands beside the score",
        points(covariates.of_specialty(here)),
        tables.adjustments_of(here),
        level=3,
    )


def printed_and_fitted(here: Specialty) -> None:
    """Show what was printed beside what the curves would have printed."""
    section(
        "Printed beside fitted",
        drawing(figures.printed(here), _CAPTIONS["printed"], "printed", wide=True),
        tables.quantiles(here),
        tables.bins(here),
        level=3,
    )


def foretold(work: View, found: pd.DataFrame) -> None:
    """Show the newest cycle beside the one before, a part an applicant group and denominator."""
    for (group, denominator), part in found.groupby(["applicant_group", "denominator"], sort=True):
        whom = f"{words.GROUPS[str(group)]}, {words.DENOMINATORS[str(denominator)]}"
        section(
            whom,
            picture(figures.foretold(work, part), f"{_CAPTIONS['foretold']} {text.WHOSE_CHANCE}"),
            tables.cycles_chances(work, part),
            tables.cycles_edges(work, part),
            level=3,
        )


def guide_lines(work: View, name: str) -> None:
    """Show one guide as its reader knows it, line by line, with a verdict in plain words."""
    rows = work.audit[(work.audit["guide"] == name) & (work.audit["guide_scheme"] == "target")]
    record = work.guides["guides"][name]
    parts = [words_of(f"*{record['title']}*, {record['publisher']}.", text.guide_summary(rows))]
    for denominator, part in by_denominator(rows):
        parts.append(tables.guide_lines(work, part, f"lines-{name}-{denominator}"))
    section(words.guide(name), *parts, level=3)


def guide(work: View, name: str) -> None:
    """Show the audit of one guide, a picture and a table a denominator."""
    rows = work.audit[work.audit["guide"] == name]
    parts: list[Any] = []
    for denominator, _ in by_denominator(rows):
        parts += [
            words_of(f"**{words.COUNTED[denominator]}.**"),
            picture(figures.audit(work, name, denominator), _CAPTIONS["audit"]),
            tables.audit(work, name, denominator),
        ]
    heading = words_of(f"*{work.guides['guides'][name]['title']}*")
    section(f"{words.guide(name)}, in full", heading, *parts, level=3)
