"""Sections of the pages: a heading with figures, tables and sentences on a specialty or a guide."""

from __future__ import annotations

from recalib.report import covariates, figures, tables, text, words
from recalib.report.sentences import SENTENCES
from recalib.report.show import picture, points, section, words_of
from recalib.report.view import Specialty, View

_CAPTIONS = SENTENCES["captions"]


def match_curves(here: Specialty) -> None:
    """Show the match curves of a specialty, a panel an applicant group."""
    if here.of("match").empty:
        return
    hidden = text.not_drawn(here)
    section(
        "Match by score",
        picture(figures.curves(here, "match"), _CAPTIONS["curves"]),
        words_of(hidden) if hidden else None,
    )


def bands_and_guides(here: Specialty) -> None:
    """Show calibrated bands beside the guides', with the verdicts on printed edges."""
    curves, printed = not here.of("match").empty, not here.guide_bands.empty
    if curves or printed:
        section(
            "Bands beside the guides'" if printed else "Bands",
            picture(figures.bands(here, "guide"), _CAPTIONS["bands-guide"]),
            points(text.guide_verdicts(here)),
            tables.bands(here, "guide"),
        )
        section("What the guides print", tables.guide_points(here))
    if curves:
        section(
            "Bands of equal chance",
            picture(figures.bands(here, "chance"), _CAPTIONS["bands-chance"]),
            tables.bands(here, "chance"),
        )


def interviews(here: Specialty) -> None:
    """Show interview invitations, apart from the match."""
    if here.of("interview").empty:
        return
    section(
        "Interview invitations",
        words_of(_CAPTIONS["interviews"]),
        picture(figures.curves(here, "interview"), _CAPTIONS["curves"]),
        tables.ten_points(here, "interview"),
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


def guide(work: View, name: str) -> None:
    """Show the audit of one guide."""
    section(
        words.guide(name),
        words_of(f"*{work.guides['guides'][name]['title']}*"),
        picture(figures.audit(work, name), _CAPTIONS["audit"]),
        tables.audit(work, name),
        level=3,
    )
