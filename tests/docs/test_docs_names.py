"""Modules, files and targets that documents name are there."""

from __future__ import annotations

import importlib.util
import re
from pathlib import Path

import pytest
import yaml

from recalib.report.sentences import SENTENCES

ROOT = Path(__file__).parents[2]
TOP = [ROOT / name for name in ("README.md", "ARCHITECTURE.md", "CONTRIBUTING.md")]
PAGES = [*TOP, *sorted(ROOT.glob("docs/**/*.md"))]
PAGES = [page for page in PAGES if page.name != "changes.md"]
#: Beginnings of paths that are told from the repository; others are told from src/recalib.
FOLDERS = ("src", "docs", "tests", "bench", "notebooks", "examples", "requirements", "data")
#: Made by a run, or a person's own: not in a fresh clone.
MADE = ("data/raw/cohorts/", "data/processed.refused")


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_what_a_page_names_is_there(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    missing = []
    for name in dict.fromkeys(re.findall(r"`(recalib[\w.]*)`", text)):
        try:
            found = importlib.util.find_spec(name)
        except ModuleNotFoundError:
            found = None
        missing += [] if found else [name]
    for name in dict.fromkeys(re.findall(r"`([\w.-]+/[\w./-]*)`", text)):
        first = name.partition("/")[0]
        told_from_code = re.fullmatch(r"[a-z_]+/[a-z_/]+\.(py|yml)", name) and first not in FOLDERS
        if name.startswith(MADE) or not (first in FOLDERS or told_from_code):
            continue
        base = ROOT / "src" / "recalib" if told_from_code else ROOT
        missing += [] if (base / name).exists() else [name]
    assert not missing


@pytest.mark.parametrize("page", TOP, ids=lambda page: page.name)
def test_links_lead_somewhere(page: Path) -> None:
    links = re.findall(r"\]\(([^)#:]+)\)", page.read_text(encoding="utf-8"))
    assert links
    assert not [link for link in links if not (ROOT / link).exists()]


def test_targets_that_documents_name_are_in_the_makefile() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    targets = set(re.findall(r"^([a-z]+):", makefile, flags=re.MULTILINE))
    for page in PAGES:
        named = set(re.findall(r"`make ([a-z]+)`", page.read_text(encoding="utf-8")))
        assert named <= targets, page.name


def test_the_workflow_gives_no_job_more_than_it_needs() -> None:
    workflow = yaml.safe_load((ROOT / ".github/workflows/ci.yml").read_text(encoding="utf-8"))
    # YAML reads the key `on` as a truth value.
    assert set(workflow[True]) == {"push", "pull_request", "workflow_dispatch", "schedule"}
    assert workflow["permissions"] == {"contents": "read"}
    assert workflow["concurrency"]["cancel-in-progress"] is True
    granted = {name: job.get("permissions") for name, job in workflow["jobs"].items()}
    assert granted == {
        "check": None,
        "elsewhere": None,
        "around": None,
        "pages": {"contents": "read", "pages": "write", "id-token": "write"},
    }
    assert "refs/heads/main" in workflow["jobs"]["pages"]["if"]


def test_the_citation_names_the_version_of_the_package() -> None:
    import calib

    citation = yaml.safe_load((ROOT / "CITATION.cff").read_text(encoding="utf-8"))
    assert citation["version"] == calib.__version__


def test_pages_say_to_cite_what_the_citation_says() -> None:
    citation = yaml.safe_load((ROOT / "CITATION.cff").read_text(encoding="utf-8"))
    told = f"{citation['authors'][0]['name']}. {citation['title']}."
    assert SENTENCES["cite"].startswith(told)
    page = (ROOT / "docs" / "index.md").read_text(encoding="utf-8").replace("\n> ", " ")
    assert told in page
