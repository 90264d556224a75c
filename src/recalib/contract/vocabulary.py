"""The words that tables may use, from `words.yml`, and the known word nearest to another."""

from __future__ import annotations

import re
from collections.abc import Collection

from rapidfuzz import fuzz, process

from recalib.contract.schema import contract_file, words

GROUPS = words("applicant_groups")
VISA = words("visa")
OUTCOMES = words("outcomes")
DENOMINATORS = words("denominators")
DEFAULT_DENOMINATOR: dict[str, str] = contract_file("words.yml")["default_denominator"]
OUTCOME_OF_DENOMINATOR: dict[str, str] = contract_file("words.yml")["outcome_of_denominator"]
RESULTS = words("results")
CURVE_STATUSES = words("curve_statuses")
GRADES = words("grades")
CHANCE_LABELS = words("chance_labels")
GUIDE_LABELS = words("guide_labels")
EDGES = words("edges")
VERDICTS = words("verdicts")
ACTIONS = words("correction_actions")
COVARIATES = words("covariates")
LEVELS = words("levels")
REFERENCES = words("references")
TIERS = words("tiers")
TRUST_LEVELS = words("trust_levels")

NEAR = 60  # similarity in percent below which a suggestion would mislead

_CYCLE = re.compile(r"([0-9]{4})(?:-([0-9]{4}))?")
_FLOAT_YEAR = re.compile(r"([0-9]{4})\.0+")
FIRST_YEAR, LAST_YEAR = 1993, 2099  # Step 2 with three-digit scores began with the match of 1993


def nearest(word: str, known: Collection[str]) -> str | None:
    """The known word that looks most like `word`; None where nothing is similar."""
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
    """Zero to two sentences: the nearest known word, and all of them with `enumerate_all`."""
    near = nearest(word, known)
    sentences = [] if near is None else [f'The nearest known is "{near}".']
    if enumerate_all:
        sentences.append(f"Known are {', '.join(known)}.")
    return " ".join(sentences)


def read_cycle(text: str) -> str | None:
    """The cycle that somebody wrote, 2026 for 2026.0 as well; None where it is none.

    Programs make floats of years as soon as one is missing.
    """
    as_float = _FLOAT_YEAR.fullmatch(text)
    cycle = as_float[1] if as_float else text
    return cycle if cycle_years(cycle) else None


def cycle_years(cycle: str) -> tuple[int, int] | None:
    """First and last match year of a cycle as somebody wrote it; None where it is none."""
    match = _CYCLE.fullmatch(cycle)
    if match is None:
        return None
    first = int(match[1])
    last = int(match[2] or match[1])
    if not FIRST_YEAR <= first <= last <= LAST_YEAR or (match[2] and first == last):
        return None
    return first, last
