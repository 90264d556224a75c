"""What importing calib costs and loads; measured in fresh interpreters with byte code in place."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import calib

SOURCE = Path(calib.__file__).parent


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory, synthetic_folder: Path) -> Path:
    """Return a folder with a compiled copy of calib and a synthetic edition, as pip leaves it."""
    target = tmp_path_factory.mktemp("installed")
    left_out = shutil.ignore_patterns("edition", "editions", "__pycache__")
    shutil.copytree(SOURCE, target / "calib", ignore=left_out)
    shutil.copytree(synthetic_folder, target / "calib" / "edition")
    subprocess.run([sys.executable, "-m", "compileall", "-q", str(target)], check=True)
    return target


def run(folder: Path, code: str) -> str:
    # -S: no site packages at all, so that nothing but the standard library can be found. What
    # every usual start has loaded by then (os) is loaded first.
    start = f"import os, sys; sys.path.insert(0, {str(folder)!r})\n"
    environment = {k: v for k, v in os.environ.items() if not k.startswith("PYTHON")}
    done = subprocess.run(
        [sys.executable, "-S", "-c", start + code],
        capture_output=True,
        text=True,
        check=True,
        env=environment,
    )
    return done.stdout


def test_import_and_look_ups_load_the_standard_library_only(installed: Path) -> None:
    code = """
before = set(sys.modules)
import calib
calib.probability(250, "surgery", "non_us_img"), calib.bands("surgery", "non_us_img")
print(*sorted(set(sys.modules) - before))
"""
    loaded = {name.partition(".")[0] for name in run(installed, code).split()}
    assert loaded - {"calib"} <= sys.stdlib_module_names


def test_public_names_exist_and_are_documented(edition: object) -> None:
    for name in calib.__all__:
        value = getattr(calib, name)
        assert isinstance(value, str) or value.__doc__, name
