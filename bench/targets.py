"""Targets of the study: its tables in, targets met and missed out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NamedTuple

import pandas as pd
from figures import LESS, PERSON, RATIO, SMALL

Share = tuple[float, float]

#: In per cent: pooled slopes of all cells, of each number of people, of equal slopes; unpooled
#: slopes averaged, and in each fixed shape and number of people.
REDRAWN, BY_SIZE, FIXED = (93.0, 97.0), (90.0, 98.0), (93.0, 99.9)
RAW, RAW_FIXED = (93.0, 97.0), (91.0, 98.0)
ERROR_RATIO = 1.10
PEERS = ("bin midpoints", "linear discriminant", "interpolated people", "unpooled")
#: Monte Carlo errors that a peer must be better by, and beyond which a miss is more than chance.
BEYOND = 2.0
#: What stands behind a miss that Monte Carlo error may explain.
NEAR = " (within twice its ±)"
NEXT, STANDING = (93.0, 97.0), (92.0, 98.0)
BOOTSTRAP = 0.10
#: Outliers of many people that are seen or covered; chances of translated curves; claimed edges of
#: wrong shapes that cover, from `MANY` people and below; straight cells taken for a misfit; chances
#: where a result is known by one statistic.
OUTLIERS, TRANSLATED = (80.0, 100.0), (93.0, 97.0)
MANY, EDGES_MANY, EDGES_FEW = 1000, (90.0, 100.0), (80.0, 100.0)
STRAIGHT, ONE_STATISTIC = (0.0, 2.0), (92.0, 98.0)
#: Width of an interval with one table more over its width before.
WIDER = 1.02
SECONDS, SCALE_RATIO = 10.0, 12.0


class Study:
    """Look-ups in statistics.csv."""

    def __init__(self, table: pd.DataFrame) -> None:
        self.table = table
        columns = ["setting", "table", "method", "people", "shape", "figure"]
        values = zip(table["value"], table["monte_carlo_error"], strict=True)
        keys = table[columns].itertuples(index=False, name=None)
        self.found = dict(zip(keys, values, strict=True))

    def get(
        self,
        setting: str,
        printed: str,
        method: str,
        figure: str,
        people: str = "all",
        shape: str = "all",
    ) -> Share | None:
        """Value and Monte Carlo error, or None."""
        return self.found.get((setting, printed, method, people, shape, figure))

    def places(self) -> list[tuple[str, str]]:
        """Every setting with each kind of table that the project fitted in it."""
        own = self.table[self.table["method"] == "pooled"]
        return list(own[["setting", "table"]].drop_duplicates().itertuples(index=False, name=None))

    def covered(self, setting: str, printed: str, method: str) -> pd.DataFrame:
        """Coverage of slopes for each number of people: all shapes together, and each."""
        rows = self.table[
            (self.table["setting"] == setting)
            & (self.table["table"] == printed)
            & (self.table["method"] == method)
            & (self.table["figure"] == "slope covered")
        ]
        return rows[rows["people"].str.isdigit()]

    def few(self, setting: str, printed: str) -> str:
        """Name of the cells of up to 500 people; all, where no cell has more."""
        place = (setting, printed, "pooled", f"{RATIO} {PERSON}")
        return f"<={SMALL}" if self.get(*place, f"<={SMALL}") else "all"


class Verdict(NamedTuple):
    """One target: how often it was asked, and where it was missed."""

    target: str
    asked: int
    missed: list[str]

    def __str__(self) -> str:
        if not self.missed:
            return f"met, {self.asked}"
        near = sum(each.endswith(NEAR) for each in self.missed)
        chance = f" ({near} within twice their ±)" if near else ""
        return f"**missed**, {len(self.missed)} of {self.asked}{chance}"


def percent(found: Share | None, digits: int = 1) -> str:
    """A share with its Monte Carlo error, in per cent."""
    return "" if found is None else f"{100 * found[0]:.{digits}f} ± {100 * found[1]:.{digits}f}"


def span(low: float, high: float) -> str:
    """A range."""
    return f"{low:g}-{high:g}"


def targets_of(setting: str) -> tuple[Share | None, Share | None]:
    """Targets of a setting's pooled slopes: all cells, each number of people."""
    if setting.startswith("lone outlier"):
        return None, None
    if setting == "fixed":
        return FIXED, None
    return REDRAWN, None if setting == "borrowed" else BY_SIZE


