"""Reading raw tables leaves Spark alone, where it is installed too."""

import os
import subprocess
import sys

PROGRAM = """
import os, sys
import recalib.sources.possible
print([name for name in sys.modules if name.partition(".")[0] == "pyspark"])
print(os.environ.get("SPARK_LOCAL_IP"))
"""


def test_schemas_neither_import_spark_nor_set_its_address():
    environment = {name: value for name, value in os.environ.items() if "SPARK" not in name}
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", PROGRAM],
        capture_output=True,
        text=True,
        env=environment,
        check=False,
    )
    assert (done.stderr, done.stdout.split()) == ("", ["[]", "None"])
