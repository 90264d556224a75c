"""The campaign of faults, in short: what it makes, and that little of it passes."""

from pathlib import Path

import fault_kinds
import faults
import pytest

FROZEN = Path(__file__).parents[1] / "frozen" / "raw"


@pytest.fixture(scope="module")
def campaign(tmp_path_factory):
    return faults.Campaign(FROZEN, tmp_path_factory.mktemp("faults"), seed=16)


def test_each_kind_changes_a_table_and_a_fault_is_drawn_by_its_number(campaign):
    for number in range(2 * len(fault_kinds.KINDS)):
        setting, kind, sheet, _ = campaign.drawn(number)
        again = campaign.drawn(number)
        assert (setting, kind, sheet.text) == (*again[:2], again[2].text)
        assert sheet.text != sheet.path.read_text("utf-8")
        assert sheet.lines
    assert {campaign.drawn(number)[1] for number in range(0, 46, 2)} == {*fault_kinds.KINDS}


def test_faults_are_stopped_and_seen_by_double_entry(campaign, monkeypatch):
    monkeypatch.setattr(campaign, "_beyond", lambda *_: {"stopped": "", "named": False})
    made = [campaign.one(number) for number in range(16, 24)]
    assert sum(one["stopped"] != "" for one in made) >= 5
    assert all(one["stopped"] or one["double"] for one in made)
    assert all(one["named"] for one in made if one["stopped"])
