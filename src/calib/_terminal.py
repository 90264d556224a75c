"""In: the stream that a command writes to; out: how wide it is and how words are coloured on it."""

from __future__ import annotations

import os
import shutil
import sys

_STYLES = {
    "head": "1",
    # What a status or a verdict means for a reader: claimed, not claimed, at odds with the guide.
    "ok": "32",
    "holds": "32",
    "flat": "33",
    "weak": "33",
    "borrowed": "33",
    "unreachable": "33",
    "cannot_tell": "33",
    "no_evidence": "33",
    "too_easy": "35",
    "too_hard": "35",
}


class Screen:
    """Where text goes: a terminal of some width, or a file or pipe, which stays plain.

    Parameters
    ----------
    width : int, optional
        Characters in a line; None where lines have no end.
    coloured : bool
        Whether to colour.
    """

    __slots__ = ("coloured", "width")

    def __init__(self, width: int | None = None, coloured: bool = False) -> None:
        self.width = width
        self.coloured = coloured

    def paint(self, text: str, style: str) -> str:
        """Return text in a style.

        Parameters
        ----------
        text : str
            Any text.
        style : str
            ``head``, or a status or verdict; others stay plain.

        Returns
        -------
        str
            The text as it is where there is no colour.
        """
        code = _STYLES.get(style)
        return f"\x1b[{code}m{text}\x1b[0m" if self.coloured and code else text

    def wrapped(self, text: str) -> str:
        """Return text with no line longer than the screen.

        Parameters
        ----------
        text : str
            Any lines, uncoloured.

        Returns
        -------
        str
            Broken between words; what is indented stays so.
        """
        if self.width is None:
            return text
        import textwrap  # the rest of the command does without

        return "\n".join(
            textwrap.fill(
                line,
                max(self.width, 20),
                subsequent_indent="  " if line.startswith("  ") else "",
                break_long_words=False,
                break_on_hyphens=False,
            )
            for line in text.split("\n")
        )


def screen() -> Screen:
    """Return what stdout is.

    Returns
    -------
    Screen
        Coloured on a terminal, unless NO_COLOR says otherwise (https://no-color.org) or the
        terminal knows no colours.
    """
    if not sys.stdout.isatty():
        return Screen()
    plain = os.environ.get("NO_COLOR") or os.environ.get("TERM") == "dumb"
    return Screen(shutil.get_terminal_size().columns, not plain)
