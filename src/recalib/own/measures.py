"""Measures how well chances fit results: scikit-learn's, own curves cross-validated."""

from __future__ import annotations

import numpy as np
import pandas as pd
from sklearn.calibration import calibration_curve
from sklearn.compose import make_column_transformer
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import brier_score_loss, log_loss, roc_auc_score
from sklearn.model_selection import StratifiedKFold, cross_val_predict
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler
from statsmodels.stats.proportion import proportion_confint

from recalib.own.people import UNIT

NATIONAL, OWN, BASE = "national curve", "own curve, cross-validated", "own share who matched"
#: Fewest people of each result for a cross-validation to mean anything.
FEWEST = 10


def with_own_chance(everyone: pd.DataFrame, folds: int, seed: int) -> pd.DataFrame:
    """Add to people one by one their chance by a curve that was fitted without them.

    A logistic regression on the score with a level for each specialty and group, mildly penalised,
    since a fold of a small cohort may hold no match of some specialty. Columns `own` and `share`
    (the share who matched in the other folds); NaN where too few people are of one result.
    """
    fewer = int(min(everyone["result"].sum(), (1 - everyone["result"]).sum()))
    if fewer < FEWEST:
        return everyone.assign(own=np.nan, share=np.nan)
    parts = StratifiedKFold(min(folds, fewer), shuffle=True, random_state=seed)
    columns = make_column_transformer(
        (OneHotEncoder(handle_unknown="ignore"), UNIT), (StandardScaler(), ["score"])
    )
    model = make_pipeline(columns, LogisticRegression(C=10.0, max_iter=1000))
    design, result = everyone[[*UNIT, "score"]], everyone["result"]
    own = cross_val_predict(model, design, result, cv=parts, method="predict_proba")[:, 1]
    share = np.empty(len(everyone))
    for others, left in parts.split(design, result):
        share[left] = result.iloc[others].mean()
    return everyone.assign(own=own, share=share)


def measures(everyone: pd.DataFrame) -> pd.DataFrame:
    """Brier score, log loss and AUC under the national curve and one's own.

    Of the same people for both: those with a national curve.
    """
    rows = []
    known = everyone[everyone["chance"].notna() & everyone["own"].notna()]
    parts = [("all together", known)]
    parts += [(" / ".join(map(str, key)), part) for key, part in known.groupby(UNIT)]
    for name, part in parts:
        result = part["result"]
        if min(result.sum(), (1 - result).sum()) < FEWEST:
            continue
        for by, column in ((NATIONAL, "chance"), (OWN, "own"), (BASE, "share")):
            rows.append(
                {
                    "people": name,
                    "n": len(part),
                    "by": by,
                    "brier": brier_score_loss(result, part[column]),
                    "log_loss": log_loss(result, part[column], labels=[0, 1]),
                    # A share that is the same for all orders nobody.
                    "auc": np.nan if by == BASE else roc_auc_score(result, part[column]),
                }
            )
    return pd.DataFrame(rows, columns=["people", "n", "by", "brier", "log_loss", "auc"])


def reliability(everyone: pd.DataFrame, bins: int) -> pd.DataFrame:
    """Observed against expected share of matches, in bins of as many people each."""
    rows = []
    known = everyone[everyone["chance"].notna() & everyone["own"].notna()]
    for by, column in ((NATIONAL, "chance"), (OWN, "own")):
        if len(known) < 4 * bins:
            continue
        seen, said = calibration_curve(
            known["result"], known[column], n_bins=bins, strategy="quantile"
        )
        each = len(known) / len(seen)
        low, high = proportion_confint(seen * each, each, method="wilson")
        rows += [
            {"by": by, "expected": x, "observed": y, "low": below, "high": above}
            for x, y, below, above in zip(said, seen, low, high, strict=True)
        ]
    return pd.DataFrame(rows, columns=["by", "expected", "observed", "low", "high"])
