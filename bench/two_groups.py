"""U.S. IMGs who ranked a specialty first, by an unrelated sampler.

    python bench/two_groups.py

The published curves carry five uncertain quantities through by a Sobol sequence, with shifts shrunk
by Paule and Mandel's spread and normal scores by Gauss-Hermite points. Here the shifts of all
specialties are sampled together by a Metropolis walk on their binomial counts, the gaps beside them
from the printed means, and each draw is solved by bisection on whole scores, as a person would. The
slope is the one that the published curve borrowed. Chances at 245 stand side by side in
`bench/results/two_groups.csv`.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np
import pandas as pd
from scipy.special import expit, logit

ROOT = Path(__file__).parents[1]
RESULTS = Path(__file__).with_name("results") / "two_groups.csv"
X = np.arange(185, 301.0)
STEPS, KEPT = 60_000, 2_000


def printed(edition: Path) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Counts and means as the sources printed them, one row a specialty; published curves."""
    facts = pd.read_csv(edition / "evidence.csv", keep_default_na=False, dtype=str)
    facts["value"] = facts["value"].astype(float)
    curves = pd.read_csv(edition / "curves.csv", keep_default_na=False, dtype=str)
    ours = curves[
        (curves["applicant_group"] == "us_img")
        & (curves["denominator"] == "ranked_first")
        & (curves["cycle"] == "2026")
    ]

    def count(group: str, denominator: str, name: str) -> pd.Series:
        held = facts[
            (facts["kind"] == "totals")
            & (facts["applicant_group"] == group)
            & (facts["denominator"] == denominator)
            & (facts["statistic"] == name)
        ]
        return held.set_index("specialty")["value"]

    table = pd.DataFrame(
        {
            f"{whose}_{name}": count(group, denominator, f"n_{name}")
            for whose, group, denominator in (
                ("us", "us_img", "ranked_any_pgy1"),
                ("any", "non_us_img", "ranked_any_pgy1"),
                ("first", "non_us_img", "ranked_first"),
            )
            for name in ("success", "total")
        }
    )
    means = facts[(facts["statistic"] == "mean") & (facts["result"] == "matched")]
    newest = means[(means["kind"] == "quantiles") & (means["applicant_group"] == "non_us_img")]
    table["matched_mean"] = newest[newest["cycle"] == "2026"].set_index("specialty")["value"]
    older = means[means["kind"] == "means"]
    wide = older.pivot_table(
        index=["specialty", "cycle"], columns="applicant_group", values="value"
    ).dropna()
    people = facts[(facts["kind"] == "means") & (facts["statistic"] == "n")].pivot_table(
        index=["specialty", "cycle"], columns="applicant_group", values="value"
    )
    apart = (wide["us_img"] - wide["non_us_img"]).rename("gap").to_frame()
    apart["variance"] = 13**2 * (1 / people.reindex(apart.index).fillna(30)).sum(axis=1) + 1 / 6 + 4
    weight = (1 / apart["variance"]).groupby("specialty").sum()
    told = (apart["gap"] / apart["variance"]).groupby("specialty").sum()
    # Normal prior -5 +- 6 and normal errors: the gap's posterior is normal.
    precision = weight.reindex(table.index).fillna(0.0) + 1 / 36
    table["gap"] = (told.reindex(table.index).fillna(0.0) - 5 / 36) / precision
    table["gap_sd"] = precision**-0.5
    return table, ours.set_index("specialty")


