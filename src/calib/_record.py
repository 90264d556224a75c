"""In: values in a fixed order; out: an immutable object that compares and prints by them."""

from __future__ import annotations

_set = object.__setattr__

# Written by hand, since importing dataclasses or typing costs more than this package may take.


class Record:
    """Immutable values with equality, hash, repr and pickling."""

    __slots__: tuple[str, ...] = ()  # in the order in which the constructor takes them
    _fields: tuple[str, ...] = ()
    """What equality, hash, repr and `as_dict` see, in this order."""

    def __init__(self, *values: object) -> None:
        for name, value in zip(self.__slots__, values, strict=True):
            _set(self, name, value)

    def __setattr__(self, name: str, value: object) -> None:
        raise AttributeError(f"{type(self).__name__} is immutable: {name} cannot be set")

    def __delattr__(self, name: str) -> None:
        raise AttributeError(f"{type(self).__name__} is immutable: {name} cannot be deleted")

    def _values(self) -> tuple[object, ...]:
        return tuple(getattr(self, name) for name in self._fields)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Record) or type(other) is not type(self):
            return NotImplemented
        return self._values() == other._values()

    def __hash__(self) -> int:
        return hash((type(self), self._values()))

    def __repr__(self) -> str:
        shown = ", ".join(f"{name}={_short(getattr(self, name))}" for name in self._fields)
        return f"{type(self).__name__}({shown})"

    def __reduce__(self) -> tuple[type[Record], tuple[object, ...]]:
        return type(self), tuple(getattr(self, name) for name in self.__slots__)

    def as_dict(self) -> dict[str, object]:
        """Return every field by name, nested records as dicts, for JSON.

        Returns
        -------
        dict of str to object
            Numbers, strings, booleans, None, lists and dicts only.
        """
        return {name: plain(getattr(self, name)) for name in self._fields}


def plain(value: object) -> object:
    """Return records as dicts and tuples as lists, for JSON.

    Parameters
    ----------
    value : object
        A record, plain values, or a tuple or list of such.

    Returns
    -------
    object
        Numbers, strings, booleans, None, lists and dicts only.
    """
    if isinstance(value, Record):
        return value.as_dict()
    if isinstance(value, tuple | list):
        return [plain(item) for item in value]  # pyright: ignore[reportUnknownVariableType, reportUnknownArgumentType]
    return value


def _short(value: object) -> str:
    return f"{value:.6g}" if isinstance(value, float) else repr(value)
