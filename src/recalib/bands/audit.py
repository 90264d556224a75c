"""Audit of the guides: what the data give each printed edge and band, and a verdict.

A label claims what its word stands for (`recalib.bands.readings`); rows without a reading (tiers,
program lists, plans) claim nothing that one number could hold or break. The verdict compares the
range of chances [r, r') of the word with the next cycle's 95 % interval (l, u) of the chance at the
printed edge; of the lowest labels, and of rows without a lower edge, of the chance in the band:

- `overstates`: u < r;
- `understates`: l >= r';
- `holds`: the estimate lies in [r, r') and u - l is at most .30;
- `cannot_tell`: anything else, with the way it leans.

It is judged on the level, whatever is known of the slope.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd

from calib.line import chance, claim, fieller
from recalib.bands.cut import Fitted
from recalib.bands.published import HIGHEST, LOWEST, NAN, People, key_of, lines_of
from recalib.bands.readings import Readings
from recalib.cohorts.labels import is_cohort, is_synthetic
from recalib.contract.keys import recency
from recalib.contract.tables import TABLES

#: Widest next-cycle interval of a chance with which a label may be said to hold.
TELLING = 0.30
MEMBERS = {"img": ("non_us_img", "us_img")}
DENOMINATORS = ("ranked_first", "ranked_any_pgy1")


def newest_match_curve(
    curves: pd.DataFrame, specialty: str, applicant_group: str
) -> pd.Series | None:
    """Return the curve that a guide's row is held against, or None.

    `ranked_first` before `ranked_any_pgy1`, then the newest cycle, among curves with evidence. A
    cohort's judges only where no printed table speaks, and one that was made up never.
    """
    told = curves[
        (curves["specialty"] == specialty)
        & (curves["applicant_group"] == applicant_group)
        & (curves["outcome"] == "match")
        & (curves["status"] != "no_evidence")
    ]
    # Without rows a column of answers is one of text.
    printed = told[~told["sources"].map(is_cohort).astype(bool)]
    real = told[~told["sources"].map(is_synthetic).astype(bool)]
    judging = real if printed.empty else printed
    judging = judging[judging["needs_visa"].fillna("") == ""]
    for denominator in DENOMINATORS:
        part = judging[judging["denominator"] == denominator]
        if not part.empty:
            return max((row for _, row in part.iterrows()), key=lambda row: recency(row["cycle"]))
    return None


def verdict(
    readings: Readings, word: str, estimate: float, low: float, high: float
) -> tuple[str, str]:
    """Return the verdict on a word and its reason.

    `estimate`: chance in the curve's cycle; `low`, `high`: its interval in the next one.
    """
    least, end = readings.range(word)
    name = word.replace("_", " ")
    stands = f"{least:.0%} and more" if end == 1 else f"{least:.0%} to {end:.0%}" if least else ""
    stands = (stands or f"less than {end:.0%}").replace("%", " %")
    told = f"{100 * low:.0f}-{100 * high:.0f} % in the next cycle"
    if high < least:
        return "overstates", f"{told}: all of it below what {name} stands for, {stands}."
    if low >= end:
        return "understates", f"{told}: all of it above what {name} stands for, {stands}."
    if least <= estimate < end and high - low <= TELLING:
        return "holds", f"{100 * estimate:.0f} % ({told}) is what {name} stands for, {stands}."
    if least <= estimate < end:
        return (
            "cannot_tell",
            f"{told}: too wide to tell; the estimate is what {name} stands for, {stands}.",
        )
    side = "below" if estimate < least else "above"
    return (
        "cannot_tell",
        f"{told}: some of it within what {name} stands for, {stands}; it leans {side}.",
    )


def _audit_one(
    band: pd.Series, curve: pd.Series | None, readings: Readings, people: People
) -> dict[str, object]:
    word = readings.of_row(band)
    row: dict[str, object] = {
        "cycle": "",
        "denominator": "",
        "reading": word,
        "verdict": "cannot_tell" if word else "no_claim",
        "reason": "No published table gives a curve." if word else "The label has no reading.",
        "status": "no_evidence",
        "grade": "",
    }
    if curve is None:
        return row
    row |= {name: curve[name] for name in ("cycle", "denominator", "status", "grade")}
    key, (line, later) = key_of(curve), lines_of(curve)
    limits = (float(curve["score_low"]), float(curve["score_high"]))
    edge = float(band["score_min"])
    low = edge if np.isfinite(edge) else LOWEST
    high = float(band["score_max"]) if np.isfinite(band["score_max"]) else HIGHEST
    judged: tuple[float, ...] = (NAN,) * 3
    if people.crowds.are_enough(curve, low, high):
        told = Fitted(line, later, limits, *people.distributions[key]).chances(low, high)
        row |= dict(zip(("probability_in_band", "band_low", "band_high"), told, strict=False))
        judged = (told[0], *told[3:])
    if np.isfinite(edge):
        at_edge = chance(line, edge)
        row |= dict(zip(("probability_at_edge", "edge_low", "edge_high"), at_edge, strict=True))
        stand = people.stand(key, edge)
        row |= {"standing_matched": stand[0], "standing_not_matched": stand[3]}
        if not word or readings.least[word] > 0:
            judged = (at_edge[0], *chance(later, edge)[1:])
        p = readings.least.get(word, 0.0)
        if curve["status"] == "ok" and p > 0 and claim(line, p, *limits) == "ok":
            calibrated = round(fieller(line, p)[0], 1)
            row |= {"calibrated_edge": calibrated, "shift": calibrated - edge}
    row |= {"next_low": judged[1], "next_high": judged[2]}
    if not np.isfinite(judged[0]):
        return row
    if curve["status"] != "borrowed":
        row["data_label"] = readings.word(judged[0])
    if word:
        row["verdict"], row["reason"] = verdict(readings, word, *judged)
    return row


def audit_table(
    guide_bands: pd.DataFrame,
    specialties: pd.DataFrame,
    curves: pd.DataFrame,
    readings: Readings,
    people: People,
) -> pd.DataFrame:
    """Hold every printed edge and band against the data.

    A cohort's curve judges only where no printed table speaks.

    `guide_bands`: as in `guides/guide_bands.csv`, specialties canonical or `tier:<name>`;
    `specialties`: with the tiers; `curves`: as published. Returns columns of `guide_audit.csv`
    without the edition.
    """
    rows = []
    for band, specialty, group in _cases(guide_bands, specialties):
        curve = newest_match_curve(curves, specialty, group)
        kept = ("guide", "guide_scheme", "applicant_group", "rank", "label", "edge")
        row = {name: band[name] for name in (*kept, "score_min", "score_max")}
        found = _audit_one(band, curve, readings, people)
        rows.append(row | {"specialty": specialty, "curve_group": group} | found)
    # Named columns: where no curve claims an edge, no row brings the columns of one.
    columns = [name for name in TABLES["guide_audit"].column_names if name != "edition"]
    return pd.DataFrame(rows, columns=columns)


def _cases(
    guide_bands: pd.DataFrame, specialties: pd.DataFrame
) -> Iterator[tuple[pd.Series, str, str]]:
    """Every printed row with each specialty and each applicant group that it speaks of."""
    for _, band in guide_bands.iterrows():
        group = str(band["applicant_group"])
        for specialty in _specialties(str(band["specialty"]), specialties):
            for member in MEMBERS.get(group, (group,)):
                yield band, specialty, member


def _specialties(name: str, specialties: pd.DataFrame) -> list[str]:
    if name.startswith("tier:"):
        tier = name.removeprefix("tier:")
        return sorted(specialties.loc[specialties["tier"] == tier, "specialty"])
    return [name]
