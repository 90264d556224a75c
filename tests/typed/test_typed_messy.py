"""Every messy file is read right or refused with a sentence; no value changes unlisted."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from messy import CASES, Case

from recalib.typed import Asked, Proposal, Remarks, propose


def proposed(case: Case, raw: Path, folder: Path) -> Proposal:
    path = folder / case.file
    path.write_bytes(case.content)
    asked = Asked("2027", **({"group": "non_us_img", "denominator": _counted(case)} | case.asked))
    remarks = Remarks({key: answer.split("|") for key, answer in case.answers.items()})
    return propose(raw, asked, [path], remarks, source="made_up_2027")


def _counted(case: Case) -> str:
    return "ranked_first" if "denominator" in case.header else ""


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_a_messy_file_is_read_right_or_refused(case: Case, small: Path, tmp_path: Path) -> None:
    proposal = proposed(case, small, tmp_path)
    remarks = proposal.remarks
    doubts = "\n".join(map(str, remarks.doubts))
    if case.says:
        assert doubts, "it was read, and nothing was asked"
        assert all(piece in doubts for piece in case.says), doubts
        assert doubts.count("Fix: ") >= len(remarks.doubts)
        return
    assert not doubts
    header, *rows = proposal.files[0].content.decode().splitlines()
    assert (header, rows) == (case.header, list(case.rows))
    changed = {address(place) for place in remarks.changes["place"]}
    assert changed == set(case.changed.split())
    assert all(any(piece in line for line in remarks.told) for piece in case.told), remarks.told


def address(place: str) -> str:
    found = re.search(r"cell ([A-Z]+[0-9]+)$", place)
    assert found is not None, place
    return found[1]


def test_there_are_forty_and_more_and_each_has_its_name() -> None:
    names = [case.name + case.file + str(case.answers) for case in CASES]
    assert len(names) >= 40
    assert len(names) == len(set(names))
    assert all(bool(case.says) != bool(case.rows) for case in CASES)
