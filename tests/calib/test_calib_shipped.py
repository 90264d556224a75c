"""The shipped edition: the look-ups agree with its band table, and it describes itself."""

from __future__ import annotations

import json
import math
from itertools import groupby
from pathlib import Path
from typing import Any

import pytest

import calib
from calib.edition import tables
from recalib.contract import tables as publisher

FOLDER = Path(calib.__file__).parent / "edition"
SCHEMES = ("guide", "chance")


def key_of(row: dict[str, Any]) -> dict[str, Any]:
    names = ("specialty", "applicant_group", "outcome", "cycle", "denominator", "needs_visa")
    return {name: row[name] for name in names}


def test_edition_and_version_agree_with_edition_json() -> None:
    described = json.loads((FOLDER / "edition.json").read_text(encoding="utf-8"))
    assert described["edition"] == calib.EDITION
    assert described["package_version"] == calib.__version__
    assert set(described["tables"]) == {file for file, _ in tables().values()}
    for name, (file, _) in tables().items():
        rows = calib.table(name)
        assert {row["edition"] for row in rows} <= {calib.EDITION}
        assert described["tables"][file]["rows"] == len(rows)


def test_the_columns_are_those_that_the_workshop_publishes() -> None:
    for file, columns in tables().values():
        published = publisher.TABLES[file.removesuffix(".csv")]
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


def test_bands_are_those_of_the_table_and_cover_1_to_300() -> None:
    rows = calib.table("bands")
    curves = {tuple(key_of(row).values()): row for row in calib.table("curves")}
    seen = set()
    order = sorted(rows, key=lambda r: (*map(str, key_of(r).values()), r["scheme"], r["rank"]))
    for _, group in groupby(order, key=lambda r: (*key_of(r).values(), r["scheme"])):
        listed = list(group)
        key, scheme = key_of(listed[0]), str(listed[0]["scheme"])
        seen.add((*key.values(), scheme))
        bands = calib.bands(**key, scheme=scheme)
        assert len(bands) == 4
        columns = ("label", "score_min", "score_max", "boundary", "probability", "status", "rank")
        for band, row in zip(bands, listed, strict=True):
            assert [getattr(band, name) for name in columns] == [row[name] for name in columns]
        bounded = [band for band in bands if band.score_min is not None]
        if curves[tuple(key.values())]["status"] != "ok":
            assert not bounded, key
        elif bounded:
            held = [s for b in reversed(bounded) for s in range(b.score_min, b.score_max + 1)]  # type: ignore[arg-type, operator]
            assert held == list(range(1, 301)), (key, scheme)
            for score in (1, 200, 245, 260, 300):
                band = calib.band(score, **key, scheme=scheme)
                assert band.score_min is not None
                assert band.score_max is not None
                assert band.score_min <= score <= band.score_max
        for band in bands:
            if band.boundary is not None and band.score_min is not None:
                assert band.score_min in (math.ceil(band.boundary), math.ceil(band.boundary + 0.05))
    evidence = {key for key, row in curves.items() if row["status"] != "no_evidence"}
    assert {(*key, scheme) for key in evidence for scheme in SCHEMES} <= seen


def test_edges_are_where_the_look_up_finds_them() -> None:
    chances = {"very_likely": 0.75, "likely": 0.5, "possible": 0.25}
    for row in calib.table("bands"):
        if row["scheme"] != "chance" or row["label"] not in chances:
            continue
        edge = calib.score_for(chances[str(row["label"])], **key_of(row))
        if row["boundary"] is None:
            assert edge.score is None, key_of(row)
        elif edge.score is not None:
            # Coefficients are published with 4 decimals, boundaries with 1.
            assert edge.score == pytest.approx(row["boundary"], abs=0.15)
            for found, end in (
                (edge.low, row["boundary_low"]),
                (edge.high, row["boundary_high"]),
            ):
                if found is not None and end is not None:
                    assert found == pytest.approx(end, abs=1)
                else:
                    # Outside 185-300 an end is unbounded; rounding may carry one past the limit.
                    one = end if found is None else found
                    assert one is None or not 186 < one < 299, key_of(row)


def test_the_audit_and_the_lists_answer() -> None:
    assert calib.guides()
    for guide in calib.guides():
        assert calib.guide_audit(guide)
    assert "general_surgery" in calib.specialties("non_us_img")
    assert "non_us_img" in calib.applicant_groups("general_surgery")
    text = calib.explain(250, "general_surgery", "non_us_img")
    assert "not a promise" in text


@pytest.mark.usefixtures("frozen")
def test_published_spot_values() -> None:
    assert len(calib.guides()) == 5
    # From the issue that asked for the table: 2026 non-U.S. IMGs.
    chance = calib.probability(250, "general_surgery", "non_us_img", cycle="2026").value
    assert chance is not None
    assert 0.25 < chance < 0.33
    medicine = calib.score_for(0.5, "internal_medicine", "non_us_img", cycle="2026").score
    assert medicine == pytest.approx(248, abs=1.5)
    anesthesia = calib.score_for(0.5, "anesthesiology", "non_us_img", cycle="2026").score
    assert anesthesia == pytest.approx(261, abs=2)
    assert calib.probability(250, "family_medicine", "non_us_img", cycle="2026").status == "flat"
    assert calib.probability(250, "plastic_surgery", "us_img").status == "borrowed"
