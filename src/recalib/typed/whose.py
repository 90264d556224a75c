"""Says whose figures a row holds: by its cells, its headings, the title, or what was asked for."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from recalib.contract.vocabulary import GROUPS, OUTCOMES, RESULTS
from recalib.sources.values import quote
from recalib.typed.cells import Figures
from recalib.typed.entries import Line
from recalib.typed.grid import Grid
from recalib.typed.headings import Header, Heading
from recalib.typed.names import Names, in_text, years_in
from recalib.typed.remarks import Remarks
from recalib.typed.words import phrases, plain


@dataclass(frozen=True)
class Asked:
    """What the command was told: of which figures the files speak."""

    cycle: str
    group: str = ""
    kind: str = ""
    outcome: str = ""
    denominator: str = ""
    #: Denominators of the totals before, by group.
    usual: dict[str, str] = field(default_factory=dict)


class Whose:
    """The key of each row of a sheet."""

    def __init__(
        self, grid: Grid, header: Header, kind: str, asked: Asked, names: Names, remarks: Remarks
    ) -> None:
        self.grid, self.header, self.kind = grid, header, kind
        self.asked, self.names, self.remarks = asked, names, remarks
        cells = [cell.text for row in grid.rows[: header.top] for cell in row if cell]
        self.title = " ".join([*cells, grid.sheet])
        self.headings = " ".join(one.text for one in header.columns)
        self._check_title(" ".join(cells))

    def _check_title(self, title: str) -> None:
        years, last = years_in(title), int(self.asked.cycle[-4:])
        season = re.search(rf"{last - 1}\s*[-–/]\s*{last % 100:02d}(?![0-9])", title)
        if years and str(last) not in years and not season:
            self._ask(
                "title",
                f"The title speaks of {', '.join(dict.fromkeys(years))}, not of "
                f"{self.asked.cycle}: {quote(title)}.",
                "Give the file of the cycle that is added.",
                ("right file",),
            )

    def _ask(self, what: str, found: str, fix: str, options: tuple[str, ...] = ()) -> str | None:
        """Answer of a doubt about the whole sheet."""
        return self.remarks.ask(f"{self.grid.prefix}{what}", self.grid.name, found, fix, options)

    def key(self, line: Line, figures: Figures) -> dict[str, str] | None:
        """Whose figures a row holds, as far as its own cells say; None where it is left out."""
        if not line.specialty:
            found = "No column and no row says of which specialty the figures are."
            self._ask("specialty", found, "Add a column headed Specialty.")
            return None
        key = {"cycle": self.asked.cycle, "specialty": line.specialty, "result": line.result}
        key |= {"applicant_group": line.group, "needs_visa": "", "outcome": "", "denominator": ""}
        for one in self.header.of("cycle", "said_result", "applicant_group", "outcome"):
            cell = self.grid.at(line.row, one.index)
            if cell and not self._say(key, one, line):
                return None
        for one in self.header.of("denominator", "needs_visa"):
            cell, place = self.grid.at(line.row, one.index), self.grid.place(line.row, one.index)
            if cell:
                name = "visa" if one.column == "needs_visa" else "denominators"
                word = self.names.word(cell.text, place, name)
                if word is None:
                    return None
                key[one.column] = word
        key["outcome"] = key["outcome"] or self._outcome()
        if self.kind in ("totals", "probabilities") and not key["denominator"]:
            key["denominator"] = self._denominator(key) or ""
        elif self.asked.denominator:
            key["denominator"] = self.asked.denominator
        if self.kind in ("bins", "probabilities") and not self._bounds(key, line, figures):
            return None
        return key

    def _say(self, key: dict[str, str], one: Heading, line: Line) -> bool:
        """Put what a cell says of whom into the key; False where its row is left out."""
        cell, place = self.grid.at(line.row, one.index), self.grid.place(line.row, one.index)
        if one.column == "cycle":
            return self.names.cycle(cell, place, self.asked.cycle) is not None
        name = {"applicant_group": "groups", "outcome": "outcomes"}.get(one.column, "results")
        if name == "results" and plain(cell.text) in phrases("outcomes"):
            name = "outcomes" if plain(one.text) == "outcome" else name
        lists = [name, "result_answers"] if name == "results" else [name]
        word = self.names.word(cell.text, place, *lists)
        column = {"groups": "applicant_group", "outcomes": "outcome"}.get(name, "result")
        key[column] = word or ""
        return word is not None

    def _bounds(self, key: dict[str, str], line: Line, figures: Figures) -> bool:
        ranges = self.header.of("score_range")
        if ranges:
            found = figures.bounds(line.row, ranges[0])
            if found is None:
                return False
            key["score_min"], key["score_max"] = found
            return True
        for one in self.header.of("score_min", "score_max"):
            figure = figures.read(line.row, one)
            if figure is None:
                return False
            key[one.column] = figure.value
        return True

    def _told_once(self, name: str, value: str, why: str) -> str:
        told = f"{self.grid.name}: {name} {value}, {why}."
        if told not in self.remarks.told:
            self.remarks.told.append(told)
        return value

    def group(self) -> str | None:
        """The applicant group of a sheet whose cells do not say it; None where nobody knows."""
        said = _one(in_text(self.title, "groups"))
        if self.asked.group:
            if said and said != self.asked.group:
                found = f"The title speaks of {said}, and --group says {self.asked.group}."
                fix = "Give the file of that group, or another --group."
                if self._ask("group", found, fix, ("right file",)) is None:
                    return None
            return self.asked.group
        if said:
            return self._told_once("applicant group", said, "as its title says")
        found = "Nothing says whose figures these are."
        return self._ask("group", found, "Name the applicants with --group.", GROUPS)

    def result(self, line: Line) -> str | None:
        """The result of a row that neither cells nor headings tell; None where nobody knows."""
        said = _one(in_text(self.title, "results"))
        if said:
            return self._told_once("result", said, "as its title says")
        return self.remarks.ask(
            f"{self.grid.prefix}result",
            self.grid.place(line.row, 0),
            "Nothing says whether these people matched.",
            "Write Matched or Not matched over the columns, or into a column of its own.",
            RESULTS,
        )

    def _outcome(self) -> str:
        if self.asked.outcome:
            return self.asked.outcome
        if in_text(f"{self.title} {self.headings}", "outcomes") not in ("", "match"):
            found = "Its words speak of interviews: are interviews counted, or matches?"
            return self._ask("outcome", found, "Say it with --outcome.", OUTCOMES) or "match"
        return self._told_once("outcome", "match", "unless --outcome says otherwise")

    def _denominator(self, key: dict[str, str]) -> str | None:
        if self.asked.denominator:
            return self.asked.denominator
        if key["outcome"] == "interview":
            return "applications"
        for said, why in (
            (_one(in_text(self.headings, "denominators")), "as a heading says"),
            (_one(in_text(self.title, "denominators")), "as its title says"),
            (self.asked.usual.get(key["applicant_group"] or self.asked.group, ""), "as last time"),
        ):
            if said:
                return self._told_once("denominator", said, why)
        return self._ask(
            "denominator",
            "Nothing says among whom the matched are counted.",
            "Name them with --denominator.",
            ("ranked_first", "ranked_any_pgy1"),
        )


def _one(said: str) -> str:
    """What a title says, where it says one thing only."""
    return "" if "," in said else said
