"""Sections of the pages: a heading with figures, tables and sentences on a specialty or a guide."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pandas as pd

from recalib.report import covariates, figures, tables, text, words
from recalib.report.order import by_denominator
from recalib.report.sentences import SENTENCES
from recalib.report.show import picture, points, section, words_of
from recalib.report.view import Specialty, View

_CAPTIONS = SENTENCES["captions"]


def _headed(parts: Sequence[tuple[str, Sequence[str]]]) -> list[Any]:
    """Show sentences by denominator, each list under whom it counts."""
    return [
        part
        for heading, said in parts
        for part in (words_of(f"**{heading}.**") if heading else None, points(said))
    ]


def in_short(here: Specialty) -> None:
    """Show what a specialty's newest curves claim, and what their two ranges mean."""
    parts = _headed(text.in_short(here))
    read = here.newest["slope"].notna().any()
    section("In short", *parts, words_of(SENTENCES["two_doubts"]) if read else None)


def match_curves(here: Specialty) -> None:
    """Show the match curves of a specialty: a picture a denominator, a panel an applicant group."""
    section(
        "Match by score",
        *(
            picture(
                figures.curves(here, "match", name),
                f"{words.COUNTED[name]}. {_CAPTIONS['match']} {_CAPTIONS['curves']}",
            )
            for name, _ in by_denominator(here.of("match"))
        ),
        tables.standing(here),
    )


def bands_and_guides(here: Specialty) -> None:
    """Show calibrated bands beside the guides', with the verdicts on printed labels."""
    printed = not here.guide_bands.empty
    section(
        "Bands beside the guides'" if printed else "Bands",
        picture(figures.bands(here), _CAPTIONS["bands"]),
        *(tables.bands(here, name) for name, _ in by_denominator(here.of("match"))),
    )
    section(
        "What the guides print",
        *_headed(text.guide_verdicts(here)),
        *(tables.guide_points(here, name) for name, _ in by_denominator(here.audit)),
    )


def ten_points(here: Specialty) -> None:
    """Show the chance at round scores, a table a denominator."""
    section(
        "What ten more points change",
        *(tables.ten_points(here, "match", name) for name, _ in by_denominator(here.of("match"))),
    )


def interviews(here: Specialty) -> None:
    """Show interview invitations, apart from the match."""
    if here.of("interview").empty:
        return
    section(
        "Interview invitations",
        words_of(_CAPTIONS["interviews"]),
        picture(figures.curves(here, "interview", "applications"), _CAPTIONS["curves"]),
        tables.ten_points(here, "interview", "applications"),
    )


def adjustments(here: Specialty) -> None:
    """Show what stands beside the score: covariates as odds ratios and points."""
    section(
        "What stands beside the score",
        points(covariates.of_specialty(here)),
        tables.adjustments_of(here),
    )


def printed_and_fitted(here: Specialty) -> None:
    """Show what was printed beside what the curves would have printed."""
    section(
        "Printed beside fitted",
        picture(figures.printed(here), _CAPTIONS["printed"]),
        tables.quantiles(here),
        tables.bins(here),
    )


def cycles(work: View, found: pd.DataFrame) -> None:
    """Show the newest cycle beside the one before, a part an applicant group and denominator."""
    for (group, denominator), part in found.groupby(["applicant_group", "denominator"], sort=True):
        whom = f"{words.GROUPS[str(group)]}, {words.DENOMINATORS[str(denominator)]}"
        section(
            whom,
            picture(figures.cycles(work, part), f"{_CAPTIONS['cycles']} {text.WHOSE_CHANCE}"),
            tables.cycles_chances(work, part),
            tables.cycles_edges(work, part),
            level=3,
        )


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
    section(words.guide(name), heading, *parts, level=3)
