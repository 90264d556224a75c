"""Write docs/study.md from the tables of bench/results.

python docs/study_page.py
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pandas as pd

ROOT = Path(__file__).parents[1]
RESULTS = ROOT / "bench" / "results"
sys.path.insert(0, str(ROOT / "bench"))

import sections  # noqa: E402
from figures import COMMON, PERSON, RATIO  # noqa: E402
from sections import PRINTED, table  # noqa: E402
from targets import (  # noqa: E402
    NEXT,
    PARTS,
    STANDING,
    Study,
    headlines,
    percent,
    span,
    targets_of,
    unit_of,
    verdicts,
)
from walks import SETTINGS as WALKS  # noqa: E402
from worlds import SETTINGS  # noqa: E402

WORDS = {name: setting.words for name, setting in SETTINGS.items()} | {
    "borrowed": "totals of one group beside tables of another; mean score, spread and slope drawn"
    " around theirs"
}
PEERS = {
    "bin midpoints": "bin midpoints",
    "linear discriminant": "discriminant",
    "interpolated people": "interpolated",
    "person-level logistic": "people",
    "person-level logistic, pooled": "people, pooled",
}
SHAPES = {
    "normal": "normal",
    "mild_left": "slightly left",
    "left": "left",
    "right": "right",
    "two_peaked": "two peaks",
}
MIDDLE = "redrawn .15"


def _range(values: pd.Series) -> str:
    return f"{100 * values.min():.1f}-{100 * values.max():.1f}" if len(values) else ""


def _target(target: tuple[float, float] | None) -> str:
    return span(*target) if target else "none"


def settings(study: Study) -> list[str]:
    """What is simulated."""
    replicates = study.table.groupby("setting")["replicates"].max()
    rows = [
        [f"`{name}`", words, f"{replicates[name]:,}"]
        for name, words in WORDS.items()
        if name in replicates.index
    ]
    return table(["setting", "what is simulated", "replicates"], rows)


def coverage(study: Study) -> list[str]:
    """Coverage of the published intervals."""
    rows = []
    for setting, printed in study.places():
        overall, by_size = targets_of(setting)
        sizes = study.covered(setting, printed, "pooled")
        figures = ("slope covered", "probability covered", "edge covered")
        figures += ("edge covered, claimed only",)
        slope, chance, edge, claimed = (
            percent(study.get(setting, printed, "pooled", figure)) for figure in figures
        )
        share = study.get(setting, printed, "pooled", "edge claimed")
        often = "" if share is None else f"{100 * share[0]:.0f}"
        row = [setting, PRINTED.get(printed, printed), slope, _target(overall)]
        row += [_range(sizes["value"]), _target(by_size), chance, edge, claimed, often]
        rows.append(row)
    head = ["setting", "printed", "slopes, all", "target", "by number of people", "target"]
    head += ["P at 225-265", "edges", "edges, claimed only", "claimed, %"]
    return table(head, rows)


def by_shape(study: Study) -> list[str]:
    """Coverage of the pooled slopes by the shape of the scores."""
    rows = []
    for setting, printed in study.places():
        shares = [
            percent(study.get(setting, printed, "pooled", "slope covered", shape=shape))
            for shape in SHAPES
        ]
        if sum(map(bool, shares)) > 1 and not setting.startswith("lone"):
            rows.append([setting, PRINTED.get(printed, printed), *shares])
    return table(["setting", "printed", *SHAPES.values()], rows)


def unpooled(study: Study) -> list[str]:
    """Coverage of the unpooled intervals."""
    rows = []
    for setting, printed in study.places():
        share = study.get(setting, printed, "unpooled", "slope covered")
        if share is not None:
            cells = study.covered(setting, printed, "unpooled")
            row = [setting, PRINTED.get(printed, printed), percent(share)]
            row += [_range(cells.query("shape == 'all'")["value"])]
            rows.append([*row, _range(cells.query("shape != 'all'")["value"])])
    head = ["setting", "printed", "slopes, all (93-97)", "by number of people"]
    return table([*head, "by fixed shape and number (91-98)"], rows)


def _error(study: Study, setting: str, printed: str, method: str, people: str) -> str:
    """Error of a method; a peer may read the other table of the same people."""
    places = [printed]
    if method in PEERS:
        places.append("people")
        base = setting.removesuffix(", itself")
        places += ["quartiles", "bins"] if len(SETTINGS[base].prints) > 1 else []
    found = (study.get(setting, place, method, COMMON, people) for place in places)
    return percent(next((each for each in found if each is not None), None), 2)


def _line(study: Study, setting: str, printed: str, people: str) -> list[str]:
    methods = ("pooled", "unpooled", *PEERS)
    return [_error(study, setting, printed, method, people) for method in methods]


def errors(study: Study) -> list[str]:
    """Error of the probability beside every peer."""
    rows = []
    for setting, printed in study.places():
        people = study.few(setting, printed)
        ratio = study.get(setting, printed, "pooled", f"{RATIO} {PERSON}", people)
        if ratio is not None:
            row = [setting, PRINTED.get(printed, printed), *_line(study, setting, printed, people)]
            rows.append([*row, f"{ratio[0]:.2f} ± {ratio[1]:.2f}"])
    head = ["setting", "printed", "**pooled**", "unpooled", *PEERS.values(), "ratio to people"]
    return table(head, rows)


def by_size(study: Study) -> list[str]:
    """Error by number of people in the middle setting."""
    rows = []
    for printed in ("quartiles", "bins"):
        sizes = study.covered(MIDDLE, printed, "pooled")["people"]
        for people in sorted(sizes, key=int):
            line = _line(study, MIDDLE, printed, people)
            rows.append([PRINTED.get(printed, printed), f"{int(people):,}", *line])
    return table(["printed", "people", "**pooled**", "unpooled", *PEERS.values()], rows)


def equal(found: pd.DataFrame) -> list[str]:
    """Coverage of slopes under narrower priors."""
    rows = [
        [
            f"`{row.setting}`",
            f"{row.specialty_scale:g}, {row.cycle_scale:g}",
            percent((row.slope_covered, row.monte_carlo_error)),
            f"{row.standard_error:.3f}",
            f"{row.root_mean_square_error:.3f}",
        ]
        for row in found.itertuples()
    ]
    head = ["setting", "prior scale of specialties, cycles", "slopes covered"]
    return table([*head, "mean standard error", "error (root mean square)"], rows)


POPULATIONS = {"us_md_senior": "U.S. MD seniors", "non_us_img": "non-U.S. IMGs"}


def _population(name: str) -> str:
    group, _, alone = name.partition(", ")
    return POPULATIONS[group] + (f", {alone}" if alone else "")


def walk_settings(walked: pd.DataFrame) -> list[str]:
    """What is simulated about the next cycle."""
    replicates = walked.groupby("setting")["replicates"].max()
    rows = [
        [f"`{name}`", setting.words, f"{replicates[name]:,}"]
        for name, setting in WALKS.items()
        if name in replicates.index
    ]
    return table(["setting", "what is simulated", "replicates"], rows)


def _by_people(
    walked: pd.DataFrame, figures: dict[str, str], sizes: tuple[str, ...]
) -> Iterator[list[str]]:
    """A row for each setting, population and cycle: each figure for each number of people."""
    columns = ["setting", "population", "cycle", "figure", "people"]
    walked = walked[walked["shape"] == "all"]
    found = walked.set_index(columns)[["value", "monte_carlo_error"]].apply(tuple, axis=1)
    places = walked[walked["population"] != "step"][columns[:3]].drop_duplicates()
    order = sorted(places.itertuples(index=False), key=lambda place: list(WALKS).index(place[0]))
    for setting, population, cycle in order:
        values = [
            percent(found.get((setting, population, cycle, figure, people)))
            for figure in figures
            for people in sizes
        ]
        yield [f"`{setting}`", _population(population), cycle, *values]


def next_cycle(walked: pd.DataFrame) -> list[str]:
    """Coverage of the next cycle's probability, by the number of people of a cell."""
    sizes = {"all": f"all ({span(*NEXT)})", "<200": "under 200 people"}
    sizes |= {"200-999": "200-999", ">=1000": "1,000 and more"}
    rows = _by_people(headlines(walked), {"next cycle's P covered": ""}, tuple(sizes))
    return table(["setting", "population", "last cycle", *sizes.values()], list(rows))


