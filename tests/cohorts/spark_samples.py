"""Spark on this machine, for tests: whether there is one, and a Connect server to start."""

import contextlib
import importlib.util
import os
import re
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest


def java() -> int:
    """Version of the Java that Spark would start; 0 for none."""
    home = os.environ.get("JAVA_HOME")
    program = shutil.which(f"{home}/bin/java" if home else "java")
    if program is None:
        return 0
    done = subprocess.run([program, "-version"], capture_output=True, text=True, check=False)
    found = re.search(r'version "(?:1\.)?([0-9]+)', done.stderr)
    return int(found[1]) if found else 0


# Most of the time of a short life went into compiling for a long one: Java's quick compiler alone.
os.environ.setdefault("SPARK_SUBMIT_OPTS", "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC")

#: Where the suite's only session counts.
ENGINE = "local[2]"
#: There is pyspark, but perhaps no Java.
needs_pyspark = pytest.mark.skipif(
    importlib.util.find_spec("pyspark") is None, reason="pyspark is not installed (extra: spark)"
)
needs_spark = pytest.mark.skipif(
    importlib.util.find_spec("pyspark") is None or java() < 17,
    reason="Spark needs pyspark (extra: spark) and Java 17 or newer",
)


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


@contextlib.contextmanager
def connect_server(folder: Path) -> Iterator[str]:
    """A Spark Connect server of its own; its address."""
    import pyspark

    port = free_port()
    scratch = folder / "scratch"
    scratch.mkdir()
    settings = {
        "spark.connect.grpc.binding.port": port,
        "spark.connect.grpc.binding.address": "127.0.0.1",
        "spark.driver.host": "127.0.0.1",
        "spark.driver.bindAddress": "127.0.0.1",
        "spark.ui.enabled": "false",
        "spark.sql.shuffle.partitions": 4,
        "spark.sql.warehouse.dir": folder / "warehouse",
        # Java that is killed leaves its files.
        "spark.local.dir": scratch,
        "spark.driver.extraJavaOptions": f"-Djava.io.tmpdir={scratch} -XX:-UsePerfData",
    }
    home = Path(pyspark.__file__).parent
    command = [home / "bin" / "spark-submit", "--master", "local[1]"]
    for name, value in settings.items():
        command += ["--conf", f"{name}={value}"]
    command += ["--class", "org.apache.spark.sql.connect.service.SparkConnectServer"]
    command.append("spark-internal")
    server = subprocess.Popen(
        command, cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        for _ in range(600):
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port)):
                break
            assert server.poll() is None, "the Connect server ended"
            time.sleep(0.2)
        yield f"sc://127.0.0.1:{port}"
    finally:
        server.kill()
        server.wait()
        shutil.rmtree(scratch)
