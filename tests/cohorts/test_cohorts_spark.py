"""Spark counts as DuckDB does, to the last unit, and what it stumbles over DuckDB names."""

import contextlib
import gzip
import os
import subprocess
import sys
import tempfile
import time
from decimal import Decimal
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from spark_samples import ENGINE, connect_server, needs_spark

from raw_cohorts import COVARIATES, GOOD, HEADER, PROVENANCE, make_raw, people, store
from recalib.cohorts import read
from recalib.cohorts.counts import Cohort
from recalib.cohorts.reduce import counting
from recalib.cohorts.spark import Spark
from recalib.problems import RecalibError
from recalib.raw import check_raw, read_raw

pytestmark = needs_spark
SECRET = "Xanthippe"


@pytest.fixture
def kept(session, monkeypatch):
    """Let the reader use that session, and leave it running; files may hold the same people."""
    monkeypatch.setattr(read, "_note_keys", lambda cohorts, folder: None)
    monkeypatch.setattr(read, "Spark", lambda engine: contextlib.nullcontext(session))
    return session


@pytest.fixture
def duckdb_counts(monkeypatch) -> list[str]:
    """Names of the cohorts that DuckDB has counted."""
    counted = read._counted
    names: list[str] = []

    def note(opened, *others):
        names.append(opened.file.name)
        return counted(opened, *others)

    monkeypatch.setattr(read, "_counted", note)
    return names


def counted(raw: Path, engine: str = ENGINE) -> list[Cohort]:
    """The cohorts of a folder, by Spark."""
    return read_raw(raw, None, engine).cohorts


def same(found: list[Cohort], raw: Path) -> None:
    """They are those that DuckDB counts."""
    expected = read_raw(raw).cohorts
    assert [one.name for one in found] == [one.name for one in expected] != []
    for one, other in zip(found, expected, strict=True):
        pd.testing.assert_frame_equal(one.counts, other.counts)
        assert (one.covariates is None) == (other.covariates is None)
        if one.covariates is not None:
            pd.testing.assert_frame_equal(one.covariates, other.covariates)
        assert one.provenance == other.provenance


def add(raw, name: str, content: str | bytes | pa.Table) -> None:
    """Put another cohort into a folder."""
    raw.write(f"cohorts/{name.partition('.')[0]}.yml", PROVENANCE)
    if isinstance(content, pa.Table):
        pq.write_table(content, raw.path / "cohorts" / name, row_group_size=97)
    else:
        raw.write(f"cohorts/{name}", content)


def typed(**columns: pa.Array) -> pa.Table:
    """Thirty rows, with some columns of other types."""
    rows = people(30, seed=3, covariates=True)
    table = pa.Table.from_pandas(rows.fillna({"matched": 1}), preserve_index=False)
    for name, values in columns.items():
        table = table.set_column(table.column_names.index(name), name, values)
    return table


@pytest.mark.parametrize("kind", ["csv", "csv.gz", "parquet", "parts", "floats"])
def test_counts_are_the_same_in_every_form(tmp_path, kept, duckdb_counts, kind):
    raw = make_raw(tmp_path / "it's [a] *wild* {place}? 50%20")
    store(people(3000, covariates=True), raw, kind)
    found = counted(raw.path)
    assert duckdb_counts == []
    same(found, raw.path)


