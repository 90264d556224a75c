"""Makes the same edition in other surroundings and compares the bytes.

    python bench/determinism.py [--raw DIR]

`calib recalibrate --no-reports` as a user starts it, on a small raw folder (the sources named in
SMALL, from tests/frozen/raw), once for each of SETTINGS. Locales that the system lacks are compiled
for the purpose where it has `localedef`. Writes results/determinism.csv.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass, field
from pathlib import Path

import pandas as pd

ROOT = Path(__file__).parents[1]
FROZEN = ROOT / "tests" / "frozen" / "raw"
RESULT = ROOT / "bench" / "results" / "determinism.csv"
SMALL = ("nrmp_charting_outcomes_2024_us_do_seniors", "crowd_general_surgery_2024_25")
THREADS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")


@dataclass(frozen=True)
class Setting:
    """What differs from the first run."""

    name: str
    jobs: int = 2
    environment: dict[str, str] = field(default_factory=dict)
    backwards: bool = False


_SEED, _THREADS = "PYTHONHASHSEED", dict.fromkeys(THREADS, "4")
SETTINGS = (
    Setting("two workers, UTC, C.UTF-8", environment={"TZ": "UTC"}),
    Setting(
        "one worker, hash seed 1, Turkish, Nepal's time",
        jobs=1,
        environment={_SEED: "1", "LC_ALL": "tr_TR.UTF-8", "TZ": "Asia/Kathmandu"},
    ),
    Setting(
        "four workers, hash seed 4294967295, German, Newfoundland's time",
        jobs=4,
        environment={_SEED: "4294967295", "LC_ALL": "de_DE.UTF-8", "TZ": "America/St_Johns"},
    ),
    Setting(
        "ASCII locale, four threads of BLAS asked for",
        environment={"LC_ALL": "C", "PYTHONCOERCECLOCALE": "0", "PYTHONUTF8": "0"} | _THREADS,
    ),
    Setting(
        "Latin-1 locale, files in another order",
        environment={"LC_ALL": "de_DE.ISO-8859-1", _SEED: "7"},
        backwards=True,
    ),
)


def small_raw(folder: Path, source: Path = FROZEN, backwards: bool = False) -> Path:
    """Copy a small part of the raw tables; `backwards` makes its files in another order."""
    files = [
        path
        for path in sorted(source.rglob("*"))
        if path.is_file()
        and (
            path.parent.name not in ("published", "corrections")
            or any(path.name.startswith(name) for name in SMALL)
        )
    ]
    for path in reversed(files) if backwards else files:
        copy = folder / path.relative_to(source)
        copy.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(path, copy)
    return folder


def compiled_locales(folder: Path, environment: dict[str, str]) -> dict[str, str]:
    """Compile the locale that an environment asks for; return where it lies."""
    name = environment.get("LC_ALL", "C")
    if name == "C":
        return {}
    language, _, charmap = name.partition(".")
    folder.mkdir(exist_ok=True)
    command = ["localedef", "-i", language, "-f", charmap, str(folder / name)]
    if not (folder / name).exists() and subprocess.run(
        command, capture_output=True, check=False
    ).returncode not in (0, 1):  # 1: with warnings
        raise FileNotFoundError(name)
    return {"LOCPATH": str(folder)}


def digest(folder: Path) -> str:
    """SHA-256 over names and bytes of an edition."""
    files = sorted(path for path in folder.iterdir() if path.is_file())
    found = b"".join(
        path.name.encode() + hashlib.sha256(path.read_bytes()).digest() for path in files
    )
    return hashlib.sha256(found).hexdigest()


def made(base: Path, setting: Setting, number: int) -> str:
    """Run with a setting; return the digest of the edition, or why there is none."""
    try:
        locales = compiled_locales(base / "locales", setting.environment)
    except FileNotFoundError:
        return "not tried: no such locale here"
    raw = small_raw(base / f"raw{number}", backwards=setting.backwards)
    out = base / f"out{number}"
    command = [sys.executable, "-m", "calib", "recalibrate", "--no-reports", "--raw", str(raw)]
    command += ["--out", str(out), "--jobs", str(setting.jobs)]
    usual = {name: text for name, text in os.environ.items() if not name.startswith("LC_")}
    environment = usual | {"LC_ALL": "C.UTF-8"} | setting.environment | locales
    done = subprocess.run(
        command, env=environment, capture_output=True, text=True, errors="replace", check=False
    )
    return digest(out) if done.returncode == 0 else f"failed: {done.stderr.strip()[-200:]}"


def main() -> None:
    parser = argparse.ArgumentParser(description="One edition in many surroundings.")
    parser.add_argument("--folder", type=Path, help="where; memory has an order of files to change")
    words = parser.parse_args()
    with tempfile.TemporaryDirectory(dir=words.folder) as folder:
        rows = []
        for number, setting in enumerate(SETTINGS):
            found = made(Path(folder), setting, number)
            first = rows[0]["found"] if rows else found
            same = "yes" if found == first else found if " " in found else "no"
            rows.append({"setting": setting.name, "found": found, "same": same})
            print(rows[-1], flush=True)
            table = pd.DataFrame(rows).drop(columns="found")
            table.to_csv(RESULT, index=False, lineterminator="\n")


if __name__ == "__main__":
    main()
