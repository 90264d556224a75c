"""The words that raw tables may use: in goes a word, out comes whether it is known or the nearest.

Also the layouts: which columns a kind of table has, which of them are numbers, and its key.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass

from rapidfuzz import fuzz, process

GROUPS = ("us_md_senior", "us_do_senior", "us_md", "us_do", "us_img", "non_us_img", "img")
OUTCOMES = ("match", "interview")
DENOMINATORS = ("ranked_first", "ranked_any_pgy1", "applications")
DEFAULT_DENOMINATOR = {"match": "ranked_first", "interview": "applications"}
OUTCOME_OF_DENOMINATOR = {
    "ranked_first": "match",
    "ranked_any_pgy1": "match",
    "applications": "interview",
}
RESULTS = ("matched", "not_matched")
VISA = ("yes", "no")
TIERS = ("highly_competitive", "moderately_competitive", "broad_access")
EDGES = ("top", "middle", "bottom")
TRUST_LEVELS = ("high", "good", "fair", "shape_only")

STATISTICS = ("min", "q1", "median", "q3", "max", "mean", "sd")
CELL = ("cycle", "specialty", "applicant_group", "needs_visa", "outcome", "denominator")

NEAR = 60  # similarity in percent below which a suggestion would mislead

_CYCLE = re.compile(r"([0-9]{4})(?:-([0-9]{4}))?")
FIRST_YEAR, LAST_YEAR = 1993, 2099  # Step 2 with three-digit scores began with the match of 1993


@dataclass(frozen=True)
class Layout:
    """The columns of one kind of table.

    Parameters
    ----------
    required, optional : tuple of str
        Columns that a file must and may have.
    numbers : tuple of str
        Columns that hold numbers.
    filled : tuple of str
        Columns that may not be blank in any row.
    key : tuple of str
        Canonical columns that identify a row.
    """

    required: tuple[str, ...]
    optional: tuple[str, ...]
    numbers: tuple[str, ...]
    filled: tuple[str, ...]
    key: tuple[str, ...]

    @property
    def columns(self) -> tuple[str, ...]:
        """Required columns, then optional ones."""
        return self.required + self.optional


_CELL_COLUMNS = ("cycle", "specialty", "applicant_group", "outcome")

LAYOUTS: dict[str, Layout] = {
    "quantiles": Layout(
        required=(*_CELL_COLUMNS, "result", "n", *STATISTICS),
        optional=("denominator",),
        numbers=("n", *STATISTICS),
        filled=(*_CELL_COLUMNS, "result", "n"),
        key=(*CELL, "result"),
    ),
    "bins": Layout(
        required=(*_CELL_COLUMNS, "score_min", "score_max", "n_success", "n_total"),
        optional=("needs_visa", "denominator", "n_applicants", "dispersion"),
        numbers=("score_min", "score_max", "n_applicants", "n_success", "n_total", "dispersion"),
        filled=(*_CELL_COLUMNS, "n_success", "n_total"),
        key=(*CELL, "score_min", "score_max"),
    ),
    "totals": Layout(
        required=(*_CELL_COLUMNS, "denominator", "n_success", "n_total"),
        optional=(),
        numbers=("n_success", "n_total"),
        filled=(*_CELL_COLUMNS, "denominator", "n_success", "n_total"),
        key=CELL,
    ),
    "guide_bands": Layout(
        required=(
            *("guide", "specialty", "applicant_group", "guide_scheme", "rank", "label"),
            *("score_min", "score_max", "edge", "note"),
        ),
        optional=(),
        numbers=("rank", "score_min", "score_max"),
        filled=("guide", "specialty", "applicant_group", "guide_scheme", "rank", "label"),
        key=("guide", "specialty", "applicant_group", "guide_scheme", "rank"),
    ),
    "guide_rules": Layout(
        required=(
            *("guide", "rule", "specialty", "applicant_group"),
            *("value_min", "value_max", "unit", "note"),
        ),
        optional=(),
        numbers=("value_min", "value_max"),
        filled=("guide", "rule", "applicant_group", "unit"),
        key=("guide", "rule", "specialty", "applicant_group"),
    ),
    "specialties": Layout(
        required=("specialty", "label", "tier", "aliases"),
        optional=(),
        numbers=(),
        filled=("specialty", "label"),
        key=("specialty",),
    ),
}
PUBLISHED = ("quantiles", "bins", "totals")


def nearest(word: str, known: Collection[str]) -> str | None:
    """Find the known word that looks most like a given one.

    Parameters
    ----------
    word : str
        What was written.
    known : collection of str
        What could have been meant.

    Returns
    -------
    str or None
        The most similar known word; None where nothing is similar.
    """
    # Whole words are compared, letter by letter and again in sorted order: a partial match would
    # offer "img" for "non-us-img".
    found = [
        process.extractOne(word, sorted(known), scorer=scorer, processor=_plain, score_cutoff=NEAR)
        for scorer in (fuzz.ratio, fuzz.token_sort_ratio)
    ]
    best = max((one for one in found if one is not None), key=lambda one: one[1], default=None)
    return None if best is None else str(best[0])


def _plain(word: str) -> str:
    return re.sub(r"[\W_]+", " ", word.casefold()).strip()


def suggestion(word: str, known: Collection[str], *, enumerate_all: bool = True) -> str:
    """Say in a sentence which known word is nearest, and list the known ones where they are few.

    Parameters
    ----------
    word : str
        What was written.
    known : collection of str
        What could have been meant.
    enumerate_all : bool
        Whether to list all known words.

    Returns
    -------
    str
        Zero, one or two sentences.
    """
    near = nearest(word, known)
    sentences = [] if near is None else [f'The nearest known is "{near}".']
    if enumerate_all:
        sentences.append(f"Known are {', '.join(known)}.")
    return " ".join(sentences)


def cycle_years(cycle: str) -> tuple[int, int] | None:
    """Read the first and last match year of a cycle.

    Parameters
    ----------
    cycle : str
        `2026` or `2020-2024`.

    Returns
    -------
    tuple of int or None
        First and last year, equal for a single year; None where the text is no cycle.
    """
    match = _CYCLE.fullmatch(cycle)
    if match is None:
        return None
    first = int(match[1])
    last = int(match[2] or match[1])
    if not FIRST_YEAR <= first <= last <= LAST_YEAR or (match[2] and first == last):
        return None
    return first, last
