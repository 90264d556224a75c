"""A run on few tables, or without guides, still gives its pages: what is missing is left out."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from edition_samples import edition_of
from recalib import Run
from recalib.report import figures, sections, show, tables, text
from recalib.report.figures.checks import checks
from recalib.report.pages import write_index
from recalib.report.view import View, guides_of
from steps import bands as make
from steps import fit, ingest

RAW = Path(__file__).parents[1] / "frozen" / "raw"


def _run(folder: Path, keep: str, *, guides: bool) -> View:
    raw = folder / "raw"
    shutil.copytree(RAW, raw)
    for file in (raw / "published").iterdir():
        if keep not in file.name:
            file.unlink()
    if not guides:
        shutil.rmtree(raw / "guides")
    work = folder / "work"
    ingest(raw, work)
    fit(work)
    make(work)
    return Run(work).view()


@pytest.mark.parametrize(
    ("keep", "guides"),
    [
        ("nrmp_main_match_2025", True),
        ("crowd_general_surgery_2024_25", True),
        ("crowd_internal_medicine_2023_24", False),
        ("nrmp_charting_outcomes_2022_img", True),
        ("nrmp_charting_outcomes_2026_img", False),
    ],
)
def test_pages_of_a_small_run(tmp_path: Path, keep: str, guides: bool) -> None:
    work = _run(tmp_path, keep, guides=guides)
    scored = set(work.evidence.loc[work.evidence["kind"] != "totals", "specialty"])
    scored &= set(work.curves["specialty"])
    for name in sorted({*scored, *work.audit["specialty"]})[::4]:
        here = work.specialty(name)
        assert text.in_short(here)
        assert sections.answer(here, 245)
        for shown in (sections.by_score, sections.edges, sections.guides):
            shown(here)
        for shown in (sections.curves_drawn, sections.cycles, sections.interviews):
            shown(here, 245)
        sections.in_full(here)
        sections.tables_in_full(here)
        assert text.cannot_say(here)
        sections.printed_and_fitted(here)
    for figure in (figures.slopes(work), checks(work)):
        show.picture(figure)
    for guide in guides_of(work):
        sections.guide_lines(work, guide)
        sections.guide(work, guide)
    assert bool(guides_of(work)) == guides
    assert (tables.rules(work) is not None) == guides
    assert (tables.statuses(work) is not None) == (not work.curves.empty)
    assert text.checks(work)
    made = edition_of(work.tables.folder, tmp_path / "edition")
    index = write_index(work, [], tmp_path, made).read_text(encoding="utf-8")
    assert work.edition in index
    # Who has a match curve can be asked of.
    asked = set(work.curves.loc[work.curves["outcome"] == "match", "applicant_group"])
    options = {f'<option value="{name}">' for name in asked}
    assert all(option in index for option in options)
    groups = index.split('<select id="group"')[1].split("</select>")[0]
    assert groups.count("<option ") == len(options)


def test_a_specialty_that_only_a_guide_names_has_a_page(tmp_path: Path) -> None:
    work = _run(tmp_path, "crowd_general_surgery_2024_25", guides=True)
    here = work.specialty("anesthesiology")
    assert here.curves.empty
    ((heading, (said,)),) = text.in_short(here)
    assert not heading
    assert "No published table gives numbers" in said
    assert tables.guide_points(here, "") is not None
    assert sections.guides(here) is not None
    page = {"file": "specialties/anesthesiology.html", "title": "Anesthesiology", "group": "-"}
    made = edition_of(work.tables.folder, tmp_path / "edition")
    index = write_index(work, [page], tmp_path, made).read_text(encoding="utf-8")
    assert 'href="specialties/anesthesiology.html"' in index
    assert "nothing on matching was published" in index
