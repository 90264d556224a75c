"""Write docs/data-dictionary.md from the contract of the published tables.

python docs/data_dictionary.py
"""

from pathlib import Path

from recalib.contract.tables import BESIDE_TABLES, TABLES
from recalib.publish.band_json import DESCRIPTION, JSON_FILE, SCHEMA_FILE


def dictionary() -> str:
    """The data dictionary as Markdown."""
    lines = [
        "# Data dictionary",
        "",
        "Made from `src/recalib/contract/tables.yml` by `docs/data_dictionary.py`. Files",
        "are UTF-8 CSV with a header; blank means missing. The key columns of a table identify its",
        "rows, which are sorted by them.",
    ]
    for table in (TABLES | BESIDE_TABLES).values():
        lines += ["", f"## {table.file}", "", f"{table.title}. {table.description}", ""]
        lines += [f"Key: {', '.join(f'`{name}`' for name in table.key)}.", ""]
        lines += ["| column | kind | blank | what it is |", "|---|---|---|---|"]
        for column in table.columns:
            kind = (
                column.kind if column.digits is None else f"{column.kind}, {column.digits} digits"
            )
            blank = "yes" if column.blank else ""
            words = column.description.replace("|", "\\|")
            if column.allowed:
                words += " One of: " + ", ".join(f"`{value}`" for value in column.allowed) + "."
            lines.append(f"| `{column.name}` | {kind} | {blank} | {words} |")
    lines += [
        "",
        f"## {JSON_FILE}",
        "",
        f"{TABLES['band_table'].title}, as JSON. {DESCRIPTION}",
        "",
        f"`{SCHEMA_FILE}` is its JSON Schema (2020-12), made from the columns above. It",
        "describes the edition beside it; a later one may have more columns.",
    ]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    goal = Path(__file__).with_name("data-dictionary.md")
    goal.write_text(dictionary(), encoding="utf-8")
