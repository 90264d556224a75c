"""Files made to hang, or to fill the memory of, whoever reads a cohort: each gets a sentence."""

from __future__ import annotations

import gzip
import io
import os
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from own_exports import RAW
from raw_cohorts import GOOD, HEADER, Raw
from recalib.cohorts.own_file import initialise
from recalib.cohorts.synthetic import synthetic_cohorts
from recalib.problems import RawDataError, UsageError
from recalib.typed.files import read_file
from recalib.typed.remarks import Remarks

pytestmark = pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="there are no pipes")
CSV, PACKED, PARQUET = "cohorts/ours.csv", "cohorts/ours.csv.gz", "cohorts/ours.parquet"
BLOCK = 1 << 20


def _bomb(raw: Raw) -> None:
    """100 MB of the same row in some 300 kB."""
    line = f"{GOOD}\n".encode()
    block = line * (BLOCK // len(line))
    with gzip.open(raw.write(PACKED, b""), "wb", compresslevel=9) as file:
        file.write(f"{HEADER}\n".encode())
        for _ in range(100):
            file.write(block)


def _one_line(raw: Raw) -> None:
    with gzip.open(raw.write(PACKED, b""), "wb", compresslevel=1) as file:
        file.write(f"{HEADER}\n".encode() + b"," * (3 * BLOCK))


def _sparse(raw: Raw) -> None:
    """A header that goes on for a gigabyte, which the disk does not have to hold."""
    path = raw.write(CSV, HEADER + "x" * BLOCK)
    os.truncate(path, 1 << 30)
    text = path.open("r+b")
    with text:
        text.write(b"a," * (BLOCK // 2))


def _wide_parquet(raw: Raw) -> None:
    columns = {f"a{at}": pa.array([1]) for at in range(101)}
    raw.write(PARQUET, b"")
    pq.write_table(pa.table(columns), raw.path / PARQUET)


def _long_footer(raw: Raw) -> None:
    with raw.write(PARQUET, b"PAR1").open("ab") as file:
        file.truncate(100_000_000)  # sparse
        file.write((70_000_000).to_bytes(4, "little") + b"PAR1")


def _fifo(name: str) -> Callable[[Raw], None]:
    def change(raw: Raw) -> None:
        (raw.path / name).unlink(missing_ok=True)
        os.mkfifo(raw.path / name)

    return change


def _described_by_a_pipe(raw: Raw) -> None:
    raw.csv(GOOD)
    _fifo("cohorts/ours.yml")(raw)


def _loop(raw: Raw) -> None:
    (raw.path / CSV).symlink_to("ours.csv")


@pytest.mark.parametrize(
    ("rule", "change", "words"),
    [
        ("not-a-file", _fifo(CSV), "a named pipe"),
        ("not-a-file", _fifo(PARQUET), "a named pipe"),
        ("not-a-file", _described_by_a_pipe, "a named pipe"),
        ("file-unreadable", _loop, "cannot be read"),
        ("packed-too-tight", _bomb, "come more than"),
        ("line-too-long", _one_line, "more than 2,097,152 bytes"),
        ("line-too-long", _sparse, "The header does not end"),
        ("too-many-columns", lambda raw: raw.csv(header=",".join(["a"] * 101)), "101 columns"),
        ("too-many-columns", lambda raw: raw.csv(header="," * 1_000_000), "1,000,001 columns"),
        ("too-many-columns", _wide_parquet, "101 columns"),
        ("file-too-large", _long_footer, "70,000,000 bytes"),
    ],
)
def test_a_hostile_cohort_is_refused(
    raw: Raw, rule: str, change: Callable[[Raw], None], words: str
) -> None:
    change(raw)
    found = {problem.rule: problem.message for problem in raw.problems()}
    assert words in found.get(rule, ""), found


def test_a_row_of_megabytes_is_told_by_duckdb(raw: Raw) -> None:
    raw.csv(GOOD, "2026," + "x" * (3 * BLOCK) + ",us_img,245,2,1,1", GOOD)
    (problem,) = raw.problems()
    assert (problem.rule, problem.file) == ("csv-syntax", CSV)


LIMITED = """
import resource, sys
from pathlib import Path
resource.setrlimit(resource.RLIMIT_DATA, (1 << 30, 1 << 30))
from recalib.raw import check_raw
for problem in check_raw(Path(sys.argv[1])):
    print(problem.rule)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="a limit of memory")
def test_a_line_of_a_gigabyte_is_refused_in_less_memory(raw: Raw) -> None:
    os.truncate(raw.write("published/wide.totals.csv", "cycle,"), 1 << 30)
    os.truncate(raw.write("published/wide.yml", "title: "), 1 << 30)
    told = subprocess.run(
        [sys.executable, "-c", LIMITED, str(raw.path)], capture_output=True, text=True, timeout=120
    )
    assert told.stderr == ""
    assert told.stdout.split().count("file-too-large") == 2


def _far_cell() -> bytes:
    sheet = '<worksheet><sheetData><row r="1"><c r="A1"><v>1</v></c></row><row r="1048576">'
    return workbook(sheet + '<c r="XFD1048576"><v>1</v></c></row></sheetData></worksheet>')


def workbook(sheet: str, shared: str = "") -> bytes:
    """A workbook of one sheet, as small as readers take it."""
    made = io.BytesIO()
    links = (
        '<Relationships><Relationship Id="r1" Target="worksheets/sheet1.xml"'
        ' Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet"/>'
        "</Relationships>"
    )
    book = '<workbook xmlns:r="r"><sheets><sheet name="One" r:id="r1"/></sheets></workbook>'
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", book)
        archive.writestr("xl/_rels/workbook.xml.rels", links)
        archive.writestr("xl/worksheets/sheet1.xml", sheet)
        if shared:
            archive.writestr("xl/sharedStrings.xml", shared)
    return made.getvalue()


def _zip_bomb() -> bytes:
    return workbook("<worksheet>" + " " * 40_000_000 + "</worksheet>")


def _shared_bomb() -> bytes:
    """One long text in ten thousand cells."""
    cells = "".join(f'<row r="{at}"><c r="A{at}" t="s"><v>0</v></c></row>' for at in range(1, 9999))
    text = "".join(map(str, range(10_000)))
    shared = f"<sst><si><t>{text}</t></si></sst>"
    return workbook(f"<worksheet><sheetData>{cells}</sheetData></worksheet>", shared)


def _entities() -> bytes:
    return workbook('<!DOCTYPE a [<!ENTITY b "bb"><!ENTITY c "&b;&b;">]><worksheet>&c;</worksheet>')


def _macro_type() -> bytes:
    return b"\xd0\xcf\x11\xe0" + b"\0" * 600


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (_far_cell, "1,048,576 rows and 16,384 columns"),
        (_zip_bomb, "bytes come more than"),
        (_shared_bomb, "repeat long texts too often"),
        (_entities, "cannot be read"),
        (_macro_type, "cannot be read"),
    ],
)
def test_a_hostile_workbook_is_refused_by_both_doors(
    content: Callable[[], bytes], words: str, tmp_path: Path
) -> None:
    path = tmp_path / "typed.xlsx"
    path.write_bytes(content())
    with pytest.raises(RawDataError, match=words):
        initialise(path, RAW)
    remarks = Remarks()
    assert read_file(path, remarks) == []
    (doubt,) = remarks.doubts
    assert words in str(doubt) or "defines entities" in str(doubt) or "old kind" in str(doubt)


@pytest.mark.parametrize("name", ["export.csv", "export.xlsx", "export.parquet"])
def test_an_export_or_a_typed_table_is_no_pipe(name: str, tmp_path: Path) -> None:
    os.mkfifo(tmp_path / name)
    with pytest.raises(UsageError, match="There is no file"):
        initialise(tmp_path / name, RAW)
    remarks = Remarks()
    assert read_file(tmp_path / name, remarks) == []
    assert "a named pipe" in str(remarks.doubts[0])


def test_an_export_of_too_many_columns_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "wide.csv"
    path.write_text(",".join(f"a{at}" for at in range(2_001)) + "\n")
    with pytest.raises(RawDataError, match="2,001 columns"):
        initialise(path, RAW)


def test_what_says_that_it_is_made_up_is_read_without_expanding_anything(raw: Raw) -> None:
    raw.write("cohorts/ours.yml", "title: &a [x, x]\npublisher: [*a, *a]\n")
    raw.write("cohorts/theirs.yml", "synthetic: true\n")
    _fifo("cohorts/pipe.yml")(raw)
    assert synthetic_cohorts(raw.path) == ["theirs"]
