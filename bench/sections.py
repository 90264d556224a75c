"""Sections of the study's page: the table of a part in, Markdown out."""

from __future__ import annotations

from collections.abc import Sequence

import bends
import more_tables
import one_statistic
import outliers
import pandas as pd
import translated
from targets import PARTS, percent

PRINTED = {
    "quartiles": "quartiles, mean, SD",
    "one_median": "quartiles, one median",
    "one_mean": "quartiles, one mean",
    "consent": "sample and totals",
    "applications": "interview bins",
}
#: Cases that are listed one by one.
WORST = 10


def table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> list[str]:
    """A table in Markdown."""
    lines = [f"| {' | '.join(head)} |", "|" + "---|" * len(head)]
    return lines + [f"| {' | '.join(row)} |" for row in rows]


def told(name: str, found: pd.DataFrame) -> str:
    """What was asked of a part, and how often it was met."""
    lines = []
    for target, asked, missed in PARTS[name](found):
        verdict = f"**missed** in {len(missed)} of {asked}" if missed else f"met in all {asked}"
        lines.append(f"- {target}: {verdict}")
    return "\n".join(lines)


class Figures:
    """Look-ups in the table of a part."""

    def __init__(self, found: pd.DataFrame, by: Sequence[str]) -> None:
        columns = [*by, "figure"]
        keys = found[columns].astype(str).itertuples(index=False, name=None)
        self.values = dict(
            zip(keys, zip(found["value"], found["monte_carlo_error"], strict=True), strict=True)
        )

    def get(self, *place: str) -> str:
        """A share in per cent with its error; empty where there is none."""
        return percent(self.values.get(place))


def _number(people: str) -> str:
    return f"{int(people):,}" if people.isdigit() else people


def _settings(words: dict[str, str], found: pd.DataFrame) -> list[str]:
    """What is simulated."""
    replicates = found.groupby("setting")["replicates"].max()
    rows = [
        [f"`{name}`", said, f"{replicates[name]:,}"]
        for name, said in words.items()
        if name in replicates.index
    ]
    return table(["setting", "what is simulated", "replicates"], rows)


def outliers_section(found: pd.DataFrame) -> list[str]:
    """Lone outliers."""
    words = {name: setting.words for name, setting in outliers.SETTINGS.items()}
    values = Figures(found, ("setting", "table", "kind", "people"))
    seen = f">={outliers.SEEN}"
    rows = []
    for setting in words:
        for printed in outliers.PRINTS:
            place = (setting, printed, "outlier", seen)
            figures = [figure.name for figure in outliers.FIGURES]
            shares = [values.get(*place, figure) for figure in figures]
            false = values.get(setting, printed, "other", seen, "flagged misfit")
            rows.append([f"`{setting}`", PRINTED.get(printed, printed), *shares, false])
    head = ["setting", "printed", "slope covered or flagged", "P covered or flagged"]
    head += ["slope covered", "P covered", "flagged", "others flagged"]
    return [*_settings(words, found), "", *table(head, rows)]


def translated_section(found: pd.DataFrame) -> list[str]:
    """U.S. IMGs who ranked a specialty first."""
    words = {name: setting.words for name, setting in translated.SETTINGS.items()}
    values = Figures(found, ("setting", "people", "editions"))
    places = {
        "all": ("all", "all"),
        "under 100 people": ("<100", "all"),
        "100-999": ("100-999", "all"),
        "1,000 and more": (">=1000", "all"),
        "gap not printed": ("all", "0"),
        "in one edition": ("all", "1"),
        "in two": ("all", "2"),
    }
    figures = [figure.name for figure in translated.FIGURES]
    rows = [
        [f"`{name}`", said, *(values.get(name, *place, figure) for figure in figures)]
        for name in words
        for said, place in places.items()
    ]
    head = ["setting", "curves", "P at 225-265 (93-97)", "P of the next cycle (93-97)", "slope"]
    head.append("mean width of P's interval at 245")
    return [*_settings(words, found), "", *table(head, rows)]