def _outside(value: float, target: Share) -> bool:
    """Whether a share, as it is printed, lies outside of a target."""
    return not target[0] <= round(100 * value, 1) <= target[1]


def _by(share: Share, target: Share) -> str:
    """A share that missed its target, marked where chance alone may be why."""
    gap = max(target[0] - 100 * share[0], 100 * share[0] - target[1])
    return percent(share) + (NEAR if gap <= BEYOND * 100 * share[1] else "")


def _pooled(study: Study) -> Iterator[Verdict]:
    """Coverage of the pooled slopes."""
    kinds = {
        "slopes redrawn": [],
        "other tables and pools": [],
        "one fixed slope": [],
        "borrowed slopes": [],
    }
    for setting, printed in study.places():
        kind = {"fixed": "one fixed slope", "borrowed": "borrowed slopes"}.get(setting)
        if targets_of(setting)[0]:
            redrawn = setting.startswith("redrawn")
            usual = "slopes redrawn" if redrawn else "other tables and pools"
            kinds[kind or usual].append((setting, printed))
    for kind, places in kinds.items():
        if not places:
            continue
        overall, by_size = targets_of(places[0][0])
        missed, small, asked = [], [], 0
        for setting, printed in places:
            share = study.get(setting, printed, "pooled", "slope covered")
            if _outside(share[0], overall):
                missed.append(f"{setting}, {printed}: {_by(share, overall)}")
            sizes = study.covered(setting, printed, "pooled")
            asked += len(sizes)
            small += [
                f"{setting}, {printed}, {row.people} people: "
                f"{_by((row.value, row.monte_carlo_error), by_size)}"
                for row in sizes.itertuples()
                if by_size and _outside(row.value, by_size)
            ]
        yield Verdict(f"{kind}: {span(*overall)} % of all covered", len(places), missed)
        if by_size:
            words = f"{kind}: {span(*by_size)} % covered for each number of people"
            yield Verdict(words, asked, small)


def _borrowed_chance(study: Study) -> Iterator[Verdict]:
    share = study.get("borrowed", "totals", "pooled", "probability covered")
    if share is not None:
        missed = [_by(share, REDRAWN)] if _outside(share[0], REDRAWN) else []
        yield Verdict(f"borrowed probabilities: {span(*REDRAWN)} % covered", 1, missed)


def _unpooled(study: Study) -> Iterator[Verdict]:
    """Coverage of the unpooled slopes."""
    missed, few, asked, cells = [], [], 0, 0
    for setting, printed in study.places():
        share = study.get(setting, printed, "unpooled", "slope covered")
        if share is None or setting.startswith("lone"):
            continue
        asked += 1
        if _outside(share[0], RAW):
            missed.append(f"{setting}, {printed}: {_by(share, RAW)}")
        fixed = study.covered(setting, printed, "unpooled").query("shape != 'all'")
        cells += len(fixed)
        few += [
            f"{printed}, {row.shape}, {row.people} people: "
            f"{_by((row.value, row.monte_carlo_error), RAW_FIXED)}"
            for row in fixed.itertuples()
            if _outside(row.value, RAW_FIXED)
        ]
    yield Verdict(f"unpooled slopes: {span(*RAW)} % covered, averaged", asked, missed)
    words = (
        f"unpooled slopes: {span(*RAW_FIXED)} % covered in each fixed shape and number of people"
    )
    yield Verdict(words, cells, few)


