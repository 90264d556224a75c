"""The tables of a run as pages show them: whole, or by specialty."""

from __future__ import annotations

import json
from dataclasses import asdict
from functools import cached_property
from typing import Any, Protocol

import pandas as pd

from recalib.bands.published import key_of as key_of
from recalib.bands.readings import Readings
from recalib.cohorts.labels import is_cohort
from recalib.contract.keys import KEY_COLUMNS, CurveKey
from recalib.contract.store import digest, empty_table
from recalib.contract.vocabulary import suggestion
from recalib.curves.priors import DEFAULT
from recalib.problems import RecalibError
from recalib.report.order import newest, ordered


class Tables(Protocol):
    """Where a view finds tables and notes: the run that is under way."""

    def has(self, name: str) -> bool:
        """Whether a table is there."""

    def read(self, name: str) -> pd.DataFrame:
        """Read a table."""

    def note(self, name: str) -> dict[str, Any]:
        """Read what is handed on beside tables."""


class View:
    """What a run has written so far, read when first asked for, in the order of showing.

    `tables`: the run.
    """

    def __init__(self, tables: Tables) -> None:
        self.tables = tables

    def _table(self, name: str, *, optional: bool = False) -> pd.DataFrame:
        if optional and not self.tables.has(name):
            return empty_table(name)
        return self.tables.read(name)

    @cached_property
    def inputs(self) -> dict[str, Any]:
        """Edition, cycle, hashes of the raw tables, provenance by source."""
        return self.tables.note("inputs")

    @property
    def edition(self) -> str:
        """Name of the edition."""
        return str(self.inputs["edition"])

    @cached_property
    def fit_notes(self) -> dict[str, Any]:
        """Pools, checks and bends, as the fit left them."""
        return self.tables.note("fit")

    @cached_property
    def band_notes(self) -> dict[str, Any]:
        """Least chance of each of the guides' words."""
        return self.tables.note("bands")

    @cached_property
    def guides(self) -> dict[str, Any]:
        """Guides' titles, printed bands and rules, and the specialties with their labels."""
        return self.tables.note("guides")

    @cached_property
    def labels(self) -> dict[str, str]:
        """Printed name by specialty."""
        return {row["specialty"]: row["label"] for row in self.guides["specialties"]}

    @cached_property
    def tiers(self) -> dict[str, str]:
        """Tier by specialty; "" for none."""
        return {row["specialty"]: row["tier"] or "" for row in self.guides["specialties"]}

    @cached_property
    def guide_bands(self) -> pd.DataFrame:
        """The guides' bands as printed; bounds float with NaN for open."""
        return self._guide_table("band_columns", "bands", ("score_min", "score_max"))

    @cached_property
    def guide_rules(self) -> pd.DataFrame:
        """The guides' other rules as printed; values float with NaN for open."""
        return self._guide_table("rule_columns", "rules", ("value_min", "value_max"))

    def _guide_table(self, columns: str, rows: str, numbers: tuple[str, ...]) -> pd.DataFrame:
        frame = pd.DataFrame(self.guides[rows], columns=self.guides[columns])
        text = [name for name in frame.columns if name not in numbers]
        frame[text] = frame[text].fillna("")
        return frame.astype(dict.fromkeys(numbers, float))

    @cached_property
    def curves(self) -> pd.DataFrame:
        """`curves.csv`, the newest cycle first within a group and denominator."""
        return ordered(self._table("curves"))

    @cached_property
    def cohort_curves(self) -> pd.DataFrame:
        """`cohort_curves.csv`; empty where the run has no cohort."""
        return self._table("cohort_curves", optional=True)

    @cached_property
    def newest(self) -> pd.DataFrame:
        """The curves that look-ups answer from, see `newest`."""
        return newest(self.curves)

    @cached_property
    def notes(self) -> dict[tuple[str, ...], str]:
        """Why a curve claims no edge, by curve key."""
        frame = self._table("curve_notes")
        return {key_of(row): str(row["note"]) for _, row in frame.iterrows()}

    @cached_property
    def bands(self) -> pd.DataFrame:
        """`band_table.csv`."""
        return self._table("band_table")

    @cached_property
    def audit(self) -> pd.DataFrame:
        """`guide_audit.csv`."""
        return self._table("guide_audit")

    @cached_property
    def readings(self) -> Readings:
        """What the guides' labels stand for in this run."""
        return Readings.of(self.guides.get("readings"), **self.band_notes["least"])

    @cached_property
    def standing(self) -> pd.DataFrame:
        """`standing.csv`."""
        return self._table("standing")

    @cached_property
    def adjustments(self) -> pd.DataFrame:
        """`adjustments.csv` with needs_visa, blank, in order of showing; no rows without a file."""
        return ordered(self._table("adjustments", optional=True).assign(needs_visa=""))

    @cached_property
    def evidence(self) -> pd.DataFrame:
        """`evidence.csv`."""
        return self._table("evidence")

    def label(self, specialty: str) -> str:
        """Return the printed name of a specialty."""
        return self.labels.get(specialty, specialty.replace("_", " ").capitalize())

    def what_if(self) -> list[str]:
        """Say by which choices other than the published ones the curves were fitted."""
        published = _parameters(json.loads(json.dumps(asdict(DEFAULT))))
        notes = self.fit_notes
        chosen = {**_parameters(notes.get("priors", published)), **notes.get("lent", {})}
        said = [f"{name} {value}" for name, value in chosen.items() if published.get(name) != value]
        said += [f"without {name}" for name in notes.get("specialties_left_out", [])]
        return [f"Not as published, but a what-if: {', '.join(said)}."] if said else []

    def stale(self) -> list[str]:
        """Say that bands were cut from other curves than those that lie here."""
        of = self.band_notes.get("curves")
        fresh = of is None or of == digest("curves", self._table("curves"))
        return [] if fresh else ["The bands are of other curves than these: run 30_bands again."]

    @cached_property
    def curve_by_key(self) -> dict[tuple[str, ...], pd.Series]:
        """Rows of `curves.csv` by curve key."""
        return {key_of(curve): curve for _, curve in self.curves.iterrows()}

    def curve_of(self, row: pd.Series) -> pd.Series | None:
        """Return the curve that a row of the audit was held against; None without one."""
        key = CurveKey(
            row["cycle"], row["specialty"], row["curve_group"], "", "match", row["denominator"]
        )
        return self.curve_by_key.get(key)

    def calibrated_band(self, row: pd.Series) -> pd.Series | None:
        """Return the row of the band table whose lower edge a row of the audit was given.

        None where no edge is claimed, or at no chance at which bands are cut.
        """
        same = ["specialty", "denominator", "guide_label"]
        sought = [row["specialty"], row["denominator"], row["reading"]]
        bands = self._newest_bands[self._newest_bands["applicant_group"] == row["curve_group"]]
        found = bands[(bands[same] == sought).all(axis=1)]
        return None if found.empty else found.iloc[0]

    @cached_property
    def _newest_bands(self) -> pd.DataFrame:
        """Claimed edges of the newest match curves of everyone."""
        newest = self.newest
        newest = newest[(newest["outcome"] == "match") & (newest["needs_visa"] == "")]
        bands = self.bands[self.bands["boundary"].notna()]
        return newest[KEY_COLUMNS].merge(bands, on=KEY_COLUMNS)

    def self_reported(self, curve: pd.Series) -> bool:
        """Tell whether a printed table behind a curve is to be trusted for its shape only."""
        if is_cohort(str(curve["sources"])):
            return False
        provenance = self.inputs["provenance"]
        names = [name for name in str(curve["sources"]).split("|") if name in provenance]
        return any(str(provenance[name]["trust"]).startswith("shape_only") for name in names)

    def specialty(self, name: str) -> Specialty:
        """Return what the run says of one specialty.

        `name`: canonical name. Raises `RecalibError` if neither a curve nor a guide speaks of it.
        """
        here = Specialty(self, name)
        if here.curves.empty and here.audit.empty:
            known = sorted({*self.curves["specialty"], *self.audit["specialty"]})
            near = suggestion(name, known, enumerate_all=False)
            raise RecalibError(
                f"Nothing is known of the specialty {name!r}. {near}"
                " Their names stand in specialties.csv."
            )
        return here


