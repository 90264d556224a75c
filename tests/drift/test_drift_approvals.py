from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from recalib import drift
from recalib.problems import RawDataError, UsageError
from recalib.sources.approvals import Expected, read_approvals

CURVE = "2026/general_surgery/non_us_img/-/match/ranked_first"
OTHER = CURVE.replace("general_surgery", "pathology")
ENTRY = {
    "edition": "2026.2",
    "table": "curves",
    "key": CURVE,
    "kind": "status_changed",
    "old": "ok",
    "new": "weak",
    "reason": "A table was corrected by its publisher.",
}


def write(path: Path, *entries: dict[str, Any]) -> Path:
    lines = []
    for entry in entries:
        for number, (key, value) in enumerate(entry.items()):
            shown = value if isinstance(value, list) else f"'{value}'"
            lines.append(f"{' ' if number else '-'} {key}: {shown}")
    path.write_text("\n".join([*lines, ""]))
    return path


def changes(*rows: tuple[str, ...]) -> pd.DataFrame:
    """Drifts: key, kind, old, new, all of curves but where a fifth names the table."""
    found = [
        {"table": table[0] if table else "curves", "key": key, "kind": kind, "old": old, "new": new}
        for key, kind, old, new, *table in rows
    ]
    return (
        drift.no_drift()
        .merge(pd.DataFrame(found), how="right")
        .fillna({"cause": "", "rows": "", "approved": False, "reason": ""})[drift.COLUMNS]
    )


WEAKER = changes((CURVE, "status_changed", "ok", "weak"))


def test_an_approval_covers_its_edition_table_kind_keys_and_values(tmp_path: Path) -> None:
    file = tmp_path / "approvals.yml"

    def approved(**other: Any) -> bool:
        entries = read_approvals(write(file, ENTRY | other))
        return bool(drift.judged(WEAKER, entries, "2026.2")["approved"].item())

    assert approved()
    assert approved(key="2026/general_surgery/*")
    assert approved(new=["flat", "weak"])
    for other in (
        {"edition": "2026.1"},
        {"table": "band_table"},
        {"key": "2025/*"},
        {"kind": "grade_changed"},
        {"old": "flat"},
        {"new": "flat"},
        {"new": ["flat", "misfit"]},
    ):
        assert not approved(**other), other
    judged = drift.judged(WEAKER, read_approvals(write(file, ENTRY)), "2026.2")
    assert judged["reason"].item() == ENTRY["reason"]
    assert "yes: A table was corrected" in drift.to_text(judged)


@pytest.mark.parametrize(
    ("value", "text", "holds"),
    [
        ("244.7", "244.7", True),
        ("244.7", "244.8", True),  # the last digit may differ between machines
        ("244.7", "244.9", False),
        ("240.0 to 246.3", "246.4", True),
        ("240.0 to 246.3", "246.5", False),
        ("240.0 to 246.3", "239.9", True),
        ("240.0 to 246.3", "239.8", False),
        ("0.378", "0.379 at 245", True),
        ("0.378", "0.380 at 245", False),
        ("250", "250", True),
        ("250", "251", False),
        ("250", "-", False),
        ("-", "-", True),
        ("-1.5 to 2", "0.3", True),
        (["ok", "weak"], "weak", True),
        (["ok", "weak"], "flat", False),
    ],
)
def test_values_are_numbers_ranges_or_words(value: Any, text: str, holds: bool) -> None:
    expected = Expected.of(value)
    assert expected is not None
    assert expected.holds(text) is holds


def test_new_keys_need_no_approval() -> None:
    both = changes((CURVE, "key_gained", "", ""), (OTHER, "key_lost", "", ""))
    assert list(drift.unapproved(drift.judged(both, [], "2026.2"))["key"]) == [OTHER]
    assert "new, needs none" in drift.to_text(both)