def standing(walked: pd.DataFrame) -> list[str]:
    """Coverage of standing and of the own cycle's probability."""
    figures = {
        "standing of the matched covered": f"standing, matched ({span(*STANDING)})",
        "standing of the not matched covered": f"standing, not matched ({span(*STANDING)})",
        "own cycle's P covered": "own cycle's P",
        "next cycle's P covered": "next cycle's P",
    }
    rows = _by_people(walked, figures, ("all",))
    return table(["setting", "population", "cycle", *figures.values()], list(rows))


def standing_by_shape(walked: pd.DataFrame) -> list[str]:
    """Coverage of standing by the shape of the scores, by what was printed."""
    printed = {
        ("non_us_img, one cycle", "2026"): "quartiles, mean, SD of both results",
        ("us_md_senior", "2020-2024"): "bins",
        ("us_md_senior", "2026"): "quartiles, one median",
        ("us_md_senior", "2024"): "means",
    }
    rows = walked[walked["setting"] == "walk, shapes"]
    columns = ["population", "cycle", "figure", "shape"]
    found = rows.set_index(columns)[["value", "monte_carlo_error"]].apply(tuple, axis=1)
    shapes = [shape for shape in SHAPES if shape in set(rows["shape"])]
    lines = []
    for place, form in printed.items():
        for result in ("matched", "not matched"):
            figure = f"standing of the {result} covered"
            shares = [percent(found.get((*place, figure, shape))) for shape in shapes]
            lines.append([form, result, *shares])
    return table(["printed", "result", *(SHAPES[shape] for shape in shapes)], lines)


