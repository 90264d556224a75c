"""docs/benchmarks.md is what its script makes of the committed table."""

import importlib.util
from pathlib import Path

ROOT = Path(__file__).parents[1]


def test_page_is_made_of_the_table(monkeypatch):
    path = ROOT / "docs" / "benchmarks_page.py"
    for folder in ("docs", "bench"):
        monkeypatch.syspath_prepend(str(ROOT / folder))
    spec = importlib.util.spec_from_file_location("benchmarks_page", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    assert (ROOT / "docs" / "benchmarks.md").read_text(encoding="utf-8") == module.page()
