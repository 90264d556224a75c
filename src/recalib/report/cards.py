"""Cards of a specialty's page: a group's chance at one score, as people, bars and sentences.

They stand for the score of the notebook; `score.js` moves them to any other from the same published
parameters, by the formulas of `calib.line`.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import jinja2
import pandas as pd

from calib.line import Line
from calib.names import WHOSE
from recalib.bands.audit import MEMBERS
from recalib.contract.keys import recency
from recalib.contract.vocabulary import GUIDE_LABELS
from recalib.report import brief, words
from recalib.report.line import chance_at, lines_of
from recalib.report.order import by_denominator
from recalib.report.sentences import SENTENCES
from recalib.report.show import Html
from recalib.report.view import Specialty

_TEMPLATES = Path(__file__).parent / "template"
#: Scores that the control offers, and those that a bar of bands spans.
LOWEST, HIGHEST = 200, 285
_LETTERS = dict(zip(GUIDE_LABELS, "HCBL", strict=True))
#: Dots in a row of the hundred people.
_ROW = 20


def control(here: Specialty, score: int) -> Html | None:
    """Show the cards of a specialty's newest match curves, at a score that the reader may change.

    None where no table gives a curve of a match.
    """
    curves = here.read("match")
    if curves.empty:
        return None
    parts = [
        (words.COUNTED[name], [card(here, curve, score) for _, curve in part.iterrows()])
        for name, part in by_denominator(curves)
    ]
    shown = _template("cards.html.j2").render(
        parts=parts,
        score=score,
        lowest=LOWEST,
        highest=HIGHEST,
        whose=WHOSE,
        year=max(recency(cycle)[0] for cycle in here.work.curves["cycle"]) + 1,
        said=SENTENCES["cards"],
        key=[(_LETTERS[name], words.plain(name)) for name in reversed(GUIDE_LABELS)],
    )
    return Html(shown)


def _template(name: str) -> jinja2.Template:
    return jinja2.Environment(
        loader=jinja2.FileSystemLoader(_TEMPLATES),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    ).get_template(name)


def card(here: Specialty, curve: pd.Series, score: int) -> dict[str, Any]:
    """Say of one curve what its card shows at a score."""
    return {
        "group": words.group(curve),
        "people": f"{curve['cycle']}: {_behind(curve)}grade {curve['grade']}",
        "verdict": brief.verdict(here, curve),
        "limit": brief.limit(here, curve),
        "bars": [
            bar | {"word": _word_at(bar, score)}
            for bar in (*_guide_bars(here, curve), _calibrated_bar(here, curve))
        ],
        "data": json.dumps(_parameters(here, curve), separators=(",", ":")),
        **at(here, curve, score),
    }


def _word_at(bar: dict[str, Any], score: int) -> str:
    """Return what a bar calls a score; printed bands may overlap."""
    found = [each["word"] for each in bar["segments"] if each["from"] <= score <= each["to"]]
    return " or ".join(found) or str(bar["none"])


def _behind(curve: pd.Series) -> str:
    shown = words.people(curve)
    return "people not counted, " if shown == words.NOTHING else f"{shown} people, "


def at(here: Specialty, curve: pd.Series, score: int) -> dict[str, Any]:
    """Say what changes with the score: the chance as people, its range, the standing.

    `told` is False outside the fitted scores, where `score.js` says so and gives no number.
    """
    value, _, _, low, high = chance_at(curve, score)
    return {
        "told": bool(curve["score_low"] <= score <= curve["score_high"]),
        "of_100": words.of_100(value),
        "percent": words.percent(value),
        "range": words.people_range(low, high),
        "left": f"{100 * low:.1f}%",
        "width": f"{100 * (high - low):.1f}%",
        "dots": _dots(max(1, min(99, round(100 * value)))),
        "everybody": _dots(100),
        "standing": _standing(here, curve, score),
        "outside": f"{curve['score_low']:.0f} to {curve['score_high']:.0f}",
    }


def _dots(people: int) -> str:
    """Return the path of so many dots, row by row; its stroke is dashed into round dots."""
    rows = [min(people - start, _ROW) for start in range(0, people, _ROW)]
    return "".join(f"M5 {10 * row + 5}H{10 * count - 4.9:.1f}" for row, count in enumerate(rows))


def _standing(here: Specialty, curve: pd.Series, score: int) -> str:
    """Say where a score stands among the matched, with its interval; "" where it is not known."""
    rows = here.standing(curve)
    found = rows[rows["score"] == score]
    if found.empty:
        return ""
    row = found.iloc[0]
    below, others = words.of_100(row["matched_below"]), words.of_100(row["not_matched_below"])
    return str(SENTENCES["cards"]["standing"]).format(
        matched=below,
        matched_range=words.people_range(row["matched_low"], row["matched_high"]),
        others=others,
        others_range=words.people_range(row["not_matched_low"], row["not_matched_high"]),
    )


def _parameters(here: Specialty, curve: pd.Series) -> dict[str, Any]:
    """Return what the script computes from: the curve as published, and its standing."""
    own, _ = lines_of(curve)
    columns = [f"{name}_{end}" for name in ("matched", "not_matched") for end in _ENDS]
    return {
        "line": [getattr(own, name) for name in Line._fields],
        "drift": float(curve["drift_sd"]),
        "fitted": [float(curve["score_low"]), float(curve["score_high"])],
        "standing": here.standing(curve)[["score", *columns]].to_numpy(float).tolist(),
    }


_ENDS = ("below", "low", "high")


def _guide_bars(here: Specialty, curve: pd.Series) -> list[dict[str, Any]]:
    """Return the bars of the guides that speak to a group of its chance of a match."""
    found = here.guide_bands[here.guide_bands["guide_scheme"] == "target"]
    mine = found["applicant_group"].map(
        lambda name: curve["applicant_group"] in MEMBERS.get(name, (name,))
    )
    return [
        {
            "name": f"{words.guide(str(guide))}:",
            "none": SENTENCES["cards"]["no_label"],
            "segments": _segments(here, _printed(here, part)),
        }
        for (guide, _), part in found[mine.astype(bool)].groupby(["guide", "specialty"], sort=False)
    ]


def _printed(here: Specialty, part: pd.DataFrame) -> Iterable[tuple[float, float, str, str]]:
    for _, band in part.sort_values("rank", ascending=False).iterrows():
        word = here.work.readings.of_row(band)
        yield band["score_min"], band["score_max"], words.plain(band["label"]), word


def _calibrated_bar(here: Specialty, curve: pd.Series) -> dict[str, Any]:
    """Return the bar of a curve's own bands; without segments where no edge is claimed."""
    rows = here.bands(curve)
    held = rows[rows["score_min"].notna()].sort_values("rank", ascending=False)
    bands = (
        (row["score_min"], row["score_max"], words.plain(row["guide_label"]), row["guide_label"])
        for _, row in held.iterrows()
    )
    return {
        "name": "The data:",
        "none": SENTENCES["cards"]["no_label"] if len(held) else brief.no_edge(rows, curve),
        "segments": _segments(here, bands),
    }


def _segments(
    here: Specialty, bands: Iterable[tuple[float, float, str, str]]
) -> list[dict[str, Any]]:
    """Return what a bar draws: place, width, letter, and the scores and word of each band."""
    found = []
    for low, high, label, word in bands:
        first = 1 if pd.isna(low) else int(low)
        last = 300 if pd.isna(high) else int(high)
        left, right = _place(first), _place(last + 1)
        found.append(
            {
                "from": first,
                "to": last,
                "word": label,
                "rank": GUIDE_LABELS.index(word) + 1 if word else 0,
                "letter": _LETTERS.get(word, ""),
                "left": f"{left:.2f}%",
                "width": f"{right - left:.2f}%",
                "edge": str(first) if LOWEST < first < HIGHEST else "",
                "scores": words.score_range(low, high),
            }
        )
    return found


def _place(score: float) -> float:
    """Return where a score lies on a bar, in percent of its width."""
    return 100 * (min(max(score, LOWEST), HIGHEST) - LOWEST) / (HIGHEST - LOWEST)
