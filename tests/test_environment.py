"""Locks name hashes and no address, agree with each other, and pip's settings reach uv."""

from __future__ import annotations

import importlib.util
import re
import subprocess
import sys
import zipfile
from pathlib import Path
from types import ModuleType

import pytest

REQUIREMENTS = Path(__file__).parents[1] / "requirements"
LOCKS = sorted(REQUIREMENTS.glob("*.lock"))
_PACKAGE = re.compile(r"^([\w.\[\]-]+)==([\w.+!-]+)", flags=re.MULTILINE)


def load(name: str) -> ModuleType:
    spec = importlib.util.spec_from_file_location(name, REQUIREMENTS / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def install() -> ModuleType:
    return load("install")


def versions(lock: Path) -> dict[str, set[str]]:
    """Versions of each package; several, where they hang on Python or the platform."""
    found: dict[str, set[str]] = {}
    for name, version in _PACKAGE.findall(lock.read_text(encoding="utf-8")):
        found.setdefault(name.partition("[")[0], set()).add(version)
    return found


@pytest.mark.parametrize("lock", LOCKS, ids=lambda lock: lock.name)
def test_a_lock_names_hashes_and_no_address(lock: Path) -> None:
    text = lock.read_text(encoding="utf-8")
    assert "://" not in text
    assert not re.search(r"^\s*-(?!-hash=)", text, flags=re.MULTILINE)
    entries = re.split(r"\n(?=\w)", text.strip())
    assert all(_PACKAGE.match(entry) and "--hash=sha256:" in entry for entry in entries)


def test_one_environment_can_grow_from_lock_to_lock() -> None:
    found = {lock.stem: versions(lock) for lock in LOCKS}
    assert set(found) == {
        "recalibrate",
        "dev",
        "lab",
        "spark",
        "browser",
        "supply",
        "bench",
        "installer",
    }
    for small, large in [
        ("recalibrate", "dev"),
        ("installer", "dev"),
        ("dev", "lab"),
        ("dev", "spark"),
        ("dev", "browser"),
        ("dev", "supply"),
        ("spark", "bench"),
    ]:
        grown = {name: found[large].get(name, set()) for name in found[small]}
        assert {name: grown[name] & held for name, held in found[small].items()} == found[small]


def test_the_everyday_environment_holds_no_spark_jupyterlab_or_browser() -> None:
    everyday = versions(REQUIREMENTS / "dev.lock")
    assert not everyday.keys() & {"pyspark", "jupyterlab", "playwright", "jax", "basedpyright"}


def test_settings_of_pip_reach_uv(install: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PIP_INDEX_URL", "https://one.example/a")
    monkeypatch.setenv("PIP_EXTRA_INDEX_URL", "https://two.example/b https://three.example/")
    monkeypatch.setenv("PIP_FIND_LINKS", "wheels more")
    told = install.pip_sources()
    assert told["UV_DEFAULT_INDEX"] == "https://one.example/a"
    assert told["UV_INDEX"] == "https://two.example/b https://three.example/"
    assert told["UV_FIND_LINKS"] == "wheels,more"


@pytest.mark.skipif(sys.prefix == sys.base_prefix, reason="no environment to go past")
@pytest.mark.parametrize("by", ["variable", "configuration"])
def test_packages_go_into_the_environment_whatever_pip_is_told(
    install: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, by: str
) -> None:
    """Where pip is told to install for the user it refuses an environment, but for our own word."""
    wheel = tmp_path / "made_up-1-py3-none-any.whl"
    with zipfile.ZipFile(wheel, "w") as archive:
        about = "Metadata-Version: 2.1\nName: made-up\nVersion: 1\n"
        archive.writestr("made_up-1.dist-info/METADATA", about)
        archive.writestr("made_up-1.dist-info/WHEEL", "Wheel-Version: 1.0\nTag: py3-none-any\n")
        archive.writestr("made_up-1.dist-info/RECORD", "")
    if by == "variable":
        monkeypatch.setenv("PIP_USER", "1")
    else:
        (tmp_path / "pip.conf").write_text("[global]\nuser = yes\n")
        monkeypatch.setenv("PIP_CONFIG_FILE", str(tmp_path / "pip.conf"))
    words = [*install.PIP, "install", "--dry-run", "--no-index", "--no-deps", str(wheel)]
    told = subprocess.run(words, capture_output=True, text=True, check=False)
    assert "user" in told.stderr
    assert told.returncode != 0
    own = subprocess.run(
        words, capture_output=True, text=True, check=False, env=install.environment()
    )
    assert own.returncode == 0, own.stderr


@pytest.mark.parametrize("words", [[], ["no-such-lock"], ["dev", "lab"]])
def test_only_a_lock_can_be_installed(
    install: ModuleType, words: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert install.main(words) == 2
    assert "bench, browser, dev, installer, lab, recalibrate, spark" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("one", "other", "close"),
    [
        ("0.123", "0.124", True),
        ("0.123", "0.125", False),
        ("1.2", "1.21", True),
        ("1.2", "1.24", False),
        ("", "0.1", False),
        ("ok", "weak", False),
        ("-0.001", "0.000", True),
        ("250", "251", True),
        ("nan", "0.1", False),
    ],
)
def test_other_versions_may_move_the_last_digit(
    monkeypatch: pytest.MonkeyPatch, one: str, other: str, close: bool
) -> None:
    monkeypatch.syspath_prepend(str(REQUIREMENTS))
    assert load("versions").close(one, other) is close


def test_a_table_that_differs_is_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.syspath_prepend(str(REQUIREMENTS))
    made, committed = tmp_path / "made", tmp_path / "committed"
    for folder, slope in ((made, "0.30"), (committed, "0.33")):
        folder.mkdir()
        (folder / "curves.csv").write_text(f"key,slope\na,0.10\nb,{slope}\n", encoding="utf-8")
    (committed / "bands.csv").write_text("key\n", encoding="utf-8")
    told = load("versions").differences(made, committed)
    assert told == ["bands.csv was not made", "curves.csv, line 3: 0.30 instead of 0.33"]


def test_every_licence_is_known_to_fit(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    supply = load("supply")
    monkeypatch.setattr(supply, "HERE", tmp_path)
    free = {"name": "free", "version": "1", "licenses": [{"license": {"id": "MIT"}}]}
    bound = {"name": "bound", "version": "2", "licenses": [{"expression": "AGPL-3.0-only"}]}
    silent = {"name": "silent", "version": "3"}
    assert supply.table_of([free, bound, silent]) == ["bound: AGPL-3.0-only", "silent: none"]
    assert "| bound | 2 | AGPL-3.0-only |" in (tmp_path / "licences.md").read_text(encoding="utf-8")