def test_an_approval_that_fits_no_drift_or_no_longer_its_values_is_stale(tmp_path: Path) -> None:
    file = tmp_path / "approvals.yml"

    def stale(*entries: dict[str, Any]) -> list[tuple[int | None, str, str]]:
        approvals = read_approvals(write(file, *entries))
        found = drift.stale(WEAKER, approvals, "2026.2", "drift_approvals.yml")
        return [(problem.row, problem.rule, problem.message) for problem in found]

    assert stale(ENTRY) == []
    assert stale(ENTRY | {"edition": "2026.1", "key": "2025/*"}) == []
    ((row, rule, message),) = stale(ENTRY, ENTRY | {"key": OTHER})
    assert (row, rule) == (8, "approval-stale")
    assert message.startswith(f"No drift to edition 2026.2 is a status_changed of curves {OTHER}.")
    ((_, _, message),) = stale(ENTRY | {"new": "flat"})
    assert f"curves {CURVE} is ok -> weak, not ok -> flat." in message


def test_a_pattern_that_fits_every_key_of_a_table_is_refused(
    edition_folder: Callable[..., Path], tmp_path: Path
) -> None:
    from recalib.publish import opened

    def two(frames: dict[str, pd.DataFrame]) -> None:
        curves = frames["curves"]
        frames["curves"] = pd.concat([curves, curves.assign(specialty="pathology")])

    tables = opened(edition_folder("two", two)).tables()
    file = tmp_path / "approvals.yml"
    for key, rules in (("2026/*", ["approval-pattern"]), ("2026/general*", []), (CURVE, [])):
        approvals = read_approvals(write(file, ENTRY | {"key": key}))
        found = drift.stale(WEAKER, approvals, "2026.2", "f", [tables])
        assert [problem.rule for problem in found] == rules, key


@pytest.mark.parametrize("key", ["*", "*/*", "?*", "[!x]*", "*/-/*", "**"])
def test_a_pattern_of_wildcards_alone_cannot_be_written(tmp_path: Path, key: str) -> None:
    with pytest.raises(RawDataError, match="approval-pattern"):
        read_approvals(write(tmp_path / "approvals.yml", ENTRY | {"key": key}))


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("[unclosed", "yml-syntax"),
        ("edition: '2026.1'", "not a list"),
        ("- edition: '2026.1'", '"kind" is missing'),
        (f"- {ENTRY | {'kind': 'moved'}}", "no kind 'moved'; there are key_lost"),
        (f"- {ENTRY | {'table': 'curve'}}", "no table 'curve'"),
        (f"- {ENTRY | {'reason': ''}}", "reason is blank"),
        (f"- {ENTRY | {'old': '5 to 4'}}", "approval-range"),
        (f"- {ENTRY | {'old': ''}}", "approval-range"),
        (f"- {ENTRY | {'kind': 'key_lost'}}", '"old" is not a key'),
    ],
)
def test_a_wrong_approval_is_an_error(tmp_path: Path, text: str, words: str) -> None:
    file = tmp_path / "approvals.yml"
    file.write_text(text)
    with pytest.raises(RawDataError) as caught:
        read_approvals(file)
    assert words in str(caught.value)


def test_an_empty_file_or_none_approves_nothing(tmp_path: Path) -> None:
    file = tmp_path / "approvals.yml"
    assert read_approvals(file) == []
    file.write_text("# nothing yet\n")
    assert read_approvals(file) == []


MANY = changes(
    (CURVE, "status_changed", "ok", "weak"),
    (OTHER, "status_changed", "ok", "flat"),
    (CURVE, "probability_moved", "0.378 at 245", "0.426 at 245"),
    (f"{CURVE}/1", "boundary_moved", "271.6", "267.9", "band_table"),
    (f"{OTHER}/1", "boundary_moved", "250.1", "244.0", "band_table"),
    (OTHER, "key_gained", "", ""),
)


