"""Holds back Ctrl-C and its like for the moments in which a run must not stop."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

_STOPPING = tuple(
    getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name)
)


@contextmanager
def undisturbed() -> Iterator[None]:
    """Let no signal stop what is done within; the first one that came is heeded at the end."""
    # Not by a mask, which holds for one thread only: a library's threads would get the signal.
    heard: list[int] = []

    def note(number: int, frame: FrameType | None) -> None:
        heard.append(number)

    former = {}
    try:
        for number in _STOPPING:
            former[number] = signal.signal(number, note)
    except ValueError:
        pass  # no signal reaches a thread that is not the main one
    try:
        yield
    finally:
        for number, handler in former.items():
            signal.signal(number, signal.SIG_DFL if handler is None else handler)
        for number in heard[:1]:
            signal.raise_signal(number)