def step(walked: pd.DataFrame) -> str:
    """Sentence on the step that was estimated anew."""
    found = walked[walked["setting"] == next(iter(WALKS))].set_index("figure")
    covered = found.loc["step covered"]
    ratio = found.loc["step over the true one, geometric mean"]
    return (
        "The step of the walk, estimated anew in each world, is "
        f"{ratio['value']:.2f} ± {ratio['monte_carlo_error']:.2f} times the true one (geometric "
        f"mean, `{next(iter(WALKS))}`); its 95 % interval holds that one in "
        f"{percent((covered['value'], covered['monte_carlo_error']))} % of the worlds."
    )


def bootstrap(found: pd.DataFrame) -> list[str]:
    """Standard errors of real tables against the bootstrap."""
    rows = []
    kept = found[found["prior"] == "kept"].reset_index(drop=True)
    redrawn = found[found["prior"] == "redrawn"].reset_index(drop=True)
    for (_, row), (_, still) in zip(redrawn.iterrows(), kept.iterrows(), strict=True):
        compared = {"sd": "SD", "half_range": "half 16-84 %"}[row["slope_compared"]]
        cells = [f"{row[name]:.3f}" for name in ("slope_se", "slope_sd", "slope_half_range")]
        ratio = f"{row['slope_ratio']:.2f} ± {row['slope_ratio_monte_carlo_error']:.2f}"
        others = (f"{still['slope_ratio']:.2f}", f"{row['intercept_ratio']:.2f}")
        rows.append([unit_of(row), f"{row['people']:,}", *cells, compared, ratio, *others])
    head = ["unit", "people", "claimed", "SD", "half 16-84 %", "compared", "ratio"]
    return table([*head, "ratio, prior kept", "intercept's ratio"], rows)


