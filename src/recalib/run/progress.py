"""Outcomes come in as notebooks end; a bar goes out on a terminal, plain lines in a log."""

from __future__ import annotations

import shutil
import sys
from types import TracebackType
from typing import Never, TextIO

from tqdm import tqdm

from recalib.run.task import Outcome


class Progress:
    """How far a run is; a context manager.

    Parameters
    ----------
    stream : text file or None
        Where to show it; None for standard error.
    """

    def __init__(self, stream: TextIO | None = None) -> None:
        self._stream = stream if stream is not None else sys.stderr
        self._total = 0
        self._count = 0
        self._bar: tqdm[Never] | None = None

    def __enter__(self) -> Progress:
        """Show the bar, where there is a terminal."""
        if self._stream.isatty():
            self._bar = tqdm(
                total=self._total,
                file=self._stream,
                # Some terminals say that they have no width at all.
                ncols=shutil.get_terminal_size((80, 24)).columns,
                bar_format="{desc} {bar} {n_fmt}/{total_fmt} notebooks, {elapsed}",
            )
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Leave the bar as it is."""
        if self._bar is not None:
            self._bar.close()

    def expect(self, total: int) -> None:
        """Set how many notebooks there are, as far as is known.

        Parameters
        ----------
        total : int
            Notebooks, those that ended included.
        """
        self._total = total
        if self._bar is not None:
            self._bar.total = total
            self._bar.refresh()

    def done(self, outcome: Outcome) -> None:
        """Show that a notebook ended.

        Parameters
        ----------
        outcome : Outcome
            How it ended.
        """
        self._count += 1
        if self._bar is not None:
            self._bar.set_description(outcome.name, refresh=False)
            self._bar.update()
        else:
            print(
                f"[{self._count}/{self._total}] {outcome.name}: {outcome.seconds:.1f} s",
                file=self._stream,
                flush=True,
            )
