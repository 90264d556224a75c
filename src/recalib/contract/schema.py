"""What a column and a table are, and how `tables.yml` is read into them."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from typing import Any

import yaml

JSON_TYPES = {"text": "string", "int": "integer"}


#: libyaml's where it is compiled in: the files that every command reads are read 8 times faster.
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@cache
def shipped(package: str, name: str) -> dict[str, Any]:
    """Content of a .yml file that belongs to a room, `shipped(__package__, "rules.yml")`."""
    text = files(package).joinpath(name).read_text("utf-8")
    loaded: dict[str, Any] = yaml.load(text, _LOADER)  # noqa: S506 -- either is a safe one
    return loaded


def contract_file(name: str) -> dict[str, Any]:
    """Content of a data file of this folder."""
    return shipped(str(__package__), name)


@dataclass(frozen=True)
class Column:
    """One column; `tables.yml` explains the fields."""

    name: str
    kind: str = "text"
    description: str = ""
    decimals: int | None = None
    allowed: tuple[str, ...] = ()
    blank: bool = False
    optional: bool = False
    rule: str = ""

    @property
    def digits(self) -> int | None:
        """Digits after the point in the file; None for text and whole numbers."""
        known: dict[str, int] = contract_file("tables.yml")["decimals"]
        return known.get(self.kind, self.decimals)

    @property
    def json_type(self) -> str:
        """Type in JSON and in a Data Package."""
        return JSON_TYPES.get(self.kind, "number")


@dataclass(frozen=True)
class Table:
    """One table; rows are identified by `key`, and sorted by it where this project writes them."""

    name: str
    title: str
    description: str
    columns: tuple[Column, ...] = field(repr=False)
    key: tuple[str, ...]

    @property
    def file(self) -> str:
        """File name in an edition or among the tables of a run."""
        return f"{self.name}.csv"

    @property
    def column_names(self) -> list[str]:
        """Column names in file order."""
        return [column.name for column in self.columns]

    @property
    def required(self) -> tuple[str, ...]:
        """Columns that a raw table must have."""
        return tuple(column.name for column in self.columns if not column.optional)

    @property
    def optional(self) -> tuple[str, ...]:
        """Columns that a raw table may have."""
        return tuple(column.name for column in self.columns if column.optional)

    @property
    def numbers(self) -> tuple[str, ...]:
        """Columns of a raw table that hold numbers."""
        checks = contract_file("tables.yml")["checks"]
        return tuple(column.name for column in self.columns if column.kind in checks)


def words(*names: str) -> tuple[str, ...]:
    """The words of one or more lists of `words.yml`, in order."""
    lists = contract_file("words.yml")
    return tuple(word for name in names for word in lists[name])


def load_tables(group: str) -> dict[str, Table]:
    """The tables of a group of `tables.yml` by name."""
    specification = contract_file("tables.yml")
    like = {
        name: specification["published"][given["like"]]["columns"]
        for name, given in specification[group].items()
        if "like" in given
    }
    return {
        name: Table(
            name,
            given.get("title", ""),
            given.get("description", ""),
            tuple(
                _column(column, specification["columns"][column] if entry == "shared" else entry)
                for column, entry in (like.get(name, {}) | given["columns"]).items()
            ),
            tuple(given["key"]),
        )
        for name, given in specification[group].items()
    }


def _column(name: str, given: dict[str, Any]) -> Column:
    fields = dict(given)
    lists = fields.pop("words", [])
    return Column(name, allowed=words(*([lists] if isinstance(lists, str) else lists)), **fields)
