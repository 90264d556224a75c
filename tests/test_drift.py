from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest

from recalib import drift
from recalib.approvals import read_approvals
from recalib.problems import RecalibError, UsageError
from recalib.publish import edition_name
from recalib.publish.describe import sha256

Folder = Callable[..., Path]
Frames = dict[str, pd.DataFrame]
CURVE = "2026/general_surgery/non_us_img/-/match/ranked_first"


def found(changes: pd.DataFrame) -> list[tuple[str, str, str]]:
    return list(changes[["table", "kind", "key"]].itertuples(index=False, name=None))


def setter(table: str, **values: object) -> Callable[[Frames], None]:
    def change(frames: Frames) -> None:
        frames[table] = frames[table].assign(**values)

    return change


def test_an_edition_has_not_drifted_from_itself(edition_folder: Folder) -> None:
    changes = drift.compare_editions(edition_folder("old"), edition_folder("new"))
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
    changes = drift.compare_editions(before, after)
    assert [(row.table, row.kind, row.old, row.new) for row in changes.itertuples()] == [
        (table, kind, old, new)
    ]
    if kind.endswith("_withdrawn"):
        back = drift.compare_editions(after, before)
        assert list(back["kind"]) == [kind.replace("_withdrawn", "_claimed")]


def test_an_odds_ratio_within_its_interval_has_not_drifted(edition_folder: Folder) -> None:
    old = edition_folder("old")
    near = edition_folder("near", setter("adjustments", odds_ratio=0.8, points=3.0))
    assert drift.compare_editions(old, near).empty
    blank = dict.fromkeys(["odds_ratio", "odds_ratio_low", "odds_ratio_high"])
    withheld = edition_folder("withheld", setter("adjustments", status="no_evidence", **blank))
    for one, other in ((old, withheld), (withheld, old)):
        assert list(drift.compare_editions(one, other)["kind"]) == ["status_changed"]


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
    assert list(drift.compare_editions(old, new)["kind"]) == ["boundary_moved"] * moved


def test_a_probability_drifts_outside_its_interval_or_by_five_points(
    edition_folder: Folder,
) -> None:
    old = edition_folder("old")
    # expit(-.5) = .3775; the 95 % interval of the logit is -.5 +- .196.
    near = edition_folder("near", setter("curves", intercept=-0.31))
    assert drift.compare_editions(old, near).empty
    far = edition_folder("far", setter("curves", intercept=-0.30))
    (row,) = drift.compare_editions(old, far).to_dict("records")
    assert (row["kind"], row["old"], row["new"]) == (
        "probability_moved",
        "0.378 at 245",
        "0.426 at 245",
    )
    # With a wide interval a move of .05 anywhere counts: expit(-.5 + 2 * .6), expit(-.5 + 2 * .75).
    wide = edition_folder("wide", setter("curves", intercept_se=1.0))
    steep = edition_folder("steep", setter("curves", intercept_se=1.0, slope=0.75))
    (row,) = drift.compare_editions(wide, steep).to_dict("records")
    assert (row["old"], row["new"]) == ("0.668 at 265", "0.731 at 265")
    less = edition_folder("less", setter("curves", intercept_se=1.0, slope=0.71))
    assert drift.compare_editions(wide, less).empty


def test_a_curve_without_numbers_has_no_probability_to_move(edition_folder: Folder) -> None:
    blank = dict.fromkeys(["intercept", "slope", "intercept_se", "slope_se", "correlation"])
    old = edition_folder("old", setter("curves", **blank))
    new = edition_folder("new")
    assert drift.compare_editions(old, new).empty
    assert drift.compare_editions(new, old).empty


def another_curve(frames: Frames) -> None:
    for name in ("curves", "band_table"):
        more = frames[name].assign(cycle="2025")
        frames[name] = pd.concat([frames[name], more])


def test_a_lost_curve_is_named_once_not_with_each_of_its_bands(edition_folder: Folder) -> None:
    old, new = edition_folder("old", another_curve), edition_folder("new")
    key = CURVE.replace("2026", "2025")
    assert found(drift.compare_editions(old, new)) == [("curves", "key_lost", key)]
    assert found(drift.compare_editions(new, old)) == [("curves", "key_gained", key)]
    assert drift.lost_keys(old, new).to_dict("records") == [{"table": "curves", "key": key}]
    assert drift.lost_keys(new, old).empty


def test_a_band_lost_from_a_curve_that_stays_is_named(edition_folder: Folder) -> None:
    def second_band(frames: Frames) -> None:
        band = frames["band_table"]
        frames["band_table"] = pd.concat([band, band.assign(rank=2, label="likely")])

    old, new = edition_folder("old", second_band), edition_folder("new")
    assert list(drift.lost_keys(old, new)["key"]) == [f"{CURVE}/2"]


def test_a_new_edition_number_alone_is_no_drift(edition_folder: Folder, tmp_path: Path) -> None:
    old = edition_folder("old")
    new = tmp_path / "work"
    new.mkdir()
    for path in old.glob("*.csv"):
        (new / path.name).write_text(path.read_text().replace("2026.1", "2026.2"))
    assert drift.compare(old, new).empty


