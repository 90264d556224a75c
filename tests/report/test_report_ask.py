"""The page that one can ask, as it is written: its data, its plain tables, its weight."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from bs4 import BeautifulSoup

import calib
from ask_pages import FROZEN, LABELS, explorer
from calib import edition as editions
from calib.edition import Edition
from recalib.report.ask import answers
from recalib.report.ask.data import packed
from recalib.report.ask.page import SCORES
from recalib.report.words import of_100, people_range
from recalib.run.page import outside_requests
from whose import without_clause


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return explorer(tmp_path_factory.mktemp("explorer"))


@pytest.fixture(autouse=True)
def frozen(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(editions, "SHIPPED", FROZEN)


def test_the_page_is_light_asks_nobody_and_says_whose_chances_these_are(page: Path) -> None:
    html = page.read_text(encoding="utf-8")
    assert 300_000 < page.stat().st_size < 1_500_000
    assert outside_requests(html) == []
    assert without_clause(html) == []


def test_text_cannot_leave_the_data() -> None:
    hostile = "</script><script>alert(1)</script><!-- & \u2028"
    text = packed({"label": hostile})
    assert not set("<>&\u2028") & set(text)
    assert json.loads(text) == {"label": hostile}


def test_every_group_with_a_match_curve_can_be_asked() -> None:
    data = answers(Edition(FROZEN), LABELS, {})
    told = {group["name"]: group for group in data["groups"]}
    assert [*told] == ["non_us_img", "us_img", "us_md_senior", "us_do_senior"]
    for name, group in told.items():
        both = [one["of"] for one in (*group["curves"], *group["none"])]
        assert sorted(both) == sorted(calib.specialties())
        for by in group["lists"]:
            expected = {one.specialty for one in calib.chances(243, name, denominator=by)}
            listed = {one["of"] for one in group["curves"] if one["by"] == by}
            assert listed == (expected if by == "ranked_first" else listed & expected)
        assert all(one["why"] for one in group["none"])


def test_without_scripts_a_table_a_group_gives_the_numbers_of_the_look_ups(page: Path) -> None:
    soup = BeautifulSoup(page.read_text(encoding="utf-8"), "html.parser")
    names = {label: name for name, label in LABELS.items()}
    seen = dashes = 0
    for heading in soup.select("#tables h3"):
        table = heading.find_next_sibling("table")
        while table is not None and table.find_previous_sibling("h3") is heading:
            for row in table.select("tbody tr"):
                specialty = names[row.th.get_text()]
                for score, cell in zip(SCORES, row.find_all("td"), strict=False):
                    found = calib.probability(score, specialty, heading["id"])
                    if found.extrapolated:
                        assert cell.get_text() == "–"
                        dashes += 1
                        continue
                    assert None not in (found.value, found.next_low, found.next_high)
                    later = people_range(found.next_low, found.next_high)  # type: ignore[arg-type]
                    assert cell.get_text() == f"{of_100(found.value)} {later}"  # type: ignore[arg-type]
                    seen += 1
            table = table.find_next_sibling("table")
    assert seen > 300
    assert dashes
