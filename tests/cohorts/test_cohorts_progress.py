"""A bar appears on a terminal, for scans that take long, and goes away with them."""

import io
import time
import types

import pytest

from raw_cohorts import people, store
from recalib.cohorts import progress, query
from recalib.cohorts.progress import bar


class Terminal(io.StringIO):
    def isatty(self):
        return True


@pytest.fixture
def screen(monkeypatch):
    terminal = Terminal()
    # The real one is put back by pytest between setup and test.
    for module in (progress, query):
        monkeypatch.setattr(module, "sys", types.SimpleNamespace(stderr=terminal))
    monkeypatch.setenv("COLUMNS", "80")
    return terminal


def wait_for(words, screen):
    for _ in range(100):
        if words in screen.getvalue():
            return
        time.sleep(0.05)
    pytest.fail(f"no {words!r} in {screen.getvalue()!r}")


def test_long_scans_show_how_far_they_are(screen, monkeypatch):
    monkeypatch.setattr(progress, "PATIENCE", 0.0)
    percents = iter([10.0, 7.0, 60.0])
    with bar("counting x.csv", lambda: next(percents, 250.0)):
        wait_for("100 %", screen)
    shown = screen.getvalue()
    assert "counting x.csv" in shown
    assert "10 %" in shown
    assert " 7 %" not in shown  # it never goes back
    assert shown.endswith("\r")  # and is wiped


def test_short_scans_and_nameless_ones_show_nothing(screen):
    with bar("counting x.csv", lambda: 1.0):
        time.sleep(0.3)
    with bar("", lambda: 1.0):
        pass
    assert screen.getvalue() == ""


def test_duckdb_tells_how_far_it_is(raw, screen, monkeypatch):
    monkeypatch.setattr(progress, "PATIENCE", 0.0)
    store(people(100), raw, "csv")
    told = []
    asked = query.bar

    def noting(what, percent):
        told.append((what, percent()))
        return asked(what, percent)

    monkeypatch.setattr(query, "bar", noting)
    assert raw.problems() == []
    named = {what: percent for what, percent in told if what}
    assert list(named) == ["counting cohorts/ours.csv"]
    assert all(isinstance(percent, float) for percent in named.values())
