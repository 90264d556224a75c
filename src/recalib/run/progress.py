"""Shows how far a run is: a bar on a terminal, plain lines in a log."""

from __future__ import annotations

import io
import shutil
import sys
from typing import Never, TextIO

from tqdm import tqdm

from recalib.run.task import Outcome


class Progress:
    """Shows on a stream, standard error by default, as notebooks end; a context manager."""

    def __init__(self, stream: TextIO | None = None) -> None:
        # A service may have closed its standard error.
        self._stream = stream or sys.stderr or io.StringIO()
        self._total = self._count = 0
        # A thread of tqdm's would receive the signals that publication holds back.
        tqdm.monitor_interval = 0
        self._bar: tqdm[Never] = tqdm(
            total=0,
            file=self._stream,
            disable=not self._stream.isatty(),
            # Some terminals say that they have no width at all.
            ncols=shutil.get_terminal_size((80, 24)).columns,
            bar_format="{desc} {bar} {n_fmt}/{total_fmt} notebooks, {elapsed}",
        )

    def __enter__(self) -> Progress:
        """Begin."""
        return self

    def __exit__(self, *_: object) -> None:
        """Leave the bar as it is."""
        self._bar.close()

    def expect(self, total: int) -> None:
        """Set how many notebooks there are, those that ended included."""
        self._bar.total = self._total = total
        self._bar.refresh()

    def done(self, outcome: Outcome) -> None:
        """Show that a notebook ended."""
        self._count += 1
        if self._bar.disable:
            line = f"[{self._count}/{self._total}] {outcome.name}: {outcome.seconds:.1f} s"
            print(line, file=self._stream, flush=True)
        else:
            self._bar.set_description(outcome.name, refresh=False)
            self._bar.update()