def bends_section(found: pd.DataFrame) -> list[str]:
    """Wrong shapes, by number of people."""
    words = {name: setting.words for name, setting in bends.SETTINGS.items()}
    whole = found[found["shape"] == "all"]
    values = Figures(whole, ("setting", "table", "kind", "people"))
    sizes = ["all", *map(str, bends.SIZES)]
    titles = {
        "edge covered, claimed only": "Claimed edges that cover. The true edge is the least score "
        "from\nwhich the chance reaches it; where there is none, it is not covered:",
        "flagged misfit": "Cells flagged `misfit`:",
        "probability covered": "P at 225-265 covered:",
    }
    lines = _settings(words, found)
    for figure, title in titles.items():
        rows = []
        for setting in words:
            # Where one population in five is wrong, that one and the others.
            for kind in dict.fromkeys(bends.SETTINGS[setting].kinds):
                for printed in bends.PRINTS:
                    place = (setting, printed, kind)
                    shares = [values.get(*place, size, figure) for size in sizes]
                    if figure == "edge covered, claimed only":
                        shares.append(values.get(*place, "all", "edges claimed a cell"))
                    said = f"`{setting}`" + ("" if kind in setting else ", the others")
                    rows.append([said, PRINTED.get(printed, printed), *shares])
        head = ["setting", "printed", "all", *(f"{_number(size)} people" for size in sizes[1:])]
        if figure == "edge covered, claimed only":
            head.append("claimed by 100 cells, of 300")
        lines += ["", title, "", *table(head, rows)]
    shaped = Figures(found, ("setting", "table", "kind", "people", "shape"))
    rows = [
        [PRINTED.get(printed, printed)]
        + [
            shaped.get("straight", printed, "straight", "all", shape, "flagged misfit")
            for shape in bends.SHAPES
        ]
        for printed in bends.PRINTS
    ]
    title = "Straight cells flagged, by the shape of the scores:"
    shapes = ["normal", "left", "right", "two peaks"]
    return [*lines, "", title, "", *table(["printed", *shapes], rows)]


def one_statistic_section(found: pd.DataFrame) -> list[str]:
    """One statistic a result."""
    words = {name: setting.words for name, setting in one_statistic.SETTINGS.items()}
    whole = found[found["shape"] == "all"]
    values = Figures(whole, ("setting", "table", "people"))
    forms = {form: PRINTED.get(form, form) for form in one_statistic.FORMS}
    lines = _settings(words, found)
    titles = {
        "probability covered": "P at 225-265 covered (92-98):",
        "edge covered, claimed only": "Claimed edges that cover:",
    }
    for figure, title in titles.items():
        rows = [
            [f"`{name}`", *(values.get(name, form, "all", figure) for form in forms)]
            for name in words
        ]
        lines += ["", title, "", *table(["setting", *forms.values()], rows)]
    rows = [
        [_number(size), *(values.get("mixed", form, size, "probability covered") for form in forms)]
        for size in map(str, one_statistic.SIZES)
    ]
    title = "P covered in `mixed`, by number of people:"
    return [*lines, "", title, "", *table(["people", *forms.values()], rows)]


def more_tables_section(found: pd.DataFrame, above: pd.DataFrame) -> list[str]:
    """More evidence, and the cases in which it widens."""
    rows = []
    whole = found[(found["people"] == "all") & (found["before"] != "any")]
    for place, part in whole.groupby(["of", "before", "after"], sort=False):
        figures = part.set_index("figure")
        cells = []
        for figure in ("slope", "P, mean over 225-265"):
            one = figures.loc[figure]
            share = percent((one["above"], one["monte_carlo_error"]))
            cells += [f"{one['median']:.2f}", f"{one['largest']:.2f}", share]
        rows.append([*place, *cells, f"{figures['cells'].max():,}"])
    head = ["people", "before", "after", "slope, median", "largest", "above 1.02, %"]
    head += ["P, median", "largest", "above 1.02, %", "cells"]
    worst = [
        [row.of, f"{row.people:,}", row.before, row.after]
        + [f"{width:.2f}" for width in (row.slope, row.chance)]
        + [f"`{status}`" for status in (row.status_before, row.status_after)]
        for row in above.head(WORST).itertuples()
    ]
    cases = whole.loc[whole["figure"] == "slope", "cells"].sum()
    said = (
        f"In {len(above):,} of {cases:,} cases the interval of the slope or of P is wider than "
        f"{more_tables.LIMIT:.2f} of what it was"
    )
    lines = [*table(head, rows), "", said + ("; the widest:" if worst else ".")]
    if worst:
        head = ["tables of", "people", "before", "after", "slope", "P", "status before", "after"]
        lines += ["", *table(head, worst)]
    return lines