class Specialty:
    """The part of a run that speaks of one specialty.

    `name`: canonical name of the specialty.
    """

    def __init__(self, work: View, name: str) -> None:
        self.work, self.name = work, name
        self.label = work.label(name)
        self.tier = work.tiers.get(name, "")

    def _here(self, frame: pd.DataFrame) -> pd.DataFrame:
        return frame[frame["specialty"] == self.name]

    @cached_property
    def curves(self) -> pd.DataFrame:
        """Its curves, in order of showing."""
        return self._here(self.work.curves)

    @cached_property
    def newest(self) -> pd.DataFrame:
        """The curves that look-ups answer from."""
        return self._here(self.work.newest)

    def read(self, outcome: str) -> pd.DataFrame:
        """Return the curves of one outcome that look-ups answer from with a number."""
        return self.newest[(self.newest["outcome"] == outcome) & self.newest["slope"].notna()]

    @cached_property
    def _bands(self) -> dict[tuple[str, ...], pd.DataFrame]:
        return _by_key(self._here(self.work.bands))

    def bands(self, curve: pd.Series) -> pd.DataFrame:
        """Return the rows of the band table of a curve, the highest label first."""
        return self._bands[key_of(curve)]

    @cached_property
    def _standing(self) -> dict[tuple[str, ...], pd.DataFrame]:
        return _by_key(self._here(self.work.standing))

    def standing(self, curve: pd.Series) -> pd.DataFrame:
        """Return the rows of `standing.csv` of a curve; no rows where it has none."""
        return self._standing.get(key_of(curve), self.work.standing.iloc[:0])

    @cached_property
    def audit(self) -> pd.DataFrame:
        """Its rows of the guides' audit, tier rows included."""
        return self._here(self.work.audit)

    @cached_property
    def adjustments(self) -> pd.DataFrame:
        """What stands beside the score in it."""
        return self._here(self.work.adjustments)

    @cached_property
    def evidence(self) -> pd.DataFrame:
        """The facts printed about it."""
        return self._here(self.work.evidence)

    @cached_property
    def _facts(self) -> dict[tuple[str, ...], pd.DataFrame]:
        return _by_key(self.evidence, "kind")

    def facts(self, curve: pd.Series, kind: str) -> pd.DataFrame:
        """Return the facts of one kind of table behind a curve; no rows where there are none."""
        return self._facts.get((*key_of(curve), kind), self.evidence.iloc[:0])

    @cached_property
    def guide_bands(self) -> pd.DataFrame:
        """Bands that guides print for it or for its tier."""
        bands = self.work.guide_bands
        names = [self.name, f"tier:{self.tier}"] if self.tier else [self.name]
        return bands[bands["specialty"].isin(names)]

    def of(self, outcome: str) -> pd.DataFrame:
        """Return its curves of one outcome.

        `outcome`: `match` or `interview`. Returns: rows of `curves.csv`.
        """
        return self.curves[self.curves["outcome"] == outcome]

    def note(self, curve: pd.Series) -> str:
        """Return why a curve claims no edge; "" where it claims some."""
        return self.work.notes.get(key_of(curve), "")


def _parameters(priors: dict[str, Any]) -> dict[str, Any]:
    """Priors by the names of the parameters of `20_fit`."""
    mean, sd = priors["mean"]
    others = {name: value for name, value in priors.items() if name != "mean"}
    return {"mean_slope": mean, "mean_slope_sd": sd, **others}


def guides_of(work: View) -> list[str]:
    """Return the guides that print bands, by name."""
    return sorted(set(work.guide_bands["guide"]))


def _by_key(frame: pd.DataFrame, *further: str) -> dict[tuple[str, ...], pd.DataFrame]:
    groups = frame.groupby([*KEY_COLUMNS, *further], sort=False)
    return {tuple(str(part) for part in key): rows for key, rows in groups}
