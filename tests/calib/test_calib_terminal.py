"""What a command looks like on a terminal: colour, width; and that files and pipes stay plain."""

from __future__ import annotations

import contextlib
import io
import os
import re
import sys
from pathlib import Path
from typing import Any

import pytest

from calib.cli import _wrapped, main

pytestmark = pytest.mark.usefixtures("edition")

KEY = ("surgery", "--group", "non_us_img")
COLOUR = re.compile(r"\x1b\[[0-9;]*m")


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.fixture(autouse=True)
def _usual_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("NO_COLOR", "TERM"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("COLUMNS", "120")


def on_terminal(*words: str) -> str:
    with contextlib.redirect_stdout(Terminal()) as place:
        assert main(words) == 0
    return place.getvalue()


def test_a_terminal_is_coloured() -> None:
    lines = on_terminal("bands", *KEY).splitlines()
    assert lines[0].startswith("\x1b[1mlabel\x1b[0m ")
    assert lines[1].endswith("\x1b[32mok\x1b[0m")
    plain = [COLOUR.sub("", line) for line in lines]
    assert [line.index("ok") for line in plain[1:5]] == [plain[0].index("status")] * 4


@pytest.mark.parametrize(("name", "value"), [("NO_COLOR", "1"), ("TERM", "dumb")])
def test_colour_can_be_refused(monkeypatch: pytest.MonkeyPatch, name: str, value: str) -> None:
    monkeypatch.setenv(name, value)
    assert "\x1b" not in on_terminal("bands", *KEY)


def test_an_empty_no_color_refuses_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "")
    assert "\x1b" in on_terminal("bands", *KEY)


@pytest.mark.parametrize("words", [("--json",), ("--csv",)])
def test_programs_get_no_colour_even_on_a_terminal(words: tuple[str, ...]) -> None:
    assert "\x1b" not in on_terminal("bands", *KEY, *words)


@pytest.mark.parametrize(
    "words",
    [
        ("bands", *KEY),
        ("bands", "surgery", "--group", "us_img"),
        ("audit", "surgery_guide"),
        ("explain", "250", *KEY),
        ("specialties",),
    ],
    ids=lambda words: " ".join(words[:2]),
)
@pytest.mark.parametrize("columns", [60, 80])
def test_nothing_is_wider_than_the_terminal(
    monkeypatch: pytest.MonkeyPatch, words: tuple[str, ...], columns: int
) -> None:
    monkeypatch.setenv("COLUMNS", str(columns))
    lines = [COLOUR.sub("", line) for line in on_terminal(*words).splitlines()]
    assert max(len(line) for line in lines) <= columns


def test_narrow_terminals_get_a_line_for_every_column(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    first, second = COLOUR.sub("", on_terminal("bands", *KEY)).split("\n\n")[:2]
    assert first.splitlines()[0].split() == ["label", "highly_competitive"]
    assert second.splitlines()[0].split() == ["label", "competitive"]
    assert first.splitlines()[-1].split() == ["status", "ok"]


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
    environment = {k: v for k, v in os.environ.items() if k not in ("NO_COLOR", "TERM")}
    command: Any = [sys.executable, "-c", code]
    master, slave = os.openpty()
    subprocess.run(command, stdout=slave, check=True, env=environment | {"TERM": "xterm"})
    os.close(slave)
    shown = os.read(master, 10_000).decode()
    os.close(master)
    assert shown.startswith("\x1b[1mguide\x1b[0m")
    piped = subprocess.run(command, capture_output=True, text=True, check=True, env=environment)
    assert piped.stdout.split() == ["guide", "all_guide", "surgery_guide"]
