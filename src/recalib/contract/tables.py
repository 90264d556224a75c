"""Nothing comes in; the specification of every published table goes out: columns, keys, words.

The one place that says what a published column is. The writer takes the decimals from here,
`datapackage.json` the types, the data dictionary the descriptions.
"""

from __future__ import annotations

from recalib.contract.schema import (
    APPLICANT_GROUPS,
    BAND_STATUSES,
    CHANCE_LABELS,
    COVARIATES,
    CURVE_STATUSES,
    DENOMINATORS,
    EDGES,
    GRADES,
    GUIDE_LABELS,
    LEVELS,
    OUTCOMES,
    REFERENCES,
    SCHEMES,
    VERDICTS,
    Column,
    Table,
)

EDITION = Column("edition", "text", "Edition of the band table, as in edition.json.")
CURVE_KEY = ("cycle", "specialty", "applicant_group", "needs_visa", "outcome", "denominator")
CURVE_KEY_COLUMNS = (
    Column("cycle", "text", "Match year, or a span of them such as 2020-2024."),
    Column("specialty", "text", "Canonical name of the specialty, such as general_surgery."),
    Column(
        "applicant_group",
        "text",
        "Who applied: img means U.S. and non-U.S. IMGs together.",
        allowed=APPLICANT_GROUPS,
    ),
    Column(
        "needs_visa",
        "text",
        "Visa stratum: yes, no, or blank for everyone.",
        allowed=("yes", "no"),
        blank=True,
    ),
    Column(
        "outcome",
        "text",
        "What the probability is of: a match, or an interview invitation for one application.",
        allowed=OUTCOMES,
    ),
    Column(
        "denominator",
        "text",
        "Whose probability: people whose preferred specialty it is (ranked_first), anyone who "
        "ranked a PGY-1 track in it (ranked_any_pgy1), or applications.",
        allowed=DENOMINATORS,
    ),
)
_SOURCES = Column("sources", "text", "Names of the sources used, joined by |.", blank=True)
_SUPPRESSED = Column(
    "suppressed",
    "text",
    "Why numbers of this row are withheld for disclosure; blank where none is.",
    blank=True,
)
_GRADE = Column(
    "grade",
    "text",
    "Quality of the evidence: A score statistics for both results, at least 100 people and 30 in "
    "the smaller; B both results, fewer; C one result only, self-reported or a cohort; "
    "D totals only.",
    allowed=GRADES,
    blank=True,
)


def _probability(name: str, description: str) -> Column:
    return Column(name, "probability", description, blank=True)


def _score(name: str, description: str) -> Column:
    return Column(name, "score", description, blank=True)


def _coefficient(name: str, description: str) -> Column:
    return Column(name, "coefficient", description, blank=True)


def _int(name: str, description: str, *, blank: bool = True) -> Column:
    return Column(name, "int", description, blank=blank)


CURVES = Table(
    "curves",
    "Fitted curves",
    "One row per curve: P(x) = expit(intercept + slope * (x - 245) / 10), x a Step 2 CK score.",
    (
        EDITION,
        *CURVE_KEY_COLUMNS,
        _coefficient("intercept", "Logit of the probability at a score of 245."),
        _coefficient("slope", "Change of the logit for ten more points."),
        _coefficient(
            "intercept_se",
            "Standard error of intercept: sampling, printing, pooling and borrowing together.",
        ),
        _coefficient("slope_se", "Standard error of slope, total like that of intercept."),
        _coefficient("correlation", "Correlation of the errors of intercept and slope."),
        _coefficient("intercept_raw", "Intercept of the unpooled fit; blank where there is none."),
        _coefficient("slope_raw", "Slope of the unpooled fit; blank where there is none."),
        _coefficient("slope_raw_se", "Standard error of slope_raw."),
        _probability("p_slope_positive", "Probability that the slope is above 0."),
        _score("score_low", "1st percentile of the fitted scores."),
        _score("score_high", "99th percentile of the fitted scores."),
        _probability("base_rate", "Share with the outcome in the whole denominator."),
        _int("n", "People behind the curve."),
        _GRADE,
        Column(
            "status",
            "text",
            "ok: the 95 % interval of the slope lies above 0; flat: the score hardly separates "
            "applicants; "
            "weak: the data cannot tell; borrowed: the slope comes from other cells; "
            "no_evidence: nobody to learn from.",
            allowed=CURVE_STATUSES,
        ),
        _SOURCES,
    ),
    CURVE_KEY,
)

