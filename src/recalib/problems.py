"""Says what is wrong with an input in a sentence that a person can act on, and as errors."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, order=True)
class Problem:
    """One thing wrong with one raw file.

    Parameters
    ----------
    file : str
        Path of the file relative to the raw folder, with `/`.
    row : int or None
        Line in the file as an editor counts it (the header is line 1); None for the whole file.
    column : str or None
        Column name, or None where the rule concerns the row or the file.
    rule : str
        Identifier of the violated check, such as `quantiles-ordered`.
    message : str
        What was found and what was expected.
    fix : str
        What to do about it.
    """

    file: str
    row: int | None
    column: str | None
    rule: str
    message: str
    fix: str

    def __str__(self) -> str:
        place = self.file
        if self.row is not None:
            place += f", row {self.row}"
        if self.column is not None:
            place += f", column {self.column}"
        return f"{place}: {self.message} [{self.rule}] Fix: {self.fix}"


class RecalibError(Exception):
    """The data, the drift or the run is not acceptable: nothing is published (exit code 1)."""


class UsageError(RecalibError):
    """The command was called in a way that cannot work (exit code 2)."""


class RawDataError(RecalibError):
    """The raw tables cannot be used.

    Parameters
    ----------
    problems : iterable of Problem
        Every problem found, in any order.
    """

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = sorted(
            problems, key=lambda p: (p.file, p.row or 0, p.column or "", p.rule, p.message)
        )
        count = many(len(self.problems), "problem")
        lines = [f"{count} in the raw tables; nothing was published."]
        super().__init__("\n".join(lines + [str(problem) for problem in self.problems]))


def many(number: int, thing: str) -> str:
    """Print a number of things, such as `1 cell` or `4 cells`."""
    return f"{number} {thing}{'' if number == 1 else 's'}"


def near(path: Path) -> str:
    """Name a path from where the user stands."""
    here = Path.cwd()
    return str(path.relative_to(here) if path.is_relative_to(here) else path)
