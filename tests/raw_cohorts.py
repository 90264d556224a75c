"""Raw folders with one cohort in them, for tests; the rows are made up and labelled so."""

import gzip
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from recalib.problems import Problem
from recalib.raw import RawData, check_raw, read_raw

SPECIALTIES = """specialty,label,tier,aliases
general_surgery,General Surgery,,Surgery-General|Surgery (Categorical)
dermatology,Dermatology,highly_competitive,
preliminary_surgery,Preliminary Surgery,,Surgery-Preliminary (PGY-1 Only)
"""
PROVENANCE = """title: Synthetic cohort
publisher: Nobody
citation: Nobody. Synthetic cohort. 2026.
edition: 2026
rights: none
trust: fair
transcribed_from: made up for tests
notes:
anchors: []
"""
HEADER = "cycle,specialty,applicant_group,step2_ck,n_applications,n_interviews,matched"
#: The same noise in every run of a test.
KEY = "fedcba9876543210" * 4
GOOD = "2026,Dermatology,non_us_img,245,20,3,1"
COVARIATES = "needs_visa,step1_failures,years_since_graduation,us_clinical_months"


@dataclass
class Raw:
    """A raw folder that holds a cohort only."""

    path: Path

    def write(self, name: str, content: str | bytes) -> Path:
        target = self.path / name
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content.encode() if isinstance(content, str) else content)
        return target

    def csv(self, *rows: str, header: str = HEADER) -> None:
        self.write("cohorts/ours.csv", "\n".join([header, *rows]) + "\n")

    def problems(self) -> list[Problem]:
        return check_raw(self.path)

    def read(self, cycle: str | None = None) -> RawData:
        return read_raw(self.path, cycle)


def make_raw(path: Path, provenance: str = PROVENANCE, key: str = KEY) -> Raw:
    """Write one; without a `key` each run makes its own, and draws other noise."""
    raw = Raw(path)
    if key:
        raw.write("cohorts/.key", key + "\n")
    raw.write("specialties.csv", SPECIALTIES)
    raw.write("edition.yml", 'edition: "2026.1"\n')
    raw.write("cohorts/ours.yml", provenance)
    return raw


def people(rows: int, seed: int = 1, covariates: bool = False) -> pd.DataFrame:
    """Synthetic rows with blanks; nullable types, so that blanks do not make floats of counts."""
    rng = np.random.default_rng(seed)
    labels = ["General Surgery", "Surgery-General", "Dermatology", "dermatology"]
    applications = rng.integers(0, 40, rows)
    frame = pd.DataFrame(
        {
            "cycle": rng.choice(["2025", "2026"], rows),
            "specialty": rng.choice(labels, rows),
            "applicant_group": rng.choice(["us_img", "non_us_img"], rows),
            "step2_ck": rng.integers(225, 240, rows),
            "n_applications": _with_blanks(applications, rng),
            "n_interviews": _with_blanks(rng.binomial(applications, 0.2), rng),
            "matched": _with_blanks(rng.integers(0, 2, rows), rng),
        }
    )
    if covariates:
        frame["needs_visa"] = rng.choice(["yes", "no", ""], rows)
        for column, top in (
            *(("step1_failures", 6), ("years_since_graduation", 30)),
            ("us_clinical_months", 40),
        ):
            frame[column] = _with_blanks(rng.integers(0, top, rows), rng)
    return frame


def _with_blanks(values: np.ndarray, rng: np.random.Generator) -> pd.Series:
    return pd.Series(values, dtype="Int64").mask(rng.random(len(values)) < 0.2)


def store(frame: pd.DataFrame, raw: Raw, kind: str) -> None:
    """Write rows in one of the forms that a cohort may have."""
    folder = raw.path / "cohorts"
    text = frame.to_csv(index=False)
    table = pa.Table.from_pandas(frame, preserve_index=False)
    if kind == "csv":
        raw.write("cohorts/ours.csv", text)
    elif kind == "csv.gz":
        half = len(text) // 2  # two members, as parallel packers write them
        packed = gzip.compress(text[:half].encode()) + gzip.compress(text[half:].encode())
        raw.write("cohorts/ours.csv.gz", packed)
    elif kind == "parquet":
        pq.write_table(table, folder / "ours.parquet", row_group_size=max(len(frame) // 3, 1))
    elif kind == "parts":
        (folder / "ours.parquet").mkdir()
        raw.write("cohorts/ours.parquet/_SUCCESS", "")
        third = max(len(frame) // 3, 1)
        for part in range(3):
            rows = table.slice(part * third, third if part < 2 else None)
            pq.write_table(rows, folder / "ours.parquet" / f"part-{part}.parquet")
    else:
        assert kind == "floats"
        # What pandas makes of whole numbers with blanks, and polars stores as NaN.
        numbers = [name for name in frame if name not in ("specialty", "applicant_group")]
        numbers = [name for name in numbers if name != "needs_visa"]
        floats = frame.assign(**{name: frame[name].astype("Float64") for name in numbers})
        columns = {
            name: pa.array(floats[name].to_numpy("float64", na_value=np.nan))
            if name in numbers
            else pa.array(frame[name].tolist())
            for name in frame
        }
        pq.write_table(pa.table(columns), folder / "ours.parquet")


KINDS = ("csv", "csv.gz", "parquet", "parts", "floats")
