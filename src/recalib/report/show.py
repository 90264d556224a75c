"""Objects that a notebook and its page can show: pictures, paragraphs, points, sections."""

from __future__ import annotations

import base64
import html
import io
import re
from collections.abc import Iterable
from typing import Any

import matplotlib
from IPython.display import Markdown, display
from matplotlib.figure import Figure

from recalib.cohorts.labels import warning
from recalib.report.style import PAGE_COLOURS, RC
from recalib.report.view import View


class Html:
    """A piece of HTML: complete elements."""

    def __init__(self, text: str) -> None:
        self.text = text

    def _repr_html_(self) -> str:
        return self.text

    def __repr__(self) -> str:
        return f"Html of {len(self.text)} characters"


def scrolling(content: str, what: str) -> str:
    """Put what may be wider than the page (a `Table`) into a box that scrolls, by keyboard too."""
    return (
        f'<div class="scroll" tabindex="0" role="group" aria-label="{what}, may scroll sideways">'
        f"{content}</div>"
    )


def svg(figure: Figure, text: str = "path") -> str:
    """Return a figure as SVG, the same bytes from the same figure; `text`: `path` or `none`."""
    stream = io.StringIO()
    with matplotlib.rc_context(RC | {"svg.fonttype": text}):
        figure.savefig(
            stream, format="svg", metadata=dict.fromkeys(("Creator", "Date", "Format", "Type"))
        )
    return stream.getvalue()


def picture(figure: Figure | None, caption: str = "") -> Html | None:
    """Show a figure with its alternative text (its label) and a caption; None for None.

    It holds all it needs and asks no host for anything.
    """
    if figure is None:
        return None
    data = base64.b64encode(svg(figure).encode("utf-8")).decode("ascii")
    width = round(figure.get_figwidth() * 96)
    below = f"<figcaption>{html.escape(caption)}</figcaption>" if caption else ""
    alternative = html.escape(str(figure.get_label()))
    image = f'<img width="{width}" alt="{alternative}" src="data:image/svg+xml;base64,{data}">'
    return Html(f"<figure>{scrolling(image, 'Figure')}{below}</figure>")


def drawing(
    figure: Figure | None, caption: str = "", name: str = "", *, wide: bool = False
) -> Html | None:
    """Show a figure as part of the page: it takes the page's colours, letters and width.

    `name`: unlike that of every other drawing of the page; a `wide` one scrolls where it must.
    """
    if figure is None:
        return None
    alternative = html.escape(str(figure.get_label()), quote=True)
    told = f"<figcaption>{html.escape(caption)}</figcaption>" if caption else ""
    drawn = inline(figure, alternative, name)
    # Axes have their place once they are drawn.
    first = figure.axes[0]
    width, (low, high) = 72 * figure.get_figwidth() * first.get_position().width, first.get_xlim()
    moves = f' data-unit="{width / (high - low):.4f}"' if movable(figure) else ""
    if wide:
        return Html(f'<figure class="wide">{scrolling(drawn, "Figure")}{told}</figure>')
    return Html(f'<figure class="drawing"{moves}>{drawn}{told}</figure>')


def movable(figure: Figure) -> bool:
    """Tell whether a line of a figure marks the reader's score."""
    return any(line.get_gid() == "mine" for panel in figure.axes for line in panel.lines)


def inline(figure: Figure, alternative: str, name: str) -> str:
    """Return a figure as an element of the page: text as text, colours those of the page."""
    drawn = svg(figure, text="none")
    drawn = drawn[drawn.index("<svg") :]
    width, height = (72 * side for side in figure.get_size_inches())
    # Width and ground are for JupyterLab: a page sets its own.
    head = (
        f'<svg role="img" aria-label="{alternative}" viewBox="0 0 {width:.1f} {height:.1f}" '
        f'width="{width * 96 / 72:.0f}" style="background: #ffffff">'
    )
    drawn = _IDLE.sub("", _STYLE.sub("", _HEAD.sub(lambda _: head, drawn, count=1)))
    drawn = _TAG.sub(lambda tag: _NUMBER.sub(_tenths, tag[0]), drawn)
    for pattern in (_ID, _REFERENCE):
        drawn = pattern.sub(lambda found: f"{found[1]}{name}-{found[2]}", drawn)
    drawn = _COLOUR.sub(lambda found: PAGE_COLOURS.get(found[0].lower(), found[0]), drawn)
    return _ungrouped(_SPACE.sub(" ", drawn))


