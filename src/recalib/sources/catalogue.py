"""Reads the rules of `calib check` from `rules.yml`, and collects the problems found."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, ParamSpec, TypeVar

import pandas as pd

from recalib.contract.schema import shipped
from recalib.problems import Problem
from recalib.sources.characters import visible

_Given = ParamSpec("_Given")
_Result = TypeVar("_Result")


@dataclass(frozen=True)
class Rule:
    """One check: what must hold, and what to do where it does not."""

    id: str
    sentence: str
    fix: str
    #: Checks of single rows; see `rules.yml`.
    rows: tuple[dict[str, Any], ...] = ()


RULES: dict[str, Rule] = {
    name: Rule(name, **texts) for name, texts in shipped(str(__package__), "rules.yml").items()
}


def records(rows: pd.DataFrame) -> list[dict[Any, Any]]:
    """Rows as dicts; most checks find none, and pandas takes its time to say so."""
    return rows.to_dict("records") if len(rows) else []


#: Letters of what was found, of which the file tells some.
_LONGEST = 1_000


def _shown(found: str) -> str:
    """What was found, in letters that no terminal obeys and no longer than a person reads."""
    said = visible(" ".join(found.split()))
    return said if len(said) <= _LONGEST else f"{said[:_LONGEST]}…"


@dataclass
class Findings:
    """What the checks have found so far."""

    problems: list[Problem] = field(default_factory=list)
    #: By table, the corrections that it is read with from now on.
    corrected: dict[str, str] = field(default_factory=dict)

    def add(
        self,
        rule: str,
        file: str,
        found: str,
        *,
        row: int | None = None,
        column: str | None = None,
        fix: str | None = None,
    ) -> None:
        """Note one problem: a sentence says what was found; `fix` knows more than the rule's."""
        known = RULES[rule]
        found, column = _shown(found), column and _shown(column)
        if file in self.corrected:
            found = f"{found} (The table is read with {self.corrected[file]}.)"
        self.problems.append(
            Problem(file, row, column, rule, f"{found} {known.sentence}", fix or known.fix)
        )

    def each(
        self,
        rule: str,
        rows: pd.DataFrame,
        column: str | None,
        found: str | Callable[[dict[Any, Any]], str],
    ) -> None:
        """Note a problem for every row of a frame that has `file` and `row`."""
        for row in records(rows):
            said = found if isinstance(found, str) else found(row)
            self.add(rule, row["file"], said, row=row["row"], column=column)

    def guard(
        self,
        file: str,
        otherwise: _Result,
        check: Callable[_Given, _Result],
        *args: _Given.args,
        **kwargs: _Given.kwargs,
    ) -> _Result:
        """Run a check; where it crashes, note that, give `otherwise` and let the others go on."""
        try:
            return check(*args, **kwargs)
        except Exception as error:
            reason = " ".join(f"{type(error).__name__}: {error}".split())
            self.add("check-crashed", file, f"A check stopped with {reason}.")
            return otherwise
