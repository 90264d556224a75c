"""The shipped edition: the look-ups agree with its band table, and it describes itself."""

from __future__ import annotations

import json
import math
from itertools import groupby
from pathlib import Path
from typing import Any

import pytest

import calib
from calib import names, sentences
from calib.cli import main
from calib.edition import tables
from recalib.contract import tables as publisher

FOLDER = Path(calib.__file__).parent / "edition"


def key_of(row: dict[str, Any]) -> dict[str, Any]:
    names = ("specialty", "applicant_group", "outcome", "cycle", "denominator", "needs_visa")
    return {name: row[name] for name in names}


def test_edition_and_version_agree_with_edition_json() -> None:
    described = json.loads((FOLDER / "edition.json").read_text(encoding="utf-8"))
    assert described["edition"] == calib.EDITION
    assert described["package_version"] == calib.__version__
    # What only an edition with cohorts has is not shipped, and empty.
    shipped = {name: file for name, (file, _) in tables().items() if "cohort" not in name}
    assert set(described["tables"]) == set(shipped.values())
    assert calib.table("cohort_curves") == calib.table("cohort_bands") == []
    for name, file in shipped.items():
        rows = calib.table(name)
        assert {row["edition"] for row in rows} <= {calib.EDITION}
        assert described["tables"][file]["rows"] == len(rows)


def test_the_columns_are_those_that_the_workshop_publishes() -> None:
    for file, columns in tables().values():
        every = publisher.TABLES | publisher.BESIDE_TABLES
        published = every[file.removesuffix(".csv")]
        spec = [word.partition("/")[::2] for word in columns.split()]
        assert [column for column, _ in spec] == [column.name for column in published.columns]
        numbers = {column.name for column in published.columns if column.kind != "text"}
        assert {column for column, kind in spec if kind} == numbers


def test_every_curve_is_found_by_its_key() -> None:
    for row in calib.table("curves"):
        key = key_of(row)
        found = calib.probability(250, **key)
        assert found.status == row["status"]
        assert (found.value is None) == (row["status"] == "no_evidence"), key
        assert found.n == row["n"]
        if found.value is not None:
            assert found.low is not None
            assert found.high is not None
            assert 0 <= found.low < found.value < found.high <= 1
            assert found.grade in "ABCD"
            assert found.sources


def test_bands_are_those_of_the_table_and_end_at_300() -> None:
    curves = {tuple(key_of(row).values()): row for row in calib.table("curves")}
    order = sorted(
        calib.table("bands"), key=lambda r: (*map(str, key_of(r).values()), int(r["rank"] or 0))
    )
    seen = set()
    for _, group in groupby(order, key=lambda r: (*key_of(r).values(),)):
        listed = list(group)
        key = key_of(listed[0])
        seen.add(tuple(key.values()))
        bands, other = calib.bands(**key), calib.bands(**key, scheme="chance")
        assert len(bands) == 4
        same = {column for column in listed[0] if column not in ("label", "sources")}
        for band, chance, row in zip(bands, other, listed, strict=True):
            assert {name: getattr(band, name) for name in same} == {n: row[n] for n in same}
            assert (band.label, band.chance_label) == (row["guide_label"], row["label"])
            assert (chance.label, chance.guide_label) == (row["label"], row["guide_label"])
        bounded = [band for band in bands if band.score_min is not None]
        status = curves[tuple(key.values())]["status"]
        if status != "ok":
            assert [(b.score_min, b.score_max) for b in bounded] in ([], [(1, 300)]), key
        elif bounded:
            lowest = bounded[-1].score_min
            held = [s for b in reversed(bounded) for s in range(b.score_min, b.score_max + 1)]  # type: ignore[arg-type, operator]
            assert held == list(range(lowest, 301)), key  # type: ignore[arg-type]
            assert (lowest == 1) == ("wide" not in {band.status for band in bands}), key
        for score in (1, 200, 245, 260, 300):
            band = calib.band(score, **key, scheme="chance")
            inside = [b for b in bounded if b.score_min <= score <= b.score_max]  # type: ignore[operator]
            assert [b.chance_label for b in inside] == [band.label] * bool(inside), key
            none = {b.status for b in bands if b.score_min is None}
            assert inside or band.status == ("wide" if "wide" in none else status), key
        for band in bands:
            if band.boundary is not None and band.score_min is not None:
                assert band.score_min in (math.ceil(band.boundary), math.ceil(band.boundary + 0.05))
    assert seen >= {key for key, row in curves.items() if row["status"] != "no_evidence"}


