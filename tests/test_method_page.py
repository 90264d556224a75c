"""The worked cell of docs/method.md is computed from data/raw."""

import importlib.util
from pathlib import Path

DOCS = Path(__file__).parents[1] / "docs"


def test_worked_cell_is_what_the_code_computes():
    spec = importlib.util.spec_from_file_location("worked_cell", DOCS / "worked_cell.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    text = (DOCS / "method.md").read_text(encoding="utf-8")
    assert module.page() == text
    block = text.split(module.MARKS[0])[1]
    # The figure that METHOD's authors give for the consent shift, from other arithmetic.
    assert "82% of the matched and 74% of the others" in block
    assert "-0.100" in block
