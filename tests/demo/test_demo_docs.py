"""The walk-through of docs/cohorts.md: its commands are commands, its columns are columns."""

from __future__ import annotations

import re
import shlex

import pandas as pd
import pytest
from demo_samples import ROOT

from recalib.cli import _parser
from recalib.demo import Demo

PAGE = (ROOT / "docs" / "cohorts.md").read_text(encoding="utf-8")
COMMANDS = re.findall(r"^calib (.+)$", PAGE, flags=re.MULTILINE)
WALK = re.findall(r"^calib (.+)$", PAGE.partition("## Try it")[2], flags=re.MULTILINE)


@pytest.mark.parametrize("command", COMMANDS)
def test_commands_are_as_they_are_typed(command: str) -> None:
    _parser().parse_args(shlex.split(command))


def test_the_folders_of_the_commands_are_those_of_the_first() -> None:
    assert len(WALK) == 3
    assert str(_parser().parse_args(shlex.split(WALK[0])).out) == "build/demo-raw"
    assert all("--raw build/demo-raw" in command for command in WALK[1:])


def test_the_columns_of_the_truth_are_those_that_are_explained(demo: Demo) -> None:
    table = PAGE.split("| column | what a fit should find |")[1].split("\n\n")[0]
    named = set(
        re.findall(r"`(\w+)`", "".join(row.split("|")[1] for row in table.splitlines()[2:]))
    )
    assert named <= set(pd.read_csv(demo.truth, nrows=1).columns)
    assert {"score_only_slope", "intraclass_correlation"} <= named