def _errors(study: Study) -> Iterator[Verdict]:
    """Error of the probability beside the people themselves and beside each peer."""
    high, above, asked, compared = [], [], 0, 0
    for setting, printed in study.places():
        people = study.few(setting, printed)
        ratio = study.get(setting, printed, "pooled", f"{RATIO} {PERSON}", people)
        if ratio is None or setting.startswith("lone"):
            continue
        asked += 1
        if round(ratio[0], 2) > ERROR_RATIO:
            high.append(f"{setting}, {printed}: {ratio[0]:.2f} ± {ratio[1]:.2f}")
        for where in dict.fromkeys((people, "all")):
            for peer in PEERS:
                gap = study.get(setting, printed, "pooled", f"{LESS} {peer}", where)
                compared += gap is not None
                if gap is not None and gap[0] > BEYOND * gap[1]:
                    cells = "all cells" if where == "all" else f"up to {SMALL} people"
                    above.append(
                        f"{setting}, {printed}, {cells}, {peer}: {percent(gap, 2)} points more"
                    )
    words = f"error at most {ERROR_RATIO:.2f} x the people themselves, up to {SMALL} people"
    yield Verdict(words, asked, high)
    yield Verdict("error not above any peer's by more than twice its ±", compared, above)


def unit_of(row: pd.Series) -> str:
    """Name of a unit of the bootstrap."""
    words = [row["specialty"].replace("_", " "), row["applicant_group"], row["cycle"]]
    return ", ".join([*words, row["outcome"]])


def _bootstrap(found: pd.DataFrame) -> Iterator[Verdict]:
    judged = found[found["prior"] == "redrawn"]
    missed = [
        f"{unit_of(row)}: {row['slope_ratio']:.2f} ± {row['slope_ratio_monte_carlo_error']:.2f}"
        for _, row in judged.iterrows()
        if abs(row["slope_ratio"] - 1) > BOOTSTRAP
    ]
    words = f"claimed errors of real slopes within {BOOTSTRAP:.0%} of the bootstrap"
    yield Verdict(words.replace("%", " %"), len(judged), missed)


def _scale(found: pd.DataFrame) -> Iterator[Verdict]:
    one, ten = found.iloc[0], found.iloc[1]
    slow = [f"{one['seconds_median']:.1f} s"] if one["seconds_median"] >= SECONDS else []
    yield Verdict(f"all tables fitted in less than {SECONDS:g} s", 1, slow)
    steep = [f"{ten['ratio']:.1f} times"] if ten["ratio"] > SCALE_RATIO else []
    yield Verdict(f"ten times the cells in at most {SCALE_RATIO:g} times as long", 1, steep)


def headlines(walked: pd.DataFrame) -> pd.DataFrame:
    """Rows of the populations' newest cycles, whose next cycle a reader asks about."""
    newest = (walked["cycle"] == "2026") | walked["population"].str.endswith("one cycle")
    return walked[newest & (walked["population"] != "step")]


def _walked(rows: pd.DataFrame, figures: tuple[str, ...], target: Share) -> tuple[int, list[str]]:
    """How often figures of all cells were held against a target, and where they miss it.

    A population of one specialty has too few curves to be judged.
    """
    whole = (rows["people"] == "all") & (rows["shape"] == "all")
    judged = rows[rows["figure"].isin(figures) & whole]
    judged = judged[judged["curves"] > judged["replicates"]]
    missed = [
        f"{row.setting}, {row.population}, {row.cycle}, {row.figure.removesuffix(' covered')}: "
        f"{_by((row.value, row.monte_carlo_error), target)}"
        for row in judged.itertuples()
        if _outside(row.value, target)
    ]
    return len(judged), missed


def _next_cycle(walked: pd.DataFrame) -> Iterator[Verdict]:
    """Coverage of the next cycle's probability, and of standing."""
    asked, missed = _walked(headlines(walked), ("next cycle's P covered",), NEXT)
    yield Verdict(f"probabilities of the next cycle: {span(*NEXT)} % covered", asked, missed)
    results = ("standing of the matched covered", "standing of the not matched covered")
    asked, missed = _walked(walked, results, STANDING)
    yield Verdict(f"standing at 230-260: {span(*STANDING)} % covered", asked, missed)


def _held(
    rows: pd.DataFrame, words: str, target: Share, place: tuple[str, ...], *, at_least: bool = False
) -> Verdict:
    """Hold each row against a target; a miss is named by the columns of `place`."""
    missed = [
        f"{', '.join(str(row[name]) for name in place)}: "
        f"{_by((row['value'], row['monte_carlo_error']), target)}"
        for _, row in rows.iterrows()
        if _outside(row["value"], target)
    ]
    share = f"at least {target[0]:g}" if at_least else span(*target)
    return Verdict(words.format(share), len(rows), missed)


