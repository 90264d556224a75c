"""How far printed and fitted statistics lie apart, by table and by statistic."""

from __future__ import annotations

import numpy as np
import pandas as pd

from calib.line import Z


def misfit(evidence: pd.DataFrame, by: list[str]) -> pd.DataFrame:
    """Summarise the posterior predictive check by columns of the evidence.

    `evidence`: as in `evidence.csv`, with z; `by`: columns to group by. Returns: the columns of
    `by`, checked (statistics), mean, mean_error (standard error of that mean if the statistics were
    independent), sd, beyond (share of |z| > 1.96), largest; no rows where nothing was checked.
    """
    checked = evidence[evidence["z"].notna()]
    columns = [*by, "checked", "mean", "mean_error", "sd", "beyond", "largest"]
    if checked.empty:
        return pd.DataFrame(columns=columns)
    groups = checked.groupby(by, sort=True)["z"]
    found = groups.agg(checked="count", mean="mean", sd="std").reset_index()
    size = checked["z"].abs().groupby([checked[name] for name in by], sort=True)
    found["beyond"] = size.agg(lambda z: float((z > Z).mean())).to_numpy(float)
    found["largest"] = size.max().to_numpy(float)
    found["mean_error"] = found["sd"] / np.sqrt(found["checked"])
    return found[columns]
