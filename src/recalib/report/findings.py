"""Sentences that say what the model's criticism found: misfit, bends, edges, forecasts."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from scipy.special import expit
from scipy.stats import chi2

from calib.line import Z
from calib.names import WHOSE
from recalib.cohorts.labels import is_cohort
from recalib.contract.keys import KEY_COLUMNS
from recalib.criticism.alternatives import FAMILIES
from recalib.criticism.bends import SCORES
from recalib.criticism.forecast import Forecast, same_people
from recalib.criticism.levels import Lent
from recalib.curves.levels import Drift
from recalib.report import words
from recalib.report.sentences import SENTENCES
from recalib.report.view import View

_SAID = SENTENCES["findings"]
_INTERVAL = "95\u00a0%"


def cohorts(work: View) -> str:
    """Say that curves of cohorts are not tested, where the run has any."""
    own = int(work.curves["sources"].map(is_cohort).astype(bool).sum())
    if not own:
        return ""
    edges = _edges_of_cohorts(work)
    claimed = f", nor their {words.many(edges, 'claimed edge')} among the newest match curves"
    return (
        f"{own} of the {len(work.curves)} curves of this run are those of cohorts. They are not "
        f"tested here{claimed if edges else ''}: this page is about printed tables and the curves "
        "fitted to them."
    )


def _edges_of_cohorts(work: View) -> int:
    """Count the claimed edges of the newest match curves of cohorts."""
    newest = work.newest
    newest = newest[newest["sources"].map(is_cohort).astype(bool) & (newest["outcome"] == "match")]
    bands = work.bands[work.bands["boundary"].notna()]
    return len(bands.merge(newest[KEY_COLUMNS], on=KEY_COLUMNS))


def misfit(by_statistic: pd.DataFrame) -> str:
    """Say which statistics lie off to one side."""
    if by_statistic.empty:
        return str(SENTENCES["nothing_checked"])
    off = by_statistic[
        (by_statistic["mean"].abs() > Z * by_statistic["mean_error"])
        & (by_statistic["checked"] > 2)
        & (by_statistic["kind"] != "totals")
    ]
    first = _SAID["misfit"]
    if off.empty:
        return f"{first} No kind of statistic lies off to one side beyond its standard error."
    told = [
        f"{words.plain(row['statistic'])}"
        + (f" of {words.plain(row['result'])}" if row["result"] else "")
        + f" ({words.signed(row['mean'], 2)})"
        for _, row in off.iterrows()
    ]
    return f"{first} Off to one side, by more than 1.96 standard errors, are: {words.listed(told)}."


def bends(work: View, found: pd.DataFrame) -> str:
    """Say whether the logit is straight where bins tell, and what a spline would change."""
    if found.empty:
        return str(_SAID["no_bins"])
    total, cells = float(found["likelihood_ratio"].sum()), len(found)
    few = found[found["p"] < 0.05]
    named = [f"{work.label(row['specialty'])} {row['cycle']}" for _, row in few.iterrows()]
    rest = found[~found.index.isin(few.index)]["likelihood_ratio"]
    said = (
        f"In {words.many(cells, 'cell')} with at least four bins, a quadratic term has a "
        f"likelihood ratio statistic of {total:.1f} on {words.many(cells, 'degree')} of freedom (p "
        f"{_p(float(chi2.sf(total, cells)))})"
    )
    if named:
        said += f"; alone it passes the 5 % level in {words.listed(named)}"
        if len(rest):
            left = _p(float(chi2.sf(rest.sum(), len(rest))))
            said += f", and the other {len(rest)} together have {rest.sum():.1f} (p {left})"
    widened = found[found["inflation"] > 1]
    said += (
        f". The standard errors of {len(widened)} of them were widened for scatter around the "
        f"line, by {widened['inflation'].max():.2f} at most."
        if len(widened)
        else ". No standard error was widened."
    )
    return f"{said}\n\n{_spline(work, found)}"


def _spline(work: View, found: pd.DataFrame) -> str:
    """Say what a spline would change."""
    columns = [f"P_{score:.0f}" for score in SCORES]
    size = 100 * found[columns].abs().to_numpy(float)
    cell, column = np.unravel_index(int(size.argmax()), size.shape)
    said = (
        f"A spline would change the chance (of a match {WHOSE}, or of an invitation) at "
        f"{SCORES[0]:.0f} to {SCORES[-1]:.0f} by "
        f"{np.median(size):.1f} percentage points in the middle of the cells and scores, by "
        f"{np.quantile(size, 0.9):.1f} or less in nine of ten, and by {size.max():.1f} at most "
        f"({work.label(str(found['specialty'].iloc[cell]))} at {SCORES[column]:.0f})."
    )
    moved = found.dropna(subset="edge_shift")
    if len(moved):
        edge = moved["edge_shift"].abs().to_numpy(float)
        farthest = work.label(str(moved["specialty"].iloc[int(edge.argmax())]))
        said += (
            f" In {words.many(len(moved), 'cell')} with calibrated edges, the edge that moves most "
            f"moves by {np.median(edge):.1f} points in the middle and by {edge.max():.1f} at most "
            f"({farthest})."
        )
    lost = int(found["edges_lost"].sum())
    if lost:
        said += f" {lost} of their edges would not occur on the spline."
    return said


def _p(value: float) -> str:
    return "<\u00a0.001" if value < 0.001 else f"=\u00a0{value:.3f}".replace("0.", ".")


def edges(work: View, table: pd.DataFrame, families: pd.DataFrame) -> list[str]:
    """Say what the calibrated edges hang on."""
    if table.empty:
        told, own = str(_SAID["no_edges"]), _edges_of_cohorts(work)
        return [f"{told} The {words.many(own, 'edge')} of cohorts are not moved." if own else told]
    found = []
    for _, row in families.iterrows():
        if pd.isna(row["median"]):
            continue
        found.append(
            f"**{FAMILIES[row['family']]}**: of {words.count(row['edges'])} edges half move by "
            f"{row['median']:.1f} points or less, nine in ten by {row['ninety']:.1f} or less, the "
            f"farthest by {row['largest']:.1f}."
            + _of_half(row["median_share"], row["ninety_share"], row["largest_share"])
        )
    alone = int(families["gone"].max())
    if alone:
        found.append(
            f"{words.many(alone, 'edge')} cannot do without one table, which alone gives the "
            "curve its slope."
        )
    known = table[table["share"].notna()]
    open_ends = len(table) - len(known)
    if len(known):
        beyond, half = known[known["share"] > 1], known[known["share"] > 0.5]
        found.append(
            f"Of {words.many(len(known), 'edge')} with a closed interval {len(half) or 'none'} "
            "move by more than half of its half-width under some alternative, and "
            f"{len(beyond) or 'none'} out of it"
            + (f": {words.listed(_named(work, beyond))}." if len(beyond) else ".")
            + " The printed intervals hold the error of the tables and of the pool, not these "
            "assumptions."
        )
    if open_ends:
        found.append(
            f"{open_ends} edges have an interval that is open on one side; no shift is compared "
            "with it."
        )
    return found


def _of_half(*shares: float) -> str:
    if any(pd.isna(share) for share in shares):
        return ""
    told = words.listed([f"{100 * share:.0f}\u00a0%" for share in shares])
    return f" As a share of half the {_INTERVAL} interval: {told}."


def _named(work: View, rows: pd.DataFrame) -> list[str]:
    return [
        f"“{words.plain(row['label'])}” in {work.label(row['specialty'])} "
        f"({words.within(words.group(row))})"
        for _, row in rows.iterrows()
    ]


def forecast(work: View, found: Sequence[Forecast]) -> list[str]:
    """Say how well older cycles predict newer ones."""
    if not found:
        return [_SAID["no_forecast"]]
    told = []
    for each in found:
        table = each.specialties
        head = f"**{words.GROUPS[each.population[1]]}, {each.older} for {each.newer}** "
        said = f"{head}({len(table)} specialties). "
        if each.recalibration is not None:
            a, b = each.recalibration.intercept, each.recalibration.slope
            sa, sb = each.recalibration.intercept_se, each.recalibration.slope_se
            said += (
                f"Calibration intercept {words.signed(a, 2)} ± {sa:.2f} and slope {b:.2f} ± "
                f"{sb:.2f} (a perfect forecast has 0 and 1; ± is the error of the newer tables). "
            )
        score = each.losses.set_index("predictor")["log_loss"]
        gain = (score["older_rate"] - score["older_curve"]) / (
            score["older_rate"] - score["newer_curve"]
        )
        said += (
            f"Log loss {score['older_curve']:.3f} a person, against {score['older_rate']:.3f} for "
            f"the base rates of {each.older} alone and {score['newer_curve']:.3f} for the curves "
            f"of {each.newer} themselves: {100 * gain:.0f}\u00a0% of what could be gained over "
            "base rates is gained. "
        )
        off = table[table["z"].abs() > Z]
        said += (
            f"The level of {len(off)} specialties lies beyond 1.96 standard errors"
            + (f" ({words.listed([work.label(s) for s in off['specialty']])})" if len(off) else "")
            + f"; beyond the errors, levels moved by {each.moved:.2f} (SD of the logit). The "
            "interval of a cycle does not hold that; the next cycle's is widened for it. "
        )
        slopes = table["slope_z"].dropna()
        said += f"Slopes agree within errors in {int((slopes.abs() <= Z).sum())} of {len(slopes)}."
        told.append(said)
    for one, other in same_people(list(found)):
        told.append(
            f"The tables of {one} and {other} hold the same people in part: their forecasts are "
            "not two independent tests. Neither shares a year with the cycle that they predict."
        )
    return told


def levels(work: View, drift: Drift, without: pd.DataFrame, bounds: Sequence[Lent]) -> list[str]:
    """Say how far levels move in a year, what that hangs on, and what its use rests on."""
    if without.empty:
        return [str(_SAID["no_levels"]), *(_bound(each, drift.step) for each in bounds)]
    pairs, (low, high) = drift.pairs(), drift.interval()
    ends = [words.percent(expit(side * Z * drift.step), 0) for side in (-1, 1)]
    said = [
        f"The step of a year is {drift.step:.2f} on the logit ({_INTERVAL} interval {low:.2f} to "
        f"{high:.2f}), learned from {len(without)} specialties. A chance of a match, "
        f"{WHOSE}, that is even in one cycle lies between {ends[0]} and {ends[1]} in the next in "
        f"95 of 100 cases."
    ]
    for name, part in pairs.groupby("population", sort=False):
        beyond = np.hypot(part["expected"], part["error"])
        inside = int((part["moved"].abs() <= Z * beyond).sum())
        said.append(
            f"**{words.population(str(name))}**: of {words.many(len(part), 'pair')} of cycles "
            f"{inside} moved by less than 1.96 standard deviations of step and sampling together. "
            "Pairs share a cycle, so they are not independent."
        )
    order = without.sort_values("step")
    least, most = order.iloc[0], order.iloc[-1]
    said.append(
        f"Without any one specialty the step lies between {least['step']:.2f} (without "
        f"{work.label(least['specialty'])}) and {most['step']:.2f} (without "
        f"{work.label(most['specialty'])})."
    )
    return [*said, str(_SAID["lent"]), *(_bound(each, drift.step) for each in bounds)]


def _bound(each: Lent, step: float) -> str:
    """Say what two totals of a group bound its step by."""
    whom = [f"{cycle}, {words.DENOMINATORS[name]}" for cycle, name in (each.older, each.newer)]
    other = (
        f" The two count other people, so a year's move and what the denominators differ by are "
        f"in it together: an upper bound, unless the two went against each other. A move of all "
        f"specialties at once would be in the mean, {words.signed(each.mean, 2)}, and not in it."
        if each.older[1] != each.newer[1]
        else f" Their mean is {words.signed(each.mean, 2)}."
    )
    held = "does not exceed" if step <= each.spread else "exceeds"
    return (
        f"**{words.GROUPS[each.group]}**: totals of {whom[0]}, and {whom[1]}. Over "
        f"{len(each.shifts)} specialties the logit of the share that matched differs by a scatter "
        f"of {each.spread:.2f} beyond sampling.{other} The step of {step:.2f} {held} that scatter."
    )


def left_out(work: View, found: pd.DataFrame) -> str:
    """Say whether pools predict slopes that they did not see."""
    if found.empty:
        return str(_SAID["none_left_out"])
    outside = found[~found["inside"].astype(bool)]
    named = [
        f"{work.label(row['specialty'])} {row['cycle']} (z {words.signed(row['z'], 1)})"
        for _, row in outside.iterrows()
    ]
    return (
        f"Of {len(found)} raw slopes predicted by pools without their specialty (one in two pools "
        "counts twice) "
        f"{100 * float(found['inside'].mean()):.0f}\u00a0% lie within the {_INTERVAL} limits. "
        + (f"Outside: {words.listed(named)}. " if named else "")
        + str(_SAID["left_out"])
    )
