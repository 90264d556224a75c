from __future__ import annotations

import shutil
from pathlib import Path

import pytest

FROZEN = Path(__file__).parents[1] / "frozen" / "raw"


@pytest.fixture
def raw(tmp_path: Path) -> Path:
    """A raw folder of frozen data, of the cycles until 2026."""
    folder = tmp_path / "raw"
    shutil.copytree(FROZEN, folder)
    return folder


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What typed tables need of it: labels and the edition."""
    folder = tmp_path_factory.mktemp("small") / "raw"
    (folder / "published").mkdir(parents=True)
    for name in ("specialties.csv", "edition.yml"):
        shutil.copy(FROZEN / name, folder / name)
    return folder