def test_edges_are_where_the_look_up_finds_them() -> None:
    chances = {"very_likely": 0.75, "likely": 0.5, "possible": 0.25}
    claimed = 0
    for row in calib.table("bands"):
        if row["label"] not in chances or row["status"] == "no_evidence":
            continue
        edge = calib.score_for(chances[str(row["label"])], **key_of(row))
        if row["boundary"] is None:
            # A label that reaches down to 1, and one below an edge that is not claimed, have none.
            alone = row["status"] not in ("wide", "ok")
            assert edge.score is None or not alone, key_of(row)
            assert not alone or edge.status == row["status"], key_of(row)
        elif edge.score is not None:
            claimed += 1
            # Coefficients are published with 4 decimals, boundaries with 1.
            assert edge.score == pytest.approx(row["boundary"], abs=0.15)
            ends = ("boundary_low", "boundary_high", "boundary_next_low", "boundary_next_high")
            found_ends = (edge.low, edge.high, edge.next_low, edge.next_high)
            for found, end in zip(found_ends, (row[name] for name in ends), strict=True):
                if found is not None and end is not None:
                    assert found == pytest.approx(end, abs=1)
                else:
                    # Outside 185-300 an end is unbounded; rounding may carry one past the limit.
                    one = end if found is None else found
                    assert one is None or not 186 < one < 299, key_of(row)  # type: ignore[operator]
    assert claimed > 50


def test_standings_are_those_of_the_table() -> None:
    for row in calib.table("standing"):
        key = key_of(row)
        del key["outcome"]
        found = calib.standing(row["score"], **key)  # type: ignore[arg-type]
        shares = (found.matched, found.matched_low, found.not_matched, found.not_matched_high)
        columns = ("matched_below", "matched_low", "not_matched_below", "not_matched_high")
        assert shares == pytest.approx(tuple(row[name] for name in columns))
        assert found.status == calib.probability(250, outcome="match", **key).status


def test_the_audit_says_the_same_in_the_table_the_look_up_and_the_command(
    capsys: pytest.CaptureFixture[str],
) -> None:
    rows = calib.table("guide_audit")
    found = [row.as_dict() for guide in calib.guides() for row in calib.guide_audit(guide)]
    assert sorted(map(str, found)) == sorted(map(str, rows))
    newest = max(str(row["cycle"])[-4:] for row in calib.table("curves"))
    named = f"cycle's ({int(newest) + 1})"
    for guide in calib.guides():
        assert main(["audit", guide]) == 0
        out = capsys.readouterr().out
        header, *lines = out.split("\n\n")[0].splitlines()
        assert {"reading", "data_label", "verdict", "status", "reason"} <= set(header.split())
        listed = calib.guide_audit(guide)
        for line, row in zip(lines, listed, strict=True):
            assert line.endswith(str(row.reason or "-"))
            words = (row.label, row.reading, row.data_label, row.verdict, row.status)
            assert [word for word in words if word and word not in line.split()] == []
            at = header.index("verdict")
            assert line[at:].split()[0] == row.verdict
        for verdict in {str(row.verdict) for row in listed}:
            meaning = names.meanings("verdict")[verdict]
            assert f"\n{verdict}: {meaning}.".replace("cycle's", named) in out


def test_the_lists_answer() -> None:
    assert len(calib.guides()) == 5
    assert "general_surgery" in calib.specialties("non_us_img")
    assert "non_us_img" in calib.applicant_groups("general_surgery")
    text = calib.explain(250, "general_surgery", "non_us_img")
    assert "not a promise" in text
    listed = calib.chances(243, "non_us_img")
    assert len(listed) > 20
    assert {one.denominator for one in listed} == {"ranked_first"}
    assert {one.denominator for one in calib.chances(243, "us_img")} == {"ranked_first"}
    anyone = calib.chances(243, "us_img", denominator="ranked_any_pgy1")
    assert {one.denominator for one in anyone} == {"ranked_any_pgy1"}
    assert sentences._none([]) == ["This edition has no curve."]


@pytest.mark.usefixtures("frozen")
def test_published_spot_values() -> None:
    # From the issues that asked for the table and its bands: 2026 non-U.S. IMGs.
    chance = calib.probability(250, "general_surgery", "non_us_img", cycle="2026").value
    assert chance is not None
    assert 0.25 < chance < 0.33
    medicine = calib.score_for(0.5, "internal_medicine", "non_us_img", cycle="2026").score
    assert medicine == pytest.approx(248, abs=1.5)
    anesthesia = calib.score_for(0.5, "anesthesiology", "non_us_img", cycle="2026").score
    assert anesthesia == pytest.approx(261, abs=2)
    assert calib.probability(250, "family_medicine", "non_us_img", cycle="2026").status == "flat"
    assert calib.probability(250, "plastic_surgery", "us_img").status == "borrowed"
    edges = {
        ("general_surgery", "competitive"): (275, 3),
        ("general_surgery", "borderline"): (245, 3),
        ("internal_medicine", "competitive"): (248, 3),
        ("internal_medicine", "borderline"): (216, 3),
        ("anesthesiology", "competitive"): (262, 4),
        ("pediatrics", "highly_competitive"): (246, 4),
    }
    for (specialty, label), (edge, within) in edges.items():
        (found,) = (b for b in calib.bands(specialty, "non_us_img") if b.label == label)
        assert found.boundary == pytest.approx(edge, abs=within)
    assert calib.band(231, "internal_medicine", "non_us_img").label == "borderline"
    surgery = calib.probability(250, "general_surgery", "non_us_img", cycle="2026")
    assert surgery.next_low == pytest.approx(0.175, abs=0.02)
    assert surgery.next_high == pytest.approx(0.435, abs=0.035)
    assert calib.standing(250, "general_surgery", "non_us_img").matched == pytest.approx(
        0.41, abs=0.03
    )
