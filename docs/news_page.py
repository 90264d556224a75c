"""Write docs/editions.md, what each kept edition brought, from what is kept of it.

python docs/news_page.py
"""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from recalib.drift import read_record
from recalib.drift.compare import GAINED
from recalib.publish import Opened, kept_editions, opened

ROOT = Path(__file__).parents[1]
LINE = ROOT / "data" / "editions"
#: Changes of one kind and reason that are listed one by one.
LISTED = 12
HEAD = """# News by edition

Made by `docs/news_page.py` from `data/editions/`, which keeps every released edition with what it
was compared with and how it differed (`drift.csv`). `calib.load("2026.3")` looks things up in an
earlier one; [changes](changes.md) tells the story in words. New keys need no approval.
"""


def files_changed(old: Opened, new: Opened) -> list[str]:
    """Raw files that are new, changed or gone, a line each sort."""
    was, now = old.inputs, new.inputs
    sorts = {
        "new": sorted(set(now) - set(was)),
        "changed": sorted(name for name in set(now) & set(was) if now[name] != was[name]),
        "gone": sorted(set(was) - set(now)),
    }
    kept = {
        word: [name for name in names if name != "edition.yml"] for word, names in sorts.items()
    }
    lines = [f"- Raw files {word}: {', '.join(names)}." for word, names in kept.items() if names]
    return lines or ["- The same raw files."]


def counts(old: Opened, new: Opened) -> str:
    """Curves and claimed edges, and how many there were before."""
    found = {
        "curves": [len(one.read("curves")) for one in (new, old)],
        "claimed edges": [claimed(one) for one in (new, old)],
    }
    parts = [
        f"{now} {noun}" + (f" (before: {before})" if old.name else "")
        for noun, (now, before) in found.items()
    ]
    return f"- {', '.join(parts)}; made by calib {new.record['package_version']}."


def claimed(edition: Opened) -> int:
    """Edges that an edition claims at 25, 50 and 75 %, whatever else it was cut at."""
    return int(edition.read("band_table")["boundary"].notna().sum())


def drifts(changes: pd.DataFrame) -> list[str]:
    """What changed, by kind and reason, each with its keys where they are few."""
    if changes.empty:
        return ["Nothing drifted."]
    lines = []
    order = changes.assign(last=changes["kind"] == GAINED)
    for (_, kind, reason, cause), rows in order.groupby(["last", "kind", "reason", "cause"]):
        what = str(kind).replace("_", " ").capitalize()
        tables = " and ".join(sorted(set(rows["table"])))
        said = f"- **{what}**, {len(rows)} in {tables}. {reason}".rstrip()
        lines.append(f"{said} ({cause[:1].upper()}{cause[1:]}.)" if cause else said)
        if len(rows) <= LISTED and kind != GAINED:
            lines += [f"  - {told(row)}" for _, row in rows.iterrows()]
    return lines


def told(row: pd.Series) -> str:
    """One change: its key, and its values where it has some."""
    values = f": {row['old']} → {row['new']}" if row["old"] or row["new"] else ""
    return f"`{row['key']}`{values}"


def section(name: str, before: str) -> list[str]:
    """The news of one edition."""
    new, old = opened(LINE / name), opened(LINE / before if before else "")
    lines = [f"## Edition {name}", "", counts(old, new)]
    record = read_record(LINE / name)
    if not before or record is None:
        return [*lines, "- The first edition.", ""]
    lines += [*files_changed(old, new), "", f"Against edition {record.before}:", ""]
    return [*lines, *drifts(record.changes), ""]


def page() -> str:
    """The page as Markdown."""
    names = kept_editions(LINE)
    pairs = list(zip(names, ["", *names], strict=False))
    return "\n".join([HEAD, *(line for pair in reversed(pairs) for line in section(*pair))])


if __name__ == "__main__":
    Path(__file__).with_name("editions.md").write_text(page().rstrip() + "\n", encoding="utf-8")
