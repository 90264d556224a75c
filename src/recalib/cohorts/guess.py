"""Guesses which column of an export is which of a cohort's, and what its values mean.

A guess is written down for the owner to read and edit; nothing is counted by it unseen. A column
that is named like something of a person, or holds it, is never proposed.
"""

from __future__ import annotations

import re
from collections.abc import Mapping as Items
from dataclasses import dataclass, field

from calib.names import UnknownNameError, resolve
from recalib.cohorts.columns import COLUMNS, FILLED
from recalib.cohorts.export_file import Export
from recalib.cohorts.identify import speakable
from recalib.cohorts.keys import read_value
from recalib.cohorts.mapped import content, may_be_told, values_of
from recalib.cohorts.mapping import UNDECIDED, WORDS, names_a_person
from recalib.cohorts.query import Query
from recalib.sources.labels import Labels

#: Least share of a column's rows whose values must be understood for it to be proposed.
UNDERSTOOD = 0.5
#: Columns whose values are words that a mapping lists.
_LISTED = ("cycle", "specialty", "applicant_group", "matched", "needs_visa", "step1_failures")
_PAIR = re.compile(r"(?<![0-9])((?:19|20)?[0-9]{2}) ?[-/–] ?((?:19|20)?[0-9]{2})(?![0-9])")
_YEAR = re.compile(r"(?<![0-9])((?:19|20)[0-9]{2})(?![0-9])")


@dataclass
class Guess:
    """A column of the export for one of a cohort's."""

    place: int
    column: str
    #: Value, its rows, and what it means (`?` where nobody can tell but the owner).
    values: list[tuple[str, int, str]] = field(default_factory=list)
    calendar_year: bool = False
    #: Values that few rows hold and that are not told, and their rows.
    hidden: tuple[int, int] = (0, 0)

    @property
    def undecided(self) -> list[str]:
        """Values whose meaning the owner has to write down."""
        return [value for value, _, meaning in self.values if meaning == UNDECIDED]


@dataclass
class Proposal:
    """What is proposed for an export."""

    guesses: dict[str, Guess] = field(default_factory=dict)
    #: What every row has, by column of a cohort.
    always: dict[str, str] = field(default_factory=dict)
    #: Columns that are never read: how they are called, and what they announce or hold.
    persons: list[tuple[str, str]] = field(default_factory=list)
    #: Further columns that nothing needs.
    unused: list[str] = field(default_factory=list)

    @property
    def missing(self) -> list[str]:
        """Columns that a cohort must have and that were not found."""
        return [name for name in FILLED if name not in self.guesses and name not in self.always]

    @property
    def undecided(self) -> dict[str, list[str]]:
        """Values to be decided, by column."""
        every = {name: guess.undecided for name, guess in self.guesses.items()}
        return {name: values for name, values in every.items() if values}


def letters(text: str) -> str:
    """What two spellings of a word share."""
    return "".join(filter(str.isalnum, text.casefold()))


def propose(export: Export, query: Query, labels: Labels, always: Items[str, str]) -> Proposal:
    """Propose a mapping of an export's columns and values."""
    found = Proposal(always=dict(always))
    shown = [speakable(name) or f"column {at}" for at, name in enumerate(export.names, start=1)]
    open_to: dict[int, str] = {}
    for at, name in enumerate(export.names):
        what = names_a_person(name)
        if what is None:
            open_to[at] = name
        else:
            found.persons.append((shown[at], what))
    taken: set[int] = set()
    for target in COLUMNS:
        if target in always:
            continue
        for at in _candidates(target, open_to):
            if at in taken:
                continue
            guess = _guess(target, at, open_to[at], query, labels)
            if guess is None:
                continue
            held = content(query, target, at, calendar_year=guess.calendar_year)
            if held:
                found.persons.append((shown[at], " and ".join(held)))
            else:
                found.guesses[target] = guess
            taken.add(at)
            break
    _count_back_only_with_a_cycle(found)
    left = {name for name, _ in found.persons} | {shown[at] for at in taken}
    found.unused = [name for name in shown if name not in left]
    _only_with_a_score(found, query, labels)
    return found


def named_columns(export: Export) -> int:
    """How many columns are called like one of a cohort's: a header has two at least."""
    open_to = dict(enumerate(export.names))
    return sum(bool(_candidates(target, open_to)) for target in COLUMNS)


def _candidates(target: str, names: Items[int, str]) -> list[int]:
    """Places of columns whose names may be it, the likeliest first."""
    known = WORDS["columns"][target]
    exact = [target.replace("_", ""), *known["names"]]
    whole = {at: letters(name) for at, name in names.items()}
    first = [at for word in exact for at, name in whole.items() if name == word]
    words = {at: set(re.findall(r"[a-z]+|[0-9]+", name.casefold())) for at, name in names.items()}
    then = [
        at
        for wanted in known["words"]
        for at in names
        if {str(word) for word in wanted} <= words[at]
    ]
    return list(dict.fromkeys([*first, *then]))


