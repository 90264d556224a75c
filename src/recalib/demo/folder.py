"""Writes a raw folder with the synthetic cohort, whole or not at all."""

from __future__ import annotations

import filecmp
import sys
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

import pandas as pd

from recalib.cohorts.counts import SECRET_FILE
from recalib.contract.store import read_table
from recalib.demo import labels
from recalib.demo.draw import FORMATS, draw, write_cohort
from recalib.demo.truth import DENOMINATOR, make_truth, margins, newest_cycle
from recalib.problems import UsageError
from recalib.publish import (
    Staging,
    commit,
    locked,
    read_edition,
    recover,
    undisturbed,
    writing,
)
from recalib.publish.atomic import HARMLESS

_COHORT = f"cohorts/{labels.NAME}"
_OWN = {
    "README.md",
    "edition.yml",
    SECRET_FILE.as_posix(),
    *(f"{_COHORT}.{kind}" for kind in ("yml", *FORMATS)),
}


@dataclass(frozen=True)
class Demo:
    """What was written."""

    #: The raw folder.
    out: Path
    #: The rows, and what they were drawn from.
    cohort: Path
    truth: Path


def make_demo(
    rows: int,
    seed: int,
    out: Path,
    kind: str = "parquet",
    *,
    with_tables: bool = False,
    raw: Path = Path("data/raw"),
    edition: Path = Path("data/processed"),
) -> Demo:
    """Write a raw folder with a synthetic cohort."""
    _check_inputs(rows, seed, raw, edition)
    copies = _copies(raw, with_tables)
    _check_out(out, raw, edition)
    out = out.resolve()
    truth_file = out.with_name(f"{out.name}.synthetic_truth.csv")
    if truth_file.exists() and not (
        truth_file.is_file() and truth_file.read_bytes().startswith(b"synthetic,seed,")
    ):
        raise UsageError(
            f"{truth_file} is in the way of the truth; name another folder with --out."
        )
    curves = read_table(edition / "curves.csv", "curves")
    source, cycle = str(read_edition(edition)["edition"]), newest_cycle(curves)
    truth = make_truth(margins(curves), seed)
    files = {name: (raw / name).read_bytes() for name in copies}
    texts = {
        "README.md": labels.readme(rows, seed, source, truth_file.name, with_tables),
        "edition.yml": f'edition: "{labels.EDITION}"\n',
        f"{_COHORT}.yml": labels.provenance(rows, seed, source, DENOMINATOR),
        # No secret at all, so that the same seed gives the same published numbers too.
        SECRET_FILE.as_posix(): sha256(f"synthetic, seed {seed}".encode()).hexdigest()
        + " synthetic: no secret, made of the seed\n",
    }
    files |= {name: text.encode() for name, text in texts.items()}
    with locked([out]), writing(out):
        for sentence in recover(out, _ours):
            print(sentence, file=sys.stderr)
        staging = Staging(out)
        try:
            for name, content in files.items():
                path = staging.new / name
                path.parent.mkdir(exist_ok=True)
                path.write_bytes(content)
            cohort, about = f"{_COHORT}.{kind}", labels.metadata(rows, seed, source)
            blocks = draw(truth, cycle, rows, seed)
            write_cohort(blocks, rows, staging.new / cohort, kind, about)
            told = pd.DataFrame({"synthetic": "true", "seed": seed, "cycle": cycle}, truth.index)
            scratch = staging.root / truth_file.name
            told.join(truth).to_csv(scratch, index=False, float_format="%.6f", lineterminator="\n")
            staging.prepare(_ours)
            scratch.replace(truth_file)
            with undisturbed():
                commit([staging])
        finally:
            staging.discard()
    return Demo(out, out / cohort, truth_file)


def _check_inputs(rows: int, seed: int, raw: Path, edition: Path) -> None:
    if rows < 1:
        raise UsageError(f"--rows is {rows}; a cohort has 1 row or more.")
    if seed < 0:
        raise UsageError(f"--seed is {seed}; a seed is a whole number from 0.")
    if not (raw / "specialties.csv").is_file():
        raise UsageError(
            f"There is no {raw / 'specialties.csv'} in {Path.cwd()}. Run calib in the repository, "
            "or name the folder of raw tables with --raw."
        )
    if not (edition / "curves.csv").is_file():
        raise UsageError(
            f"There is no {edition / 'curves.csv'}; --edition names the edition to follow."
        )


def _check_out(out: Path, raw: Path, edition: Path) -> None:
    """Refuse a folder that holds, or lies in, anything but an earlier demo."""
    goal = out.resolve()
    for what, shipped in (("raw tables", raw), ("edition", edition)):
        if goal.is_relative_to(shipped.resolve()):
            raise UsageError(
                f"{out} lies in the {what} {shipped}; a synthetic cohort stays apart from them. "
                "Name another folder with --out."
            )
    if goal.exists() and not goal.is_dir():
        raise UsageError(f"{out} is a file; --out names a folder.")
    for path in goal.rglob("*"):
        name = path.relative_to(goal).as_posix()
        if path.is_dir() or path.name in HARMLESS or _from_a_demo(path, name, raw):
            continue
        raise UsageError(
            f"{out} holds {name}, which no demo has written and which would be lost; "
            "name another folder with --out."
        )


def _from_a_demo(path: Path, name: str, raw: Path) -> bool:
    if name in _OWN:
        return name != "edition.yml" or labels.EDITION in path.read_text("utf-8", "replace")
    return (raw / name).is_file() and filecmp.cmp(path, raw / name, shallow=False)


def _copies(raw: Path, with_tables: bool) -> list[str]:
    """Files to copy, relative to the raw folder."""
    folders = ("guides", "published") if with_tables else ("guides",)
    found = [path for folder in folders for path in (raw / folder).glob("*") if path.is_file()]
    names = [path.relative_to(raw).as_posix() for path in found if not path.name.startswith(".")]
    if with_tables and not any(name.startswith("published/") for name in names):
        raise UsageError(f"{raw} holds no published tables to copy; leave out --with-tables.")
    return ["specialties.csv", *sorted(names)]


def _ours(entry: Path) -> bool:
    return entry.name not in HARMLESS