def outliers(found: pd.DataFrame) -> list[Verdict]:
    """Lone outliers of many people."""
    figures = [f"{each} covered or flagged" for each in ("slope", "probability")]
    rows = found[(found["kind"] == "outlier") & found["people"].str.startswith(">=")]
    rows = rows[rows["figure"].isin(figures)]
    words = "outliers of 200 people or more: {} % covered or flagged `misfit`"
    return [_held(rows, words, OUTLIERS, ("setting", "table", "figure"), at_least=True)]


def translated(found: pd.DataFrame) -> list[Verdict]:
    """Chances of U.S. IMGs who ranked a specialty first."""
    rows = found[(found["people"] == "all") & (found["editions"] == "all")]
    verdicts = []
    for figure in ("probability covered", "next cycle's probability covered"):
        own = rows[rows["figure"] == figure]
        words = f"translated curves, {figure.removesuffix(' covered')}: {{}} % covered"
        verdicts.append(_held(own, words, TRANSLATED, ("setting",)))
    return verdicts


def bends(found: pd.DataFrame) -> list[Verdict]:
    """Claimed edges of steps and plateaus; straight cells that are flagged."""
    found = found[found["shape"] == "all"]
    edges = found[found["kind"].isin(("step", "plateau")) & (found["people"] != "all")]
    edges = edges[edges["figure"] == "edge covered, claimed only"]
    many = edges["people"].astype(int) >= MANY
    place = ("setting", "table", "people")
    straight = found[(found["setting"] == "straight") & (found["people"] == "all")]
    straight = straight[straight["figure"] == "flagged misfit"]
    return [
        _held(
            edges[many],
            f"claimed edges of steps and plateaus, {MANY:,} people or more: {{}} % covered",
            EDGES_MANY,
            place,
            at_least=True,
        ),
        _held(
            edges[~many],
            f"claimed edges of steps and plateaus, fewer than {MANY:,} people: {{}} % covered",
            EDGES_FEW,
            place,
            at_least=True,
        ),
        _held(straight, "straight worlds: {} % of cells flagged `misfit`", STRAIGHT, place[:2]),
    ]


def one_statistic(found: pd.DataFrame) -> list[Verdict]:
    """Chances where a result is known by one statistic."""
    rows = found[(found["people"] == "all") & (found["shape"] == "all")]
    rows = rows[rows["figure"] == "probability covered"]
    words = "one mean or median a result: {} % of probabilities covered"
    return [_held(rows, words, ONE_STATISTIC, ("setting", "table"))]


def more_tables(found: pd.DataFrame) -> list[Verdict]:
    """Widths of intervals with one table more."""
    rows = found[(found["people"] == "all") & (found["before"] != "any")]
    verdicts = []
    for figure, words in (("slope", "slope"), ("P, mean over 225-265", "P at 225-265")):
        own = rows[rows["figure"] == figure]
        missed = [
            f"{row.of} people, {row.before} to {row.after}: {100 * row.above:.1f} % of "
            f"{row.cells}, up to {row.largest:.2f}"
            for row in own.itertuples()
            if row.largest > WIDER
        ]
        target = f"one table more: interval of the {words} never above {WIDER:.2f} of its width"
        verdicts.append(Verdict(target, len(own), missed))
    return verdicts


#: Verdicts of each table of the further parts.
PARTS = {
    "outliers": outliers,
    "translated": translated,
    "bends": bends,
    "one_statistic": one_statistic,
    "more_tables": more_tables,
}


def verdicts(
    study: Study,
    walked: pd.DataFrame,
    bootstrap: pd.DataFrame,
    scale: pd.DataFrame,
    parts: Mapping[str, pd.DataFrame],
) -> list[Verdict]:
    """Hold every figure against its target; `parts`: tables by the names of `PARTS`."""
    return [
        *_pooled(study),
        *_borrowed_chance(study),
        *_unpooled(study),
        *_errors(study),
        *_next_cycle(walked),
        *(verdict for name, table in parts.items() for verdict in PARTS[name](table)),
        *_bootstrap(bootstrap),
        *_scale(scale),
    ]
