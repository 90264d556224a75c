"""Writes blocks of rows as Parquet, CSV or gzipped CSV, with the same bytes each time."""

from __future__ import annotations

import gzip
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet
from tqdm import tqdm

from recalib.demo.draw import schema

Write = Callable[[pa.RecordBatch], None]


@contextmanager
def _parquet(path: Path, metadata: dict[str, str]) -> Iterator[Write]:
    with pa.parquet.ParquetWriter(path, schema(metadata), compression="zstd") as writer:
        yield writer.write_batch


@contextmanager
def _csv(path: Path, metadata: dict[str, str]) -> Iterator[Write]:
    # CSV has no room for metadata: its name and the .yml beside it say what it is.
    with path.open("wb") as file, _csv_writer(file) as writer:
        yield writer.write_batch


@contextmanager
def _csv_gz(path: Path, metadata: dict[str, str]) -> Iterator[Write]:
    # No name and no clock in the header, or the bytes would differ each time.
    with (
        path.open("wb") as file,
        gzip.GzipFile("", "wb", compresslevel=6, fileobj=file, mtime=0) as packed,
        _csv_writer(packed) as writer,
    ):
        yield writer.write_batch


def _csv_writer(file: object) -> pa.csv.CSVWriter:
    return pa.csv.CSVWriter(
        file, schema(), write_options=pa.csv.WriteOptions(quoting_style="needed")
    )


_WRITERS: dict[str, Callable[[Path, dict[str, str]], AbstractContextManager[Write]]] = {
    "parquet": _parquet,
    "csv": _csv,
    "csv.gz": _csv_gz,
}
FORMATS = tuple(_WRITERS)


def write_cohort(
    blocks: Iterable[pa.RecordBatch], rows: int, path: Path, kind: str, metadata: dict[str, str]
) -> None:
    """Write a cohort file as its blocks are drawn."""
    bar = tqdm(total=rows, unit=" rows", unit_scale=True, disable=not sys.stderr.isatty())
    with bar, _WRITERS[kind](path, metadata) as write:
        for block in blocks:
            write(block)
            bar.update(block.num_rows)
