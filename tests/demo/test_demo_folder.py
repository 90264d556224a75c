"""The demo has a folder of its own: it spares what is not its own, and is whole or not there."""

from __future__ import annotations

import errno
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from demo_samples import RAW

from recalib.demo import Demo, folder, make_demo
from recalib.problems import RecalibError, UsageError

Few = Callable[..., Demo]


@pytest.fixture
def few(edition: Path) -> Few:
    def make(out: Path, kind: str = "parquet", **options: object) -> Demo:
        given = {"raw": RAW, "edition": edition, **options}
        return make_demo(20, 1, out, kind, **given)  # type: ignore[arg-type]

    return make


def names(folder: Path) -> set[str]:
    return {
        path.relative_to(folder).as_posix()
        for path in folder.rglob("*")
        if path.is_file() and not path.name.endswith(".calib-lock")
    }


def test_the_folder_is_a_complete_raw_folder(few: Few, tmp_path: Path) -> None:
    made = few(tmp_path / "demo-raw")
    guides = {f"guides/{path.name}" for path in (RAW / "guides").iterdir()}
    cohort = {
        "cohorts/.key",
        "cohorts/synthetic_demo.parquet",
        "cohorts/synthetic_demo.yml",
    }
    assert names(made.out) == {"README.md", "edition.yml", "specialties.csv"} | guides | cohort
    assert made.truth == tmp_path / "demo-raw.synthetic_truth.csv"
    few(tmp_path / "demo-raw", with_tables=True)
    tables = {f"published/{path.name}" for path in (RAW / "published").iterdir()}
    assert names(made.out) & tables == tables


def test_a_second_demo_replaces_the_first(few: Few, tmp_path: Path) -> None:
    out = tmp_path / "demo-raw"
    few(out, "csv", with_tables=True)
    (out / ".gitignore").write_text("*\n")
    made = few(out)
    found = {name for name in names(out) if name.startswith(("cohorts", "published"))}
    assert found == {
        "cohorts/.key",
        "cohorts/synthetic_demo.parquet",
        "cohorts/synthetic_demo.yml",
    }
    assert (out / ".gitignore").exists()
    assert names(tmp_path) == {f"demo-raw/{name}" for name in names(out)} | {made.truth.name}


def foreign_table(out: Path) -> None:
    (out / "published").mkdir()
    (out / "published" / "mine.totals.csv").write_text("cycle\n")


def edited_copy(out: Path) -> None:
    (out / "specialties.csv").write_text("specialty,label,tier,aliases\n")


def edited_edition(out: Path) -> None:
    (out / "edition.yml").write_text('edition: "2026.2"\n')


def other_cohort(out: Path) -> None:
    (out / "cohorts" / "ours.csv").write_text("cycle\n")


@pytest.mark.parametrize("change", [foreign_table, edited_copy, edited_edition, other_cohort])
def test_what_a_demo_has_not_written_is_spared(
    few: Few, tmp_path: Path, change: Callable[[Path], None]
) -> None:
    out = tmp_path / "demo-raw"
    few(out)
    change(out)
    before = {name: (out / name).read_bytes() for name in names(out)}
    with pytest.raises(UsageError, match="which no demo has written"):
        few(out)
    assert {name: (out / name).read_bytes() for name in names(out)} == before


@pytest.mark.parametrize("inside", [".", "cohorts", "cohorts/new", "../raw"])
def test_the_raw_tables_stay_as_they_are(few: Few, tmp_path: Path, inside: str) -> None:
    raw = tmp_path / "raw"
    shutil.copytree(RAW, raw)
    before = names(raw)
    with pytest.raises(UsageError, match="stays apart"):
        few(raw / inside, raw=raw)
    with pytest.raises(UsageError, match="which no demo has written"):
        few(tmp_path, raw=raw)
    assert names(raw) == before


def test_an_edition_stays_as_it_is(few: Few, edition: Path) -> None:
    with pytest.raises(UsageError, match="lies in the edition"):
        few(edition / "demo")
    assert names(edition) == {"curves.csv", "edition.json"}


def test_files_in_the_way_are_told(few: Few, tmp_path: Path) -> None:
    (tmp_path / "a").write_text("")
    with pytest.raises(UsageError, match="is a file; --out names a folder"):
        few(tmp_path / "a")
    truth = tmp_path / "b.synthetic_truth.csv"
    truth.write_text("mine")
    with pytest.raises(UsageError, match="in the way of the truth"):
        few(tmp_path / "b")
    assert truth.read_text() == "mine"
    assert not (tmp_path / "b").exists()


def test_missing_inputs_are_told(few: Few, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"no .*specialties\.csv.*--raw"):
        few(tmp_path / "demo", raw=tmp_path)
    with pytest.raises(UsageError, match=r"no .*curves\.csv; --edition"):
        few(tmp_path / "demo", edition=tmp_path)
    raw = tmp_path / "raw"
    raw.mkdir()
    shutil.copyfile(RAW / "specialties.csv", raw / "specialties.csv")
    with pytest.raises(UsageError, match="leave out --with-tables"):
        few(tmp_path / "demo", raw=raw, with_tables=True)
    assert names(few(tmp_path / "demo", raw=raw).out) >= {"specialties.csv", "edition.yml"}


@pytest.mark.parametrize(
    ("stopped", "raised"),
    [
        (OSError(errno.ENOSPC, "No space left on device"), RecalibError),
        (KeyboardInterrupt(), KeyboardInterrupt),
    ],
)
def test_a_demo_that_is_stopped_leaves_everything_as_it_was(
    few: Few,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    stopped: BaseException,
    raised: type[BaseException],
) -> None:
    made = few(tmp_path / "demo-raw")
    before = {name: (tmp_path / name).read_bytes() for name in names(tmp_path)}

    def stop(*_: object) -> None:
        raise stopped

    monkeypatch.setattr(folder, "write_cohort", stop)
    for out in (made.out, tmp_path / "other"):
        with pytest.raises(raised) as told:
            few(out, "csv")
        if raised is RecalibError:
            assert "cannot be written: No space left on device" in str(told.value)
    assert {name: (tmp_path / name).read_bytes() for name in names(tmp_path)} == before
