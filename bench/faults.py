"""Puts faults into copies of the raw tables, one each, and sees what stops them.

    python bench/faults.py [--faults N] [--seed S] [--folder DIR] [--raw DIR]

Half of the faults are made in tables of a released edition, half in those of the newest cycle as if
it were new: then no released figure is there to differ from, but three cells of its table were
typed twice and columns added up in the source, as `calib add-cycle` asks. A fault goes through
`calib check`; what that lets pass in a released table meets the gate of drift, where a figure that
changed waits for approval. What nothing stops is fitted: how far does it move edges that are
claimed? Each fault is also held against a second transcription, whose own slips are independent
(one in 200 cells).

Faults are numbered and drawn by their number; those that DIR has already are not made again. Writes
results/faults.csv, of which docs/reliability_page.py makes a page.
"""

from __future__ import annotations

import argparse
import json
import pickle
import random
import shutil
import tempfile
from functools import cached_property
from hashlib import sha256
from pathlib import Path
from typing import Any

import pandas as pd
from fault_kinds import KINDS, Sheet, other_digit

from recalib import (
    People,
    Readings,
    Run,
    band_table,
    build_cells,
    curve_table,
    distributions_of,
    fit_curves,
    gather,
    means_of,
    points_of,
    self_reported,
)
from recalib.contract.keys import KEY_COLUMNS
from recalib.curves import pools as pools_module
from recalib.curves.pool import Pool
from recalib.curves.tables import score_table
from recalib.curves.units import Unit
from recalib.drift import changed_facts
from recalib.problems import Problem, RawDataError
from recalib.raw import RawData, read_raw
from recalib.sources import files, published
from recalib.sources.catalogue import RULES
from recalib.sources.questions import summed
from recalib.typed.against import as_laid_out, differences
from recalib.typed.last_cycle import read_folder

ROOT = Path(__file__).parents[1]
RESULT = ROOT / "bench" / "results" / "faults.csv"
SETTINGS = ("released", "new")
#: Of how many cells of a second transcription one is wrong.
SLIPS = 200
#: Figures typed twice, of each new table.
TWICE = 3
CROSS = {one for one in RULES if one.endswith(("-unlikely", "-missing"))}
CROSS |= {"row-repeated", "sample-exceeds-totals"}
PRINTED = {"anchor-value", "anchor-form", "sums-few"}