BAND_TABLE = Table(
    "band_table",
    "Score bands",
    "One row per band of a curve under a scheme. Every label has its row; bounds are blank where "
    "no edge is claimed.",
    (
        EDITION,
        *CURVE_KEY_COLUMNS,
        Column(
            "scheme",
            "text",
            "chance: edges at 25, 50 and 75 %; guide: edges at the guides' anchor probabilities.",
            allowed=SCHEMES,
        ),
        _int("rank", "Position of the label, 1 highest.", blank=False),
        Column("label", "text", "Name of the band.", allowed=(*CHANCE_LABELS, *GUIDE_LABELS)),
        _int("score_min", "Lowest whole score of the band."),
        _int("score_max", "Highest whole score of the band."),
        _score("boundary", "Unrounded lower edge of the band, in score points."),
        _score("boundary_low", "Lower 95 % limit of boundary; blank = unbounded."),
        _score("boundary_high", "Upper 95 % limit of boundary; blank = unbounded."),
        _probability("probability", "Mean probability of the outcome for people in the band."),
        _probability("probability_low", "Lower 95 % limit of probability."),
        _probability("probability_high", "Upper 95 % limit of probability."),
        Column(
            "status",
            "text",
            "Status of the curve, or unreachable where the edge lies outside the fitted scores.",
            allowed=BAND_STATUSES,
        ),
        _int("guide_edge", "Lower edge that the specialty's guide prints for the label."),
        _score("shift", "boundary minus guide_edge: positive where the guide is too easy."),
        _GRADE,
        _int("n", "People behind the curve."),
        _SOURCES,
        _SUPPRESSED,
    ),
    (*CURVE_KEY, "scheme", "rank"),
)

_GUIDE = Column("guide", "text", "Name of the guide.")

GUIDE_AUDIT = Table(
    "guide_audit",
    "Audit of the guides",
    "Every band that a guide prints, with the probability that the data give to it.",
    (
        EDITION,
        _GUIDE,
        Column("guide_scheme", "text", "Which of the guide's lists the band belongs to."),
        Column("specialty", "text", "Specialty, or tier:<name> where no single one is meant."),
        Column("applicant_group", "text", "Group the guide speaks to.", allowed=APPLICANT_GROUPS),
        Column(
            "curve_group",
            "text",
            "Group of the curve the band is held against.",
            allowed=APPLICANT_GROUPS,
            blank=True,
        ),
        Column(
            "denominator",
            "text",
            "Denominator of that curve.",
            allowed=DENOMINATORS,
            blank=True,
        ),
        _int("rank", "Position of the band in the guide, 1 highest.", blank=False),
        Column("label", "text", "The guide's own name of the band."),
        _int("score_min", "Printed lower end; blank = open."),
        _int("score_max", "Printed upper end; blank = open."),
        Column(
            "edge",
            "text",
            "Which anchor the printed lower end stands for: the guide's own mark, or top for the "
            "highest row of a tier; blank where it claims none.",
            allowed=EDGES,
            blank=True,
        ),
        _probability("probability_at_edge", "Probability of the outcome at the printed edge."),
        _probability("edge_low", "Lower 95 % limit of probability_at_edge."),
        _probability("edge_high", "Upper 95 % limit of probability_at_edge."),
        _probability("probability_in_band", "Mean probability for people in the printed band."),
        _probability("band_low", "Lower 95 % limit of probability_in_band."),
        _probability("band_high", "Upper 95 % limit of probability_in_band."),
        _score("calibrated_edge", "Score at which the curve has the edge's anchor probability."),
        _score("shift", "calibrated_edge minus the printed edge."),
        Column(
            "verdict",
            "text",
            "Whether the printed edge holds against its anchor, or why that cannot be told.",
            allowed=VERDICTS,
        ),
        Column("status", "text", "Status of the curve.", allowed=BAND_STATUSES),
        _GRADE,
    ),
    ("guide", "guide_scheme", "specialty", "applicant_group", "curve_group", "denominator", "rank"),
)

GUIDE_ANCHORS = Table(
    "guide_anchors",
    "Anchors of the guide scheme",
    "What each anchoring guide says about each edge, and the anchor made of all of them.",
    (
        EDITION,
        Column("edge", "text", "Which edge of the guide scheme.", allowed=EDGES),
        _GUIDE,
        Column("specialty", "text", "Specialty whose curve reads the printed edge."),
        _int("printed_edge", "Edge that the guide prints.", blank=False),
        _probability("probability", "Probability at the printed edge on that curve."),
        _probability("anchor", "Anchor probability of the edge in this edition."),
        _probability("anchor_without_own", "The anchor computed without this guide."),
        _score(
            "calibrated_edge",
            "Score at which that curve has the anchor probability; blank where none occurs.",
        ),
        _score(
            "calibrated_edge_without_own",
            "The same for anchor_without_own: the edge that this guide had no part in.",
        ),
    ),
    ("edge", "guide"),
)