def test_approve_writes_the_values_that_were_seen(tmp_path: Path) -> None:
    file = tmp_path / "drift_approvals.yml"
    file.write_text(
        "# Kept.\n- {edition: '2026.1', table: curves, key: old, kind: key_lost, reason: r}"
    )
    drift.approve(MANY, ["2026/*/1", CURVE], "New  tables.", "2026.2", file)
    text = file.read_text()
    assert text.startswith("# Kept.\n- {edition: '2026.1'")
    read = read_approvals(file)
    assert [(one.table, one.key, one.kind, str(one.old), str(one.new)) for one in read[1:]] == [
        ("band_table", "2026/*/1", "boundary_moved", "250.1 to 271.6", "244 to 267.9"),
        ("curves", CURVE, "probability_moved", "0.378", "0.426"),
        ("curves", CURVE, "status_changed", "ok", "weak"),
    ]
    assert {one.reason for one in read[1:]} == {"New tables."}
    judged = drift.judged(MANY, read, "2026.2")
    assert list(drift.unapproved(judged)["key"]) == [OTHER]
    assert drift.stale(judged, read, "2026.2", "f") == []
    # Without keys, each that waits.
    drift.approve(judged, [], "The rest.", "2026.2", file)
    again = drift.judged(MANY, read_approvals(file), "2026.2")
    assert drift.unapproved(again).empty
    with pytest.raises(UsageError, match="No drift waits"):
        drift.approve(again, [], "The rest.", "2026.2", file)


def test_approve_replaces_what_went_stale(tmp_path: Path) -> None:
    file = write(tmp_path / "drift_approvals.yml", ENTRY | {"new": "flat"}, ENTRY | {"key": OTHER})
    drift.approve(WEAKER, [CURVE], "Looked at again.", "2026.2", file)
    read = read_approvals(file)
    assert [(one.key, str(one.new), one.reason) for one in read] == [
        (OTHER, "weak", ENTRY["reason"]),
        (CURVE, "weak", "Looked at again."),
    ]


@pytest.mark.parametrize(
    ("keys", "reason", "words"),
    [
        (["2025/*"], "r", "No drift that waits for approval has the key 2025/*"),
        ([CURVE], " ", "--reason is blank"),
    ],
)
def test_wrong_use_of_approve_writes_nothing(
    tmp_path: Path, keys: list[str], reason: str, words: str
) -> None:
    with pytest.raises(UsageError) as caught:
        drift.approve(WEAKER, keys, reason, "2026.2", tmp_path / "drift_approvals.yml")
    assert words in str(caught.value)
    assert list(tmp_path.iterdir()) == []


def test_approve_refuses_a_pattern_of_everything(tmp_path: Path) -> None:
    file = tmp_path / "drift_approvals.yml"
    with pytest.raises(RawDataError, match="approval-pattern"):
        drift.approve(WEAKER, ["*"], "All of it.", "2026.2", file)
    assert not file.exists()
    assert list(tmp_path.iterdir()) == []


def test_a_record_survives_its_files(tmp_path: Path) -> None:
    record = drift.Record("2026.2", "2026.1", "abc", MANY)
    drift.write_record(record, tmp_path / "kept")
    again = drift.read_record(tmp_path / "kept")
    assert again is not None
    assert (again.edition, again.before, again.inputs) == ("2026.2", "2026.1", "abc")
    pd.testing.assert_frame_equal(again.changes, MANY, check_dtype=False)
    first = drift.Record("2026.1", "", "abc", drift.no_drift())
    drift.write_record(first, tmp_path / "kept")
    again = drift.read_record(tmp_path / "kept")
    assert again is not None
    assert again.before == ""
    assert again.changes.empty
    assert drift.read_record(tmp_path) is None


def test_markdown_puts_what_waits_first() -> None:
    judged = drift.judged(MANY, [], "2026.2").assign(cause="own | rows", rows="")
    text = drift.to_markdown(judged, "2026.1", "2026.2")
    assert text.startswith(
        "## Drift: edition 2026.2 against 2026.1\n\n5 drifts (5 not approved), 1"
    )
    assert text.index("### Not approved") < text.index("<details>")
    assert "own \\| rows" in text
    assert text.count(CURVE) == 3
