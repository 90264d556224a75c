"""Counts on a Spark cluster what DuckDB has opened.

Only the GROUP BY is done there, by the same expression: file names, headers, content and the
search for rows that break a rule stay with DuckDB on this machine. Where Spark meets anything that
the two may read differently, it says so instead of counting, and DuckDB reads the file.
"""

from __future__ import annotations

import importlib.util
import os
import pickle
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import ibis
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from recalib.cohorts.columns import LIMITS
from recalib.cohorts.engine import CONNECT, addresses
from recalib.cohorts.open import ROWS, Opened
from recalib.cohorts.progress import bar
from recalib.cohorts.reduce import counting, finish
from recalib.problems import RecalibError, UsageError

#: Seconds for a host to answer, for Spark Connect to open a session, and for a first task to run.
ANSWER, OPEN, BEGIN = 5.0, 60.0, 60.0
#: Spark SQL as Ibis writes it; its own Spark back end would load `pyspark.pandas`.
_DIALECT = "databricks"
_DAMAGED = "cohort_damaged"
#: Numbers in text that every engine reads alike, of no more digits than needed; blanks too.
_PLAIN = "^ *([0-9]{1,5}([.][0-9]{1,9})?)? *$"
_NOT_THERE = re.compile("PATH_NOT_FOUND|FAILED_READ_FILE.FILE_NOT_EXIST")
_READER = {
    "ignoreCorruptFiles": "false",
    "ignoreMissingFiles": "false",
}
_CSV = {
    "header": "true",
    "enforceSchema": "true",
    "sep": ",",
    "quote": '"',
    "escape": '"',
    "multiLine": "true",
    "encoding": "UTF-8",
    "mode": "PERMISSIVE",
    "columnNameOfCorruptRecord": _DAMAGED,
    # Otherwise a row with too few cells counts as whole where its last ones are not asked for.
    "columnPruning": "false",
}


