"""Keeps numbers out of the errors of functions that work on private counts.

A failed notebook is kept, and its error shown: what numpy, pandas or scipy say may quote counts.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import ParamSpec, TypeVar

from recalib.problems import RecalibError

_Given = ParamSpec("_Given")
_Made = TypeVar("_Made")


def tells_no_count(function: Callable[_Given, _Made]) -> Callable[_Given, _Made]:
    """Let nothing but its class be known of an unexpected error."""

    @functools.wraps(function)
    def hushed(*given: _Given.args, **named: _Given.kwargs) -> _Made:
        try:
            return function(*given, **named)
        except RecalibError:
            raise
        except Exception as error:
            kind = type(error).__name__
        # Raised here and not above: the error must not hang on to this one as its context.
        raise RecalibError(
            f"A step on the private counts of cohorts stopped with {kind}; its words are kept "
            "back, since they may hold counts. Nothing was published. Report this as a bug."
        )

    return hushed
