"""Raw folders for the tests of cohorts."""

from pathlib import Path

import pytest
from raw_cohorts import Raw, make_raw


@pytest.fixture
def raw(tmp_path: Path) -> Raw:
    return make_raw(tmp_path / "raw")
