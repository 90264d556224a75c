"""Asks DuckDB about a cohort; a failure names no value of the data.

DuckDB runs inside this process, in bounded memory, and writes nothing to disk.
"""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import duckdb
import pandas as pd
import pyarrow as pa

from recalib.cohorts.progress import bar

MEMORY = "640MB"
#: More threads than this need more memory than they save time.
MOST_THREADS = 8

_Fetched = TypeVar("_Fetched")


class ScanError(Exception):
    """A scan failed."""

    def __init__(self, kind: str, row: int | None = None, reason: str = "") -> None:
        super().__init__(reason)
        self.kind = kind
        self.row = row
        self.reason = reason


#: Parts of DuckDB's messages, with words for them; the messages themselves quote the file.
_REASONS = (
    ("unterminated quote", "quote"),
    ("quoted value", "quote"),
    ("end of GZIP stream", "cut off"),
)


#: What DuckDB raises when a signal stops it.
_INTERRUPTED = (duckdb.InterruptException, RuntimeError)


def quoted_path(path: Path) -> str:
    """Quote a path for SQL, where neither a quote nor a pattern's character means anything."""
    text = "".join(f"[{mark}]" if mark in "[*?" else mark for mark in str(path.resolve()))
    return quoted(text)


def quoted(text: str) -> str:
    """Quote a text for SQL."""
    return "'" + text.replace("'", "''") + "'"


def quoted_name(name: str) -> str:
    """Quote the name of a column for SQL."""
    return '"' + name.replace('"', '""') + '"'


class Query:
    """A connection of its own to DuckDB; a context manager."""

    def __init__(self) -> None:
        count = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
        self._connection = duckdb.connect(
            ":memory:",
            config={
                "memory_limit": MEMORY,
                "threads": min(count or 1, MOST_THREADS),
                # Rows that spill over would lie on the disk.
                "temp_directory": "",
                # Order costs memory; where it matters, the rows are numbered.
                "preserve_insertion_order": False,
                "autoinstall_known_extensions": False,
                "autoload_known_extensions": False,
            },
        )
        if sys.stderr.isatty():
            # DuckDB counts its progress only where it is told to, and draws it unless told not to.
            self._connection.execute("SET enable_progress_bar = true")
            self._connection.execute("SET enable_progress_bar_print = false")

    def __enter__(self) -> Query:
        """Return itself."""
        return self

    def __exit__(self, *_: object) -> None:
        """Let go of the files."""
        self._connection.close()

    def ordered(self, keep: bool) -> None:
        """Say whether rows come in the order of the file."""
        self._connection.execute(f"SET preserve_insertion_order = {str(keep).lower()}")

    def trust_no_statistics(self) -> None:
        """Look at every number, whatever a file's summaries say.

        Parquet's lowest and highest values leave NaN out, and DuckDB 2.0 concludes from them that
        `isnan` is false throughout.
        """
        self._connection.execute("SET disabled_optimizers = 'statistics_propagation'")

    def rows(self, sql: str, what: str = "") -> list[tuple[Any, ...]]:
        """Run SQL and give its rows."""
        return list(self._run(sql, what, lambda result: result.fetchall()))

    def frame(self, sql: str, what: str = "") -> pd.DataFrame:
        """Run SQL and give its rows as a frame; as `rows` otherwise."""
        return self._run(sql, what, lambda result: result.df())

    def register(self, name: str, table: pa.Table) -> None:
        """Make a table in memory known by a name."""
        self._connection.register(name, table)

    def _run(
        self, sql: str, what: str, fetch: Callable[[duckdb.DuckDBPyConnection], _Fetched]
    ) -> _Fetched:
        failure: BaseException
        try:
            with bar(what, self._connection.query_progress):
                return fetch(self._connection.execute(sql))
        except _INTERRUPTED as error:
            # DuckDB wraps what a signal's handler raised.
            cause = error.__cause__ or error.__context__
            failure = cause if isinstance(cause, KeyboardInterrupt) else KeyboardInterrupt()
        except duckdb.OutOfMemoryException:
            failure = ScanError("memory")
        except duckdb.Error as error:
            text = str(error)
            place = re.search(r"CSV Error on Line: ([0-9]+)", text)
            reason = next((word for part, word in _REASONS if part in text), "")
            failure = ScanError(
                "csv" if place else "file", int(place[1]) if place else None, reason
            )
        # Raised here and not above: DuckDB's message, which quotes rows, must not hang on to it.
        raise failure
