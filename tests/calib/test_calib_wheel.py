"""The wheel: what it holds, that it is built alike anywhere, and that it works alone."""

from __future__ import annotations

import email
import json
import os
import shutil
import subprocess
import sys
import zipfile
from email.message import Message
from pathlib import Path

import pytest

import calib

ROOT = Path(__file__).parents[2]
LARGEST = 700_000


def build(tree: Path, goal: Path) -> Path:
    """Build the wheel of a checkout and return it."""
    command = [sys.executable, "-m", "hatchling", "build", "--target", "wheel"]
    subprocess.run([*command, "--directory", str(goal)], cwd=tree, check=True, capture_output=True)
    (wheel,) = goal.glob("*.whl")
    return wheel


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build(ROOT, tmp_path_factory.mktemp("wheel"))


@pytest.fixture(scope="module")
def metadata(wheel: Path) -> Message:
    with zipfile.ZipFile(wheel) as archive:
        (name,) = (name for name in archive.namelist() if name.endswith(".dist-info/METADATA"))
        return email.message_from_bytes(archive.read(name))


def test_it_is_for_any_platform_and_small(wheel: Path) -> None:
    assert wheel.name == f"calib_bands-{calib.__version__}-py3-none-any.whl"
    assert wheel.stat().st_size < LARGEST


def test_it_holds_only_calib_with_the_edition(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        held = {name for name in archive.namelist() if ".dist-info/" not in name}
        package = ROOT / "src" / "calib"
        files = [path for path in package.rglob("*") if path.is_file()]
        shipped = [path for path in files if "__pycache__" not in path.parts]
        kept = [path for path in (ROOT / "data" / "editions").rglob("*") if path.is_file()]
        inside = {f"calib/{path.relative_to(ROOT / 'data').as_posix()}": path for path in kept}
        inside |= {path.relative_to(package.parent).as_posix(): path for path in shipped}
        assert held == set(inside)
        assert "calib/py.typed" in held
        assert {"calib/edition/edition.json", "calib/edition/band_table.csv"} <= held
        for name in held:
            assert archive.read(name) == inside[name].read_bytes(), name


def test_its_metadata_name_the_licence_and_ask_for_nothing(metadata: Message, wheel: Path) -> None:
    assert metadata["Name"] == "calib-bands"
    assert metadata["Version"] == calib.__version__
    assert metadata["License-Expression"] == "MIT"
    assert metadata.get_all("License-File") == ["LICENSE", "NOTICE"]
    assert metadata["Requires-Python"] == ">=3.11"
    required = metadata.get_all("Requires-Dist", [])
    assert [need for need in required if "extra ==" not in need] == []
    with zipfile.ZipFile(wheel) as archive:
        for name in ("LICENSE", "NOTICE"):
            (inside,) = (path for path in archive.namelist() if path.endswith(f"licenses/{name}"))
            assert archive.read(inside) == (ROOT / name).read_bytes()


def test_it_is_built_to_the_same_bytes_elsewhere_and_later(wheel: Path, tmp_path: Path) -> None:
    tree = tmp_path / "another" / "checkout"
    shutil.copytree(
        ROOT / "src" / "calib",
        tree / "src" / "calib",
        ignore=shutil.ignore_patterns("__pycache__"),
    )
    shutil.copytree(ROOT / "data" / "editions", tree / "data" / "editions")
    for name in ("pyproject.toml", "README.md", "LICENSE", "NOTICE", ".gitignore"):
        shutil.copy(ROOT / name, tree / name)
    for path in tree.rglob("*"):
        os.utime(path, (1_900_000_000, 1_900_000_000))
        path.chmod(0o700 if path.is_dir() else 0o600)
    again = build(tree, tmp_path / "goal")
    assert again.name == wheel.name
    assert again.read_bytes() == wheel.read_bytes()


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of commands of an environment that holds the wheel and nothing else."""
    place = tmp_path_factory.mktemp("empty") / "venv"
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(place)], check=True)
    command = [sys.executable, "-m", "pip", "--quiet", "--python", str(place), "install"]
    subprocess.run([*command, "--no-index", "--no-cache-dir", str(wheel)], check=True)
    return place / ("Scripts" if os.name == "nt" else "bin")


def run(*words: str, code: int = 0) -> subprocess.CompletedProcess[str]:
    kept = {k: v for k, v in os.environ.items() if not k.startswith("PYTHON")}
    # The folder of the interpreter is no checkout of the repository.
    here = Path(words[0]).parent
    done = subprocess.run(
        words, capture_output=True, text=True, check=False, cwd=here, env=kept | {"PATH": ""}
    )
    assert done.returncode == code, done.stderr
    return done


def test_it_works_in_an_empty_environment(installed: Path) -> None:
    python, command = str(installed / "python"), str(installed / "calib")
    listing = (
        "import calib, importlib.metadata as m, pathlib, sys;"
        "assert not calib.__file__.startswith(sys.argv[1]);"
        "print(sorted(d.name for d in m.distributions()), m.version('calib-bands'),"
        " calib.__version__, calib.EDITION)"
    )
    described = json.loads((ROOT / "src/calib/edition/edition.json").read_text(encoding="utf-8"))
    said = run(python, "-c", listing, str(ROOT)).stdout.split()
    assert said == ["['calib-bands']", *[calib.__version__] * 2, described["edition"]]
    words = ("bands", "general_surgery", "--group", "non_us_img", "--json")
    shown = json.loads(run(command, *words).stdout)
    assert [row["label"] for row in shown] == [
        band.label for band in calib.bands("general_surgery", "non_us_img")
    ]
    assert run(python, "-m", "calib", *words).stdout == run(command, *words).stdout
    earlier = "import calib; print(calib.editions()[0], calib.load(calib.editions()[0]).EDITION)"
    assert run(python, "-c", earlier).stdout.split() == [calib.editions()[0]] * 2


def test_alone_it_says_where_the_workshop_and_the_frames_are(installed: Path) -> None:
    python, command = str(installed / "python"), str(installed / "calib")
    told = run(command, "recalibrate", code=2).stderr
    assert 'pip install -e ".[recalibrate]"' in told
    assert "workshop, which is not installed here. It runs" in told
    assert "No module" not in told
    told = run(python, "-c", "import calib.frames", code=1).stderr
    assert 'pip install ".[frames]" or pip install ".[polars]"' in told


@pytest.mark.parametrize(
    "damage", ["a byte", "the end", "the file", "edition.json"], ids=lambda d: d.replace(" ", "_")
)
@pytest.mark.parametrize("table", ["curves.csv", "band_table.csv"])
def test_damage_is_told_not_answered(installed: Path, damage: str, table: str) -> None:
    found = run(str(installed / "python"), "-c", "import calib; print(calib.__file__)").stdout
    edition = Path(found.strip()).parent / "edition"
    path = edition / ("edition.json" if damage == "edition.json" else table)
    whole = path.read_bytes()
    try:
        if damage == "the file":
            path.unlink()
        elif damage == "the end":
            path.write_bytes(whole[: len(whole) // 2])
        elif damage == "a byte":
            at = whole.index(b"0.")
            path.write_bytes(whole[:at] + b"1" + whole[at + 1 :])
        else:
            path.write_bytes(whole.replace(b'"edition": "2', b'"edition": "3'))
        words = ("band", "250", "general_surgery", "--group", "non_us_img")
        done = run(str(installed / "calib"), *words, code=1)
        assert done.stdout == ""
        assert done.stderr.count("\n") == 1
        assert "Reinstall it (pip install --force-reinstall calib-bands)" in done.stderr
    finally:
        path.write_bytes(whole)
