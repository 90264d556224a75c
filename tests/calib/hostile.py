"""In: nothing; out: objects that no caller should pass, each failing in its own way."""

from __future__ import annotations

import enum
from decimal import Decimal
from fractions import Fraction
from types import SimpleNamespace
from typing import Any

import numpy as np
import pandas as pd
from hypothesis import strategies as st


def _fails(self: Any, *arguments: Any) -> Any:
    raise RuntimeError("hostile")


_DUNDERS = (
    "repr str eq ne lt le gt ge hash float int index len bool iter contains getitem add sub format"
    " complex call reduce neg abs round trunc"
)
_FAILING = {f"__{name}__": _fails for name in _DUNDERS.split()}
_STRING = dict.fromkeys(("strip", "lower", "upper", "replace", "split", "join"), _fails)

Hostile: Any = type("Hostile", (), {**_FAILING, "__getattr__": _fails})
HostileText: Any = type("HostileText", (str,), {**_FAILING, **_STRING})
HostileFloat: Any = type("HostileFloat", (float,), _FAILING)
HostileInt: Any = type("HostileInt", (int,), _FAILING)


class LyingText(str):
    """Text that claims to be another."""

    __slots__ = ()

    def strip(self, *_: Any) -> str:
        return "surgery"

    def lower(self) -> str:
        return "surgery"

    def __str__(self) -> str:
        return "surgery"

    def __eq__(self, other: object) -> bool:
        return True

    def __hash__(self) -> int:
        return hash("surgery")


class EqualsAll:
    """Equal to everything, with the hash of a specialty, and by its own word a string."""

    @property
    def __class__(self) -> type:  # type: ignore[override]
        return str

    def __eq__(self, other: object) -> bool:
        return True

    def __hash__(self) -> int:
        return hash("surgery")


class _FailingMeta(type):
    @property
    def __name__(cls) -> str:  # type: ignore[override]
        raise RuntimeError("hostile")


class NoName(metaclass=_FailingMeta):
    __repr__ = _fails


class Floats:
    """Something with a value as a float: any value."""

    def __init__(self, value: Any) -> None:
        self.value = value

    def __float__(self) -> Any:
        return self.value


class Colour(enum.Enum):
    RED = "surgery"


class Word(enum.StrEnum):
    SURGERY = "surgery"


class BadMessageError(Exception):
    __str__ = _fails


class FloatsBadly:
    def __float__(self) -> float:
        raise BadMessageError


OBJECTS: list[Any] = [
    Hostile(),
    HostileText("surgery"),
    HostileText("sorcery"),
    HostileFloat(250),
    HostileInt(250),
    HostileInt(2026),
    LyingText("sorcery"),
    EqualsAll(),
    NoName(),
    NoName,
    Hostile,
    Floats(250.5),
    Floats("250"),
    Floats(np.float64(250)),
    Floats(float("nan")),
    FloatsBadly(),
    Colour.RED,
    Word.SURGERY,
    SimpleNamespace(dtype=Hostile()),
    SimpleNamespace(dtype=SimpleNamespace(kind=Hostile())),
    np.float16("inf"),
    np.float32("nan"),
    np.longdouble(250),
    np.uint64(2**64 - 1),
    np.int64(2026),
    np.int8(-1),
    np.bool_(True),
    np.str_("surgery"),
    np.bytes_(b"surgery"),
    np.datetime64("2026"),
    np.timedelta64(250, "D"),
    np.void(b"1"),
    np.array(250),
    np.array([250]),
    np.array(["surgery"]),
    np.complex64(250),
    pd.NA,
    pd.NaT,
    pd.Series([250]),
    pd.DataFrame(),
    pd.Timestamp("2026-01-01"),
    Decimal("NaN"),
    Decimal("sNaN"),
    Decimal("-Infinity"),
    Fraction(10**400),
    10**400,
    -(10**5000),
    1e308,
    5e-324,
    -0.0,
    float("inf"),
    250 + 0j,
    b"surgery",
    bytearray(b"surgery"),
    memoryview(b"surgery"),
    ...,
    NotImplemented,
    len,
    int,
    np,
    object(),
    [],
    {},
    set(),
    (),
    ("surgery",),
    range(3),
    iter([1]),
    Exception("surgery"),
    "\ud800",
    "surgery\0",
    "s" * 1_000_000,
]

# Without the objects above: hypothesis asks for hashes itself.
anything = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.text(),
    st.binary(),
    st.fractions(),
    st.decimals(),
    st.complex_numbers(),
    st.lists(st.integers()),
    st.dictionaries(st.text(), st.none()),
    st.sampled_from(["surgery", "medicine", "non_us_img", "img", "match", "guide", "yes", 2024]),
)
