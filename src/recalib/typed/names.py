"""Names of specialties, groups, results and years as people write them."""

from __future__ import annotations

import re

from recalib.contract.vocabulary import cycle_years, nearest
from recalib.sources.labels import Labels
from recalib.sources.values import quote
from recalib.typed.grid import Cell
from recalib.typed.remarks import LEAVE_OUT, Remarks
from recalib.typed.words import find_phrase, one_line, phrases, plain, unmarked

_DASHES = re.compile(r"\s*[–—−-]\s*")
_YEARS = re.compile(r"(?<![0-9.])(?:19|20)[0-9]{2}(?![0-9])")


class Names:
    """What specialties.csv knows, and how it is asked."""

    def __init__(self, labels: Labels, remarks: Remarks) -> None:
        self.labels = labels
        self.remarks = remarks
        self._plain: dict[str, str] = {}
        for label in labels.names:
            name, known = labels.names[label], self._plain.get(plain(label), label)
            if known and labels.names[known] != name:
                self._plain[plain(label)] = ""  # two specialties in other clothes: nobody knows
            elif known in (label, name):
                self._plain[plain(label)] = label  # what people read goes before snake_case

    def known(self, text: str) -> str | None:
        """A label of specialties.csv that a text is, but for capitals, signs and marks."""
        bare = unmarked(one_line(text))[0]
        name = self.labels.resolve(bare)
        if name is not None and name != bare:
            return bare
        return self._plain.get(plain(bare)) or None

    def specialty(self, text: str, place: str) -> str | None:
        """The label for a cell; None where it is left out or not known, which is noted."""
        label = self.known(text)
        if label is not None:
            if label != text:
                self.remarks.change(place, text, label, "a label of specialties.csv")
            return label
        near = nearest(text, self.labels.names)
        told = f" The nearest known is {quote(near)}." if near else ""
        answer = self.remarks.ask(
            text,
            place,
            f"{quote(text)} is not a known specialty.{told}",
            "Correct the spelling, or add the label to specialties.csv.",
            (*([near] if near else []), LEAVE_OUT),
        )
        return None if answer == LEAVE_OUT else answer

    def word(self, text: str, place: str, *lists: str) -> str | None:
        """The word of a list that a cell stands for; None, and noted, where there is none."""
        for name in lists:
            word = phrases(name).get(plain(text))
            if word is not None:
                if word != text:
                    self.remarks.change(place, text, word, f"one of the {lists[0]} of the contract")
                return word
        options = tuple(dict.fromkeys(phrases(lists[0]).values()))
        return self.remarks.ask(
            text,
            place,
            f"{quote(text)} is none of the {lists[0]} known here.",
            f"Write one of {', '.join(options)}.",
            options,
        )

    def cycle(self, cell: Cell, place: str, wanted: str) -> str | None:
        """The cycle that a cell names; None where its row is left out or nobody knows."""
        text = _DASHES.sub("-", unmarked(cell.text)[0])
        text = re.sub(r"^([0-9]{4})[.,]0+$", r"\1", text)
        if cycle_years(text) is None:
            found = f"{quote(cell.text)} is no match year." + (
                f" There is {cell.odd}." if cell.odd else ""
            )
            self.remarks.refuse(place, found, f"Write the year of the match, such as {wanted}.")
            return None
        if text != wanted:
            self.other_year(text, place, wanted)
            return None
        if text != cell.text:
            self.remarks.change(place, cell.text, text, "a match year")
        return text

    def other_year(self, year: str, place: str, wanted: str) -> None:
        """Ask whether figures of another cycle are left out."""
        self.remarks.ask(
            f"year {year}",
            place,
            f"The cycle is {year} here, and {wanted} is added.",
            f"Take the figures of {year} out, or add them as a cycle of their own.",
            (LEAVE_OUT,),
        )


def in_text(text: str, name: str) -> str:
    """The word of a list that a title speaks of; several with commas, blank where there is none."""
    tokens, found = plain(text).split(), set()
    while taken := find_phrase(tokens, name):
        found.add(taken[0])
        tokens = taken[1]
    return found.pop() if len(found) == 1 else ", ".join(sorted(found))


def years_in(text: str) -> list[str]:
    """Years that a title names."""
    return _YEARS.findall(text)
