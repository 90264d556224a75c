from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from edition_samples import sample_frames
from recalib.contract.store import read_table, table_bytes, write_tables
from recalib.contract.tables import TABLES
from recalib.problems import RecalibError


def line(frames: dict[str, pd.DataFrame], name: str) -> dict[str, str]:
    header, row = table_bytes(name, frames[name]).decode().splitlines()
    return dict(zip(header.split(","), row.split(","), strict=True))


def test_numbers_have_the_decimals_of_their_kind(frames: dict[str, pd.DataFrame]) -> None:
    curve = line(frames, "curves")
    assert curve["intercept"] == "-0.5000"
    assert curve["base_rate"] == "0.280"
    assert curve["score_low"] == "212.0"
    assert curve["n"] == "539"
    assert curve["needs_visa"] == ""
    band = line(frames, "band_table")
    assert band["boundary"] == "271.6"
    assert band["score_min"] == "272"
    assert band["guide_edge"] == ""
    assert line(frames, "evidence")["value"] == "253.000"


@pytest.mark.parametrize("value", [-0.0, -0.00004, -1e-300])
def test_zero_has_one_spelling(frames: dict[str, pd.DataFrame], value: float) -> None:
    frames["curves"]["intercept"] = value
    assert line(frames, "curves")["intercept"] == "0.0000"


def test_the_first_negative_number_that_is_not_zero_keeps_its_sign(
    frames: dict[str, pd.DataFrame],
) -> None:
    frames["curves"]["intercept"] = -0.00006
    assert line(frames, "curves")["intercept"] == "-0.0001"


def test_rows_are_sorted_by_key_whatever_their_order(frames: dict[str, pd.DataFrame]) -> None:
    band = frames["band_table"]
    many = pd.concat([band.assign(rank=rank) for rank in (10, 2, 1, 3)])
    text = table_bytes("band_table", many)
    assert text == table_bytes("band_table", many.iloc[::-1])
    rank = TABLES["band_table"].column_names.index("rank")
    ranks = [row.split(",")[rank] for row in text.decode().splitlines()[1:]]
    assert ranks == ["1", "2", "3", "10"]


def test_lines_end_with_a_line_feed_and_text_is_quoted_only_where_it_must(
    frames: dict[str, pd.DataFrame],
) -> None:
    frames["guide_audit"]["label"] = 'a "broad", list'
    text = table_bytes("guide_audit", frames["guide_audit"])
    assert b"\r" not in text
    assert text.endswith(b"\n")
    assert b'"a ""broad"", list"' in text
    assert text.count(b'"') == 6


@pytest.mark.parametrize(
    ("column", "value", "words"),
    [
        ("n", 1.5, "no whole number"),
        ("slope", "steep", "no number"),
        ("slope", np.inf, "infinite"),
        ("status", "fine", "it may hold ok, flat"),
        ("specialty", "", "missing value"),
        ("specialty", None, "missing value"),
        ("sources", "a\nb", "control character"),
    ],
)
def test_a_value_that_does_not_fit_is_named(
    frames: dict[str, pd.DataFrame], column: str, value: object, words: str
) -> None:
    curves = frames["curves"].astype(object)
    curves[column] = value
    with pytest.raises(RecalibError, match=words) as caught:
        table_bytes("curves", curves)
    assert "curves.csv" in str(caught.value)
    assert column in str(caught.value)


def test_a_repeated_key_is_named(frames: dict[str, pd.DataFrame]) -> None:
    twice = pd.concat([frames["curves"], frames["curves"].assign(slope=1.0)])
    with pytest.raises(RecalibError, match="specialty=general_surgery"):
        table_bytes("curves", twice)


def test_columns_must_be_those_of_the_table(frames: dict[str, pd.DataFrame]) -> None:
    curves = frames["curves"]
    with pytest.raises(RecalibError, match="missing slope; not known none"):
        table_bytes("curves", curves.drop(columns="slope"))
    with pytest.raises(RecalibError, match="not known extra"):
        table_bytes("curves", curves.assign(extra=1))
    with pytest.raises(RecalibError, match="'curve' is no published table"):
        table_bytes("curve", curves)
    reordered = curves[list(reversed(curves.columns))]
    assert table_bytes("curves", reordered) == table_bytes("curves", curves)


def test_what_is_written_reads_back(frames: dict[str, pd.DataFrame], tmp_path: Path) -> None:
    written = write_tables(frames, tmp_path)
    assert sorted(path.stem for path in written) == sorted(TABLES)
    for path in written:
        again = read_table(path, path.stem)
        assert list(again.columns) == TABLES[path.stem].column_names
        assert table_bytes(path.stem, again) == path.read_bytes()


def test_reading_says_what_is_wrong(tmp_path: Path) -> None:
    path = tmp_path / "curves.csv"
    with pytest.raises(RecalibError, match="is missing"):
        read_table(path, "curves")
    path.write_text("")
    with pytest.raises(RecalibError, match="cannot be read"):
        read_table(path, "curves")
    path.write_text("edition,cycle\n2026.1,2026\n")
    with pytest.raises(RecalibError, match="lacks the columns specialty"):
        read_table(path, "curves")
    names = TABLES["curves"].column_names
    path.write_text(",".join(names) + "\n" + ",".join("x" for _ in names) + "\n")
    with pytest.raises(RecalibError, match="column intercept holds no number"):
        read_table(path, "curves")


@pytest.mark.parametrize("column", ["n", "slope"])
@pytest.mark.parametrize("value", ["inf", "-inf", "1e400"])
def test_what_is_infinite_is_no_number(tmp_path: Path, column: str, value: str) -> None:
    read_with(tmp_path, column, value, "one is infinite")


@pytest.mark.parametrize("value", ["1e300", "1.5", "9223372036854775808"])
def test_what_is_not_whole_is_told_without_a_warning(tmp_path: Path, value: str) -> None:
    read_with(tmp_path, "n", value, "cannot safely cast")


def read_with(folder: Path, column: str, value: str, words: str) -> None:
    header, row, *_ = table_bytes("curves", sample_frames()["curves"]).decode().splitlines()
    cells = dict(zip(header.split(","), row.split(","), strict=True)) | {column: value}
    path = folder / "curves.csv"
    path.write_text(f"{header}\n{','.join(cells.values())}\n")
    with pytest.raises(RecalibError, match=f"column {column} holds no number: .*{words}"):
        read_table(path, "curves")


@settings(deadline=None)
@given(st.floats(min_value=-1e6, max_value=1e6))
def test_writing_a_number_again_changes_nothing(value: float) -> None:
    frame = sample_frames()["curves"].assign(slope=value)
    text = table_bytes("curves", frame)
    once = float(text.decode().splitlines()[1].split(",")[8])
    assert abs(once - value) <= 0.5e-4 + 1e-9
    assert table_bytes("curves", frame.assign(slope=once)) == text


def test_every_column_is_described() -> None:
    for table in TABLES.values():
        assert set(table.key) <= set(table.column_names)
        assert len(set(table.column_names)) == len(table.columns)
        for column in table.columns:
            assert column.description.endswith(".")
            assert (column.kind == "number") == (column.decimals is not None)
