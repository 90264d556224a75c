"""Edges that the data hardly know: what the sentences say of them."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from typing import Any

import pytest

import calib
from calib.cli import main

KEY = ("surgery", "non_us_img")
Ends = tuple[str, str]
Edges = Callable[..., None]


@pytest.fixture
def edges(synthetic: Any, monkeypatch: pytest.MonkeyPatch) -> Edges:
    """Write the intervals of the edges, 269.0, 256.9 and 248.1, the highest label's first."""

    def write(*ends: Ends) -> None:
        path = synthetic.folder / "band_table.csv"
        rows = list(csv.DictReader(io.StringIO(path.read_text(encoding="utf-8"))))
        for row in rows:
            if row["boundary"]:
                row["boundary_low"], row["boundary_high"] = ends[int(row["rank"]) - 1]
        text = io.StringIO()
        writer = csv.DictWriter(text, list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
        synthetic.write("band_table.csv", text.getvalue().encode())
        synthetic.sign()
        synthetic.serve(monkeypatch)

    return write


TIGHT: tuple[Ends, ...] = (("267.0", "271.0"), ("255.0", "259.0"), ("247.0", "250.0"))
BAND = "That is the band 'borderline' (249-256) of scheme guide"


@pytest.mark.parametrize(
    ("ends", "score", "clause"),
    [
        (TIGHT, 252, ""),
        (TIGHT, 250, "; its lower edge 248.1 is known only to 247.0-250.0, so the data do not say"
            " on which side of it 250 lies"),
        (TIGHT, 255, "; its upper edge 256.9 is known only to 255.0-259.0, so the data do not say"
            " on which side of it 255 lies"),
        (
            (TIGHT[0], ("250.0", "270.0"), ("240.0", "253.0")), 252,
            "; its lower edge 248.1 is known only to 240.0-253.0 and its upper edge 256.9 only to"
            " 250.0-270.0, so the data do not say on which side of them 252 lies",
        ),
        (
            (TIGHT[0], ("", ""), ("", "250.0")), 252,
            "; its lower edge 248.1 is known only to lie below 250.0 (unbounded) and its upper edge"
            " 256.9 only to lie anywhere (unbounded), so the data do not say on which side of the"
            " upper edge 252 lies",
        ),
        ((TIGHT[0], ("255.0", ""), TIGHT[2]), 252,
            "; its upper edge 256.9 is known only to lie above 255.0 (unbounded)"),
        ((TIGHT[0], TIGHT[1], ("200.0", "251.0")), 252,
            "; its lower edge 248.1 is known only to 200.0-251.0"),
    ],
)  # fmt: skip
def test_explain_says_how_far_the_edges_of_the_band_are_known(
    edges: Edges, ends: tuple[Ends, ...], score: float, clause: str
) -> None:
    edges(*ends)
    text = calib.explain(score, *KEY)
    assert f"{BAND}{clause}. " in text
    assert text.count(". ") == 3  # the last sentence ends the text; "U.S." is followed by a space


def test_the_highest_and_the_lowest_band_have_one_edge(edges: Edges) -> None:
    edges(*TIGHT)
    assert "(270-300) of scheme guide; its lower edge 269.0 is known" in calib.explain(270, *KEY)
    assert "(270-300) of scheme guide. " in calib.explain(274, *KEY)
    assert "(1-248) of scheme guide; its upper edge 248.1 is known" in calib.explain(248, *KEY)
    assert "(1-248) of scheme guide. " in calib.explain(230, *KEY)


def shown(capsys: pytest.CaptureFixture[str], *words: str) -> str:
    assert main(words) == 0
    return capsys.readouterr().out


def test_bands_name_the_edges_that_are_hardly_known(
    edges: Edges, capsys: pytest.CaptureFixture[str]
) -> None:
    words = ("surgery", "--group", "non_us_img")
    edges(*TIGHT)
    assert "known only" not in shown(capsys, "bands", *words)
    edges(("240.0", ""), ("255.0", "259.0"), ("210.0", "250.1"))
    sentence = (
        "The lower edge of 'highly competitive' is known only to lie above 240.0 (unbounded),"
        " that of 'borderline' to 210.0-250.1.\n"
    )
    assert sentence in shown(capsys, "bands", *words)
    assert "known only" not in shown(capsys, "band", "260", *words)
    one = "The lower edge of 'borderline' is known only to 210.0-250.1.\n"
    assert one in shown(capsys, "band", "250", *words)


@pytest.mark.parametrize(
    ("specialty", "group", "status", "wide"),
    [
        ("plastics", "us_img", "borrowed", "wide "),
        ("imaging", "non_us_img", "weak", "wide "),
        ("family_practice", "non_us_img", "flat", ""),
    ],
)
@pytest.mark.usefixtures("edition")
def test_blanks_point_to_the_chance(
    capsys: pytest.CaptureFixture[str], specialty: str, group: str, status: str, wide: str
) -> None:
    key = (specialty, "--group", group)
    sentence = f"For the chance at a score, with its {wide}interval, see `calib probability`.\n"
    for words in (("bands", *key), ("band", "250", *key)):
        out = shown(capsys, *words)
        assert sentence in out
        assert f"status {status}" in out
    assert "see `calib probability`" not in shown(capsys, "probability", "250", *key)
    assert "see `calib" not in shown(capsys, "bands", "nuclear", "--group", "non_us_img")