def test_counts_are_the_same_for_every_type(raw, kept, duckdb_counts):
    (raw.path / "cohorts" / "ours.yml").unlink()
    whole = np.arange(30) % 3
    halves = pa.array([None if one == 2 else f" {one}.0 " for one in whole])
    # Each file costs a Spark of its own seconds: types of different columns stand in one.
    types = {
        "first": {
            "n_interviews": pa.nulls(30),
            "matched": pa.array([True, False, None] * 10),
            "needs_visa": pa.array([b"yes", b" no ", b""] * 10),
            "step2_ck": pa.array([Decimal("245.0")] * 30),
            "specialty": pa.array(["Dermatology"] * 30).dictionary_encode(),
            "cycle": pa.array([2025, 2026] * 15, pa.int32()),
            "applicant_group": pa.array(["us_img"] * 30, pa.large_string()),
            "n_applications": pa.array([20] * 30, pa.int8()),
            "step1_failures": pa.array([0.0, np.nan, None] * 10),
        },
        "second": {
            "n_interviews": pa.array([0.0, 1.0, np.nan] * 10, pa.float32()),
            "matched": halves,
            "us_clinical_months": halves,
            "specialty": pa.array([" Dermatology ", "dermatology"] * 15),
            "step2_ck": pa.array(["240"] * 30),
            "n_applications": pa.array([200] * 30, pa.uint8()),
        },
        "third": {"n_applications": pa.array([200] * 30, pa.uint64())},
    }
    for name, columns in types.items():
        add(raw, f"{name}.parquet", typed(**columns))
    found = counted(raw.path)
    assert duckdb_counts == []
    same(found, raw.path)


def test_large_cohorts_are_grouped_alike(raw, kept, duckdb_counts, monkeypatch):
    rows = people(2000, covariates=True)
    add(raw, "numbers.parquet", pa.Table.from_pandas(rows, preserve_index=False))
    store(rows, raw, "csv")
    monkeypatch.setattr(read, "MOST_GROUPS", 1990)
    found = counted(raw.path)
    assert all("grouped" in one.provenance["notes"][-1] for one in found)
    assert duckdb_counts == []
    same(found, raw.path)


ODD = GOOD.replace("2026", "2025")
#: Files in which there is nothing wrong, and which Spark would read as DuckDB does, or not.
READABLE = {
    "bom.csv": f"\ufeff{HEADER}\n{GOOD}\n",
    "crlf.csv": f"{HEADER}\r\n{GOOD}\r\n\r\n{ODD}\r\n",
    "quoted.csv": f'{HEADER}\n2026,"Dermatology",us_img,"245","20",3,""\n{ODD}\n',
    "lines.csv": f'{HEADER}\n2026,"Derm\natology",us_img,245,20,3,1\n'.replace("m\na", "ma"),
    "cells.csv": f'{HEADER}\n2026,"Dermatology\r\n",us_img,245,20,3,1\n{ODD}\n',
    "ending.csv": f"{HEADER}\n{GOOD}",
    "spaces.csv": f"{HEADER}\n2026, Dermatology ,us_img, 245 , 20.0 ,  ,1\n{ODD}\n",
    "minus.csv": f"{HEADER}\n2026,Dermatology,us_img,245,20,-0,1\n{ODD}\n",
    "tabs.csv": f"{HEADER}\n2026,Dermatology,us_img,245,20,\t,1\n{ODD}\n",
    "nan.csv": f"{HEADER},{COVARIATES}\n{GOOD},no,0,,\n",
}


def test_texts_that_engines_may_read_differently_count_alike(raw, kept, duckdb_counts):
    (raw.path / "cohorts" / "ours.yml").unlink()
    for name, content in READABLE.items():
        add(raw, name, content)
    found = counted(raw.path)
    # Not sure of its reading, Spark leaves these to DuckDB; the rest it counts.
    assert set(duckdb_counts) == {"minus", "tabs", "cells"}
    same(found, raw.path)


