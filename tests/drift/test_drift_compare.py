from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest

from recalib import Run, drift
from recalib.contract.tables import TABLES
from recalib.drift.causes import with_causes
from recalib.publish import opened
from recalib.publish.describe import sha256

Folder = Callable[..., Path]
Frames = dict[str, pd.DataFrame]
CURVE = "2026/general_surgery/non_us_img/-/match/ranked_first"


def compared(old: Path, new: Path) -> pd.DataFrame:
    return drift.compare(opened(old).tables(), opened(new).tables())


def lost(old: Path, new: Path) -> pd.DataFrame:
    return drift.lost_keys(opened(old).tables(), opened(new).tables())


def found(changes: pd.DataFrame) -> list[tuple[str, str, str]]:
    return list(changes[["table", "kind", "key"]].itertuples(index=False, name=None))


def setter(table: str, **values: object) -> Callable[[Frames], None]:
    def change(frames: Frames) -> None:
        frames[table] = frames[table].assign(**values)

    return change


def test_an_edition_has_not_drifted_from_itself(edition_folder: Folder) -> None:
    changes = compared(edition_folder("old"), edition_folder("new"))
    assert changes.empty
    assert list(changes.columns) == drift.COLUMNS
    assert drift.no_drift().dtypes["approved"] == changes.dtypes["approved"]


@pytest.mark.parametrize(
    ("table", "values", "kind", "old", "new"),
    [
        ("curves", {"status": "weak"}, "status_changed", "ok", "weak"),
        ("curves", {"grade": "B"}, "grade_changed", "A", "B"),
        ("curves", {"grade": ""}, "grade_changed", "A", "-"),
        ("guide_audit", {"verdict": "holds"}, "verdict_changed", "overstates", "holds"),
        ("guide_audit", {"score_min": 245}, "score_min_changed", "250", "245"),
        ("adjustments", {"odds_ratio": 0.81}, "odds_ratio_moved", "0.500", "0.810"),
        ("adjustments", {"points": None}, "points_withdrawn", "11.6", "-"),
        ("adjustments", {"status": "weak"}, "status_changed", "ok", "weak"),
        ("adjustments", {"grade": "C"}, "grade_changed", "B", "C"),
        ("band_table", {"boundary": 267.9}, "boundary_moved", "271.6", "267.9"),
        ("band_table", {"boundary": None}, "edge_withdrawn", "271.6", "-"),
    ],
)
def test_each_kind_of_drift_is_found(
    edition_folder: Folder, table: str, values: dict[str, object], kind: str, old: str, new: str
) -> None:
    before, after = edition_folder("old"), edition_folder("new", setter(table, **values))
    changes = compared(before, after)
    assert [(row.table, row.kind, row.old, row.new) for row in changes.itertuples()] == [
        (table, kind, old, new)
    ]
    if kind.endswith("_withdrawn"):
        back = compared(after, before)
        assert list(back["kind"]) == [kind.replace("_withdrawn", "_claimed")]


def test_an_odds_ratio_within_its_interval_has_not_drifted(edition_folder: Folder) -> None:
    old = edition_folder("old")
    near = edition_folder("near", setter("adjustments", odds_ratio=0.8, points=3.0))
    assert compared(old, near).empty
    blank = dict.fromkeys(["odds_ratio", "odds_ratio_low", "odds_ratio_high"])
    withheld = edition_folder("withheld", setter("adjustments", status="no_evidence", **blank))
    for one, other in ((old, withheld), (withheld, old)):
        assert list(compared(one, other)["kind"]) == ["status_changed"]


