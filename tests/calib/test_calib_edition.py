"""Reading an edition: verified against edition.json, damage told in a sentence, tables typed."""

from __future__ import annotations

import csv
import hashlib
import json
import os
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import calib
from calib import edition as _edition
from calib.edition import Edition, tables

#: What only an edition with cohorts has is in test_calib_cohorts.py.
FILES = [file for file, _ in tables().values() if "cohort" not in file]


def load(folder: Path) -> Edition:
    """Open an edition and read all of it."""
    edition = Edition(folder)
    for name in tables():
        edition.table(name)
    assert edition.specialties
    return edition


def test_an_undamaged_edition_loads(synthetic: Any) -> None:
    edition = load(synthetic.folder)
    assert edition.name == "synthetic.1"


@pytest.mark.parametrize("name", [*FILES, "edition.json"])
def test_a_missing_file_is_told(synthetic: Any, name: str) -> None:
    (synthetic.folder / name).unlink()
    with pytest.raises(calib.EditionError, match=rf"{name} cannot be read: No such.*Reinstall"):
        load(synthetic.folder)


@pytest.mark.parametrize("name", FILES)
def test_a_changed_byte_is_told(synthetic: Any, name: str) -> None:
    content = bytearray((synthetic.folder / name).read_bytes())
    content[-2] ^= 1
    synthetic.write(name, bytes(content))
    with pytest.raises(calib.EditionError, match=rf"{name} is not the table .*SHA-256.*Reinstall"):
        load(synthetic.folder)


def test_a_table_that_edition_json_does_not_name_is_told(synthetic: Any) -> None:
    path = synthetic.folder / "edition.json"
    described = json.loads(path.read_text())
    del described["tables"]["curves.csv"]
    path.write_text(json.dumps(described))
    with pytest.raises(calib.EditionError, match="recorded None"):
        load(synthetic.folder)


@pytest.mark.parametrize("name", FILES[:-1])
def test_tables_of_another_edition_are_told(synthetic: Any, name: str) -> None:
    synthetic.replace(name, "synthetic.1,", "synthetic.0,")
    synthetic.sign()
    message = rf"{name}, row 2 is .* not of edition synthetic.1.*Reinstall"
    with pytest.raises(calib.EditionError, match=message):
        load(synthetic.folder)


def test_an_edition_json_of_another_edition_is_told(synthetic: Any) -> None:
    synthetic.replace("edition.json", "synthetic.1", "synthetic.2")
    with pytest.raises(calib.EditionError, match="not of edition synthetic"):
        load(synthetic.folder)


@pytest.mark.parametrize("name", FILES)
def test_a_truncated_table_is_told(synthetic: Any, name: str) -> None:
    synthetic.write(name, (synthetic.folder / name).read_bytes()[:-10])
    with pytest.raises(calib.EditionError, match=rf"{name} is not the table .*SHA-256"):
        load(synthetic.folder)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "cannot be read as JSON"),
        (b'{"edition": "1"', "cannot be read as JSON"),
        (b"\xff", "cannot be read as JSON"),
        (b"[" * 100_000, "cannot be read as JSON"),
        (b"[]", "does not name its edition"),
        (b'{"edition": 1, "tables": {}}', "does not name its edition"),
        (b'{"edition": "1", "tables": []}', "does not name its edition"),
    ],
)
def test_a_damaged_edition_json_is_told(synthetic: Any, content: bytes, message: str) -> None:
    synthetic.write("edition.json", content)
    with pytest.raises(calib.EditionError, match=message):
        load(synthetic.folder)


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        (
            "intercept_se",
            "intercept_sd",
            "does not begin with the columns .* intercept_se",
        ),
        (",status,sources", "", "does not begin with the columns .* status"),
        (
            "2026,surgery,non_us_img,,",
            "2026,surgery,non_us_img,",
            "row 2 is damaged",
        ),
        ("-1.1", "minus one", "row 3: .*'minus one'"),
        ("-1.1", "nan", "row 3: .* NaN"),
        (",999,", ",1e999,", "row 4: .* infinity"),
        (",999,", ",9.5,", "row 4: 9.5 is not a whole number"),
        ("2024,surgery", "soon,surgery", "invalid literal for int"),
        ("2024,surgery", "2024,", "a blank key"),
        ("intercept,", "'\"intercept\",'", "does not begin with"),
        ("family_practice", "\udcff", "not a table in UTF-8"),
    ],
)
def test_a_signed_table_with_wrong_content_is_told(
    synthetic: Any, old: str, new: str, message: str
) -> None:
    text = (synthetic.folder / "curves.csv").read_text()
    assert old in text
    synthetic.write("curves.csv", text.replace(old, new, 1).encode(errors="surrogateescape"))
    synthetic.sign()
    with pytest.raises(calib.EditionError, match=message):
        load(synthetic.folder)


