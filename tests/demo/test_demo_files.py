"""The same seed gives the same bytes; every file says that it is synthetic; rows are streamed."""

from __future__ import annotations

import gzip
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow.parquet
import pytest
import yaml
from demo_samples import RAW, ROWS, SEED

from recalib.contract.store import read_table
from recalib.demo import Demo, make_demo
from recalib.demo.draw import BLOCK, COLUMNS, draw
from recalib.demo.truth import make_truth, margins

#: More than one block.
SOME = BLOCK + 1_000


Make = Callable[..., Demo]


@pytest.fixture
def make(edition: Path) -> Make:
    def make(out: Path, rows: int = SOME, seed: int = 3, kind: str = "parquet") -> Demo:
        return make_demo(rows, seed, out, kind, raw=RAW, edition=edition)

    return make


@pytest.mark.parametrize("kind", ["parquet", "csv", "csv.gz"])
def test_the_same_seed_and_rows_give_the_same_bytes(make: Make, tmp_path: Path, kind: str) -> None:
    first = make(tmp_path / "a" / "demo", kind=kind)
    again = make(tmp_path / "b" / "demo", kind=kind)
    files = [path for path in first.out.rglob("*") if path.is_file()] + [first.truth]
    assert len(files) > 5
    for file in files:
        twin = again.out.parent / file.relative_to(first.out.parent)
        assert file.read_bytes() == twin.read_bytes(), file.name
    other = make(tmp_path / "c" / "demo", kind=kind, seed=4)
    assert other.cohort.read_bytes() != first.cohort.read_bytes()
    assert other.truth.read_bytes() != first.truth.read_bytes()


def test_every_format_holds_the_same_rows(make: Make, tmp_path: Path) -> None:
    parquet = pd.read_parquet(make(tmp_path / "a").cohort)
    assert len(parquet) == SOME
    assert list(parquet.columns) == list(COLUMNS)
    packed = make(tmp_path / "b", kind="csv.gz").cohort
    plain = make(tmp_path / "c", kind="csv").cohort
    assert gzip.decompress(packed.read_bytes()) == plain.read_bytes()
    text = pd.read_csv(plain, dtype={"cycle": str})
    for name in COLUMNS:
        both = parquet[name], text[name]
        if name in ("cycle", "specialty", "applicant_group", "needs_visa"):
            one, other = (values.fillna("").to_numpy(str) for values in both)
        else:
            one, other = (values.to_numpy(float) for values in both)
        np.testing.assert_array_equal(one, other, err_msg=name)


def test_the_truth_is_that_of_the_seed_whatever_the_rows(make: Make, tmp_path: Path) -> None:
    few, more = (make(tmp_path / str(rows), rows=rows).truth for rows in (1, 50))
    assert few.read_bytes() == more.read_bytes()


def test_no_row_repeats_a_block(demo: Demo) -> None:
    frame = pd.read_parquet(demo.cohort)
    first, second = frame.iloc[:BLOCK], frame.iloc[BLOCK : 2 * BLOCK]
    assert not np.array_equal(first["step2_ck"].to_numpy(), second["step2_ck"].to_numpy())


def test_rows_are_drawn_as_they_are_asked_for(edition: Path) -> None:
    curves = read_table(edition / "curves.csv", "curves")
    truth = make_truth(margins(curves), 1)
    # A billion rows would not fit: only the first block is ever made.
    blocks = draw(truth, "2026", 10**9, 1)
    assert next(blocks).num_rows == BLOCK
    assert [block.num_rows for block in draw(truth, "2026", SOME, 1)] == [BLOCK, 1_000]


def test_every_file_says_that_it_is_synthetic(demo: Demo) -> None:
    for path in [*demo.out.rglob("*"), demo.truth]:
        if path.is_dir():
            continue
        name = path.relative_to(demo.out.parent).as_posix().removeprefix("demo-raw/")
        copied = RAW / name
        if copied.is_file() and path.name != "edition.yml":
            assert path.read_bytes() == copied.read_bytes()
        else:
            assert "synthetic" in path.name or "ynthetic" in path.read_text("utf-8"), name
    assert demo.cohort.name == "synthetic_demo.parquet"
    assert (pd.read_csv(demo.truth, dtype=str)["synthetic"] == "true").all()
    assert (demo.out / "edition.yml").read_text("utf-8") == 'edition: "synthetic-demo"\n'
    about = yaml.safe_load((demo.out / "cohorts" / "synthetic_demo.yml").read_text("utf-8"))
    assert about["title"].startswith("Synthetic")
    assert about["synthetic"] is True
    assert about["denominator"] == "ranked_first"


def test_parquet_says_so_in_its_metadata(demo: Demo) -> None:
    file = pyarrow.parquet.ParquetFile(demo.cohort)
    about = file.schema_arrow.metadata
    assert about[b"synthetic"] == b"true"
    assert about[b"title"].startswith(b"Synthetic")
    assert about[b"made_by"] == f"calib demo-cohort --rows {ROWS} --seed {SEED}".encode()
    assert file.metadata.metadata[b"synthetic"] == b"true"
    assert file.metadata.num_row_groups == -(-ROWS // BLOCK)