def time(found: pd.DataFrame) -> str:
    """Sentence on time."""
    one, ten = found.iloc[0], found.iloc[1]
    return (
        f"Measured, not simulated: the fit of all {one['cells']:,.0f} cells of `data/raw` takes "
        f"{one['seconds_median']:.1f} s on one core (median of {one['runs']:.0f} runs), that of "
        f"ten times as many ({ten['cells']:,.0f}; the largest pool holds {ten['largest_pool']:,.0f}"
        f" sites) {ten['seconds_median']:.1f} s, {ten['ratio']:.1f} times as long."
    )


def targets(found: list) -> list[str]:
    """Targets met and missed."""
    rows = [[each.target, str(each), "; ".join(each.missed)] for each in found]
    return table(["target", "verdict, times asked", "where missed"], rows)


TEXT = """# The simulation study

Made from `bench/results/*.csv` by `docs/study_page.py`. **Every number here is simulated**, but for
the times at the end. Worlds of 24 populations are drawn, printed as the sources print (whole
numbers) and fitted as real tables are. Their truth is known, so errors and intervals can be judged.
± is the Monte Carlo error. Cells of one replicate share a pool, so it comes from the spread between
replicates; a difference of two methods is paired.

## Settings

{settings}

## Targets

{targets}

## Coverage of 95 % intervals (simulated, %)

Slopes are per 10 points, P is the chance at 225, 230, ..., 265, edges are the scores at which it is
25, 50 and 75 %. An edge that is not claimed counts as unbounded, which covers; the next column
leaves such out. A lone outlier among equal slopes is one that pooling must miss: it has no target.

{coverage}

Where every slope is the same, intervals that hold for slopes that differ are wider than they need
to be. Narrower priors of the spreads do not mend it: before equal slopes are covered less often,
slopes that differ are no longer covered (tables of quartiles; the first row of each world is the
project's own prior).

{equal}

Slopes by the shape of the scores (skewed to the left or right, or with two peaks). A table that
prints one statistic of a result leans on the assumed shape, and two peaks are not in the model.

{by_shape}

Unpooled intervals (`*_raw`), where each result has ten people or more. In `fixed` each shape and
number of people, from 100 with 20 in the smaller result, is judged alone. These results are from
before edition 2026.7, which gives the error as wide as the pool takes it: a quarter wider where one
median is all that is known of a result, and more where bins bend.

{unpooled}

## Error of the probability (simulated, points of per cent)

Root mean square error of P at 225-265 in cells of up to 500 people, on those cells that all methods
answer. Peers read what is printed of the same people. The last two read the people themselves, whom
nobody outside has; pooled, they are the limit. The ratio is that of the pooled fit to the people.

{errors}

By number of people, in `redrawn .15`:

{by_size}

## The next cycle, and standing (simulated, %)

Worlds laid out as the tables of U.S. MD seniors are: 19 specialties with bins of 2020-2024, means
of 2024, whose people are among those of 2020-2024, and quartiles of 2026 (of those who did not
match the median); three of which less is printed, one of them 2020-2024 alone (shown, but too few
curves to be judged). Beside them 16 specialties of non-U.S. IMGs, whom 2026 alone tells of. The
level of each specialty walks from year to year; the step of the walk is drawn from the posterior
that the real tables give it.

{walk_settings}

How often `next_low` to `next_high` holds the chance of 2027 at 225, 230, ..., 265:

{next_cycle}

{step}

How often the intervals of standing at 230, 235, ..., 260 hold the true share, of those who matched
and of those who did not; beside them the chance at 225-265, in the curve's own cycle and in 2027:

{standing}

The same in `walk, shapes`, by what is printed and the shape of the scores. A table of means, or of
one median beside quartiles, does not show a shape that the model leaves out (two peaks) or holds
for unlikely (skewed to the right); quartiles of both results and bins do.

{standing_by_shape}

## Lone outliers (simulated, %)

Slopes that lie far from all others (about -.1 where the others are about .35), in worlds of 24 or
25 populations of 100 to 3,000 people. The table is of cells of 200 people and more.

{outliers_told}

{outliers}

## U.S. IMGs who ranked a specialty first (simulated, %)

Twenty specialties: non-U.S. IMGs with score statistics and totals of both denominators, U.S. IMGs
with totals of everyone who ranked a track, and matched means of both groups in none, one or two
older editions. The gap of a specialty is drawn from N(-5, 6²) points, an edition's from N(gap, 2²),
the shift between the denominators from N(.36, .27²) and that of U.S. IMGs from N(shift, .3²); the
step of a year from its prior.

{translated_told}

{translated}

## Wrong shapes (simulated, %)

Twenty populations of non-U.S. IMGs; scores normal, skewed to the left or right, or with two peaks.
Beside them the bins of twelve of U.S. MD seniors, whose logits bend by N(0, .05²).

{bends_told}

{bends}

## One mean or one median a result (simulated, %)

Twenty populations that are all printed alike, steep as those of U.S. seniors. Beside quartiles it
is those who did not match who are known by one statistic.

{one_statistic_told}

{one_statistic}

## More evidence (simulated)

One cell of twenty is printed as bins, as quartiles and as means, alone and together, of the same
people or so that one table lacks 1 % of them. Widths of the 95 % intervals with one table more over
those before.

{more_tables_told}

{more_tables}

## Standard errors of real tables (simulated draws)

The unpooled fit of a real table is taken for true; tables are drawn from it and fitted again. The
claimed error also holds what no table tells and a prior stands for: the spread of scores where only
means are printed, their shape inside a wide open bin. The bootstrap redraws that from its prior.
Where it keeps it at the fit (`prior kept`), less spread is found than is claimed. Skewed estimates
(skewness beyond .5) are compared by half of their 16-84 % range. The factor for a bent logit and
the t limits of interviews are left out on both sides.

{bootstrap}

## Time

{time}
"""


