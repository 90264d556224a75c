"""In: JSON text; out: the Python value, without importing json.

`json` imports `re`, together 10 ms: the whole time that a first look-up may take. This reader is
tested to agree with it on every value; strings with escapes, which edition.json hardly holds, are
left to `json` itself.
"""

from __future__ import annotations

TYPE_CHECKING = False  # known to the checkers; importing typing costs more than a look-up may
if TYPE_CHECKING:
    from typing import TypeAlias

    Json: TypeAlias = "dict[str, Json] | list[Json] | str | int | float | bool | None"

_CONSTANTS: dict[str, Json] = {"true": True, "false": False, "null": None}
_SPACE = " \t\n\r"
_WORD = "+-.0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"


def parse(text: str) -> Json:
    """Parse one JSON value.

    Parameters
    ----------
    text : str
        A whole JSON document.

    Returns
    -------
    Json
        dict, list, str, int, float, bool or None.

    Raises
    ------
    ValueError
        If the text is not one JSON value; the message gives the position.
    """
    try:
        value, end = _value(text, _skip(text, 0))
    except (IndexError, RecursionError):
        raise ValueError("the JSON text ends too early or is nested too deeply") from None
    if _skip(text, end) != len(text):
        raise ValueError(f"unexpected text after the JSON value at character {end}")
    return value


def _skip(text: str, at: int) -> int:
    while at < len(text) and text[at] in _SPACE:
        at += 1
    return at


def _value(text: str, at: int) -> tuple[Json, int]:
    first = text[at]
    if first == "{":
        return _object(text, at)
    if first == "[":
        return _array(text, at)
    if first == '"':
        return _string(text, at)
    end = at
    while end < len(text) and text[end] in _WORD:
        end += 1
    word = text[at:end]
    if word in _CONSTANTS:
        return _CONSTANTS[word], end
    # int() and float() are more generous than JSON ("nan", "+1"); a digit must come first.
    if word.removeprefix("-")[:1].isdigit():
        return (int(word) if word.removeprefix("-").isdigit() else float(word)), end
    raise ValueError(f"no JSON value at character {at}")


def _string(text: str, at: int) -> tuple[str, int]:
    end = at + 1
    while text[end] != '"':
        end += 2 if text[end] == "\\" else 1
    inside = text[at + 1 : end]
    if "\\" in inside:
        import json

        inside = str(json.loads(text[at : end + 1]))
    return inside, end + 1


def _array(text: str, at: int) -> tuple[list[Json], int]:
    items: list[Json] = []
    at = _skip(text, at + 1)
    while text[at] != "]":
        if items:
            at = _comma(text, at)
        item, at = _value(text, at)
        items.append(item)
        at = _skip(text, at)
    return items, at + 1


def _object(text: str, at: int) -> tuple[dict[str, Json], int]:
    members: dict[str, Json] = {}
    at = _skip(text, at + 1)
    while text[at] != "}":
        if members:
            at = _comma(text, at)
        if text[at] != '"':
            raise ValueError(f"a JSON object needs a name in quotes at character {at}")
        name, at = _string(text, at)
        at = _skip(text, at)
        if text[at] != ":":
            raise ValueError(f"a JSON object needs a colon at character {at}")
        members[name], at = _value(text, _skip(text, at + 1))
        at = _skip(text, at)
    return members, at + 1


def _comma(text: str, at: int) -> int:
    if text[at] != ",":
        raise ValueError(f"JSON needs a comma at character {at}")
    return _skip(text, at + 1)
