"""Nothing comes in; pandera goes out, imported without what it does to Spark.

Where pyspark is installed, pandera imports `pyspark.pandas`, which warns of pandas 3 and fails, and
tells Spark that this machine is its own network, so that no cluster could answer. Neither is wanted
here.
"""

from __future__ import annotations

import os
import sys
from typing import Any

import pandas as pd

_MODULES: dict[str, Any] = sys.modules
_absent = "pyspark.pandas" not in _MODULES
_before = {name: os.environ.get(name) for name in ("SPARK_LOCAL_IP", "PYARROW_IGNORE_TIMEZONE")}
if _absent:
    _MODULES["pyspark.pandas"] = None
import pandera.errors as errors  # noqa: E402
import pandera.pandas as pa  # noqa: E402

# The first frame makes pandera look for the other kinds of frame that it knows.
pa.DataFrameSchema({}).validate(pd.DataFrame())
if _absent:
    del _MODULES["pyspark.pandas"]
for _name, _value in _before.items():
    if _value is None:
        os.environ.pop(_name, None)

__all__ = ["errors", "pa"]
