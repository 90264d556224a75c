"""Objects that a notebook and its page can show: pictures, paragraphs, points, sections."""

from __future__ import annotations

import base64
import html
import io
from collections.abc import Iterable
from typing import Any

import matplotlib
from IPython.display import Markdown, display
from matplotlib.figure import Figure

from recalib.cohorts.labels import warning
from recalib.report.style import RC
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


def svg(figure: Figure) -> str:
    """Return a figure as SVG, the same bytes from the same figure, its text drawn as paths."""
    stream = io.StringIO()
    with matplotlib.rc_context(RC):
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


def words_of(*paragraphs: str) -> Any:
    """Show paragraphs of Markdown."""
    return Markdown("\n\n".join(paragraphs))  # type: ignore[no-untyped-call]


def points(sentences: Iterable[str]) -> Any:
    """Show sentences as a list; None for none."""
    said = "\n".join(f"- {sentence}" for sentence in sentences)
    return words_of(said) if said else None


def title(heading: str, work: View) -> Any:
    """Show the heading of a page ("" where the notebook has its own) and its edition.

    The page's template reads the edition from the metadata.
    """
    made_up = warning(work.inputs["provenance"])
    lines = [f"# {heading}" if heading else "", f"**{made_up}**" if made_up else ""]
    lines.append(f"Edition {work.edition} of the Step 2 CK score bands.")
    said = "\n\n".join(filter(None, lines))
    return Markdown(said, metadata={"edition": work.edition})  # type: ignore[no-untyped-call]


def section(heading: str, *parts: Any, level: int = 2) -> None:
    """Show a heading with what belongs to it, or nothing where all parts are None."""
    there = [part for part in parts if part is not None]
    if there:
        display(words_of(f"{'#' * level} {heading}"), *there)  # type: ignore[no-untyped-call]