@pytest.mark.parametrize(
    ("interval", "boundary", "moved"),
    [
        ((268.0, 276.0), 274.5, False),  # inside the interval and less than 3 points
        ((268.0, 276.0), 274.6, True),  # 3 points exactly
        ((271.0, 272.0), 272.1, True),  # outside a narrow interval
        ((271.0, 272.0), 272.0, False),  # on its limit
        ((None, None), 274.5, False),  # an unbounded interval holds everything
        ((None, None), 268.5, True),  # but not a move of 3 points
    ],
)
def test_a_boundary_drifts_outside_its_interval_or_by_three_points(
    edition_folder: Folder,
    interval: tuple[float | None, float | None],
    boundary: float,
    moved: bool,
) -> None:
    limits = {"boundary_low": interval[0], "boundary_high": interval[1]}
    old = edition_folder("old", setter("band_table", **limits))
    new = edition_folder("new", setter("band_table", boundary=boundary))
    assert list(compared(old, new)["kind"]) == ["boundary_moved"] * moved


def test_a_probability_drifts_outside_its_interval_or_by_five_points(
    edition_folder: Folder,
) -> None:
    old = edition_folder("old")
    # expit(-.5) = .3775; the 95 % interval of the logit is -.5 +- .196.
    near = edition_folder("near", setter("curves", intercept=-0.31))
    assert compared(old, near).empty
    far = edition_folder("far", setter("curves", intercept=-0.30))
    (row,) = compared(old, far).to_dict("records")
    assert (row["kind"], row["old"], row["new"]) == (
        "probability_moved",
        "0.378 at 245",
        "0.426 at 245",
    )
    # With a wide interval a move of .05 anywhere counts: expit(-.5 + 2 * .6), expit(-.5 + 2 * .75).
    wide = edition_folder("wide", setter("curves", intercept_se=1.0))
    steep = edition_folder("steep", setter("curves", intercept_se=1.0, slope=0.75))
    (row,) = compared(wide, steep).to_dict("records")
    assert (row["old"], row["new"]) == ("0.668 at 265", "0.731 at 265")
    less = edition_folder("less", setter("curves", intercept_se=1.0, slope=0.71))
    assert compared(wide, less).empty


def test_a_curve_without_numbers_has_no_probability_to_move(edition_folder: Folder) -> None:
    blank = dict.fromkeys(["intercept", "slope", "intercept_se", "slope_se", "correlation"])
    old = edition_folder("old", setter("curves", **blank))
    new = edition_folder("new")
    assert compared(old, new).empty
    assert compared(new, old).empty


COHORT = {"sources": "cohort:dean"}


def with_cohort(**values: object) -> Callable[[Frames], None]:
    """Add the curve of a cohort, like the printed one but for `values`, with its band."""

    def change(frames: Frames) -> None:
        curve, band = (frames[name].assign(**COHORT) for name in ("curves", "band_table"))
        curve = curve.assign(grade="C", note="")
        for frame, name in ((curve, "cohort_curves"), (band, "cohort_bands")):
            frames[name] = frame.assign(**{k: v for k, v in values.items() if k in frame})

    return change


@pytest.mark.parametrize(
    ("values", "table", "kind"),
    [
        ({"status": "weak"}, "cohort_curves", "status_changed"),
        ({"grade": "B"}, "cohort_curves", "grade_changed"),
        ({"intercept": -0.2}, "cohort_curves", "probability_moved"),
        ({"boundary": 267.9}, "cohort_bands", "boundary_moved"),
        ({"boundary": None}, "cohort_bands", "edge_withdrawn"),
    ],
)
def test_a_cohorts_own_tables_drift_as_printed_ones_do(
    edition_folder: Folder, values: dict[str, object], table: str, kind: str
) -> None:
    old = edition_folder("old", with_cohort())
    tables = [opened(one).tables() for one in (old, edition_folder("new", with_cohort(**values)))]
    (row,) = with_causes(drift.compare(*tables), *tables).to_dict("records")
    key = f"cohort:dean/{CURVE}" + "/1" * (table == "cohort_bands")
    assert (row["table"], row["kind"], row["key"]) == (table, kind, key)
    assert row["cause"] == "a cohort's curve"
    assert drift.values_changed(*tables) >= 1


def test_a_cohort_that_is_taken_away_is_lost_curve_by_curve(edition_folder: Folder) -> None:
    old, new = edition_folder("old", with_cohort()), edition_folder("new")
    key = f"cohort:dean/{CURVE}"
    assert found(compared(old, new)) == [("cohort_curves", "key_lost", key)]
    assert found(compared(new, old)) == [("cohort_curves", "key_gained", key)]
    assert lost(old, new).to_dict("records") == [{"table": "cohort_curves", "key": key}]