def _guess(target: str, at: int, name: str, query: Query, labels: Labels) -> Guess | None:
    counted = values_of(query, at, None)
    filled = [(value, count) for value, count in counted if value]
    if not filled:
        return None
    year = letters(name) in WORDS["years"] or "graduationyear" in letters(name)
    if target == "years_since_graduation" and year:
        known = sum(count for value, count in filled if _YEAR.search(value))
        fits = known >= UNDERSTOOD * sum(count for _, count in filled)
        return Guess(at, name, calendar_year=True) if fits else None
    meant = {value: meaning_of(target, value, name, labels) for value, _ in filled}
    understood = sum(count for value, count in filled if meant[value] is not None)
    if understood < UNDERSTOOD * sum(count for _, count in filled):
        return None
    return _with_values(Guess(at, name), target, counted, name, labels)


def _with_values(
    guess: Guess, target: str, counted: list[tuple[str, int]], name: str, labels: Labels
) -> Guess:
    """List what the owner should see: values that stand for others, and those not understood."""
    hidden = [0, 0]
    guess.values = []
    for value, count in counted:
        meaning = meaning_of(target, value, name, labels)
        if meaning is None:
            if may_be_told(target, value, count, labels):
                guess.values.append((value, count, UNDECIDED))
            else:
                hidden = [hidden[0] + 1, hidden[1] + count]
        elif value and (target in _LISTED) and meaning != value:
            guess.values.append((value, count, meaning))
    guess.hidden = (hidden[0], hidden[1])
    return guess


def _only_with_a_score(found: Proposal, query: Query, labels: Labels) -> None:
    """List values of rows with a score only: the others are left out whatever they hold."""
    if "step2_ck" not in found.guesses:
        return
    scored = found.guesses["step2_ck"].place
    for target, guess in found.guesses.items():
        if not guess.calendar_year:
            counted = values_of(query, guess.place, scored)
            _with_values(guess, target, counted, guess.column, labels)


def _count_back_only_with_a_cycle(found: Proposal) -> None:
    guess = found.guesses.get("years_since_graduation")
    if guess and guess.calendar_year and "cycle" in found.missing:
        del found.guesses["years_since_graduation"]


def meaning_of(target: str, value: str, column: str, labels: Labels) -> str | None:
    """What a value means in a column of a cohort; None where that cannot be told."""
    if not value:
        blank_is_fine = target not in ("cycle", "specialty", "applicant_group")
        return "" if blank_is_fine else None
    if target == "cycle":
        return cycle_of(value)
    if target == "specialty":
        return specialty_of(value, labels)
    if target == "step1_failures" and letters(column) in WORDS["attempts"]:
        return str(int(value) - 1) if re.fullmatch("[1-9]", value) else None
    plain = re.sub(r"[.][0-9]+$", "", value)
    if target not in ("matched", "needs_visa", "applicant_group"):
        if target == "step2_ck" and not 100 <= _number(plain) <= 300:
            return None
        if read_value(target, plain, labels)[0] is not None:
            return value
    word = letters(value)
    for meaning, words in WORDS["values"].get(target, {}).items():
        if word in words or value == meaning:
            return str(meaning)
    return group_of(value) if target == "applicant_group" else None


def _number(text: str) -> float:
    return float(text) if re.fullmatch(r"[0-9]{1,9}", text) else -1.0


def cycle_of(value: str) -> str | None:
    """Match year of a season: 2025-26, AY 2025/26 and ERAS 2026 end with the match of 2026."""
    pair = _PAIR.search(value)
    if pair:
        first, last = (int(year) if len(year) == 4 else 2000 + int(year) for year in pair.groups())
        if last == first + 1:
            return str(last)
        return f"{first}-{last}" if value == f"{first}-{last}" and last > first else None
    years = _YEAR.findall(value)
    return years[0] if len(years) == 1 else None


def specialty_of(value: str, labels: Labels) -> str | None:
    """Canonical name of a specialty by its labels, aliases and common short names."""
    found = labels.resolve(value)
    if found is None:
        try:
            found = resolve("specialty", value)
        except UnknownNameError:
            return None
    return found if found in labels.names.values() else None


def group_of(value: str) -> str | None:
    """Applicant group by its words."""
    try:
        return resolve("applicant group", value)
    except UnknownNameError:
        pass
    words = set(re.findall(r"[a-z]+", value.casefold().replace(".", "")))
    if words & {"img", "imgs", "fmg", "fmgs", "international", "foreign"}:
        if "non" in words or "nonus" in words:
            return "non_us_img"
        return "us_img" if words & {"us", "usa", "american"} else "img"
    for degree, group in (("md", "us_md"), ("do", "us_do")):
        if degree in words and words <= {degree, "us", "usa", "senior", "seniors", "graduate"}:
            return f"{group}_senior" if words & {"senior", "seniors"} else group
    return None
