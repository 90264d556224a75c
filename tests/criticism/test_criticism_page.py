"""The page of a run on few tables says what it cannot show."""

from __future__ import annotations

import ast
import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from recalib.bands.make import make
from recalib.curves.make import fit
from recalib.evidence import ingest

ROOT = Path(__file__).parents[2]
RAW, NOTEBOOK = ROOT / "data" / "raw", ROOT / "notebooks" / "25_criticism.ipynb"


def small_run(folder: Path, keep: str, specialties: tuple[str, ...] = ()) -> Path:
    """Run on the tables whose names hold `keep`, perhaps only on some specialties."""
    raw, work = folder / "raw", folder / "work"
    shutil.copytree(RAW, raw)
    for file in (raw / "published").iterdir():
        if keep not in file.name:
            file.unlink()
        elif specialties and file.suffix == ".csv":
            lines = file.read_text(encoding="utf-8").splitlines()
            held = [line for line in lines if any(f",{name}," in line for name in specialties)]
            file.write_text("\n".join([lines[0], *held]) + "\n", encoding="utf-8")
    ingest(raw, work)
    fit(work)
    make(work)
    return work


def page(work: Path) -> str:
    """Run the notebook's cells in order; return the Markdown that they show."""
    shown = []
    names: dict[str, Any] = {}
    for cell in json.loads(NOTEBOOK.read_text(encoding="utf-8"))["cells"]:
        source = "".join(cell["source"])
        if cell["cell_type"] != "code":
            continue
        if "parameters" in cell["metadata"].get("tags", []):
            source = f"work_dir = {str(work)!r}"
        tree = ast.parse(source)
        last = tree.body.pop() if isinstance(tree.body[-1], ast.Expr) else None
        exec(compile(tree, "cell", "exec"), names)
        if last is not None:
            value = eval(compile(ast.Expression(last.value), "cell", "eval"), names)
            shown.append(str(getattr(value, "data", "")))
    return "\n".join(shown)


@pytest.mark.parametrize(
    ("keep", "missing"),
    [
        (
            "nrmp_main_match_2025",
            [
                "Nothing printed could be checked",
                "cannot be tested",
                "claims an edge",
                "two cycles",
            ],
        ),
        ("crowd_general_surgery_2024_25", ["claims an edge", "two cycles", "four specialties"]),
    ],
)
def test_what_the_tables_do_not_allow_is_said(
    tmp_path: Path, keep: str, missing: list[str]
) -> None:
    shown = page(small_run(tmp_path, keep))
    for words in missing:
        assert words in shown


def test_three_specialties_of_two_cycles_are_enough_for_a_forecast(tmp_path: Path) -> None:
    names = ("Dermatology", "Anesthesiology", "Psychiatry")
    shown = page(small_run(tmp_path, "us_md_seniors", names))
    assert "2024 for 2026** (3 specialties)" in shown
    assert "Calibration intercept" in shown
    assert "edges half move by" in shown
    assert "four specialties" in shown