def test_work_files_are_compared_as_they_would_be_published(
    edition_folder: Folder, tmp_path: Path
) -> None:
    old = edition_folder("old")
    work = tmp_path / "work"
    work.mkdir()
    for path in old.glob("*.csv"):
        (work / path.name).write_text(path.read_text().replace(",0.390,", ",0.39042,"))
    assert "0.39042" in (work / "guide_audit.csv").read_text()
    assert drift.since(str(old), str(work)).empty
    assert drift.since("", str(work)).empty
    assert drift.since(str(tmp_path / "nothing"), str(work)).empty
    assert edition_name(str(old)) == json.loads((old / "edition.json").read_text())["edition"]
    assert edition_name("") == edition_name(str(tmp_path / "nothing")) == ""


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
    assert drift.compare_editions(old, new).empty
    assert drift.lost_keys(old, new).empty


def test_the_second_scheme_of_older_band_tables_is_left_out(edition_folder: Folder) -> None:
    old, new = edition_folder("old"), edition_folder("new")
    frame = pd.read_csv(old / "band_table.csv", dtype=str, keep_default_na=False)
    other = frame.assign(scheme="guide", label="highly_competitive", boundary="258.6")
    pd.concat([frame.assign(scheme="chance"), other]).to_csv(old / "band_table.csv", index=False)
    record = json.loads((old / "edition.json").read_text())
    record["tables"]["band_table.csv"]["sha256"] = sha256(old / "band_table.csv")
    (old / "edition.json").write_text(json.dumps(record))
    assert drift.compare_editions(old, new).empty


def approve(path: Path, **changes: str) -> Path:
    approval = {
        "edition": "2026.1",
        "table": "curves",
        "key": "2026/general_surgery/*",
        "kind": "status_changed",
        "reason": "A table was corrected by its publisher.",
    } | changes
    lines = [
        f"{'-' if i == 0 else ' '} {key}: '{value}'"
        for i, (key, value) in enumerate(approval.items())
    ]
    path.write_text("\n".join(lines) + "\n")
    return path


def test_an_approval_covers_its_edition_table_kind_and_keys(
    edition_folder: Folder, tmp_path: Path
) -> None:
    old, new = edition_folder("old"), edition_folder("new", setter("curves", status="weak"))
    file = tmp_path / "approvals.yml"
    (row,) = drift.compare(old, new, approve(file)).to_dict("records")
    assert row["approved"] is True
    assert row["reason"] == "A table was corrected by its publisher."
    assert "yes: A table was corrected" in drift.to_text(drift.compare(old, new, file))
    for other in (
        {"edition": "2026.2"},
        {"table": "band_table"},
        {"key": "2025/*"},
        {"kind": "grade_changed"},
    ):
        (row,) = drift.compare(old, new, approve(file, **other)).to_dict("records")
        assert row["approved"] is False
        assert row["reason"] == ""


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("[unclosed", "cannot be read as YAML"),
        ("edition: '2026.1'", "must be a list"),
        ("- reason: as in #3", 'row 1: YAML reads only "as in" here'),
        ("- edition: '2026.1'", "approval 1: it needs exactly"),
        (
            "- {edition: '1', table: curves, key: '*', kind: moved, reason: r}",
            "unknown kind 'moved'; there are key_lost",
        ),
        (
            "- {edition: '1', table: curve, key: '*', kind: key_lost, reason: r}",
            "unknown table 'curve'",
        ),
        ("- {edition: '1', table: curves, key: '*', kind: key_lost, reason: ''}", "with a value"),
    ],
)
def test_a_wrong_approval_is_an_error(tmp_path: Path, text: str, words: str) -> None:
    file = tmp_path / "approvals.yml"
    file.write_text(text)
    with pytest.raises(RecalibError, match=words):
        read_approvals(file)


def test_an_empty_file_approves_nothing(tmp_path: Path) -> None:
    file = tmp_path / "approvals.yml"
    file.write_text("# nothing yet\n")
    assert read_approvals(file) == []
    with pytest.raises(RecalibError, match="cannot be read"):
        read_approvals(tmp_path / "missing.yml")


def test_a_folder_without_an_edition_is_wrong_use(edition_folder: Folder, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="holds no edition"):
        drift.compare_editions(edition_folder("old"), tmp_path)


def test_drift_survives_its_file(edition_folder: Folder, tmp_path: Path) -> None:
    old, new = edition_folder("old"), edition_folder("new", setter("curves", status="weak"))
    changes = drift.compare(old, new)
    drift.write_drift(changes, tmp_path / "drift.csv")
    pd.testing.assert_frame_equal(
        drift.read_drift(tmp_path / "drift.csv"), changes, check_dtype=False
    )
    drift.write_drift(drift.no_drift(), tmp_path / "drift.csv")
    assert drift.read_drift(tmp_path / "drift.csv").empty