CURVE_NOTES = Table(
    "curve_notes",
    "Why a curve claims no edge",
    "One sentence for every curve that is not ok: what is missing and what would change it.",
    (
        EDITION,
        *CURVE_KEY_COLUMNS,
        Column("status", "text", "Status of the curve.", allowed=CURVE_STATUSES),
        Column("note", "text", "What is missing, and which table would change it."),
    ),
    CURVE_KEY,
)

ADJUSTMENTS = Table(
    "adjustments",
    "What stands beside the score",
    "Covariates as odds ratios and as Step 2 CK points, at the same score: from visa strata of "
    "printed tables, and from cohorts. They compare people who may differ in everything else, and "
    "are not causal.",
    (
        EDITION,
        *(column for column in CURVE_KEY_COLUMNS if column.name != "needs_visa"),
        Column("covariate", "text", "What people are compared by.", allowed=COVARIATES),
        Column(
            "level",
            "text",
            "Who is compared with those at the reference, or how many more years or months.",
            allowed=LEVELS,
        ),
        Column(
            "odds_ratio", "number", "Odds ratio of the outcome at the same score.", 3, blank=True
        ),
        Column("odds_ratio_low", "number", "Lower 95 % limit of odds_ratio.", 3, blank=True),
        Column("odds_ratio_high", "number", "Upper 95 % limit of odds_ratio.", 3, blank=True),
        _score(
            "points",
            "Step 2 CK points that move the probability as much: positive where the level asks for "
            "more points for the same probability. Blank where the status is not ok.",
        ),
        _score("points_low", "Lower 95 % limit of points; blank = unbounded."),
        _score("points_high", "Upper 95 % limit of points; blank = unbounded."),
        _GRADE,
        _int("n", "People behind the estimate."),
        _SOURCES,
        _SUPPRESSED,
        Column(
            "reference",
            "text",
            "Reference level; blank for years and months, where a step anywhere counts the same.",
            allowed=REFERENCES,
            blank=True,
        ),
        Column(
            "status",
            "text",
            "Of the slope of the score at the same covariates, as of a curve's; ok gives points.",
            allowed=CURVE_STATUSES,
        ),
        Column(
            "note",
            "text",
            "What else is held equal, and what the sources say of the figures.",
            blank=True,
        ),
    ),
    ("cycle", "specialty", "applicant_group", "outcome", "denominator", "covariate", "level"),
)

EVIDENCE = Table(
    "evidence",
    "Evidence",
    "One row per printed fact, with what the fitted curve says about it.",
    (
        EDITION,
        *CURVE_KEY_COLUMNS,
        Column(
            "kind",
            "text",
            "Kind of raw table the fact comes from.",
            allowed=("quantiles", "bins", "totals", "counts"),
        ),
        Column(
            "result",
            "text",
            "Whom the fact describes: matched or not_matched; blank for both together.",
            allowed=("matched", "not_matched"),
            blank=True,
        ),
        Column("statistic", "text", "Which statistic it is, such as median or n_success."),
        _score("score_min", "Lower end of a score bin; blank = open, or no bin."),
        _score("score_max", "Upper end of a score bin; blank = open, or no bin."),
        Column("value", "number", "The printed value.", 2, blank=True),
        _int("n", "People that the statistic describes."),
        Column("fitted", "number", "What the curve predicts; blank = unchecked.", 2, blank=True),
        Column(
            "standard_deviation",
            "number",
            "Standard deviation of the prediction; blank = unchecked.",
            2,
            blank=True,
        ),
        Column(
            "z",
            "number",
            "(value - fitted) / standard_deviation, or for a count, a minimum or a maximum the "
            "normal score of its mid-probability; blank = unchecked.",
            2,
            blank=True,
        ),
        Column("source", "text", "Name of the source."),
        Column("file", "text", "Raw table, relative to the raw folder."),
        _int("row", "Line of the raw table as an editor counts it; the header is line 1."),
    ),
    (*CURVE_KEY, "kind", "result", "statistic", "score_min", "file", "row"),
)

TABLES: dict[str, Table] = {
    table.name: table
    for table in (
        CURVES,
        CURVE_NOTES,
        BAND_TABLE,
        GUIDE_AUDIT,
        GUIDE_ANCHORS,
        ADJUSTMENTS,
        EVIDENCE,
    )
}
