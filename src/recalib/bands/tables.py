"""The published tables of bands and standing, from curves and the people behind them."""

from __future__ import annotations

import pandas as pd

from recalib.bands.audit import MEMBERS
from recalib.bands.cut import Band, Fitted, blank_bands, cut, join_small, only_label
from recalib.bands.published import NAN, People, distributions_of, key_of, lines_of
from recalib.bands.readings import Readings
from recalib.contract.keys import KEY_COLUMNS
from recalib.contract.tables import TABLES
from recalib.privacy.withhold import FEW_IN_BAND, Crowds

#: Points between the rows of the published standing.
EVERY = 5


def printed_edges(
    guide_bands: pd.DataFrame, readings: Readings
) -> dict[tuple[str, str, str], float]:
    """Printed edge by (specialty, applicant group, word that the label reads as).

    Where two guides print the same edge, the one first in alphabetical order stands; the audit
    shows all.
    """
    found: dict[tuple[str, str, str], float] = {}
    for _, band in guide_bands.sort_values("guide", kind="stable").iterrows():
        word, group = readings.of_row(band), str(band["applicant_group"])
        if not word or not readings.least[word] or pd.isna(band["score_min"]):
            continue
        for member in (group, *MEMBERS.get(group, ())):
            found.setdefault((str(band["specialty"]), member, word), float(band["score_min"]))
    return found


def _bands(curve: pd.Series, people: People) -> list[tuple[Band, str]]:
    """Bands of a curve, each with the reason why its numbers are withheld."""
    status = str(curve["status"])
    why = people.crowds.withholds(curve)
    if pd.isna(curve["intercept"]) or pd.isna(curve["drift_sd"]):
        return [(band, why) for band in blank_bands(status)]
    limits = (float(curve["score_low"]), float(curve["score_high"]))
    fitted = Fitted(*lines_of(curve), limits, *people.distributions[key_of(curve)])
    if status != "ok":
        return [(band, why) for band in only_label(fitted, status)]
    bands, joined = join_small(
        lambda ranks: cut(fitted, ranks),
        lambda low, high: people.crowds.are_enough(curve, low, high),
    )
    few = {rank: FEW_IN_BAND.format(label=label) for rank, label in joined.items()}
    return [(band, few.get(band.rank, "")) for band in bands]


def band_table(
    curves: pd.DataFrame, guide_bands: pd.DataFrame, readings: Readings, people: People
) -> pd.DataFrame:
    """Lay out every label for every curve.

    Parameters
    ----------
    curves : DataFrame
        As published, that is rounded: who recomputes a boundary from the file gets this one.
    guide_bands : DataFrame
        As in `guides/guide_bands.csv`, specialties canonical.
    readings : Readings
        What the guides' labels stand for.
    people : People
        Whom the curves speak of.

    Returns
    -------
    DataFrame
        Columns of `band_table.csv` without the edition.
    """
    printed = printed_edges(guide_bands, readings)
    rows = []
    for _, curve in curves.iterrows():
        carried = {name: curve[name] for name in (*KEY_COLUMNS, "grade", "n", "sources")}
        for band, why in _bands(curve, people):
            word = readings.of_label(band.label) if curve["outcome"] == "match" else ""
            edge = printed.get((curve["specialty"], curve["applicant_group"], word), NAN)
            stand = people.stand(key_of(curve), band.score_min)
            rows.append(
                carried
                | vars(band)
                | {
                    "guide_label": word,
                    "guide_edge": edge,
                    "shift": band.boundary - edge,
                    "standing_matched": stand[0],
                    "standing_not_matched": stand[3],
                    "suppressed": why,
                }
            )
    # Named columns: without a curve no row brings them.
    columns = [name for name in TABLES["band_table"].column_names if name != "edition"]
    return pd.DataFrame(rows, columns=columns)


def cohort_bands(
    curves: pd.DataFrame,
    scores: pd.DataFrame,
    guide_bands: pd.DataFrame,
    readings: Readings,
    crowds: Crowds,
) -> pd.DataFrame:
    """Lay out every label for every curve of a cohort, as `band_table` does; without standing.

    Parameters
    ----------
    curves, scores : DataFrame
        `cohort_curves.csv`, and distributions of scores by source and curve key.
    guide_bands, readings
        See `band_table`.
    crowds : Crowds
        How many people the curves have.

    Returns
    -------
    DataFrame
        Columns of `cohort_bands.csv` without the edition.
    """
    parts = [band_table(curves.iloc[:0], guide_bands, readings, People({}))]
    for source, own in curves.groupby("sources"):
        told = distributions_of(scores[scores["sources"] == source])
        # Two cohorts may have one key, and a printed table too: each is laid out by itself.
        parts.append(band_table(own, guide_bands, readings, People(told, crowds=crowds)))
    return pd.concat(parts[1:] or parts, ignore_index=True)


def standing_rows(by_score: pd.DataFrame, guide_bands: pd.DataFrame) -> pd.DataFrame:
    """Choose the scores at which standing is published: every 5 points, and the guides' edges.

    `by_score`: at every whole score of the fitted range. Returns columns of `standing.csv` without
    the edition.
    """
    edges = set(guide_bands["score_min"].dropna().astype(int))
    kept = (by_score["score"] % EVERY == 0) | by_score["score"].isin(edges)
    return by_score[kept].reset_index(drop=True)