def _ungrouped(drawn: str) -> str:
    """Leave out groups that say nothing: matplotlib writes thousands, a fifth of a page."""
    kept: list[bool] = []

    def group(found: re.Match[str]) -> str:
        if found[0] != "</g>":
            kept.append(found[0] != "<g>")
            return found[0] if kept[-1] else ""
        return found[0] if kept.pop() else ""

    return _SPACE.sub(" ", _GROUP.sub(group, drawn))


def _tenths(number: re.Match[str]) -> str:
    """Round a length: tenths of a point are finer than any screen."""
    return f"{float(number[0]):.1f}"


_HEAD = re.compile(r"<svg[^>]*>")
_STYLE = re.compile(r"<defs>\s*<style.*?</style>\s*</defs>|<metadata>.*?</metadata>", re.DOTALL)
#: What says nothing on a page: comments, ids that nobody refers to, a font of its own, no turn.
_IDLE = re.compile(
    r"<!--.*?-->|(?<=<g) id=\"\w+_\d+\"| transform=\"rotate\(-?0 [^\"]*\"|font-family: [^;]*; ",
    re.DOTALL,
)
_GROUP = re.compile(r"</g>|<g\b[^>]*>")
_TAG, _NUMBER, _SPACE = re.compile(r"<[^>]*>"), re.compile(r"-?\d+\.\d{3,}"), re.compile(r"\s+")
_ID = re.compile(r'( id=")([^"]+)')
_REFERENCE = re.compile(r'(url\(#|xlink:href="#)([^")]+)')
_COLOUR = re.compile(r"#[0-9a-fA-F]{6}\b")


def details(summary: str, *parts: Html | str | None, handout: bool = False) -> Html | None:
    """Show what opens on demand under a heading: pieces of HTML, and sentences as paragraphs.

    None where no piece is there; a sentence alone is not enough. Only a `handout` is printed.
    """
    if not any(isinstance(part, Html) for part in parts):
        return None
    shown = [
        part.text if isinstance(part, Html) else f"<p>{html.escape(part)}</p>"
        for part in parts
        if part
    ]
    kind = ' class="handout"' if handout else ""
    return Html(
        f"<details{kind}><summary><h2>{html.escape(summary)}</h2></summary>{''.join(shown)}</details>"
    )


def side_by_side(drawings: Iterable[Html | None]) -> Html | None:
    """Show drawings beside each other where the page is wide enough, else one below the other."""
    found = [each.text for each in drawings if each is not None]
    return Html(f'<div class="drawings">{"".join(found)}</div>') if found else None


def words_of(*paragraphs: str) -> Any:
    """Show paragraphs of Markdown; what looks like HTML in them is text."""
    said = html.escape("\n\n".join(paragraphs), quote=False).replace("&gt;", ">")
    return Markdown(said)  # type: ignore[no-untyped-call]


def points(sentences: Iterable[str]) -> Any:
    """Show sentences as a list; None for none."""
    said = "\n".join(f"- {sentence}" for sentence in sentences)
    return words_of(said) if said else None


def title(heading: str, work: View, doubts: Iterable[str] = ()) -> Any:
    """Show the heading of a page ("" where the notebook has its own), and that people are made up.

    `doubts`: what else must be said before anything is read. The page's template reads the edition,
    and that warning, from the metadata.
    """
    # Figures that a notebook draws itself look like all others.
    matplotlib.rcParams.update(RC)
    made_up = warning(work.inputs["provenance"])
    lines = [
        f"# {heading}" if heading else "",
        *(f"**{one}**" for one in (made_up, *doubts) if one),
    ]
    said = html.escape("\n\n".join(filter(None, lines)), quote=False)
    told = {"edition": work.edition, "synthetic": made_up}
    return Markdown(said, metadata=told)  # type: ignore[no-untyped-call]


def section(heading: str, *parts: Any, level: int = 2) -> None:
    """Show a heading with what belongs to it, or nothing where all parts are None."""
    there = [part for part in parts if part is not None]
    if there:
        display(words_of(f"{'#' * level} {heading}"), *there)  # type: ignore[no-untyped-call]
