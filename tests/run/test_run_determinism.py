"""The bytes of an edition are a function of the raw tables, wherever it is made."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

FROZEN = Path(__file__).parents[1] / "frozen" / "raw"
DRIVER = Path(__file__).with_name("edition_elsewhere.py")
SMALL = ("crowd_general_surgery_2024_25",)
THREADS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")
pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="locales are POSIX")


def small_raw(folder: Path) -> Path:
    shutil.copytree(FROZEN, folder)
    for part in ("published", "corrections"):
        for path in (folder / part).iterdir():
            if not path.name.startswith(SMALL):
                path.unlink()
    return folder


def compiled(folder: Path, name: str) -> dict[str, str]:
    """The environment of a locale, compiled where the system has the means; else plain C."""
    language, _, charmap = name.partition(".")
    command = ["localedef", "-i", language, "-f", charmap, str(folder / name)]
    if not shutil.which("localedef"):
        return {"LC_ALL": "C"}
    subprocess.run(command, capture_output=True, check=False)
    there = (folder / name).is_dir()
    return {"LC_ALL": name, "LOCPATH": str(folder)} if there else {"LC_ALL": "C"}


def edition(base: Path, name: str, order: str, **environment: str) -> dict[str, bytes]:
    folders = [base / f"{part} {name}" for part in ("work", "out")]
    done = subprocess.run(
        [sys.executable, str(DRIVER), str(base / "raw"), *map(str, folders), order],
        env=os.environ | environment,
        capture_output=True,
        text=True,
        errors="replace",
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return {path.name: path.read_bytes() for path in folders[1].iterdir()}


def test_hash_seed_locale_time_zone_threads_and_order_of_files_change_no_byte(
    tmp_path: Path,
) -> None:
    small_raw(tmp_path / "raw")
    first = edition(
        tmp_path,
        "one",
        "forwards",
        **dict.fromkeys(THREADS, "1"),
        PYTHONHASHSEED="0",
        LC_ALL="C.UTF-8",
        TZ="UTC",
    )
    assert len(first) > 10
    others = {
        "Turkish": compiled(tmp_path, "tr_TR.UTF-8") | {"TZ": "Asia/Kathmandu"},
        "ASCII": {"LC_ALL": "C", "PYTHONCOERCECLOCALE": "0", "PYTHONUTF8": "0"},
    }
    for number, (name, environment) in enumerate(others.items(), start=1):
        threads = dict.fromkeys(THREADS, str(number + 1)) | {"PYTHONHASHSEED": str(number)}
        found = edition(tmp_path, name, "backwards", **threads, **environment)
        assert found == first, name
