"""docs/reliability.md is what its script makes of the committed tables, which hold no failure."""

import importlib.util
from pathlib import Path

import pandas as pd

ROOT = Path(__file__).parents[1]


def test_page_is_made_of_the_tables(monkeypatch):
    for folder in ("docs", "bench"):
        monkeypatch.syspath_prepend(str(ROOT / folder))
    path = ROOT / "docs" / "reliability_page.py"
    spec = importlib.util.spec_from_file_location("reliability_page", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    page = (ROOT / "docs" / "reliability.md").read_text(encoding="utf-8")
    assert page == module.page() + module.hostile()


def test_no_kill_left_two_editions_and_no_place_other_bytes():
    kills = pd.read_csv(ROOT / "bench" / "results" / "kills.csv")
    never = ["outlived", "of_two_editions_after_the_next_start", "left_behind"]
    never += ["mixed", "missing", "damaged"]
    assert not kills[never].to_numpy().any()
    places = pd.read_csv(ROOT / "bench" / "results" / "determinism.csv")
    assert set(places["same"]) == {"yes"}
    fuzzed = pd.read_csv(ROOT / "bench" / "results" / "fuzz.csv")
    assert not fuzzed["findings"].any()


def test_double_entry_stops_what_single_entry_lets_pass():
    faults = pd.read_csv(ROOT / "bench" / "results" / "faults.csv")
    total = faults.groupby("setting").sum(numeric_only=True)
    assert faults["kind"].nunique() >= 15
    assert (total["unseen"] <= 0.1 * total["faults"]).all()
    assert not faults["beyond"].any()
    assert (total["unseen_with_double_entry"] <= 0.005 * total["faults"]).all()
    rows = total["faults"] - total["unseen"] - total["column_named"]
    assert (total["named"] >= 0.95 * rows).all()
    assert total["faults"].sum() == 1000
