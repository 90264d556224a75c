"""Draws the rows of a synthetic cohort, and writes them, block by block."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet
from numpy.typing import NDArray
from scipy.special import expit
from tqdm import tqdm

from recalib.demo.truth import (
    COVARIATES,
    OUTCOMES,
    POPULATION,
    SCORES,
    UNITS,
    profile_of,
    score_shares,
    terms,
)
from recalib.likelihood.model import Array

#: Rows drawn at a time, and rows of a row group: what bounds the memory.
BLOCK = 1 << 17
COLUMNS = {
    "cycle": pa.string(),
    "specialty": pa.string(),
    "applicant_group": pa.string(),
    "step2_ck": pa.int16(),
    "n_applications": pa.int16(),
    "n_interviews": pa.int16(),
    "matched": pa.int8(),
    "needs_visa": pa.string(),
    "step1_failures": pa.int8(),
    "years_since_graduation": pa.int8(),
    "us_clinical_months": pa.int8(),
}
#: Shares of rows with a blank cell, whatever the row says otherwise.
BLANK = {"n_interviews": 0.03, "matched": 0.02, **dict.fromkeys(COVARIATES, 0.01)}
#: Applications follow 1 + a negative binomial of this size: SD about 0.5 of the mean.
APPLICATIONS_SIZE = 4.0
FORMATS = ("parquet", "csv", "csv.gz")


def draw(truth: pd.DataFrame, cycle: str, rows: int, seed: int) -> Iterator[pa.RecordBatch]:
    """Draw a cohort block by block."""
    people = {outcome: truth[truth["outcome"] == outcome] for outcome in OUTCOMES}
    populations = people["interview"].reset_index(drop=True)
    # One table of every population and score, so that one uniform number draws both.
    joint = [each["share_of_rows"] * score_shares(each) for each in populations.to_dict("records")]
    # Populations of one profile share its table of covariates.
    profiles = [profile_of(group) for group in populations["applicant_group"]]
    curves = {
        outcome: each[["intercept", "slope", *COVARIATES]].fillna(0.0).to_numpy(float)
        for outcome, each in people.items()
    }
    more = populations["applications_mean"].to_numpy(float) - 1
    strength = 1 / populations["intraclass_correlation"].to_numpy(float) - 1
    words = {name: pa.array(populations[name]) for name in POPULATION}
    for number, start in enumerate(range(0, rows, BLOCK)):
        count = min(BLOCK, rows - start)
        rng = np.random.default_rng(np.random.SeedSequence(seed, spawn_key=(1, number)))
        which, place = np.divmod(_pick(np.concatenate(joint), count, rng), len(SCORES))
        covariates = np.empty((count, len(COVARIATES)), dtype=np.int64)
        for profile in dict.fromkeys(profiles):
            there = np.flatnonzero(np.array([each is profile for each in profiles])[which])
            covariates[there] = profile.combinations[_pick(profile.weights, len(there), rng)]
        chance = {
            outcome: expit(
                curve[which, 0]
                + curve[which, 1] * UNITS[place]
                + np.einsum("ij,ij->i", curve[which, 2:], terms(covariates))
            )
            for outcome, curve in curves.items()
        }
        size = APPLICATIONS_SIZE
        applications = 1 + rng.negative_binomial(size, size / (size + more[which]))
        likely, apart = chance["interview"] * strength[which], strength[which]
        drawn = {
            "step2_ck": SCORES[place],
            "n_applications": applications,
            "n_interviews": rng.binomial(applications, rng.beta(likely, apart - likely)),
            "matched": rng.random(count) < chance["match"],
            **dict(zip(COVARIATES, covariates.T, strict=True)),
        }
        columns = [
            pa.repeat(cycle, count),
            *(each.take(pa.array(which)) for each in words.values()),
        ]
        for name, values in drawn.items():
            blank = rng.random(count) < BLANK[name] if name in BLANK else None
            if name == "needs_visa":
                columns.append(pa.array(["no", "yes"]).take(pa.array(values, mask=blank)))
            else:
                columns.append(pa.array(values.astype("int16"), mask=blank).cast(COLUMNS[name]))
        yield pa.record_batch(columns, schema=schema())


def _pick(shares: Array, count: int, rng: np.random.Generator) -> NDArray[np.intp]:
    """Draw places by their shares."""
    there = np.flatnonzero(shares)
    total = np.cumsum(shares[there])
    # Without the last, so that no uniform number below 1 lies beyond them.
    return there[np.searchsorted(total[:-1] / total[-1], rng.random(count), side="right")]


def schema(metadata: dict[str, str] | None = None) -> pa.Schema:
    """Return the columns of a cohort file."""
    return pa.schema(list(COLUMNS.items()), metadata=metadata)


def write_cohort(
    blocks: Iterable[pa.RecordBatch], rows: int, path: Path, kind: str, metadata: dict[str, str]
) -> None:
    """Write a cohort file as its blocks are drawn, with the same bytes each time."""
    bar = tqdm(total=rows, unit=" rows", unit_scale=True, disable=not sys.stderr.isatty())
    stream = pa.output_stream(path, compression="gzip" if kind == "csv.gz" else None)
    with bar, stream, _writer(stream, kind, metadata) as writer:
        for block in blocks:
            writer.write(block)
            bar.update(block.num_rows)


def _writer(stream: pa.NativeFile, kind: str, metadata: dict[str, str]) -> Any:
    if kind == "parquet":
        return pa.parquet.ParquetWriter(stream, schema(metadata), compression="zstd")
    # CSV has no room for metadata: its name and the .yml beside it say what it is.
    options = pa.csv.WriteOptions(quoting_style="needed")
    return pa.csv.CSVWriter(stream, schema(), write_options=options)