def test_columns_may_be_added_and_denominators_too(
    synthetic: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    lines = (synthetic.folder / "curves.csv").read_text().splitlines()
    text = "\n".join([lines[0] + ",new", *(line + ",1" for line in lines[1:])]) + "\n"
    old = "2024,surgery,non_us_img,,match,ranked_first"
    text = text.replace(old, "2028,surgery,new,,match,new")
    synthetic.write("curves.csv", text.encode())
    synthetic.sign()
    synthetic.serve(monkeypatch)
    assert calib.table("curves")[0]["new"] == "1"
    assert calib.probability(250, "surgery", "new", denominator="new").cycle == "2028"
    assert calib.applicant_groups("surgery") == ("us_md_senior", "non_us_img", "new")


def test_a_curve_without_rows_in_the_band_table_is_told(
    synthetic: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    synthetic.replace("band_table.csv", ",imaging,", ",imagine,")
    synthetic.sign()
    synthetic.serve(monkeypatch)
    with pytest.raises(calib.EditionError, match="no rows for imaging, non_us_img, 2026, though"):
        calib.bands("imaging", "non_us_img")


def test_an_ok_curve_whose_bands_leave_a_score_out(
    synthetic: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    synthetic.replace("band_table.csv", ",unlikely,low,1,243,", ",unlikely,low,,,")
    synthetic.sign()
    synthetic.serve(monkeypatch)
    band = calib.band(100, "surgery", "non_us_img")
    assert (band.label, band.status) == (None, "unreachable")


def test_a_curve_without_standard_errors_has_no_answer(
    synthetic: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    synthetic.replace("curves.csv", "-1,0.5,0.1,0.08,0.2", "-1,0.5,,0.08,0.2")
    synthetic.sign()
    synthetic.serve(monkeypatch)
    assert calib.probability(250, "surgery", "non_us_img").value is None
    assert calib.score_for(0.5, "surgery", "non_us_img").score is None


def test_a_curve_known_exactly_still_has_its_answers(
    synthetic: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    synthetic.replace("curves.csv", "-1,0.5,0.1,0.08,0.2", "-1,0.5,0,0,")
    synthetic.replace("curves.csv", ",215,275,,300,", ",,,,300,")
    synthetic.sign()
    synthetic.serve(monkeypatch)
    gain = calib.gain(240, 250, "surgery", "non_us_img")
    assert gain.low == gain.value == gain.high
    edge = calib.score_for(0.5, "surgery", "non_us_img")
    assert edge.low == edge.score == edge.high == 265
    assert calib.probability(300, "surgery", "non_us_img").extrapolated is False


@pytest.mark.usefixtures("edition")
def test_the_lists_name_what_has_a_curve() -> None:
    assert calib.specialties() == (
        *("children", "family_practice", "imaging", "medicine", "nuclear", "plastics", "surgery"),
        "villages",
    )
    assert calib.specialties("us_img") == ("plastics",)
    assert calib.specialties("Non-US IMG") == (
        *("children", "family_practice", "imaging", "surgery", "villages"),
    )
    assert calib.applicant_groups() == ("us_md_senior", "us_img", "non_us_img", "img")
    assert calib.applicant_groups("nuclear") == ()
    assert calib.editions()[-1] == "synthetic.1"
    assert calib.EDITION == "synthetic.1"
    with pytest.raises(calib.UnknownNameError, match="applicant group"):
        calib.specialties("image")
    with pytest.raises(calib.UnknownNameError, match="specialty"):
        calib.applicant_groups("surgeon")
    with pytest.raises(AttributeError, match="no attribute 'BANDS'"):
        _ = calib.BANDS  # type: ignore[attr-defined]


@pytest.mark.usefixtures("edition")
def test_tables_are_lists_of_typed_rows() -> None:
    curve = calib.table("curves")[0]
    assert (curve["cycle"], curve["n"], curve["slope"]) == ("2026", 300, 0.5)
    assert curve["needs_visa"] is None
    assert type(curve["n"]) is int
    band = calib.table("bands")[0]
    assert (band["rank"], band["guide_label"], band["boundary"]) == (1, "highly_competitive", None)
    assert calib.table("evidence")[0]["statistic"] == 'made up, "quoted"'
    standing = calib.table("standing")[0]
    assert (standing["score"], standing["matched_below"], standing["not_matched_low"]) == (
        *(220, 0.02, 0.08),
    )
    assert str(calib.table("curve_notes")[0]["note"]).startswith("Made up")
    adjustment = calib.table("adjustments")[0]
    assert (adjustment["odds_ratio"], adjustment["points_high"], adjustment["n"]) == (0.5, None, 80)
    calib.table("curves")[0]["n"] = 0
    assert calib.table("curves")[0]["n"] == 300
    with pytest.raises(calib.UnknownNameError, match="Did you mean curves"):
        calib.table("curve")
    for spelt in ("curves.csv", "band_table.csv", "Standing"):
        assert calib.table(spelt)[0]["edition"] == "synthetic.1"


@pytest.mark.usefixtures("edition")
def test_the_guides_audit() -> None:
    assert calib.guides() == ("all_guide", "surgery_guide")
    first, second = calib.guide_audit("surgery_guide")
    assert (first.label, first.edge) == ("ideal", "top")
    assert (first.score_min, first.score_max) == (250, None)
    assert (first.probability_at_edge, second.probability_at_edge) == (0.321, None)
    assert (first.next_low, first.next_high, first.standing_matched) == (0.19, 0.48, 0.41)
    assert (first.cycle, first.reading, first.data_label) == ("2026", "competitive", "borderline")
    assert (first.verdict, second.verdict) == ("overstates", "no_claim")
    assert str(first.reason).startswith("Made up: about 32 of 100")
    assert calib.guide_audit("Surgery-Guide", applicant_group="us_img") == (second,)
    assert calib.guide_audit("surgery_guide", specialty="medicine") == ()
    with pytest.raises(calib.UnknownNameError, match="Did you mean surgery_guide"):
        calib.guide_audit("surgery")
    with pytest.raises(calib.UnknownNameError, match="specialty"):
        calib.guide_audit("surgery_guide", specialty="surgeon")
    with pytest.raises(calib.UnknownNameError, match="applicant group"):
        calib.guide_audit("surgery_guide", applicant_group="martian")


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="there are no pipes")
def test_a_pipe_is_no_table(synthetic: Any) -> None:
    (synthetic.folder / "curves.csv").unlink()
    os.mkfifo(synthetic.folder / "curves.csv")
    with pytest.raises(calib.EditionError, match=r"curves\.csv cannot be read: No such regular"):
        load(synthetic.folder)


@pytest.fixture
def usual_limit() -> Iterator[None]:
    """Python's own limit of a cell, which some libraries lift for the whole process."""
    lifted = csv.field_size_limit(131_072)
    yield
    csv.field_size_limit(lifted)


@pytest.mark.usefixtures("usual_limit")
def test_a_cell_that_has_no_end_is_told(synthetic: Any) -> None:
    table = (synthetic.folder / "curves.csv").read_bytes()
    synthetic.write("curves.csv", table + b"x" * 200_000)
    synthetic.sign()
    with pytest.raises(calib.EditionError, match="is not a table in UTF-8: field larger"):
        load(synthetic.folder)


def test_the_shipped_edition_is_opened_once(
    synthetic_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(_edition, "SHIPPED", synthetic_folder)
    assert calib.EDITION == "synthetic.1"
    assert _edition.current() is _edition.current()
    monkeypatch.setattr(_edition, "SHIPPED", synthetic_folder / "nowhere")
    with pytest.raises(calib.EditionError, match="cannot be read"):
        calib.probability(250, "surgery", "non_us_img")


def test_the_package_works_from_a_zip(synthetic_folder: Path, tmp_path: Path) -> None:
    archive = tmp_path / "calib.zip"
    package = Path(calib.__file__).parent
    with zipfile.ZipFile(archive, "w") as target:
        for path in (*package.glob("*.py"), *package.glob("*.csv")):
            target.write(path, f"calib/{path.name}")
        for path in synthetic_folder.iterdir():
            target.write(path, f"calib/edition/{path.name}")
    code = "import sys; sys.path.insert(0, sys.argv[1]); import calib; print(calib.EDITION)"
    run = subprocess.run(
        [sys.executable, "-I", "-S", "-c", code, str(archive)],
        capture_output=True,
        text=True,
        check=True,
    )
    assert run.stdout == "synthetic.1\n"


def test_the_next_cycle_follows_the_newest_in_print(synthetic: Any) -> None:
    assert load(synthetic.folder).next_cycle == "2028"
    newest = ",900,D,borrowed,made_up_a|"
    # Years of made-up people count where there are no others.
    for old, new, expected in (
        (f"{newest}made_up_b", f"{newest}cohort:dean (SYNTHETIC)", "2027"),
        ("made_up_b", "cohort:dean (SYNTHETIC)", "2028"),
    ):
        synthetic.replace("curves.csv", old, new)
        synthetic.sign()
        assert load(synthetic.folder).next_cycle == expected


class Replaced:
    """A folder in whose place another one is put as a reader opens its n-th file."""

    def __init__(self, before: Path, after: Path, at: int) -> None:
        self.now, self.after, self.left = before, after, at

    def __truediv__(self, name: str) -> Path:
        self.left -= 1
        if self.left == 0:
            self.now = self.after
        return self.now / name


@pytest.fixture
def next_edition(synthetic: Any, tmp_path: Path) -> Path:
    """The synthetic edition under another name and with other rows."""
    folder = tmp_path / "next"
    shutil.copytree(synthetic.folder, folder)
    for file in FILES:
        text = (folder / file).read_text().replace("synthetic.1,", "synthetic.2,")
        (folder / file).write_text(text)
    described = json.loads((folder / "edition.json").read_text()) | {"edition": "synthetic.2"}
    for file, entry in described["tables"].items():
        entry["sha256"] = hashlib.sha256((folder / file).read_bytes()).hexdigest()
    (folder / "edition.json").write_text(json.dumps(described))
    return folder


@pytest.mark.parametrize("at", range(1, 2 * len(FILES) + 4))
def test_an_edition_that_is_replaced_while_it_is_read_is_one_of_the_two(
    synthetic: Any, next_edition: Path, at: int
) -> None:
    found = load(Replaced(synthetic.folder, next_edition, at))  # type: ignore[arg-type]
    assert found.name == ("synthetic.2" if at <= len(FILES) + 1 else "synthetic.1")
    assert {row["edition"] for name in tables() for row in found.table(name)} == {found.name}


@pytest.mark.parametrize("at", range(2, len(FILES) + 2))
def test_an_edition_that_is_missing_for_a_moment_is_waited_for(
    synthetic: Any, tmp_path: Path, at: int
) -> None:
    class Missing(Replaced):
        def __truediv__(self, name: str) -> Path:
            path = super().__truediv__(name)
            # Away until it is looked for anew.
            return synthetic.folder / name if name == "edition.json" else path

    folder: Any = Missing(synthetic.folder, tmp_path / "nowhere", at)
    read, _edition_read = 0, Edition._load

    class Patient(Edition):
        def _load(self) -> bool:
            nonlocal read
            read += 1
            if read == 2:
                folder.now = synthetic.folder
            return _edition_read(self)

    assert Patient(folder).table("curves")
    assert read == 2


def test_an_open_edition_stays_whole(synthetic: Any, next_edition: Path) -> None:
    opened = Edition(synthetic.folder)
    shutil.copytree(next_edition, synthetic.folder, dirs_exist_ok=True)
    assert {row["edition"] for name in tables() for row in opened.table(name)} == {"synthetic.1"}
    assert load(synthetic.folder).name == "synthetic.2"


def test_a_damaged_table_hinders_no_look_up_that_needs_it_not(synthetic: Any) -> None:
    synthetic.write("evidence.csv", b"damaged")
    assert Edition(synthetic.folder).specialties
    with pytest.raises(calib.EditionError, match=r"evidence\.csv is not the table"):
        load(synthetic.folder)