BAD = {
    "ragged.csv": f"{HEADER}\n{GOOD}\n2026,Dermatology\n",
    "wide.csv": f"{HEADER}\n{GOOD},1\n{GOOD}\n",
    "open.csv": f'{HEADER}\n"{GOOD}\n{GOOD}\n',
    "within.csv": f'{HEADER}\n{GOOD}\n2026,Derm"atology",us_img,245,20,3,1\n',
    "blank.csv": f"{HEADER}\n{GOOD}\n  \n{GOOD}\n",
    "latin.csv": f"{HEADER}\n{GOOD}\n".encode() + b"2026,Dermatolog\xed,us_img,245,20,3,1\n",
    "suffix.csv": f"{HEADER}\n{GOOD}\n2026,Dermatology,us_img,245,20,3d,1f\n",
    "joined.csv": f"{HEADER}\n{GOOD}\n{GOOD}\r\n",
    "windows.csv": f"{HEADER}\r\n{GOOD}\r\n{GOOD}\n",
    "exponent.csv": f"{HEADER}\n2026,Dermatology,us_img,245,2e1,3.,+1\n{ODD}\n",
    "underscore.csv": f"{HEADER}\n2026,Dermatology,us_img,245,20_0,3,1\n{ODD}\n",
    "point.csv": f"{HEADER}\n2026,Dermatology,us_img,245,20.,3,1\n{ODD}\n",
    "hex.csv": f"{HEADER}\n{GOOD}\n2026,Dermatology,us_img,0xF5,20,0x1p1,1\n",
    "word.csv": f"{HEADER}\n{GOOD}\n2026,{SECRET},us_img,245,20,3,1\n",
    "nan.csv": f"{HEADER}\n{GOOD}\n2026,Dermatology,us_img,245,20,NaN,1\n",
    "two.csv": f"{HEADER}\n{GOOD}\n2026,Dermatology,us_img,245,20,3,2\n",
    "more.csv": f"{HEADER}\n{GOOD}\n2026,Dermatology,us_img,245,20,21,1\n",
    "none.csv": f"{HEADER}\n",
    "unknown.csv": f"{HEADER}\n2026,Dermatology,us_img,245,,,\n",
    "covariate.csv": f"{HEADER},{COVARIATES}\n{GOOD},no,0,5d,6\n",
    "packed.csv.gz": gzip.compress(f"{HEADER}\n{GOOD}\n{GOOD}x\n".encode()),
    "huge.parquet": typed(n_applications=pa.array([2**62] * 30)),
    "minus.parquet": typed(n_interviews=pa.array([-1] * 30)),
    "half.parquet": typed(n_interviews=pa.array([0.5] * 30)),
    "infinite.parquet": typed(n_interviews=pa.array([np.inf] * 30)),
    "date.parquet": typed(cycle=pa.array([0] * 30, pa.date32())),
    "time.parquet": typed(cycle=pa.array([0] * 30, pa.time64("us"))),
    "list.parquet": typed(matched=pa.array([[1]] * 30)),
    "latin1.parquet": typed(specialty=pa.array([b"Dermatolog\xed"] * 30)),
    "empty.parquet": typed().slice(0, 0),
}


def test_what_is_wrong_is_told_alike_and_without_values(raw, kept, capfd):
    (raw.path / "cohorts" / "ours.yml").unlink()
    for name, content in BAD.items():
        add(raw, name, content)
    path = raw.path / "cohorts" / "holed.parquet"
    add(raw, path.name, pa.Table.from_pandas(people(3000), preserve_index=False))
    content = path.read_bytes()
    path.write_bytes(content[:4] + b"\xff" * 1500 + content[1504:])
    found = check_raw(raw.path, ENGINE)
    assert found == check_raw(raw.path)
    assert {Path(problem.file).name for problem in found} == {*BAD, path.name}
    assert SECRET not in "\n".join(map(str, found)) + "".join(capfd.readouterr())


def test_the_expression_is_one_for_all_engines(raw, kept, monkeypatch):
    """Spark runs what DuckDB runs: a measure that is changed is changed in both."""
    asked = []

    def changed(*arguments):
        asked.append(arguments)
        table = counting(*arguments)
        return table.mutate(people=table["people"] * 3)

    monkeypatch.setattr("recalib.cohorts.spark.counting", changed)
    monkeypatch.setattr("recalib.cohorts.read.counting", changed)
    store(people(100), raw, "csv")
    found = counted(raw.path)
    same(found, raw.path)
    assert found[0].counts["people"].sum() == 300
    assert asked[0][:4] == asked[1][:4]


