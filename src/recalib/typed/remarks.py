"""Notes every change between a cell and what it is read as, and asks where nobody can know."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

import pandas as pd

from recalib.problems import UsageError

#: Asked of a person: a doubt, and what was answered; None where it stays open.
Ask = Callable[["Doubt"], str | None]
LEAVE_OUT = "leave out"
AS_PRINTED = "as printed"
BLANK = "blank"
#: Why a change was made that somebody answered.
ANSWERED = "answered"
_PLAIN = re.compile(r"[0-9]+(?:\.[0-9]+)?")


@dataclass(frozen=True)
class Change:
    """A cell that is read as something else than what stands in it."""

    place: str
    was: str
    read_as: str
    why: str


@dataclass(frozen=True)
class Doubt:
    """What cannot be known from the file: where, what was found, and what may be answered.

    `key`: what `--answer KEY=VALUE` calls it; `number`: whether a plain number is an answer, too.
    """

    key: str
    place: str
    found: str
    fix: str
    options: tuple[str, ...] = ()
    number: bool = False

    def __str__(self) -> str:
        told = f"{self.place}: {self.found} Fix: {self.fix}"
        if not self.options:
            return told
        ways = " or ".join(f"--answer '{self.key}={option}'" for option in self.options)
        return f"{told} Or say {ways}."

    def takes(self, answer: str) -> bool:
        """Whether this is an answer."""
        return answer in self.options or (self.number and bool(_PLAIN.fullmatch(answer)))


@dataclass
class Remarks:
    """What was noted so far, and what was asked without an answer."""

    #: What was answered beforehand, by the key of the doubt.
    answers: Mapping[str, Sequence[str]] = field(default_factory=dict)
    ask_person: Ask | None = None
    listed: list[Change] = field(default_factory=list)
    doubts: list[Doubt] = field(default_factory=list)
    #: Told beside the changes: what was left out, what looks odd.
    told: list[str] = field(default_factory=list)
    #: What somebody has to confirm or explain in the provenance.
    questions: list[str] = field(default_factory=list)
    #: Rows that no table can hold, for the notes of the provenance.
    left_out: list[str] = field(default_factory=list)
    #: Printed sums that the rows reproduce, by kind of table, as entries of `anchors`.
    sums: dict[str, list[dict[str, str]]] = field(default_factory=dict)
    _used: set[str] = field(default_factory=set)
    _asked: dict[tuple[str, str], str | None] = field(default_factory=dict)

    def change(self, place: str, was: str, read_as: str, why: str) -> None:
        """Note a change."""
        self.listed.append(Change(place, was, read_as, why))

    def ask(
        self,
        key: str,
        place: str,
        found: str,
        fix: str,
        options: tuple[str, ...] = (),
        *,
        number: bool = False,
    ) -> str | None:
        """Answer of a doubt, asked once; None, and noted, where there is none."""
        doubt = Doubt(key, place, found, fix, options, number)
        asked = (key, found)
        if asked in self._asked:
            return self._asked[asked]
        answer = self._given(doubt)
        if answer is None and self.ask_person is not None and (doubt.options or doubt.number):
            answer = self.ask_person(doubt)
        if answer is None:
            self.doubts.append(doubt)
        else:
            self.change(place, found, answer, ANSWERED)
        self._asked[asked] = answer
        return answer

    def _given(self, doubt: Doubt) -> str | None:
        """The answer that was given beforehand; one to another doubt of the cell is none."""
        given = self.answers.get(doubt.key, ())
        fitting = [one for one in given if doubt.takes(one)]
        if given and not fitting and doubt.key not in self._used:
            raise UsageError(
                f"--answer '{doubt.key}={given[0]}' is no answer to: {doubt.found} "
                f"{self._possible(doubt)}"
            )
        self._used |= {doubt.key} if given else set()
        return fitting[0] if fitting else None

    def refuse(self, place: str, found: str, fix: str) -> None:
        """Note what no answer can mend."""
        self.doubts.append(Doubt("", place, found, fix))

    def unused_answers(self) -> list[str]:
        """Answers to what nobody asked."""
        return sorted(set(self.answers) - self._used)

    @property
    def changes(self) -> pd.DataFrame:
        """The changes as a table: place, was, read_as, why."""
        return pd.DataFrame(self.listed, columns=["place", "was", "read_as", "why"], dtype=object)

    @staticmethod
    def _possible(doubt: Doubt) -> str:
        words = [*doubt.options, *(["a plain number"] if doubt.number else [])]
        return f"Possible are: {', '.join(words)}." if words else "It has to be mended in the file."
