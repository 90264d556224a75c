"""A number of rows in, a raw folder with a synthetic cohort out: 24 specialties x 2 groups.

The rows are those of `calib demo-cohort`; nobody is behind them. The edition holds no curve for one
of the 48 populations, which gets that of another specialty.
"""

from __future__ import annotations

import shutil
from functools import cache
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from recalib.contract.store import read_table
from recalib.demo import labels
from recalib.demo.draw import draw
from recalib.demo.truth import DENOMINATOR, make_truth, margins, newest_cycle

ROOT = Path(__file__).parents[1]
SEED = 7
GROUPS = ("non_us_img", "us_md_senior")
REQUIRED = (
    *("cycle", "specialty", "applicant_group", "step2_ck"),
    *("n_applications", "n_interviews", "matched"),
)
#: What a file holds beside the score and the words: `matches` leaves applications and interviews
#: blank, as who knows only results does.
SHAPES = ("matches", "both", "covariates")


@cache
def populations() -> tuple[pd.DataFrame, str]:
    """Give the truth of 48 populations, and their cycle."""
    curves = read_table(ROOT / "data" / "processed" / "curves.csv", "curves")
    truth = make_truth(margins(curves), SEED)
    truth = truth[truth["applicant_group"].isin(GROUPS)]
    for group in GROUPS:
        there = truth[truth["applicant_group"] == group]
        like = there[there["specialty"] == there["specialty"].iloc[0]]
        for specialty in sorted(set(truth["specialty"]) - set(there["specialty"])):
            truth = pd.concat([truth, like.assign(specialty=specialty)], ignore_index=True)
    return truth, newest_cycle(curves)


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
    truth, cycle = populations()
    writer = None
    for block in draw(truth, cycle, rows, SEED):
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
