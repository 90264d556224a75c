"""Raw folders for the tests of cohorts, and one Spark session for those that need one."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from spark_samples import ENGINE

from raw_cohorts import Raw, make_raw
from recalib.cohorts.spark import Spark


@pytest.fixture
def raw(tmp_path: Path) -> Raw:
    return make_raw(tmp_path / "raw")


@pytest.fixture(scope="session")
def session() -> Iterator[Spark]:
    """One session for the suite: to start one takes longer than all its tests."""
    with Spark(ENGINE) as spark:
        yield spark
