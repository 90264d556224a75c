"""Where no edge is claimed, the commands tell the chance or point to it."""

from __future__ import annotations

import pytest

from calib.cli import main

pytestmark = pytest.mark.usefixtures("edition")


def shown(capsys: pytest.CaptureFixture[str], *words: str) -> str:
    assert main(words) == 0
    return capsys.readouterr().out


@pytest.mark.parametrize(
    ("specialty", "group", "status", "wide"),
    [
        ("plastics", "us_img", "borrowed", "wide "),
        ("imaging", "non_us_img", "weak", "wide "),
        ("family_practice", "non_us_img", "flat", ""),
    ],
)
def test_blanks_point_to_the_chance(
    capsys: pytest.CaptureFixture[str], specialty: str, group: str, status: str, wide: str
) -> None:
    key = (specialty, "--group", group)
    sentence = f"For the chance at a score, with its {wide}interval, see `calib probability`.\n"
    out = shown(capsys, "bands", *key)
    assert sentence in out
    assert f"status {status}" in out
    out = shown(capsys, "band", "250", *key)
    assert "see `calib probability`" not in out
    assert " % matched in it: next cycle (2028) likely " in out
    assert f"status {status}" in out
    assert "see `calib probability`" not in shown(capsys, "probability", "250", *key)
    assert "see `calib" not in shown(capsys, "bands", "nuclear", "--group", "non_us_img")