def shifts(table: pd.DataFrame, steps: int, random: np.random.Generator) -> np.ndarray:
    """Draws of every specialty's shift between the denominators, by a Metropolis walk.

    Unknown: logits of both base rates of each specialty, mean and spread of their differences. Flat
    priors, but half-normal(.5) for the spread. Returns shape (draws, specialties).
    """
    k0, n0, k1, n1 = (
        table[name].to_numpy()
        for name in ("any_success", "any_total", "first_success", "first_total")
    )
    base, shift = logit((k0 + 0.5) / (n0 + 1)), np.zeros(len(table))
    shift += logit((k1 + 0.5) / (n1 + 1)) - base
    mean, spread = float(shift.mean()), float(shift.std())
    stride = 1.2 / np.sqrt(n0 * 0.2), 1.2 / np.sqrt(n1 * 0.2)

    def level(base: np.ndarray, shift: np.ndarray) -> np.ndarray:
        first = base + shift
        found = k0 * base - n0 * np.logaddexp(0, base) + k1 * first - n1 * np.logaddexp(0, first)
        return np.asarray(found)

    kept = []
    for step in range(steps):
        for which in (0, 1):
            moved = [base, shift]
            moved[which] = moved[which] + stride[which] * random.normal(size=len(table))
            gain = level(*moved) - level(base, shift)
            gain -= ((moved[1] - mean) ** 2 - (shift - mean) ** 2) / (2 * spread**2)
            accept = np.log(random.random(len(table))) < gain
            base = np.where(accept, moved[0], base)
            shift = np.where(accept, moved[1], shift)
        mean = random.normal(shift.mean(), spread / np.sqrt(len(table)))
        other = spread * np.exp(0.3 * random.normal())
        square = float(((shift - mean) ** 2).sum())
        gain = -len(table) * np.log(other / spread) - square / 2 * (other**-2 - spread**-2)
        gain += np.log(other / spread) - (other**2 - spread**2) / (2 * 0.5**2)
        spread = other if np.log(random.random()) < gain else spread
        if step >= steps // 5:
            kept.append(shift)
    return np.array(kept)


def solved(rate: float, target: float, slope: float, spread: float) -> float:
    """Chance at 245 where whole, normally spread scores give the base rate and the matched mean."""
    u = (X - 245) / 10

    def level(mean: float) -> tuple[float, float]:
        f = np.exp(-0.5 * ((X - mean) / spread) ** 2)
        f /= f.sum()
        low, high = -40.0, 40.0
        for _ in range(45):
            middle = (low + high) / 2
            low, high = (middle, high) if f @ expit(middle + slope * u) < rate else (low, middle)
        p = f * expit(low + slope * u)
        return low, float(p @ X / p.sum())

    below, above = 190.0, 295.0
    for _ in range(30):
        middle = (below + above) / 2
        below, above = (middle, above) if level(middle)[1] < target else (below, middle)
    return float(expit(level(below)[0]))


def compare(
    edition: Path, steps: int = STEPS, kept: int = KEPT, names: list[str] | None = None
) -> pd.DataFrame:
    """Published chance at 245 beside that of the other sampler, with their 95 % intervals.

    An unseen bend is in the published interval and not in the other: it is taken out first.
    """
    random = np.random.default_rng(7)
    table, ours = printed(edition)
    both = table.dropna(subset=["any_success", "first_success"])
    drawn = pd.DataFrame(shifts(both, steps, random), columns=both.index)
    drawn = drawn.iloc[np.linspace(0, len(drawn) - 1, kept).astype(int)].reset_index(drop=True)
    rows = []
    for name in names or sorted(set(ours.index) & set(both.index)):
        row, curve = table.loc[name], ours.loc[name].to_dict()
        if np.isnan(row["matched_mean"]):
            continue
        k, n = row["us_success"], row["us_total"]
        rate = random.beta(k + 0.5, n - k + 0.5, kept)
        first = expit(
            logit(np.clip(rate, 1e-6, 1 - 1e-6)) + drawn[name] + random.normal(0, 0.3, kept)
        )
        error = np.hypot(row["gap_sd"], 13 / np.sqrt(row["first_success"]))
        target = row["matched_mean"] + row["gap"] + error * random.normal(size=kept)
        slope = float(curve["slope"]) + float(curve["slope_se"]) * random.normal(size=kept)
        spread = 13.5 * np.exp(0.1 * random.normal(size=kept))
        found = [solved(*each) for each in zip(first, target, slope, spread, strict=True)]
        # As published: the moments of the logit, not of the chance.
        bits = logit(np.clip(found, 1e-9, 1 - 1e-9))
        level, own = float(curve["intercept"]), float(curve["intercept_se"])
        straight = np.sqrt(own**2 - float(curve["bend_sd"]) ** 2)
        rows.append(
            {
                "specialty": name,
                "published": expit(level),
                "published_low": expit(level - 1.96 * straight),
                "published_high": expit(level + 1.96 * straight),
                "other": expit(bits.mean()),
                "other_low": expit(bits.mean() - 1.96 * bits.std()),
                "other_high": expit(bits.mean() + 1.96 * bits.std()),
                "apart": abs(expit(level) - expit(bits.mean())),
            }
        )
    return pd.DataFrame(rows).round(3)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--edition", type=Path, default=ROOT / "data" / "processed")
    found = compare(parser.parse_args().edition)
    found.to_csv(RESULTS, index=False, lineterminator="\n")
    print(found.to_string(index=False))


if __name__ == "__main__":
    main()