class SparkDoubtError(Exception):
    """Spark did not get through a file: DuckDB must look at it."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class Spark:
    """A session on a Spark cluster, started when first asked; a context manager."""

    def __init__(self, engine: str) -> None:
        self._engine = engine
        self._worker: subprocess.Popen[bytes] | None = None
        #: Java's files, partial counts among them; Java leaves them where it is killed.
        self._scratch: Path | None = None

    def __enter__(self) -> Spark:
        """Return itself."""
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        """End the session, and what it still does."""
        if self._worker is not None:
            worker, self._worker = self._worker, None
            if kind is not None:
                worker.kill()
            with worker:  # closes its input, at which it ends, and waits
                pass
        if self._scratch is not None:
            _remove(self._scratch)
            self._scratch = None

    def count(
        self, opened: Opened, covariates: Sequence[str], coarse: bool, most: int
    ) -> pd.DataFrame:
        """Run the GROUP BY."""
        sql = str(ibis.to_sql(counting(opened.types, ROWS, covariates, coarse), dialect=_DIALECT))
        request = _rows_of(opened) | {"sql": f"SELECT * FROM ({sql}) LIMIT {most + 1}"}
        table = self._ask(request, opened.file.file)
        if not _is_sound(table):
            raise SparkDoubtError("text that is not UTF-8")
        frame = finish(table.to_pandas())
        if opened.file.kind == "parquet" and len(frame) <= most:
            here = sum(pq.read_metadata(found.path).num_rows for found in opened.prints)
            there = int(frame["people"].sum())
            if here != there and not frame["broken"].any():
                raise RecalibError(
                    f"{self._engine} counted {there:,} rows of {opened.file.file}, which has "
                    f"{here:,} here. {_SAME_PATH}"
                )
        return frame

    def _ask(self, request: dict[str, Any], file: str) -> pa.Table:
        worker = self._worker or self._start()
        assert worker.stdin is not None
        try:
            pickle.dump(request, worker.stdin)
            worker.stdin.flush()
            kind, content = self._answer(worker, f"counting {file} on {self._engine}")
        except (EOFError, OSError, pickle.UnpicklingError):
            kind, content = "lost", None
        if kind == "counted":
            return content
        if kind == "lost":
            raise RecalibError(f"The session on {self._engine} was lost while {file} was counted.")
        name, condition = content
        if _NOT_THERE.match(condition):
            raise RecalibError(f"{self._engine} does not find {file}. {_SAME_PATH}")
        raise SparkDoubtError(condition or name)

    def _answer(self, worker: subprocess.Popen[bytes], what: str) -> tuple[str, Any]:
        """Wait for what is no report of progress."""
        assert worker.stdout is not None
        percent = 0.0
        begun, told = time.monotonic(), self._engine.startswith("local")
        with bar(what, lambda: percent):
            while True:
                kind, content = pickle.load(worker.stdout)  # noqa: S301  # of this process's own
                if kind != "progress":
                    return kind, content
                done, running, known = content
                percent = 100 * done / known if known else percent
                if done or running or not known:
                    begun = time.monotonic()
                elif not told and time.monotonic() - begun > BEGIN:
                    told = True
                    print(
                        f"calib: {self._engine} has begun nothing for {BEGIN:.0f} s; has it "
                        "workers with free cores and memory that reach this machine?",
                        file=sys.stderr,
                    )

    def _start(self) -> subprocess.Popen[bytes]:
        if importlib.util.find_spec("pyspark") is None:
            raise UsageError(
                f"--engine {self._engine} needs pyspark, which is not installed here: "
                'pip install -e ".[recalibrate,spark]"'
            )
        hosts = addresses(self._engine)
        if hosts and not any(_answers(*address) for address in hosts):
            raise UsageError(f"Nothing answers at {self._engine}; see --engine.")
        self._scratch = Path(tempfile.mkdtemp(prefix="calib-spark-"))  # for its owner only
        worker = subprocess.Popen(  # noqa: S603  # the engine was checked
            [sys.executable, "-P", "-m", "recalib.cohorts.spark_worker", self._engine],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=_environment(self._scratch),
        )
        self._worker = worker
        # A server that is none of Spark's keeps its client trying for ten minutes.
        timer = threading.Timer(OPEN, worker.kill)
        if self._engine.startswith(CONNECT):
            timer.start()
        try:
            kind, content = self._answer(worker, f"starting Spark on {self._engine}")
        except (EOFError, OSError, pickle.UnpicklingError):
            kind, content = "failed", ("", "no answer")
        finally:
            timer.cancel()
        if kind == "ready":
            return worker
        name, condition = content
        if condition == "JAVA_GATEWAY_EXITED":
            raise UsageError(
                f"--engine {self._engine} needs Java 17 or newer on this machine, and none "
                "starts: install it, or set JAVA_HOME."
            )
        raise UsageError(
            f"No session on {self._engine} ({condition or name}). Its Spark must be as new as "
            "pyspark here, and reach this machine."
        )


_SAME_PATH = (
    "The raw folder must lie at the same path, with the same files, on this machine and on every "
    "node of the cluster. Nothing was published."
)


def _environment(scratch: Path) -> dict[str, str]:
    """Make Java and pyspark on this machine lay their files into a folder."""
    # Spark takes a comma for the end of a folder's name, Java a quote for that of an option.
    local = {} if "," in str(scratch) else {"SPARK_LOCAL_DIRS": str(scratch)}
    if not re.search(r"[\"'\s\\]", str(scratch)):
        options = f"-Djava.io.tmpdir={scratch} -XX:-UsePerfData"
        local["JDK_JAVA_OPTIONS"] = f"{os.environ.get('JDK_JAVA_OPTIONS', '')} {options}".strip()
    return os.environ | local | {"TMPDIR": str(scratch)}


def _remove(folder: Path) -> None:
    """Remove a folder into which a Java that is about to end may still write."""
    for _ in range(50):
        shutil.rmtree(folder, ignore_errors=True)
        if not folder.exists():
            return
        time.sleep(0.1)


def _is_sound(table: pa.Table) -> bool:
    try:
        table.validate(full=True)
    except pa.ArrowInvalid:  # its text may hold a value
        return False
    return True


def _answers(host: str, port: int) -> bool:
    try:
        with socket.create_connection((host, port), timeout=ANSWER):
            return True
    except OSError:
        return False


def _rows_of(opened: Opened) -> dict[str, Any]:
    """Say how Spark reads a file so that its rows are those of DuckDB's view."""
    csv = opened.file.kind.startswith("csv")
    columns = {name: _column(name, kind) for name, kind in opened.types.items()}
    fine = [f"`{_DAMAGED}` IS NULL"] if csv else []
    for name, (low, high) in LIMITS.items():
        kind, value = opened.types.get(name), columns.get(name)
        if kind is None or kind == "boolean":
            continue
        holds = (
            f"{value} RLIKE '{_PLAIN}'" if kind == "string" else f"{value} BETWEEN {low} AND {high}"
        )
        fine.append(f"({value} IS NULL OR {holds})")
        # With such numbers nothing overflows: Spark would log the value.
        columns[name] = f"CASE WHEN {holds} THEN {value} END"
    # A row in doubt loses its cycle, without which no engine's counts are used.
    columns["cycle"] = f"CASE WHEN {' AND '.join(fine)} THEN {columns['cycle']} END"
    schema = ", ".join(f"`{name}` STRING" for name in [*opened.header, _DAMAGED])
    return {
        "format": "csv" if csv else "parquet",
        "paths": [_address(found.path) for found in opened.prints],
        "options": _READER | (_CSV if csv else {}),
        "schema": schema if csv else "",
        "columns": [f"{value} AS `{name}`" for name, value in columns.items()],
        "view": ROWS,
    }


def _address(path: Path) -> str:
    """A path as Hadoop takes it, with no mark of a pattern in it."""
    return "file://" + re.sub(r"([\\\[\]{}*?])", r"\\\1", str(path.resolve()))


def _column(name: str, kind: str) -> str:
    """As DuckDB's view has it: see `open._type`."""
    if kind == "float64":
        number = f"CAST(`{name}` AS DOUBLE)"
        return f"CASE WHEN isnan({number}) THEN NULL ELSE {number} END"
    return f"CAST(`{name}` AS STRING)" if kind == "string" else f"`{name}`"
