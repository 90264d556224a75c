"""Own exports as schools and societies keep them, for tests; every row is made up."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd

#: Raw tables and edition that tests hold exports against.
RAW = Path(__file__).parent / "frozen" / "raw"
EDITION = RAW.parent / "edition"
SEASONS = {2025: "AY 2024-25", 2026: "AY 2025-26"}
SPECIALTIES = {
    "IM": ("internal_medicine", 0.35, 0.4),
    "Surgery-General": ("general_surgery", -1.0, 0.5),
    "FM": ("family_medicine", 0.9, 0.05),
}
GROUPS = {"Non-US IMG": "non_us_img", "US Citizen IMG": "us_img"}


def eras_like(rows: int, seed: int = 1, height: float = 0.0) -> pd.DataFrame:
    """19 columns, names and identifiers among them; `height` raises every level on the logit."""
    rng = np.random.default_rng(seed)
    which = rng.choice(list(SPECIALTIES), rows, p=[0.5, 0.3, 0.2])
    year = rng.choice(list(SEASONS), rows)
    score = np.clip(np.rint(rng.normal(243, 13, rows)), 196, 285).astype(int)
    group = rng.choice(list(GROUPS), rows, p=[0.7, 0.3])
    visa = np.where(group == "US Citizen IMG", "US Citizen", rng.choice(["J-1", "H-1B"], rows))
    graduated = year - rng.integers(0, 12, rows)
    level = np.array([SPECIALTIES[name][1] for name in which])
    slope = np.array([SPECIALTIES[name][2] for name in which])
    old = 0.05 * (year - graduated)
    chance = 1 / (1 + np.exp(-(height + level + slope * (score - 245) / 10 - old)))
    status = np.where(rng.random(rows) < chance, "Matched", "Did not match").astype(object)
    status[rng.random(rows) < 0.03] = "Withdrew"
    status[rng.random(rows) < 0.02] = ""
    applied = rng.integers(20, 220, rows)
    scores = score.astype(object)
    scores[rng.random(rows) < 0.04] = ""
    number = rng.permutation(rows)
    return pd.DataFrame(
        {
            "AAMC ID": 10_000_000 + number,
            "Applicant Name": [f"Madeup, Person{n}" for n in number],
            "E-mail": [f"person{n}@example.org" for n in number],
            "Date of Birth": [f"19{n % 20 + 75}-03-{n % 27 + 1:02d}" for n in number],
            "Gender": rng.choice(["F", "M"], rows),
            "Applicant Type": group,
            "Medical School": [f"Madeup University {n % 40}" for n in number],
            "Graduation Year": graduated,
            "Preferred Specialty": which,
            "Season": [SEASONS[int(each)] for each in year],
            "USMLE Step 1 Pass/Fail": "Pass",
            "Step 1 Attempts": rng.choice([1, 2], rows, p=[0.9, 0.1]),
            "USMLE Step 2 CK Score": scores,
            "Visa Status": visa,
            "US Clinical Experience (months)": rng.integers(0, 13, rows),
            "Programs Applied": applied,
            "Interviews": rng.binomial(applied, 0.05),
            "Match Status": status,
            "Comments": "made up",
        }
    )


def write(frame: pd.DataFrame, path: Path) -> Path:
    """Write an export in the form that its name says."""
    path.parent.mkdir(parents=True, exist_ok=True)
    if path.suffix == ".xlsx":
        frame.to_excel(path, index=False)
    elif path.suffix == ".parquet":
        frame.astype(str).to_parquet(path, index=False)
    else:
        frame.to_csv(path, index=False, sep={".tsv": "\t"}.get(path.suffix, ";"))
    return path
