"""The tables by name: published, of a run, and raw; `tables.yml` says what is in them."""

from __future__ import annotations

from recalib.contract.keys import KEY_COLUMNS
from recalib.contract.schema import Table, load_tables

#: Published tables.
TABLES: dict[str, Table] = load_tables("published")
#: Published tables that only a run with cohorts has.
BESIDE_TABLES: dict[str, Table] = load_tables("beside")
#: Every table that an edition may have.
EDITION_TABLES = TABLES | BESIDE_TABLES
#: Tables that one notebook hands to another.
RUN_TABLES: dict[str, Table] = load_tables("run")
#: Raw tables by kind.
LAYOUTS: dict[str, Table] = load_tables("raw")
#: Kinds of raw tables in `published/`.
PUBLISHED = ("quantiles", "bins", "totals", "means", "probabilities")

CURVE_KEY = tuple(KEY_COLUMNS)
BAND_TABLE = TABLES["band_table"]
