"""Whose chance it is: commands and docstrings that show one of a match say it."""

from __future__ import annotations

import inspect
import re
from typing import Any

import pytest

import calib
from calib import cli, frames, names

pytestmark = pytest.mark.usefixtures("edition")

KEY = ("surgery", "--group", "non_us_img")
#: How each command is asked; what shows no chance is asked with None.
ASKED: dict[str, tuple[str, ...] | None] = {
    "bands": KEY,
    "band": ("255", *KEY),
    "probability": ("255", *KEY),
    "chances": ("255", "--group", "non_us_img"),
    "standing": ("240", *KEY),
    "score-for": ("0.4", *KEY),
    "gain": ("240", "250", *KEY),
    "explain": ("255", *KEY),
    "audit": ("surgery_guide",),
    "specialties": None,
    "guides": None,
}
CLAUSE = re.compile("who had interviews enough to rank (it|the|a specialty|surgery) ?(first)?")
PUBLIC = [getattr(calib, name) for name in calib.__all__ if callable(getattr(calib, name))]
PUBLIC += [frames.add_bands, frames.probabilities, frames.standings]


def test_every_command_is_asked() -> None:
    assert set(ASKED) == set(cli.COMMANDS)


@pytest.mark.parametrize("command", [name for name, words in ASKED.items() if words])
def test_a_command_says_whose_chance_it_shows(
    capsys: pytest.CaptureFixture[str], command: str
) -> None:
    assert cli.main([command, *(ASKED[command] or ())]) == 0
    assert CLAUSE.search(capsys.readouterr().out)


def test_a_list_of_all_specialties_says_it(capsys: pytest.CaptureFixture[str]) -> None:
    for group in ("non_us_img", "us_img"):
        assert cli.main(["explain", "250", "--group", group]) == 0
        assert CLAUSE.search(capsys.readouterr().out)


def test_an_interview_is_not_conditional_on_interviews(capsys: pytest.CaptureFixture[str]) -> None:
    for command, words in ASKED.items():
        if words and command not in ("standing", "audit"):
            assert cli.main([command, *words, "--outcome", "interview"]) == 0
            assert "interviews enough" not in capsys.readouterr().out


@pytest.mark.parametrize("documented", PUBLIC, ids=lambda documented: documented.__qualname__)
def test_a_docstring_says_whose_chance_it_means(documented: Any) -> None:
    text = " ".join(str(inspect.getdoc(documented)).split())
    if re.search(r"\b(chances?|matched)\b", text):
        assert re.search("had interviews enough to rank (it|the specialty)", text)


def test_the_package_and_its_command_say_it() -> None:
    assert names.WHOSE == "of those who had interviews enough to rank it"
    assert names.WHOSE in " ".join(str(calib.__doc__).split())
    parser, _ = cli._parser({})
    assert names.WHOSE in str(parser.description)
