"""The readers that are fuzzed, each with small valid files and the errors that are its answers."""

from __future__ import annotations

import gzip
import importlib.util
import io
import sys
import tempfile
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from unittest import mock

import pandas as pd

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT / "tests"))

from calib import edition
from calib.edition import Edition, EditionError
from calib.loaded import LoadedEdition
from calib.names import UnknownNameError
from edition_samples import INPUTS, sample_frames
from own_exports import RAW, eras_like
from raw_cohorts import make_raw, people
from recalib.cohorts.own_file import initialise, read_own
from recalib.problems import Problem, RawDataError, RecalibError
from recalib.publish import make_edition
from recalib.publish.opened import opened
from recalib.raw import check_raw
from recalib.typed import Asked, Remarks, propose


@dataclass(frozen=True)
class Reader:
    """A reader: valid files by name, which of them are damaged, and how they are read."""

    name: str
    seeds: dict[str, bytes]
    damaged: list[str]
    read: Callable[[Path], object]
    #: Errors that say in a sentence what is wrong.
    errors: tuple[type[Exception], ...] = (RecalibError,)


def _of(folder: Path) -> dict[str, bytes]:
    paths = sorted(path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in paths}


def _small_folder() -> dict[str, bytes]:
    place = ROOT / "tests" / "sources" / "conftest.py"
    spec = importlib.util.spec_from_file_location("fuzz_sources", place)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return {name: text.encode() for name, text in module.FILES.items()}


def _not_crashed(problems: list[Problem]) -> None:
    """A check that stops is a finding, though it is told."""
    crashed = [str(one) for one in problems if one.rule == "check-crashed"]
    if crashed:
        raise AssertionError(crashed[0])


def _check(folder: Path) -> None:
    _not_crashed(check_raw(folder))


def tables() -> Reader:
    """CSV of published tables, guides and specialties."""
    seeds = _small_folder()
    return Reader("tables", seeds, [name for name in seeds if name.endswith(".csv")], _check)


def descriptions() -> Reader:
    """YAML: provenance, corrections, readings, guides, the edition, approvals."""
    seeds = _small_folder()
    seeds["drift_approvals.yml"] = (RAW / "drift_approvals.yml").read_bytes()
    return Reader("descriptions", seeds, [name for name in seeds if name.endswith(".yml")], _check)


def cohorts() -> Reader:
    """A cohort as CSV, packed CSV or Parquet, with its .yml."""
    with tempfile.TemporaryDirectory() as name:
        make_raw(Path(name))
        seeds = _of(Path(name))
    yml = seeds.pop("cohorts/ours.yml")
    frame = people(60, covariates=True)
    parquet = io.BytesIO()
    frame.to_parquet(parquet, index=False)
    text = frame.to_csv(index=False).encode()
    packed = gzip.compress(text, mtime=0)
    files = {"a.csv": text, "b.csv.gz": packed, "c.parquet": parquet.getvalue()}
    files |= {f"{one}.yml": yml for one in "abc"}
    own = {f"cohorts/{name}": content for name, content in files.items()}
    return Reader("cohorts", seeds | own, [*own], _check)


def exports() -> Reader:
    """Own exports for which a mapping is proposed, and which are read by one."""
    frame = eras_like(60)
    sheet, parquet = io.BytesIO(), io.BytesIO()
    frame.to_excel(sheet, index=False)
    frame.astype(str).to_parquet(parquet, index=False)
    files = {
        "one.csv": frame.to_csv(index=False).encode(),
        "two.txt": frame.to_csv(index=False, sep="\t").encode(),
        "three.xlsx": sheet.getvalue(),
        "four.parquet": parquet.getvalue(),
    }
    with tempfile.TemporaryDirectory() as name:
        path = Path(name, "mapped.csv")
        path.write_bytes(files["one.csv"])
        mapping = initialise(path, RAW).mapping.read_bytes()
    seeds = {**files, "mapped.csv": files["one.csv"], "mapped.yml": mapping}

    def read(folder: Path) -> None:
        for name in seeds:
            try:
                if name in files and (folder / name).read_bytes() != files[name]:
                    initialise(folder / name, RAW)
            except RawDataError as error:
                _not_crashed(error.problems)
            except RecalibError:
                pass
        try:
            read_own(folder / "mapped.csv", folder / "mapped.yml", RAW)
        except RawDataError as error:
            _not_crashed(error.problems)

    return Reader("exports", seeds, [*seeds], read)


_TYPED = [
    ["Specialty", "Matched", "", "Unmatched", ""],
    ["", "N", "Mean Step 2 CK score", "N", "Mean Step 2 CK score"],
    ["Dermatology", "1,314", 257, 19, 250.5],
    ["General Surgery*", 402, "253", "230", "246"],
    ["Internal Medicine", "3,804", 248, 1_203, 239],
    ["Total", "5,520", "", "1,452", ""],
    ["* categorical positions only", "", "", "", ""],
]


def typed() -> Reader:
    """Tables as people type them, in spreadsheets and text."""
    frame = pd.DataFrame(_TYPED)
    xlsx, ods = io.BytesIO(), io.BytesIO()
    frame.to_excel(xlsx, index=False, header=False)
    frame.to_excel(ods, index=False, header=False, engine="odf")
    text = frame.to_csv(index=False, header=False)
    files = {
        "a.xlsx": xlsx.getvalue(),
        "b.ods": ods.getvalue(),
        "c.csv": text.encode(),
        "d.csv": text.replace(",", ";").encode("utf-16"),
    }
    raw = {f"raw/{name}": (RAW / name).read_bytes() for name in ("specialties.csv", "edition.yml")}

    def read(folder: Path) -> None:
        for name in files:
            if (folder / name).read_bytes() != files[name]:
                asked = Asked("2027", "us_img", "means", "match", "ranked_first")
                propose(folder / "raw", asked, [folder / name], Remarks(), source="fuzz")

    return Reader("typed", files | raw, [*files], read)


def editions() -> Reader:
    """Folders of editions, for look-ups and for comparison."""
    with tempfile.TemporaryDirectory() as name:
        make_edition(sample_frames(), INPUTS, "0.1.0", Path(name))
        seeds = _of(Path(name))

    # Files that do not belong together are read again, as an edition may be taking another's place:
    # here none does, and a second of waiting for each input would be all that is done.
    @mock.patch.object(edition, "_PAUSES", ())
    def read(folder: Path) -> None:
        for earlier in (False, True):
            with suppress(EditionError, UnknownNameError):
                _look_up(LoadedEdition(Edition(folder, earlier=earlier)))
        opened(folder).tables()

    return Reader("editions", seeds, [name for name in seeds if name != "datapackage.json"], read)


def _look_up(edition: LoadedEdition) -> None:
    for group in edition.applicant_groups():
        edition.chances(245, group)
    for guide in edition.guides():
        edition.guide_audit(guide)
    for name in edition.specialties()[:3]:
        for group in edition.applicant_groups()[:3]:
            edition.bands(name, group)
            edition.band(245, name, group)
            edition.probability(251, name, group)
            edition.score_for(0.5, name, group)
            edition.standing(240, name, group)
            edition.gain(240, 250, name, group)
            edition.explain(245, name, group)


READERS: dict[str, Callable[[], Reader]] = {
    of.__name__: of for of in (tables, descriptions, cohorts, exports, typed, editions)
}
