"""What README and docs print is what the edition holds."""

import csv
import importlib.util
import re
from pathlib import Path

import calib

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")


def rows(name):
    with (ROOT / "data" / "processed" / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def script(name):
    spec = importlib.util.spec_from_file_location(name, ROOT / "docs" / f"{name}.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_result_is_what_the_script_makes_of_the_edition():
    assert script("readme_result").page() == README, "run `make pages` and read what changed"


def test_result_is_what_the_look_ups_answer():
    """Against `calib`, which the script does not use."""
    told = README.split("<!-- result")[1].split("<!-- /result")[0]
    found = {band.label: band for band in calib.bands("general_surgery", "non_us_img")}
    audit = calib.guide_audit("general_surgery_img", applicant_group="non_us_img")
    rows = {row.label: row for row in audit if row.guide_scheme == "target"}
    for label in ("highly_competitive", "competitive", "borderline"):
        edge = found[label].guide_edge
        at = calib.probability(edge, "general_surgery", "non_us_img")
        stand = calib.standing(edge, "general_surgery", "non_us_img")
        row = rows[label]
        cells = [
            label,
            f"{edge:g}",
            f"{100 * at.value:.0f}",
            f"{100 * at.next_low:.0f}-{100 * at.next_high:.0f}",
            f"{100 * stand.matched:.0f} % at or below",
            row.data_label,
            row.verdict,
        ]
        assert f"| {' | '.join(cell.replace('_', ' ') for cell in cells)} |" in told
        band = found[label]
        if band.boundary is not None:
            assert f"{label.replace('_', ' ')} from {band.score_min} ({band.boundary_next_low}" in (
                " ".join(told.split())
            )
    assert f"non-U.S. IMGs, {at.cycle}: " in told
    assert f" of {at.n} who ranked it first matched (grade {at.grade})" in told


def test_what_the_readme_says_of_curves_is_the_edition():
    """Of the newest cycle that has each."""
    newest = {}
    for row in rows("curves.csv"):
        key = row["specialty"], row["applicant_group"], row["denominator"]
        if row["cycle"] >= newest.get(key, row)["cycle"]:
            newest[key] = row
    assert newest["plastic_surgery", "us_img", "ranked_any_pgy1"]["status"] == "borrowed"
    assert newest["preliminary_medicine", "non_us_img", "ranked_any_pgy1"]["status"] == "borrowed"
    assert newest["family_medicine", "non_us_img", "ranked_first"]["status"] == "flat"
    assert newest["diagnostic_radiology", "non_us_img", "ranked_first"]["status"] == "weak"


def test_the_visa_need_of_the_readme_is_the_edition():
    (row,) = rows("adjustments.csv")
    assert (row["specialty"], row["outcome"]) == ("internal_medicine", "interview")
    told = " ".join(README.split())
    assert (row["status"], row["points"]) == ("borrowed", "")
    ratio, *limits = (
        f"{float(row[name]):.2f}" for name in ("odds_ratio", "odds_ratio_low", "odds_ratio_high")
    )
    assert f"self-reported: odds ratio {ratio}, {'-'.join(limits)})" in told


def test_python_of_the_readme_runs(capsys):
    (code,) = re.findall(r"```python\n(.*?)```", README, flags=re.DOTALL)
    exec(compile(code, "README.md", "exec"), {})
    assert capsys.readouterr().out


def test_links_of_the_readme_lead_somewhere():
    links = re.findall(r"\]\(([^)#:]+)\)", README)
    assert links
    for link in links:
        assert (ROOT / link).exists(), link


def test_data_dictionary_is_that_of_the_code():
    path = ROOT / "docs" / "data-dictionary.md"
    assert path.read_text(encoding="utf-8") == script("data_dictionary").dictionary()
