"""Runs Spark in a process of its own: requests on standard input, counts on standard output.

Spark and its client write to logs what they stumble over, values among it. Here nothing of that
gets out: standard error is nowhere, and of an error only the name goes back. The process ends with
its input, and Spark with it.
"""

from __future__ import annotations

import contextlib
import os
import pickle
import queue
import signal
import sys
import threading
import time
from collections.abc import Iterator
from typing import Any, BinaryIO

#: What may be told of an error: its name and class in Spark's own list of errors.
Failure = tuple[str, str]
#: Seconds between two reports of progress.
_STEP = 0.5
#: Seconds for a session to end by itself.
_LAST = 10.0
_LOCAL = {
    # Loopback, so that neither a name service nor a firewall is in the way.
    "spark.driver.host": "127.0.0.1",
    "spark.driver.bindAddress": "127.0.0.1",
    # The usual 200 are for a cluster.
    "spark.sql.shuffle.partitions": "4",
}
_OWN_SESSION = {
    "spark.app.name": "calib",
    "spark.log.level": "OFF",
    "spark.ui.enabled": "false",
    "spark.ui.showConsoleProgress": "false",
    # Without Hive, which leaves files in the working directory.
    "spark.sql.catalogImplementation": "in-memory",
    # Partial counts lie on disks between two steps: not in clear.
    "spark.io.encryption.enabled": "true",
}
#: Settings of the user's environment under which a master's name would be ignored.
_MISLEADING = ("SPARK_REMOTE", "SPARK_CONNECT_MODE_ENABLED", "SPARK_LOCAL_REMOTE", "SPARK_API_MODE")


def main() -> int:
    """Answer requests until the input ends."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # whoever asked decides when to stop
    answers = os.fdopen(os.dup(1), "wb")
    # Java inherits what is standard output by then.
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    talk = _Talk(answers)
    try:
        session = _session(sys.argv[1])
        # A client of Spark Connect speaks to its server when first asked something.
        _ = session.version
    except Exception as error:
        talk.say("failed", _failure(error))
        return 0
    talk.say("ready", None)
    requests: queue.SimpleQueue[dict[str, Any] | None] = queue.SimpleQueue()
    threading.Thread(target=_listen, args=(requests,), daemon=True).start()
    while (request := requests.get()) is not None:
        try:
            with talk.reporting(session):
                table = _count(session, request)
        except Exception as error:
            talk.say("failed", _failure(error))
        else:
            talk.say("counted", table)
    session.stop()
    return 0


def _listen(requests: queue.SimpleQueue[dict[str, Any] | None]) -> None:
    """Hand requests on; where nobody is left to ask, end whatever is still being done."""
    with contextlib.suppress(EOFError):
        while True:
            requests.put(pickle.load(sys.stdin.buffer))  # noqa: S301  # from the parent process
    requests.put(None)
    time.sleep(_LAST)
    os._exit(0)


class _Talk:
    """Messages to the process that asked."""

    def __init__(self, out: BinaryIO) -> None:
        self._out = out
        self._lock = threading.Lock()

    def say(self, kind: str, content: Any) -> None:
        with self._lock:
            pickle.dump((kind, content), self._out)
            self._out.flush()

    @contextlib.contextmanager
    def reporting(self, session: Any) -> Iterator[None]:
        """Say every now and then how many tasks are done, running and known."""
        if not hasattr(session, "sparkContext") or _is_connect(session):
            yield
            return
        done = threading.Event()
        thread = threading.Thread(target=self._report, args=(session, done), daemon=True)
        thread.start()
        try:
            yield
        finally:
            done.set()
            thread.join()

    def _report(self, session: Any, done: threading.Event) -> None:
        tracker = session.sparkContext.statusTracker()
        while not done.wait(_STEP):
            stages = [tracker.getStageInfo(stage) for stage in tracker.getActiveStageIds()]
            stages = [stage for stage in stages if stage is not None]
            self.say(
                "progress",
                (
                    sum(stage.numCompletedTasks for stage in stages),
                    sum(stage.numActiveTasks for stage in stages),
                    sum(stage.numTasks for stage in stages),
                ),
            )


def _is_connect(session: Any) -> bool:
    return ".connect." in type(session).__module__


def _session(engine: str) -> Any:
    from pyspark.sql import SparkSession

    if engine.startswith("sc://"):
        return SparkSession.builder.remote(engine).getOrCreate()
    for name in _MISLEADING:
        os.environ.pop(name, None)
    settings = _OWN_SESSION | (_LOCAL if engine.startswith("local") else {})
    builder = SparkSession.builder.master(engine)
    for name, value in settings.items():
        builder = builder.config(name, value)
    return builder.getOrCreate()


def _count(session: Any, request: dict[str, Any]) -> Any:
    """Make the rows of a file known and run the query; an Arrow table."""
    reader = session.read
    for name, value in request["options"].items():
        reader = reader.option(name, value)
    if request["schema"]:
        reader = reader.schema(request["schema"])
    session.conf.set("spark.sql.parquet.binaryAsString", "true")
    rows = reader.format(request["format"]).load(request["paths"])
    rows.selectExpr(*request["columns"]).createOrReplaceTempView(request["view"])
    try:
        return session.sql(request["sql"]).toArrow()
    finally:
        session.catalog.dropTempView(request["view"])


def _failure(error: Exception) -> Failure:
    """Name an error; its text stays here."""
    condition = ""
    with contextlib.suppress(Exception):  # an error of another kind has none
        condition = str(error.getCondition() or "")  # type: ignore[attr-defined]
    return type(error).__name__, condition


if __name__ == "__main__":
    sys.exit(main())
