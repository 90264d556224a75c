"""Frames come in; out goes an edition folder: tables, edition.json, datapackage.json, at once."""

from recalib.publish.atomic import Staging, recover, writing
from recalib.publish.describe import counts, read_edition
from recalib.publish.edition import (
    check_goal,
    edition_name,
    is_edition,
    make_edition,
    ours,
    verify_edition,
    verify_hashes,
)
from recalib.publish.lock import locked
from recalib.publish.schema import Column, Table
from recalib.publish.tables import TABLES
from recalib.publish.write import empty_table, read_table, table_bytes, write_tables

__all__ = [
    "TABLES",
    "Column",
    "Staging",
    "Table",
    "check_goal",
    "counts",
    "edition_name",
    "empty_table",
    "is_edition",
    "locked",
    "make_edition",
    "ours",
    "read_edition",
    "read_table",
    "recover",
    "table_bytes",
    "verify_edition",
    "verify_hashes",
    "write_tables",
    "writing",
]
