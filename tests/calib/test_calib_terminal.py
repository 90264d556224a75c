"""What a command looks like on a terminal: its width; and that files and pipes stay plain."""

from __future__ import annotations

import contextlib
import io
import os
import sys
from pathlib import Path
from typing import Any

import pytest

from calib.cli import main
from calib.sentences import wrapped as _wrapped

pytestmark = pytest.mark.usefixtures("edition")

KEY = ("surgery", "--group", "non_us_img")


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.fixture(autouse=True)
def _usual_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "120")


def on_terminal(*words: str) -> str:
    with contextlib.redirect_stdout(Terminal()) as place:
        assert main(words) == 0
    return place.getvalue()


@pytest.mark.parametrize(
    "words",
    [
        ("bands", *KEY),
        ("bands", "surgery", "--group", "us_img"),
        ("audit", "surgery_guide"),
        ("explain", "250", *KEY),
        ("explain", "250", "--group", "non_us_img"),
        ("chances", "250", "--group", "non_us_img"),
        ("specialties",),
    ],
    ids=lambda words: " ".join(words[:2]),
)
@pytest.mark.parametrize("columns", [60, 80])
def test_nothing_is_wider_than_the_terminal(
    monkeypatch: pytest.MonkeyPatch, words: tuple[str, ...], columns: int
) -> None:
    monkeypatch.setenv("COLUMNS", str(columns))
    assert max(map(len, on_terminal(*words).splitlines())) <= columns


def test_narrow_terminals_get_a_line_for_every_column(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    first, second = on_terminal("bands", *KEY).split("\n\n")[:2]
    assert first.splitlines()[0].split() == ["label", "highly_competitive"]
    assert second.splitlines()[0].split() == ["label", "competitive"]
    assert first.splitlines()[-1].split() == ["status", "unreachable"]


def test_a_short_list_stays_a_list_in_a_narrow_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    wide = on_terminal("chances", "243", "--group", "non_us_img").splitlines()
    assert wide[0].split() == [
        "specialty",
        "chance",
        "next",
        "(2028)",
        "band",
        "grade",
        "cycle",
        "marks",
    ]
    monkeypatch.setenv("COLUMNS", "56")
    narrow = on_terminal("chances", "243", "--group", "non_us_img")
    header, *rows = narrow.split("\n\n")[0].splitlines()
    assert header.split() == ["specialty", "chance", "next", "(2028)", "band", "marks"]
    assert rows[0].split() == ["villages", "64", "%", "50-77", "%", "competitive", "flat"]
    assert "Left out for want of width: cycle, grade." in narrow
    monkeypatch.setenv("COLUMNS", "30")
    blocks = on_terminal("chances", "243", "--group", "non_us_img")
    assert "Left out for want of width: cycle, grade, band." in " ".join(blocks.split())
    # Programs get every column.
    assert ",grade," in on_terminal("chances", "243", "--group", "non_us_img", "--csv")
    nothing = on_terminal("chances", "243", "--group", "us_do")
    assert "Left out" not in nothing


def test_a_long_cell_of_a_block_goes_on_below_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "60")
    first = on_terminal("audit", "surgery_guide").split("\n\n")[0].splitlines()
    at = next(i for i, line in enumerate(first) if line.startswith("reason"))
    assert first[at] == "reason                    Made up: about 32 of 100 matched"
    assert first[at + 1] == " " * 26 + "there, and next cycle's whole"


def test_what_is_indented_stays_so() -> None:
    text = "  one two three four five six seven"
    assert _wrapped(text, 20) == "  one two three four\n  five six seven"


@pytest.mark.skipif(not hasattr(os, "openpty"), reason="no pseudo-terminals here")
def test_a_real_terminal_and_a_pipe(synthetic_folder: Path) -> None:
    import subprocess

    code = (
        "import pathlib, sys; from calib import edition; from calib.cli import main;"
        f"edition.SHIPPED = pathlib.Path({str(synthetic_folder)!r});"
        "sys.exit(main(['guides']))"
    )
    command: Any = [sys.executable, "-c", code]
    master, slave = os.openpty()
    subprocess.run(command, stdout=slave, check=True)
    os.close(slave)
    shown = os.read(master, 10_000).decode()
    os.close(master)
    assert shown.split() == ["guide", "all_guide", "surgery_guide"]
    piped = subprocess.run(command, capture_output=True, text=True, check=True)
    assert piped.stdout.split() == shown.split()
