"""What README and docs print is what the edition holds."""

import csv
import importlib.util
import re
from pathlib import Path

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")


def rows(name):
    with (ROOT / "data" / "processed" / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def percent(text):
    return f"{float(text) * 100:.1f}"


def test_table_of_general_surgery_is_the_edition():
    audit = {
        row["label"]: row
        for row in rows("guide_audit.csv")
        if row["guide"] == "general_surgery_img"
        and row["guide_scheme"] == "target"
        and row["curve_group"] == "non_us_img"
    }
    bands = {
        row["label"]: row
        for row in rows("band_table.csv")
        if (row["specialty"], row["applicant_group"], row["cycle"], row["denominator"])
        == ("general_surgery", "non_us_img", "2026", "ranked_first")
    }
    part = README.split("<!-- general-surgery")[1].split("\n\n")[0]
    printed = [line for line in part.splitlines() if line.startswith("| ")][1:]
    wanted = []
    for label in ("highly_competitive", "competitive", "borderline"):
        at, band = audit[label], bands[label]
        low, high = percent(at["edge_low"]), percent(at["edge_high"])
        chance = f"{percent(at['probability_at_edge'])} % ({low}-{high} %)"
        edge = f"{band['boundary']} ({band['boundary_low']}-{band['boundary_high']})"
        name = label.replace("_", " ")
        wanted.append(f"| {name} | {at['score_min']} | {chance} | {edge} |")
    assert printed == wanted


def test_sentences_of_the_readme_are_the_edition():
    anchors = {row["guide"]: row for row in rows("guide_anchors.csv") if row["edge"] == "top"}
    own = anchors["general_surgery_img"]
    assert f"The label means {percent(own['anchor'])} % across the guides" in README
    (middle,) = (
        row
        for row in rows("guide_anchors.csv")
        if (row["guide"], row["edge"]) == ("general_surgery_img", "middle")
    )
    ends = f"{middle['calibrated_edge_without_own']} instead of {middle['calibrated_edge']}"
    assert f'without that vote "competitive" would begin at {ends}' in " ".join(README.split())
    totals = {
        (row["specialty"], row["applicant_group"], row["denominator"]): row
        for row in rows("curves.csv")
    }
    surgery = totals["general_surgery", "non_us_img", "ranked_first"]
    assert f"124 of {surgery['n']} who ranked it first" in README
    assert surgery["base_rate"] == f"{124 / 433:.3f}"
    assert totals["plastic_surgery", "us_img", "ranked_any_pgy1"]["status"] == "borrowed"
    assert totals["preliminary_medicine", "non_us_img", "ranked_any_pgy1"]["status"] == "borrowed"
    assert totals["family_medicine", "non_us_img", "ranked_first"]["status"] == "flat"
    assert totals["diagnostic_radiology", "non_us_img", "ranked_first"]["status"] == "weak"


def test_the_visa_need_of_the_readme_is_the_edition():
    (row,) = rows("adjustments.csv")
    assert (row["specialty"], row["outcome"]) == ("internal_medicine", "interview")
    told = " ".join(README.split())
    limits = f"{row['points_low']}-{row['points_high']}"
    ratio = f"{float(row['odds_ratio']):.2f}"
    points = f"{float(row['points']):.0f}"
    assert f"self-reported: odds ratio {ratio}, as much as {points} points, {limits})" in told


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
    path = ROOT / "docs" / "data_dictionary.py"
    spec = importlib.util.spec_from_file_location("data_dictionary", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    assert (ROOT / "docs" / "data-dictionary.md").read_text(encoding="utf-8") == module.dictionary()
