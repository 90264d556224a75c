"""Reads the rules of `calib check` from `rules.yml`, and collects the problems found."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from importlib.resources import files
from typing import Any, ParamSpec, TypeVar

import pandas as pd
import yaml

from recalib.problems import Problem

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
    name: Rule(name, **texts)
    for name, texts in yaml.safe_load(
        files(__package__).joinpath("rules.yml").read_text("utf-8")
    ).items()
}


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
        for row in rows.to_dict("records") if len(rows) else ():  # slow where there is none
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
