"""The curve that is opened, by Altair: compiled to Vega when the page is made, fed by the page.

The page fills three tables (lines, points, bars) and the parameters; the chart computes nothing.
"""

from __future__ import annotations

import json
from functools import cache
from typing import Any

import altair as alt
import vl_convert

from recalib.report.style import BAND_COLOURS, INK, LINE, NEUTRAL

#: What a page takes of the libraries, which the bundle hides otherwise.
_ENGINE = "window.calibDraw = vegaEmbed;"
#: Each tells from white and from a dark ground by three to one.
_SERIES = ("#2b83ba", "#d55e00", "#009e73", "#b06ab3")
_DASHES = ([1, 0], [7, 3], [2, 3], [9, 3, 2, 3])
#: Of ranks 1 to 4, and of a label that stands for none.
_SHADES = (*BAND_COLOURS, NEUTRAL)
_RANKS = [1, 2, 3, 4, 0]
#: Height of the plot in pixels, rows of bands included.
_HEIGHT = 330
#: The picture of a list: its width in pixels, its colours, its ticks.
_LIST_WIDTH, _POINT, _RANGE = 380, "#0b5394", "#9db8d3"
_HUNDRED = range(0, 101, 25)
#: Parameters with what they hold before a page sets them.
_PARAMETERS: dict[str, Any] = {
    "ink": INK,
    "paper": "#ffffff",
    "grid": LINE,
    "x_low": 210,
    "x_high": 280,
    "bottom": -0.14,
    "ticks": [0, 0.25, 0.5, 0.75, 1],
    "rows": [],
    "heading": "",
}


@cache
def engine() -> str:
    """Return Vega as one script that asks no host for anything."""
    return str(vl_convert.javascript_bundle(_ENGINE))


@cache
def spec() -> str:
    """Return the chart as Vega's JSON."""
    told = {name: alt.param(name=name, value=value) for name, value in _PARAMETERS.items()}
    layers = [_ribbon("lo", "hi", 0.16), _ribbon("olo", "ohi", 0.24), _lines(), *_scores()]
    chart = (
        alt.layer(*layers, *_bars())
        .properties(
            width="container",
            height=_HEIGHT,
            background=alt.ExprRef("paper"),
            padding=4,
            autosize=alt.AutoSizeParams(type="fit", contains="padding"),
            title=alt.TitleParams(text=alt.ExprRef("heading"), anchor="start", fontSize=13),
        )
        .resolve_scale(color="independent", strokeDash="independent")
        .add_params(*told.values())
        .configure(font="system-ui, sans-serif", aria=False)
        .configure_view(stroke=None)
        .configure_title(color=alt.ExprRef("ink"))
        .configure_legend(
            labelColor=alt.ExprRef("ink"), labelFontSize=12, title=None,
            labelLimit=alt.ExprRef("width - 20"), orient="top", direction="vertical",
            symbolType="stroke", symbolSize=300,
        )
        .configure_axis(
            labelColor=alt.ExprRef("ink"), titleColor=alt.ExprRef("ink"), labelFontSize=12,
            titleFontSize=12, titleFontWeight="normal", gridColor=alt.ExprRef("grid"),
            domainColor=alt.ExprRef("grid"), tickColor=alt.ExprRef("grid"),
        )
    )  # fmt: skip
    return json.dumps(chart.to_dict(format="vega"), separators=(",", ":"))