def another_curve(frames: Frames) -> None:
    for name in ("curves", "band_table"):
        more = frames[name].assign(cycle="2025")
        frames[name] = pd.concat([frames[name], more])


def test_a_lost_curve_is_named_once_not_with_each_of_its_bands(edition_folder: Folder) -> None:
    old, new = edition_folder("old", another_curve), edition_folder("new")
    key = CURVE.replace("2026", "2025")
    assert found(compared(old, new)) == [("curves", "key_lost", key)]
    assert found(compared(new, old)) == [("curves", "key_gained", key)]
    assert lost(old, new).to_dict("records") == [{"table": "curves", "key": key}]
    assert lost(new, old).empty


def test_a_band_lost_from_a_curve_that_stays_is_named(edition_folder: Folder) -> None:
    def second_band(frames: Frames) -> None:
        band = frames["band_table"]
        frames["band_table"] = pd.concat([band, band.assign(rank=2, label="likely")])

    old, new = edition_folder("old", second_band), edition_folder("new")
    assert list(lost(old, new)["key"]) == [f"{CURVE}/2"]


def renamed(folder: Path, work: Path) -> Run:
    """The tables of an edition as a run of the next edition writes them."""
    run = Run(work)
    for name, frame in opened(folder).tables().items():
        run.write(name, frame.assign(edition="2026.2"))
    return run


def test_a_new_edition_number_alone_is_no_drift(edition_folder: Folder, tmp_path: Path) -> None:
    old = edition_folder("old")
    run = renamed(old, tmp_path / "work")
    assert drift.compare(opened(old).tables(), run.tables()).empty
    assert drift.values_changed(opened(old).tables(), run.tables()) == 0


def test_a_run_is_compared_as_it_would_be_published(edition_folder: Folder, tmp_path: Path) -> None:
    old = edition_folder("old")
    run = renamed(old, tmp_path / "work")
    frame = run.read("guide_audit")
    run.write("guide_audit", frame.assign(probability_at_edge=0.30042))
    assert drift.values_changed(opened(old).tables(), run.tables()) == 0


def test_where_there_is_no_edition_nothing_has_a_name(tmp_path: Path) -> None:
    for folder in ("", tmp_path / "nothing", tmp_path):
        none = opened(folder)
        assert none.name == ""
        assert {len(frame) for frame in none.tables().values()} == {0}
        assert set(none.tables()) == set(TABLES)
    assert opened("").inputs == {}


def test_an_edition_from_before_a_column_was_added_can_be_compared(
    edition_folder: Folder,
) -> None:
    old, new = edition_folder("old"), edition_folder("new")
    for name in ("band_table", "guide_audit"):
        path = old / f"{name}.csv"
        frame = pd.read_csv(path, dtype=str, keep_default_na=False)
        frame.drop(columns=frame.columns[-1]).to_csv(path, index=False)
    (old / "standing.csv").unlink()
    record = json.loads((old / "edition.json").read_text())
    del record["tables"]["standing.csv"]
    for name in record["tables"]:
        record["tables"][name]["sha256"] = sha256(old / name)
    (old / "edition.json").write_text(json.dumps(record))
    assert compared(old, new).empty
    assert lost(old, new).empty


def test_the_second_scheme_of_older_band_tables_is_left_out(edition_folder: Folder) -> None:
    old, new = edition_folder("old"), edition_folder("new")
    frame = pd.read_csv(old / "band_table.csv", dtype=str, keep_default_na=False)
    other = frame.assign(scheme="guide", label="highly_competitive", boundary="258.6")
    pd.concat([frame.assign(scheme="chance"), other]).to_csv(old / "band_table.csv", index=False)
    record = json.loads((old / "edition.json").read_text())
    record["tables"]["band_table.csv"]["sha256"] = sha256(old / "band_table.csv")
    (old / "edition.json").write_text(json.dumps(record))
    assert compared(old, new).empty