def test_a_file_that_the_cluster_does_not_find(raw, kept, monkeypatch):
    store(people(30), raw, "parquet")
    rows_of = sys.modules[Spark.__module__]._rows_of
    elsewhere = {"paths": [f"file://{raw.path}/cohorts/theirs.parquet"]}
    monkeypatch.setattr(
        "recalib.cohorts.spark._rows_of", lambda opened: rows_of(opened) | elsewhere
    )
    with pytest.raises(RecalibError, match=r"does not find cohorts/ours\.parquet\. The raw folder"):
        check_raw(raw.path, ENGINE)
    pq.write_table(typed(), raw.path / "cohorts" / "theirs.parquet")
    store(people(31), raw, "parquet")
    with pytest.raises(RecalibError, match=r"counted 30 rows of .*, which has 31 here\. The raw"):
        check_raw(raw.path, ENGINE)


def test_a_failure_that_is_not_the_files(raw, kept, monkeypatch):
    store(people(30), raw, "parquet")
    rows_of = sys.modules[Spark.__module__]._rows_of
    odd = {"columns": ["raise_error('Xanthippe') AS cycle"]}
    monkeypatch.setattr("recalib.cohorts.spark._rows_of", lambda opened: rows_of(opened) | odd)
    words = r"could not count .* in which DuckDB finds no fault"
    with pytest.raises(RecalibError, match=words) as caught:
        check_raw(raw.path, ENGINE)
    assert SECRET not in repr((caught.value, caught.value.__context__, caught.value.__cause__))


def test_a_session_that_is_lost(raw, tmp_path, monkeypatch, capfd):
    """Also what no process may leave behind: files in its folder, words of Spark, Java."""
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")
    (tmp_path / "temporary").mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "temporary"))
    store(people(30), raw, "csv")
    with Spark("local[1]") as spark:
        monkeypatch.setattr(read, "Spark", lambda engine: contextlib.nullcontext(spark))
        assert check_raw(raw.path, "local[1]") == []
        worker = spark._worker
        assert worker is not None
        javas = children(worker.pid)
        (scratch,) = (tmp_path / "temporary").iterdir()
        assert scratch.stat().st_mode & 0o777 == 0o700
        assert list(scratch.glob("blockmgr-*"))
        worker.kill()
        with pytest.raises(RecalibError, match=r"The session on local\[1\] was lost while cohorts"):
            check_raw(raw.path, "local[1]")
    assert list((tmp_path / "here").iterdir()) == []
    assert list((tmp_path / "temporary").iterdir()) == []
    assert capfd.readouterr() == ("", "")
    for _ in range(100):
        if not any(Path(f"/proc/{java}/cmdline").exists() for java in javas):
            break
        time.sleep(0.1)
    else:
        pytest.fail("Java is still there")


def children(process: int) -> list[int]:
    """Processes that a process has started, where the system tells."""
    told = Path(f"/proc/{process}/task/{process}/children")
    return [int(each) for each in told.read_text().split()] if told.exists() else []


def test_a_spark_connect_server_counts_alike(raw, tmp_path):
    store(people(500, covariates=True), raw, "parts")
    add(raw, "other.csv", "\n".join([HEADER, *[GOOD] * 5]))
    with connect_server(tmp_path) as address:
        same(counted(raw.path, address), raw.path)
        add(raw, "bad.csv", BAD["suffix.csv"])
        assert check_raw(raw.path, address) == check_raw(raw.path) != []


def test_the_command_says_the_same_by_both_engines(raw):
    add(raw, "ours.csv", f"{HEADER}\n{GOOD}\n2026,{SECRET},us_img,245,20,3,{SECRET}\n")
    command = [sys.executable, "-m", "calib", "check", "--raw", raw.path, "--engine"]
    environment = os.environ | {"SPARK_REMOTE": "sc://nowhere.invalid:1"}
    done = [
        subprocess.run(
            [*command, engine], capture_output=True, text=True, env=environment, check=False
        )
        for engine in ("local[1]", "duckdb")
    ]
    assert (done[0].returncode, done[0].stdout, done[0].stderr) == (
        done[1].returncode,
        done[1].stdout,
        done[1].stderr,
    )
    assert done[0].returncode == 1
    assert SECRET not in done[0].stdout + done[0].stderr