def page() -> str:
    """The page as Markdown."""
    study = Study(pd.read_csv(RESULTS / "statistics.csv", dtype={"people": str}))
    boot, scale, narrow = (
        pd.read_csv(RESULTS / f"{name}.csv") for name in ("bootstrap", "scale", "equal_slopes")
    )
    walked = pd.read_csv(RESULTS / "next_cycle.csv", keep_default_na=False)
    named = {"people": str, "editions": str}
    others = {name: pd.read_csv(RESULTS / f"{name}.csv", dtype=named) for name in PARTS}
    above = pd.read_csv(RESULTS / "more_tables_above.csv")
    parts = {
        "settings": settings(study),
        "targets": targets(verdicts(study, walked, boot, scale, others)),
        "outliers": sections.outliers_section(others["outliers"]),
        "translated": sections.translated_section(others["translated"]),
        "bends": sections.bends_section(others["bends"]),
        "one_statistic": sections.one_statistic_section(others["one_statistic"]),
        "more_tables": sections.more_tables_section(others["more_tables"], above),
        "coverage": coverage(study),
        "equal": equal(narrow),
        "by_shape": by_shape(study),
        "unpooled": unpooled(study),
        "errors": errors(study),
        "by_size": by_size(study),
        "walk_settings": walk_settings(walked),
        "next_cycle": next_cycle(walked),
        "standing": standing(walked),
        "standing_by_shape": standing_by_shape(walked),
        "bootstrap": bootstrap(boot),
    }
    text = {name: "\n".join(lines) for name, lines in parts.items()}
    text |= {f"{name}_told": sections.told(name, found) for name, found in others.items()}
    return TEXT.format(**text, step=step(walked), time=time(scale))


if __name__ == "__main__":
    goal = Path(__file__).with_name("study.md")
    goal.write_text(page(), encoding="utf-8")