class Campaign:
    """Raw tables as they are, what is fitted from them, and a copy that faults are put into."""

    def __init__(self, raw: Path, scratch: Path, seed: int) -> None:
        self.raw, self.seed = raw, seed
        self.copy, self.work = scratch / raw.name, scratch / "work"
        shutil.copytree(raw, self.copy, ignore=shutil.ignore_patterns("cohorts"))
        self.tables = sorted((self.copy / "published").glob("*.csv"))
        self.sizes = {path: len(path.read_text("utf-8").splitlines()) - 1 for path in self.tables}
        self.sound = read_raw(self.copy)
        self.facts = {"evidence": gather(self.sound)}
        self.labels = read_folder(self.copy).labels
        # No fault is put there, and each check would read them.
        shutil.rmtree(self.copy / "guides")
        (self.copy / "drift_approvals.yml").unlink(missing_ok=True)

    @cached_property
    def edges(self) -> pd.DataFrame:
        """Edges that the sound tables claim."""
        return self.fitted(self.sound)

    def fitted(self, raw: RawData) -> pd.DataFrame:
        """Edges by curve and rank."""
        evidence = gather(raw)
        cells = build_cells(evidence, self_reported(raw.provenance))
        curves = fit_curves(cells, means=means_of(evidence), points=points_of(evidence)).curves
        table = Run(self.work).write("curves", curve_table(curves, raw.edition))
        people = People(distributions_of(score_table(curves)))
        guides = self.sound
        bands = band_table(table, guides.guide_bands, Readings.of(guides.readings), people)
        bands = bands.dropna(subset="boundary").set_index([*KEY_COLUMNS, "rank"])
        return bands[["boundary", "boundary_low", "boundary_high"]]

    def drawn(self, number: int) -> tuple[str, str, Sheet, random.Random]:
        """Setting, kind and table of a fault."""
        rng = random.Random(f"{self.seed} {number}")
        setting = SETTINGS[number % 2]
        kind = [*KINDS][number // 2 % len(KINDS)]
        newest = max(self._year(path) for path in self.tables)
        paths = [one for one in self.tables if setting == "released" or self._year(one) == newest]
        for _ in range(1000):
            path = rng.choices(paths, [self.sizes[one] for one in paths])[0]
            sheet = Sheet.read(path, rng)
            if KINDS[kind](sheet) and sheet.text != path.read_text("utf-8"):
                return setting, kind, sheet, rng
        raise ValueError(f"no table can have {kind}")

    @staticmethod
    def _year(path: Path) -> int:
        return int(path.read_text("utf-8").splitlines()[1].split(",")[0][-4:])

    def one(self, number: int) -> dict[str, Any]:
        """Make a fault and say what became of it."""
        setting, kind, sheet, rng = self.drawn(number)
        path, before = sheet.path, sheet.path.read_text("utf-8")
        yml = path.with_name(f"{path.name.split('.')[0]}.yml")
        provenance = yml.read_text("utf-8")
        file = f"published/{path.name}"
        labels = {
            before.splitlines()[at - 1].split(",")[1]
            for at in sheet.lines
            if at <= before.count("\n")
        }
        second = self._second(path, rng)
        try:
            if setting == "new":
                yml.write_text(twice_typed(provenance, path, rng), "utf-8")
            path.write_text(sheet.text, "utf-8")
            raw, problems = self._read()
            found = {
                "number": number,
                "setting": setting,
                "kind": kind,
                "file": file,
                "lines": sorted(sheet.lines),
                **stopped(problems, file, sheet, labels),
                "double": self._differs(file, second, sheet.lines),
            }
            if raw is not None:
                found |= self._beyond(raw, setting, file, sheet.lines)
        finally:
            path.write_text(before, "utf-8")
            yml.write_text(provenance, "utf-8")
        return found

    def _read(self) -> tuple[RawData | None, list[Problem]]:
        """The copy, or every problem with it."""
        try:
            return read_raw(self.copy), []
        except RawDataError as error:
            return None, error.problems

    def _beyond(self, raw: RawData, setting: str, file: str, lines: set[int]) -> dict[str, Any]:
        """What becomes of a fault that `calib check` lets pass."""
        facts = changed_facts(self.facts, {"evidence": gather(raw)})
        facts = facts[facts["change"] != "new"]
        if setting == "released" and len(facts):
            rows = set(facts.loc[facts["file"] == file, "row"].astype(int))
            return {"stopped": "released figure", "named": bool(rows & lines)}
        both = self.edges.join(self.fitted(raw), suffixes=("", "_now"), how="left")
        moved = (both["boundary_now"] - both["boundary"]).abs()
        share = moved / (both["boundary_high"] - both["boundary_low"])
        return {
            "points": float(moved.max()),
            "share": float(share.max()),
            "withdrawn": int(moved.isna().sum()),
            "facts": len(facts),
        }

    def _second(self, path: Path, rng: random.Random) -> pd.DataFrame:
        """A second transcription of a table, with slips of its own."""
        sheet = Sheet.read(path, rng)
        for row, column in sheet.cells():
            if rng.random() < 1 / SLIPS:
                sheet.put(row, column, other_digit(sheet.rows[row][column], rng))
        path.write_text(sheet.text, "utf-8")
        return as_laid_out(path, path.name.split(".")[-2], self.labels)

    def _differs(self, file: str, second: pd.DataFrame, lines: set[int]) -> bool:
        """Whether the second transcription differs where the fault is."""
        path = self.copy / file
        kind = path.name.split(".")[-2]
        try:
            own = as_laid_out(path, kind, self.labels)
        except RawDataError:
            return True
        found = [*differences(own, second, kind)]
        rows = {row for _, _, _, row, _ in found}
        places = {
            int(text.split("row ")[1].split(":")[0]) for _, _, text, row, _ in found if row is None
        }
        return bool((rows | places) & lines)


def twice_typed(provenance: str, path: Path, rng: random.Random) -> str:
    """The provenance with three printed figures of a table, as of one that was just added."""
    sheet, entries = Sheet.read(path, rng), []
    table = path.name.removesuffix(".csv").partition(".")[2]
    pickers = [
        one for one in ("specialty", "applicant_group", "result", "score_min") if one in sheet.head
    ]
    cells = [one for one in sheet.cells() if not sheet.head[one[1]].startswith("score_")]
    entries += sums(sheet, table)
    for row, column in rng.sample(cells, TWICE):
        picked = ", ".join(f"{one}: '{sheet.rows[row][sheet.head.index(one)]}'" for one in pickers)
        value = sheet.rows[row][column]
        entries.append(
            f"  - {{table: {table}, {picked}, statistic: {sheet.head[column]}, value: {value}}}\n"
        )
    begun = provenance.replace("anchors: []\n", "anchors:\n")
    return f"{begun}{''.join(entries)}added: [{table}]\n"


def sums(sheet: Sheet, table: str) -> list[str]:
    """Sums of a sound table's columns, as `calib add-cycle` asks for them."""
    rows = pd.DataFrame(sheet.rows, columns=sheet.head)
    entries = []
    for column, result in summed(rows.replace("", pd.NA)):
        own = rows.loc[rows["result"] == result, column] if result else rows[column]
        of = f", result: {result}" if result else ""
        figure = f"statistic: {column}, summary: sum{of}, value: {pd.to_numeric(own).sum():g}"
        entries.append(f"  - {{table: {table}, {figure}}}\n")
    return entries


def stopped(problems: list[Problem], file: str, sheet: Sheet, labels: set[str]) -> dict[str, Any]:
    """What stopped a fault first, and whether the row is named."""
    rules = {one.rule for one in problems}
    by = ""
    if rules:
        by = (
            "cross-check"
            if rules <= CROSS
            else "printed figure"
            if rules <= CROSS | PRINTED
            else "rule"
        )
    places = {f"{file}, row {line}" for line in sheet.lines}
    named = any(
        (one.file == file and one.row in sheet.lines)
        or any(f"{place}{end}" in f"{one.message} " for place in places for end in ".,;) ")
        or (file in one.message and any(label in one.message for label in labels))
        or (one.file == file and one.row is None)
        for one in problems
    )
    return {"stopped": by, "named": named, "rules": sorted(rules)}


def remembered() -> None:
    """Let tables, units and pools be remembered: a fault leaves nearly all of them as they are."""
    read, tables = published._table, {}

    def of_file(file: Any, folder: Any, labels: Any) -> Any:
        content = file.path.read_bytes()
        if content not in tables:
            before = len(folder.findings.problems)
            frame = read(file, folder, labels)
            if len(folder.findings.problems) > before:
                return frame
            tables[content] = frame
        folder.hashes[file.file] = sha256(content).hexdigest()
        return tables[content].copy()

    published._table = of_file
    for name in ("read_yml", "read_yml_list"):
        setattr(files, name, _once(getattr(files, name)))
    sites: dict[bytes, Any] = {}
    site, fit = Unit.__dict__["site"].func, pools_module._fit

    def of_unit(unit: Unit) -> Any:
        made = (unit.cells, unit.fit, unit.raw, unit.widening, unit.priors)
        key = sha256(pickle.dumps(made)).digest()
        if key not in sites:
            sites[key] = site(unit)
        return sites[key]

    pools: dict[bytes, Pool] = {}

    def of_sites(units: Any, priors: Any) -> Pool:
        key = sha256(pickle.dumps(([unit.site for unit in units], priors))).digest()
        if key not in pools:
            pools[key] = fit(units, priors)
        return pools[key]

    remember: Any = cached_property(of_unit)
    remember.__set_name__(Unit, "site")
    Unit.site = remember  # type: ignore[method-assign]
    pools_module._fit = of_sites


def _once(read: Any) -> Any:
    """A reader of .yml that remembers what it read without a problem."""
    known: dict[tuple[str, str], Any] = {}

    def of_text(text: str, name: str, findings: Any) -> Any:
        if (text, name) in known:
            return known[(text, name)]
        before = len(findings.problems)
        document = read(text, name, findings)
        if len(findings.problems) == before:
            known[(text, name)] = document
        return document

    return of_text


def table(faults: pd.DataFrame) -> pd.DataFrame:
    """A row a setting and kind."""
    rows = []
    for (setting, kind), own in faults.groupby(["setting", "kind"], sort=False):
        by = own["stopped"].value_counts()
        caught = own[own["stopped"] != ""]
        told = caught["named"].astype("bool")
        by_sum = ~told & caught["rules"].map(lambda rules: {*rules} <= PRINTED)
        rows.append(
            {
                "setting": setting,
                "kind": kind,
                "faults": len(own),
                **{
                    one.replace(" ", "_").replace("-", "_"): int(by.get(one, 0))
                    for one in ("rule", "cross-check", "printed figure", "released figure")
                },
                "unseen": int((own["stopped"] == "").sum()),
                "named": int(told.sum()),
                "column_named": int(by_sum.sum()),
                "unseen_with_double_entry": int(((own["stopped"] == "") & ~own["double"]).sum()),
                "points": own["points"].max(),
                "share": own["share"].max(),
                "withdrawn": own["withdrawn"].max(),
                "beyond": int(((own["points"] > 3) | (own["share"] > 1 / 3)).sum()),
            }
        )
    return pd.DataFrame(rows).round({"points": 1, "share": 2})


def main() -> None:
    """Make the faults that are asked for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--faults", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=16)
    parser.add_argument("--folder", type=Path, default=ROOT / "build" / "faults")
    parser.add_argument("--raw", type=Path, default=ROOT / "data" / "raw")
    given = parser.parse_args()
    given.folder.mkdir(parents=True, exist_ok=True)
    log = given.folder / f"faults-{given.seed}.jsonl"
    done = (
        [json.loads(line) for line in log.read_text("utf-8").splitlines()] if log.exists() else []
    )
    left = sorted(set(range(given.faults)) - {one["number"] for one in done})
    remembered()
    with tempfile.TemporaryDirectory() as scratch:
        campaign = Campaign(given.raw, Path(scratch), given.seed)
        for number in left:
            done.append(campaign.one(number))
            with log.open("a", encoding="utf-8") as file:
                file.write(json.dumps(done[-1]) + "\n")
    columns = ["points", "share", "withdrawn"]
    faults = (
        pd.DataFrame(done)
        .sort_values("number")
        .reindex(columns=[*pd.DataFrame(done).columns.union(columns)])
    )
    made = table(faults).assign(seed=given.seed)
    made.to_csv(RESULT, index=False, lineterminator="\n")


if __name__ == "__main__":
    main()
