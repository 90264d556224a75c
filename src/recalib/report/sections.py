"""A specialty or a guide comes in; a section of its page, with figures and tables, goes out."""

from __future__ import annotations

from recalib.report import covariates, figures, tables, text, words
from recalib.report.show import picture, points, section, words_of
from recalib.report.view import Specialty, View

_CURVES = (
    "Solid: fitted scores, with the 95 % ribbon; dotted: extended beyond them. Dashed: "
    "flat, weak or, over a hatched ribbon, borrowed; no edge is claimed. Fainter, in dashes and "
    "dots: older cycles."
)


def match_curves(here: Specialty) -> None:
    """Show the match curves of a specialty, a panel an applicant group.

    Parameters
    ----------
    here : Specialty
        Any; without match curves nothing is shown.
    """
    if here.of("match").empty:
        return
    hidden = text.not_drawn(here)
    section(
        "Match by score",
        picture(figures.curves(here, "match"), _CURVES),
        words_of(hidden) if hidden else None,
    )


def bands_and_guides(here: Specialty) -> None:
    """Show calibrated bands beside the guides', with the verdicts on printed edges.

    Parameters
    ----------
    here : Specialty
        Any.
    """
    if not here.of("match").empty or not here.guide_bands.empty:
        verdicts = text.guide_verdicts(here)
        section(
            "Bands beside the guides'" if not here.guide_bands.empty else "Bands",
            picture(
                figures.bands(here, "guide"),
                "Below each bar: calibrated edges with their 95 % intervals. Grey: a label without "
                "a meaning of its own, or an edge that is open or wider than 40 points.",
            ),
            points(verdicts) if verdicts else None,
            tables.bands(here, "guide"),
        )
        section("What the guides print", tables.guide_points(here))
    if not here.of("match").empty:
        section(
            "Bands of equal chance",
            picture(
                figures.bands(here, "chance"),
                "Edges where the chance of a match is 25, 50 and 75 %; below each bar their 95 % "
                "intervals. Grey: an edge that is open or wider than 40 points.",
            ),
            tables.bands(here, "chance"),
        )


def interviews(here: Specialty) -> None:
    """Show interview invitations, apart from the match.

    Parameters
    ----------
    here : Specialty
        Any; without interview curves nothing is shown.
    """
    if here.of("interview").empty:
        return
    section(
        "Interview invitations",
        words_of(
            "Invitations per application, as applicants reported them about themselves: read how "
            "the rate changes with the score, not its level. They are another outcome than a "
            "match, never on the same axis."
        ),
        picture(figures.curves(here, "interview"), _CURVES),
        tables.ten_points(here, "interview"),
    )


def adjustments(here: Specialty) -> None:
    """Show what stands beside the score: covariates as odds ratios and points.

    Parameters
    ----------
    here : Specialty
        Any; without adjustments nothing is shown.
    """
    if here.adjustments.empty:
        return
    said = covariates.of_specialty(here)
    section(
        "What stands beside the score",
        points(said) if said else None,
        tables.adjustments_of(here),
    )


def printed_and_fitted(here: Specialty) -> None:
    """Show what was printed beside what the curves would have printed.

    Parameters
    ----------
    here : Specialty
        Any; where only totals were printed nothing is shown.
    """
    section(
        "Printed beside fitted",
        picture(
            figures.printed(here),
            "Marks: printed. Bars: fitted, with the range of 95 % of such tables.",
        ),
        tables.quantiles(here),
        tables.bins(here),
    )


def guide(work: View, name: str) -> None:
    """Show the audit of one guide.

    Parameters
    ----------
    work : View
        A run with its bands.
    name : str
        Name of the guide.
    """
    title = work.guides["guides"][name]["title"]
    section(
        words.guide(name),
        words_of(f"*{title}*"),
        picture(
            figures.audit(work, name),
            "Mark and line: chance of a match at the printed edge, 95 % interval.",
        ),
        tables.audit(work, name),
        level=3,
    )
