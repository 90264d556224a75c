"""One cohort for all tests of a session: drawn once, from the frozen edition."""

from __future__ import annotations

import csv
from pathlib import Path

import pandas as pd
import pytest
from demo_samples import EDITION, RAW, ROWS, SEED, small_edition

from recalib.demo import Demo, make_demo


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Demo:
    out = tmp_path_factory.mktemp("demo") / "demo-raw"
    return make_demo(ROWS, SEED, out, raw=RAW, edition=EDITION)


@pytest.fixture(scope="session")
def rows(demo: Demo) -> pd.DataFrame:
    """The cohort with float columns, NaN where blank."""
    frame = pd.read_parquet(demo.cohort)
    numbers = frame.columns.drop(["cycle", "specialty", "applicant_group", "needs_visa"])
    return frame.astype(dict.fromkeys(numbers, float))


@pytest.fixture(scope="session")
def truth(demo: Demo) -> pd.DataFrame:
    frame = pd.read_csv(demo.truth)
    return frame.set_index(["specialty", "applicant_group", "outcome"])


@pytest.fixture(scope="session")
def printed() -> dict[tuple[str, str], dict[str, str]]:
    """Match curves of 2026 of counted people who ranked it first, by specialty and group."""
    with (EDITION / "curves.csv").open(encoding="utf-8", newline="") as file:
        return {
            (row["specialty"], row["applicant_group"]): row
            for row in csv.DictReader(file)
            if (row["cycle"], row["outcome"], row["denominator"])
            == ("2026", "match", "ranked_first")
            and row["slope"]
            and row["base_rate"]
        }


@pytest.fixture(scope="session")
def edition(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return small_edition(tmp_path_factory.mktemp("small") / "edition")
