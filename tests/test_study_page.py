"""docs/study.md is what its script makes of the committed tables."""

import importlib.util
from pathlib import Path

ROOT = Path(__file__).parents[1]


def test_page_is_made_of_the_tables(monkeypatch):
    path = ROOT / "docs" / "study_page.py"
    monkeypatch.syspath_prepend(str(ROOT / "bench"))
    spec = importlib.util.spec_from_file_location("study_page", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    assert (ROOT / "docs" / "study.md").read_text(encoding="utf-8") == module.page()
