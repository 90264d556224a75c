"""What answers show in a notebook: a table that holds their fields and no markup of others."""

from __future__ import annotations

import dataclasses
import xml.etree.ElementTree as ElementTree
from typing import Any

import pytest

import calib
from calib.names import WHOSE

pytestmark = pytest.mark.usefixtures("edition")
KEY = ("surgery", "non_us_img")


def shown(answer: Any) -> tuple[str, dict[str, str]]:
    """Caption and rows, from what must be well-formed."""
    table = ElementTree.fromstring(answer._repr_html_())
    rows = {row[0].text or "": row[1].text or "" for row in table.findall("tr")}
    return table.findtext("caption") or "", rows


def test_an_answer_shows_its_fields_and_whose_chance_it_is() -> None:
    answer = calib.probability(250, *KEY)
    caption, rows = shown(answer)
    assert caption == f"Probability ({WHOSE})"
    assert rows["score"] == "250"
    assert rows["value"] == f"{answer.value:.4g}"
    assert rows["status"] == answer.status
    assert rows["sources"] == "; ".join(answer.sources)


def test_what_is_not_known_is_left_out() -> None:
    answer = calib.probability(250, "surgery", "us_do")
    _, rows = shown(answer)
    assert answer.value is None
    assert "value" not in rows
    assert rows["status"] == "no_evidence"
    first = answer.available[0]
    told = f"{first.cycle} {first.specialty} {first.applicant_group}"
    assert rows["available"].startswith(told)


def test_interviews_are_of_no_rank_list() -> None:
    caption, _ = shown(calib.probability(250, *KEY, outcome="interview"))
    assert caption == "Probability"


def test_markup_in_a_field_is_text() -> None:
    hostile = "<img src=x onerror=alert(1)>"
    answer = dataclasses.replace(calib.probability(250, *KEY), sources=(hostile,))
    assert "<img" not in answer._repr_html_()
    assert shown(answer)[1]["sources"] == hostile


@pytest.mark.parametrize("look_up", [calib.band, calib.standing])
def test_every_kind_shows_itself(look_up: Any) -> None:
    answer = look_up(250, *KEY)
    caption, rows = shown(answer)
    assert caption == f"{type(answer).__name__} ({WHOSE})"
    assert rows["edition"] == answer.edition


def test_a_row_of_a_guide_shows_itself() -> None:
    row = calib.guide_audit(calib.guides()[0])[0]
    assert shown(row)[0] == f"AuditRow ({WHOSE})"
    assert shown(row)[1]["guide"] == row.guide
