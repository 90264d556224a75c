"""A number of rows in, a raw folder with a synthetic cohort out: 24 specialties x 2 groups.

The rows are those of `calib demo-cohort`; nobody is behind them. The edition holds no curve for one
of the 48 populations, which gets that of another specialty.
"""

from __future__ import annotations

import shutil
from collections import Counter
from dataclasses import replace
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from recalib.contract.store import read_table
from recalib.demo import labels
from recalib.demo.draw import Draw, truth_generator
from recalib.demo.margins import DENOMINATOR, margins, newest_cycle
from recalib.demo.truth import Population, make_truth

ROOT = Path(__file__).parents[1]
SEED = 7
GROUPS = 2
REQUIRED = (
    *("cycle", "specialty", "applicant_group", "step2_ck"),
    *("n_applications", "n_interviews", "matched"),
)
#: What a file holds beside the score and the words: `matches` leaves applications and interviews
#: blank, as who knows only results does.
SHAPES = ("matches", "both", "covariates")


def populations() -> tuple[list[Population], str]:
    """Give 48 populations, and their cycle."""
    curves = read_table(ROOT / "data" / "processed" / "curves.csv", "curves")
    found = make_truth(margins(curves), truth_generator(SEED))
    groups = sorted({each.margin.applicant_group for each in found})
    assert len(groups) == GROUPS
    there = Counter(each.margin.specialty for each in found)
    for specialty, times in sorted(there.items()):
        if times < GROUPS:
            (alone,) = (each for each in found if each.margin.specialty == specialty)
            lacking = next(group for group in groups if group != alone.margin.applicant_group)
            like = next(each for each in found if each.margin.applicant_group == lacking)
            found.append(replace(like, margin=replace(like.margin, specialty=specialty)))
    return found, newest_cycle(curves)


def write_raw(folder: Path, rows: int, shape: str) -> Path:
    """Write a raw folder with one Parquet file.

    Parameters
    ----------
    folder : Path
        Folder to make anew.
    rows : int
        Rows of the cohort.
    shape : str
        One of `SHAPES`.

    Returns
    -------
    Path
        The Parquet file.
    """
    shutil.rmtree(folder, ignore_errors=True)
    (folder / "cohorts").mkdir(parents=True)
    shutil.copy(ROOT / "data" / "raw" / "specialties.csv", folder)
    (folder / "edition.yml").write_text(f'edition: "{labels.EDITION}"\n')
    text = labels.provenance(rows, SEED, "of the repository", DENOMINATOR)
    (folder / "cohorts" / f"{labels.NAME}.yml").write_text(text)
    path = folder / "cohorts" / f"{labels.NAME}.parquet"
    drawn, cycle = populations()
    writer = None
    for block in Draw(drawn, cycle).blocks(rows, SEED):
        batch = _shaped(block, shape)
        writer = writer or pq.ParquetWriter(path, batch.schema, compression="zstd")
        writer.write_batch(batch)
    assert writer is not None
    writer.close()
    return path


def _shaped(block: pa.RecordBatch, shape: str) -> pa.RecordBatch:
    if shape == "covariates":
        return block
    batch = block.select(list(REQUIRED))
    if shape == "matches":
        for name in ("n_applications", "n_interviews"):
            place = batch.schema.get_field_index(name)
            blank = pa.nulls(len(batch), batch.schema.field(name).type)
            batch = batch.set_column(place, name, blank)
    return batch