@cache
def list_spec() -> str:
    """Return the picture of a whole list as Vega's JSON: a row a specialty, drawn to be saved."""
    rows = alt.Chart(_named("rows"))
    y = alt.Y("name:N", sort=None, title=None, axis=alt.Axis(labelLimit=320, ticks=False))
    whole = alt.Scale(domain=[0, 100])
    x = alt.X("value:Q", scale=whole, title="matched, of 100", axis=alt.Axis(values=[*_HUNDRED]))
    told = rows.mark_text(align="left", fontSize=12, color=INK)
    chart = (
        alt.layer(
            rows.mark_rule(color=_RANGE, strokeWidth=4).encode(y=y, x=alt.X("lo:Q"), x2="hi:Q"),
            rows.mark_point(filled=True, size=70, opacity=1, color=_POINT).encode(y=y, x=x),
            told.encode(y=y, x=alt.value(_LIST_WIDTH + 12), text="told:N"),
        )
        .properties(
            width=_LIST_WIDTH,
            height=alt.Step(22),
            background="#ffffff",
            padding=10,
            title=alt.TitleParams(text=alt.ExprRef("heading"), anchor="start", frame="bounds"),
        )
        .add_params(alt.param(name="heading", value=""))
        .configure(font="system-ui, sans-serif")
        .configure_view(stroke=None)
        .configure_title(color=INK, fontSize=13)
        .configure_axis(labelColor=INK, titleColor=INK, labelFontSize=12, gridColor=LINE)
    )
    return json.dumps(chart.to_dict(format="vega"), separators=(",", ":"))


def _named(name: str) -> alt.NamedData:
    return alt.NamedData(name=name)


def _x(field: str = "x") -> alt.X:
    low, high = alt.ExprRef("x_low"), alt.ExprRef("x_high")
    return alt.X(
        f"{field}:Q",
        title="Step 2 CK",
        scale=alt.Scale(domain=[low, high], nice=False, zero=False),
        axis=alt.Axis(
            grid=False, tickCount=6, format="d", labelOverlap="greedy", labelSeparation=8
        ),
    )


def _y(field: str) -> alt.Y:
    row = "rows[round(-datum.value / 0.12) - 1]"
    return alt.Y(
        f"{field}:Q",
        title="matched, of 100",
        scale=alt.Scale(domain=[alt.ExprRef("bottom"), 1], nice=False, zero=False),
        axis=alt.Axis(
            values=alt.ExprRef("ticks"),
            labelExpr=f"datum.value >= 0 ? format(100 * datum.value, 'd') : {row}",
        ),
    )


def _colour(*, legend: bool = False) -> alt.Color:
    shown = alt.Legend() if legend else None
    return alt.Color("s:N", sort=None, scale=alt.Scale(range=[*_SERIES]), legend=shown)


def _ribbon(low: str, high: str, opacity: float) -> alt.Chart:
    area = alt.Chart(_named("lines")).mark_area(opacity=opacity, clip=True)
    made: alt.Chart = area.encode(x=_x(), y=_y(low), y2=f"{high}:Q", color=_colour())
    return made


def _lines() -> alt.Chart:
    made: alt.Chart = (
        alt.Chart(_named("lines"))
        .mark_line(strokeWidth=2.2, clip=True)
        .encode(
            x=_x(),
            y=_y("y"),
            color=_colour(legend=True),
            strokeDash=alt.StrokeDash(
                "s:N", sort=None, scale=alt.Scale(range=[*_DASHES]), legend=alt.Legend()
            ),
        )
    )
    return made


def _scores() -> list[alt.Chart]:
    points = alt.Chart(_named("points"))
    told = {"x": _x(), "color": _colour()}
    return [
        points.mark_rule(strokeWidth=2.5).encode(y=_y("lo"), y2="hi:Q", **told),
        points.mark_point(filled=True, size=80, opacity=1).encode(y=_y("y"), **told),
        points.mark_text(
            align="left", dx=7, dy=-8, fontSize=12, fontWeight="bold", color=alt.ExprRef("ink")
        ).encode(x=_x(), y=_y("y"), text="told:N"),
    ]


def _bars() -> list[alt.Chart]:
    bars = alt.Chart(_named("bars"))
    fill = alt.Scale(domain=_RANKS, range=[shade for shade, _ in _SHADES])
    ink = alt.Scale(domain=_RANKS, range=[ink for _, ink in _SHADES])
    return [
        bars.mark_rect(clip=True, stroke="#ffffff", strokeWidth=1).encode(
            x=_x(), x2="x2:Q", y=_y("y"), y2="y2:Q",
            color=alt.Color("rank:N", scale=fill, legend=None),
        ),
        bars.mark_text(fontSize=11).encode(
            x=_x("middle"), y=_y("line"), text="told:N",
            color=alt.Color("rank:N", scale=ink, legend=None),
        ),
    ]  # fmt: skip
