"""The example is a consumer: both wheels in an empty environment, no network, its own tests."""

from __future__ import annotations

import subprocess
import sys
import venv
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
EXAMPLE = ROOT / "examples" / "advisor"


def run(*command: object, cwd: Path, code: int = 0) -> str:
    """Run a command that must end with `code`, and return what it printed."""
    words = [str(word) for word in command]
    done = subprocess.run(words, cwd=cwd, capture_output=True, text=True, check=False)
    assert done.returncode == code, done.stdout + done.stderr
    return done.stdout + done.stderr


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Commands of an environment that holds the two wheels and nothing else."""
    folder = tmp_path_factory.mktemp("consumer")
    for project in (ROOT, EXAMPLE):
        # The build backend is the locked one of this environment: nothing is fetched.
        build = (sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir")
        run(*build, folder / "wheels", project, cwd=folder)
    venv.create(folder / "venv", with_pip=True)
    commands = folder / "venv" / ("Scripts" if sys.platform == "win32" else "bin")
    install = (commands / "python", "-m", "pip", "--disable-pip-version-check", "install")
    offline = ("--no-index", "--find-links", folder / "wheels")
    run(*install, *offline, "calib-bands-advisor", cwd=folder)
    return commands


def test_it_needs_nothing_but_the_wheel(empty: Path, tmp_path: Path) -> None:
    listed = run(empty / "python", "-m", "pip", "list", "--format", "freeze", cwd=tmp_path)
    names = {line.partition("==")[0] for line in listed.splitlines() if "==" in line}
    assert names - {"pip", "setuptools"} == {"calib-bands", "calib-bands-advisor"}
    where = "import calib; print(calib.__file__)"
    assert str(empty.parent) in run(empty / "python", "-I", "-c", where, cwd=tmp_path)


def test_its_own_tests_pass_there(empty: Path, tmp_path: Path) -> None:
    tests = ("-m", "unittest", "discover", "-s", EXAMPLE / "tests")
    said = run(empty / "python", "-W", "error", *tests, cwd=tmp_path)
    assert "OK" in said
    assert "Ran 0 tests" not in said


def test_its_command_answers_there(empty: Path, tmp_path: Path) -> None:
    (tmp_path / "scores.csv").write_text(
        "reference,step2_ck,specialty,applicant_group\n"
        "first,250,general_surgery,non_us_img\n"
        "second,245,plastic_surgery,us_img\n",
        encoding="utf-8",
    )
    first, second, caveat = run(empty / "advisor", "scores.csv", cwd=tmp_path).splitlines()
    assert first.startswith("first: ")
    assert "95 % interval" in first
    assert second == "second: no number: only totals are published there (status borrowed)"
    assert "promise" in caveat
    said = run(empty / "advisor", "gone.csv", cwd=tmp_path, code=2)
    assert said == "advisor: gone.csv cannot be read as CSV in UTF-8.\n"
