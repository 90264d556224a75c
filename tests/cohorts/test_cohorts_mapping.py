"""Own exports: the mapping that is proposed, what is counted by it, and what no message tells."""

import re
import stat

import openpyxl
import pandas as pd
import pytest

from own_exports import RAW, eras_like, write
from raw_cohorts import make_raw, people, store
from recalib.cli import main
from recalib.cohorts.export_file import open_export
from recalib.cohorts.guess import cycle_of, group_of, meaning_of
from recalib.cohorts.key_file import keys_to_make, mark_of
from recalib.cohorts.mapping import names_a_person
from recalib.cohorts.own_file import initialise, name_of, read_own
from recalib.cohorts.query import Query
from recalib.privacy.noise import secret_for, secret_of
from recalib.problems import RawDataError, RecalibError, UsageError
from recalib.raw import check_raw, read_raw
from recalib.sources.catalogue import Findings
from recalib.sources.files import Folder, RawFile
from recalib.sources.labels import Labels

SECRET = "Xanthippe"
LABELS = Labels({"internal_medicine": "internal_medicine", "Surgery-General": "general_surgery"})
ROWS = 600


def expected(frame: pd.DataFrame) -> pd.DataFrame:
    """What is counted, told apart by hand: score and result known, nobody who withdrew."""
    known = frame[frame["USMLE Step 2 CK Score"] != ""]
    return known[known["Match Status"] != "Withdrew"]


@pytest.mark.parametrize("name", ["a.csv", "a.tsv", "a.xlsx", "a.parquet"])
def test_every_form_of_an_export_is_counted_alike(tmp_path, name):
    frame = eras_like(ROWS)
    made = initialise(write(frame, tmp_path / name), RAW)
    assert not made.proposal.missing
    assert not made.proposal.undecided
    cohort = read_own(tmp_path / name, raw=RAW)
    counted = expected(frame)
    assert cohort.counts["people"].sum() == len(counted)
    assert cohort.counts["matched"].sum() == (counted["Match Status"] == "Matched").sum()
    assert cohort.counts["results"].sum() == (counted["Match Status"] != "").sum()
    assert cohort.left_out == {
        "by their value of matched": int(
            ((frame["Match Status"] == "Withdrew") & (frame["USMLE Step 2 CK Score"] != "")).sum()
        ),
        "without a score": int((frame["USMLE Step 2 CK Score"] == "").sum()),
    }
    assert set(cohort.counts["specialty"]) == {
        "internal_medicine",
        "general_surgery",
        "family_medicine",
    }
    assert set(cohort.counts["cycle"]) == {"2025", "2026"}
    failed = cohort.covariates[cohort.covariates["step1_failures"] == 1]["people"].sum()
    assert failed == (counted["Step 1 Attempts"] == 2).sum()
    season = counted["Season"].map({"AY 2024-25": 2025, "AY 2025-26": 2026})
    years = (season - counted["Graduation Year"]).value_counts()
    told = cohort.covariates.groupby("years_since_graduation")["people"].sum()
    assert told.to_dict() == years.to_dict()


def test_rows_without_an_outcome_are_left_out(tmp_path):
    frame = eras_like(ROWS).drop(columns=["Interviews", "Programs Applied"])
    initialise(write(frame, tmp_path / "a.csv"), RAW)
    cohort = read_own(tmp_path / "a.csv", raw=RAW)
    known = frame[(frame["USMLE Step 2 CK Score"] != "")]
    assert cohort.left_out["without an outcome"] == (known["Match Status"] == "").sum()


def test_columns_of_people_are_neither_proposed_nor_told(tmp_path, capsys):
    path = write(eras_like(ROWS), tmp_path / "a.csv")
    assert main(["cohort-init", str(path), "--raw", str(RAW)]) == 0
    out = capsys.readouterr().out
    text = (tmp_path / "a.yml").read_text()
    for name in ("AAMC ID", "Applicant Name", "E-mail", "Date of Birth", "Medical School"):
        assert re.search(rf"Never read.*{name}", out)
        assert f'column: "{name}"' not in text
    for told in (out, text):
        assert "Madeup" not in told
        assert "@" not in told
        assert "-03-" not in told
    key = (tmp_path / ".a.key").read_text().strip()
    assert key not in out + text
    assert mark_of(key) in text
    assert stat.S_IMODE((tmp_path / ".a.key").stat().st_mode) == 0o600


def test_a_column_is_refused_for_what_it_holds(tmp_path):
    frame = eras_like(ROWS)
    frame["Match Status"] = frame["E-mail"].where(frame["Match Status"] == "", "Matched")
    made = initialise(write(frame, tmp_path / "a.csv"), RAW)
    assert "matched" not in made.proposal.guesses
    assert any("e-mail" in what for name, what in made.proposal.persons if name == "Match Status")


def test_a_file_without_a_header_is_told_nothing_of(tmp_path, capsys):
    path = tmp_path / "a.csv"
    path.write_text(f"{SECRET},Matched,245\n{SECRET},Matched,250\n")
    assert main(["cohort-init", str(path), "--raw", str(RAW)]) == 1
    assert SECRET not in "".join(capsys.readouterr())
    assert not (tmp_path / "a.yml").exists()


def test_a_mapping_is_not_overwritten(tmp_path):
    path = write(eras_like(50), tmp_path / "a.csv")
    initialise(path, RAW)
    edited = (tmp_path / "a.yml").read_text() + "# edited\n"
    (tmp_path / "a.yml").write_text(edited)
    with pytest.raises(UsageError, match="is there already"):
        initialise(path, RAW)
    assert (tmp_path / "a.yml").read_text() == edited


def test_what_nobody_can_guess_is_asked_for(tmp_path, capsys):
    frame = eras_like(ROWS)
    frame.loc[frame["Match Status"] == "Withdrew", "Match Status"] = "See file"
    path = write(frame.drop(columns="Season"), tmp_path / "a.csv")
    assert main(["cohort-init", str(path), "--raw", str(RAW)]) == 0
    out = capsys.readouterr().out
    assert "cycle: NOT FOUND" in out
    assert "matched: " in out
    assert "TO DECIDE: 1" in out
    assert '"See file": "?"' in (tmp_path / "a.yml").read_text()
    with pytest.raises(RawDataError) as raised:
        read_own(path, raw=RAW)
    told = str(raised.value)
    assert '"See file" has no meaning yet' in told
    assert "cycle: neither a column nor" in told
    text = (tmp_path / "a.yml").read_text()
    text = text.replace('"See file": "?"', '"See file": leave_out')
    text = text.replace('column: "?"', "always: 2026").replace("calendar_year", "calendar_year")
    (tmp_path / "a.yml").write_text(text)
    assert set(read_own(path, raw=RAW).counts["cycle"]) == {"2026"}


def test_what_every_row_has_can_be_said(tmp_path):
    frame = eras_like(ROWS).drop(columns=["Season", "Applicant Type", "Preferred Specialty"])
    path = write(frame, tmp_path / "a.csv")
    every = {
        "cycle": "2026",
        "specialty": "internal_medicine",
        "applicant_group": "non_us_img",
    }
    initialise(path, RAW, every)
    cohort = read_own(path, raw=RAW)
    for name, value in every.items():
        assert set(cohort.counts[name]) == {value}


def odd(tmp_path, change) -> list:
    frame = eras_like(ROWS)
    path = write(frame, tmp_path / "a.csv")
    initialise(path, RAW)
    change(frame)
    write(frame, path)
    with pytest.raises(RawDataError) as raised:
        read_own(path, raw=RAW)
    return raised.value.problems


def test_values_of_many_rows_are_grouped_and_counted(tmp_path):
    def change(frame):
        frame["USMLE Step 2 CK Score"] = 250
        frame.loc[:19, "Preferred Specialty"] = "Wizardry"

    (problem,) = odd(tmp_path, change)
    assert problem.rule == "cohort-value"
    assert '"Wizardry" stands in 20 rows' in problem.message
    assert problem.column == "specialty"


def test_a_slip_is_told_with_what_was_meant(tmp_path):
    def change(frame):
        frame["USMLE Step 2 CK Score"] = 250
        frame.loc[3, "Preferred Specialty"] = "Internal Medicin"

    (problem,) = odd(tmp_path, change)
    assert '"Internal Medicin" stands in 1 row' in problem.message
    assert 'nearest known is "Internal Medicine"' in problem.message


def test_a_rare_value_is_nobody_elses_business(tmp_path):
    def change(frame):
        frame["USMLE Step 2 CK Score"] = 250
        frame.loc[3, "Preferred Specialty"] = SECRET
        frame.loc[7, "Match Status"] = f"{SECRET}, Ann"

    problems = odd(tmp_path, change)
    assert {(problem.rule, problem.row, problem.column) for problem in problems} == {
        ("cohort-value", 5, "specialty"),
        ("cohort-value", 9, "matched"),
    }
    assert not any(SECRET in str(problem) for problem in problems)


def test_numbers_that_cannot_be_name_their_rows(tmp_path):
    def change(frame):
        frame["USMLE Step 2 CK Score"] = 250
        frame.loc[0, "Interviews"] = 5_000
        frame.loc[1, "USMLE Step 2 CK Score"] = 345

    found = {(problem.rule, problem.row) for problem in odd(tmp_path, change)}
    assert found == {("cohort-interviews", 2), ("cohort-value", 3)}


@pytest.mark.parametrize(
    ("old", "new", "piece"),
    [
        ('column: "Season"', 'column: "Sesaon"', "is not there"),
        ('"IM": "internal_medicine"', '"IM": "medicine"', "a specialty that is not known"),
        ('"Matched": "1"', '"Matched": "yes"', "neither 1, 0 nor blank"),
        ("    step2_ck:", "    step_2:", '"step_2" is not a column of a cohort'),
        ("calendar_year: yes", "calendar_year: maybe", "neither yes nor no"),
        ('column: "Season"', 'column: "AAMC ID"', "named like something of a person"),
        ("      values:", "      vales:", '"vales" is not known here'),
        ("  columns:", "  colunms:", "mapping holds no columns"),
        ('delimiter: ";"', 'delimiter: "x"', "delimiter is none of"),
    ],
)
def test_a_mapping_that_cannot_be_used_is_told(tmp_path, old, new, piece):
    path = write(eras_like(60), tmp_path / "a.csv")
    initialise(path, RAW)
    text = (tmp_path / "a.yml").read_text()
    assert old in text
    (tmp_path / "a.yml").write_text(text.replace(old, new, 1))
    with pytest.raises(RawDataError) as raised:
        read_own(path, raw=RAW)
    assert any(p.rule == "cohort-mapping" and piece in p.message for p in raised.value.problems)


def test_a_column_mapped_against_its_content_is_refused(tmp_path):
    frame = eras_like(ROWS)
    frame = frame.rename(columns={"E-mail": "Contact"})
    path = write(frame, tmp_path / "a.csv")
    initialise(path, RAW)
    text = (tmp_path / "a.yml").read_text().replace('"Match Status"', '"Contact"')
    (tmp_path / "a.yml").write_text(text)
    with pytest.raises(RawDataError) as raised:
        read_own(path, raw=RAW)
    (problem,) = raised.value.problems
    assert problem.rule == "cohort-identifying"
    assert "@" not in str(problem)


def test_a_raw_folder_reads_an_export_by_its_mapping(tmp_path):
    raw = make_raw(tmp_path / "raw")
    (raw.path / "cohorts" / "ours.yml").unlink()
    (raw.path / "specialties.csv").write_text((RAW / "specialties.csv").read_text())
    initialise(write(eras_like(ROWS), raw.path / "cohorts" / "ours.xlsx"), RAW)
    assert check_raw(raw.path) == []
    read = read_raw(raw.path)
    (cohort,) = read.cohorts
    assert cohort.counts["people"].sum() == len(expected(eras_like(ROWS)))
    # Neither the mapping nor the key's mark goes on, nor a hash that would confirm a guess.
    assert not {"mapping", "key"} & set(cohort.provenance)
    assert not [name for name in read.input_hashes if name.startswith("cohorts/")]


def test_an_export_without_a_mapping_is_refused(tmp_path):
    raw = make_raw(tmp_path / "raw")
    write(eras_like(50), raw.path / "cohorts" / "ours.xlsx")
    assert [problem.rule for problem in raw.problems()] == ["cohort-mapping"]


def test_a_lost_key_stops_the_run(tmp_path):
    raw = make_raw(tmp_path / "raw")
    (raw.path / "cohorts" / "ours.yml").unlink()
    (raw.path / "specialties.csv").write_text((RAW / "specialties.csv").read_text())
    made = initialise(write(eras_like(ROWS), raw.path / "cohorts" / "ours.csv"), RAW)
    mark = mark_of(made.key.read_text().strip())
    assert secret_for(raw.path, "ours", mark) == made.key.read_text().strip()
    made.key.unlink()
    (problem,) = raw.problems()
    assert problem.rule == "cohort-key"
    assert "is lost" in problem.message
    # Nor does another key in its place pass for it.
    secret_of(raw.path)
    (problem,) = raw.problems()
    assert "holds another key" in problem.message
    with pytest.raises(RecalibError, match="lost"):
        secret_for(raw.path, "ours", mark)


def test_two_keys_of_one_cohort_stop_the_run(tmp_path):
    raw = make_raw(tmp_path)
    store(people(200), raw, "csv")
    shared = secret_of(raw.path)
    assert secret_for(raw.path, "ours") == shared
    (raw.path / "cohorts" / ".ours.key").write_text("5e" * 32)
    (problem,) = raw.problems()
    assert problem.rule == "cohort-key"
    assert "two keys" in problem.message
    assert secret_for(raw.path, "ours", mark_of(shared)) == shared


def test_the_same_people_twice_stop_the_run(tmp_path):
    raw = make_raw(tmp_path)
    store(people(200), raw, "csv")
    for ending in ("csv", "yml"):
        text = (raw.path / "cohorts" / f"ours.{ending}").read_text()
        (raw.path / "cohorts" / f"again.{ending}").write_text(text)
    (problem,) = raw.problems()
    assert problem.rule == "cohort-same-people"


@pytest.mark.parametrize(
    ("text", "cycle"),
    [
        ("AY 2025-26", "2026"),
        ("2025/2026", "2026"),
        ("2025–2026", "2026"),
        ("AY25-26", "2026"),
        ("ERAS 2026", "2026"),
        ("2026", "2026"),
        ("2020-2024", "2020-2024"),
        ("spring", None),
        ("1999 or 2026", None),
    ],
)
def test_seasons_are_match_years(text, cycle):
    assert cycle_of(text) == cycle


@pytest.mark.parametrize(
    ("text", "group"),
    [
        ("Non-US IMG", "non_us_img"),
        ("Non US Citizen IMG", "non_us_img"),
        ("IMG (non-US)", "non_us_img"),
        ("US IMG", "us_img"),
        ("U.S. citizen IMGs", "us_img"),
        ("FMG", "img"),
        ("MD Senior", "us_md_senior"),
        ("US DO", "us_do"),
        ("Canadian", None),
    ],
)
def test_groups_are_known_by_their_words(text, group):
    assert group_of(text) == group


@pytest.mark.parametrize(
    ("target", "value", "column", "meaning"),
    [
        ("matched", "Y", "Match", "1"),
        ("matched", "Did not match", "Match", "0"),
        ("matched", "SOAP", "Match", "0"),
        ("matched", "Did not rank", "Match", "leave_out"),
        ("matched", "Perhaps", "Match", None),
        ("needs_visa", "J-1", "Visa", "yes"),
        ("needs_visa", "Green Card", "Visa", "no"),
        ("specialty", "IM", "Field", "internal_medicine"),
        ("specialty", "Surgery-General", "Field", "general_surgery"),
        ("specialty", "ENT", "Field", None),
        ("step1_failures", "2", "Step 1 Attempts", "1"),
        ("step1_failures", "2", "Step 1 failures", "2"),
        ("step2_ck", "Pass", "Step 2", None),
        ("step2_ck", "2", "Step 2 attempts", None),
    ],
)
def test_values_are_guessed(target, value, column, meaning):
    assert meaning_of(target, value, column, LABELS) == meaning


@pytest.mark.parametrize(
    ("name", "person"),
    [
        ("USMLE Step 2 CK Score", False),
        ("NRMP Match Status", False),
        ("ERAS_Season", False),
        ("USMLE ID", True),
        ("USMLE", True),
        ("AAMC", True),
        ("Applicant Name", True),
    ],
)
def test_an_institution_in_a_name_is_nobodys_person(name, person):
    assert (names_a_person(name) is not None) == person


def test_cells_of_sheets_are_what_a_person_would_type(tmp_path):
    frame = pd.DataFrame({"Step 2": [245.0, None], "When\u00a0": ["  a \u200b b ", "N/A"]})
    path = write(frame, tmp_path / "a.xlsx")
    with Query() as query:
        file = RawFile(path.name, path, "a", "xlsx")
        export = open_export(file, Folder(tmp_path, Findings()), query)
        assert export.names == ["Step 2", "When"]
        assert query.rows("SELECT * FROM export_numbered") == [(2, "245", "a b")]


def test_a_formula_without_a_value_is_no_blank(tmp_path):
    path = write(eras_like(30), tmp_path / "a.xlsx")
    book = openpyxl.load_workbook(path)
    book.active["A5"] = "=1+1"
    book.save(path)
    with pytest.raises(RawDataError) as raised:
        initialise(path, RAW)
    (problem,) = raised.value.problems
    assert (problem.rule, problem.row) == ("cohort-damaged", 5)
    assert "never calculated" in str(problem)


def test_names_of_cohorts_come_from_files(tmp_path):
    assert name_of(tmp_path / "My export (2026).csv.gz") == "My_export_2026"
    with pytest.raises(UsageError, match="ends with none"):
        initialise(write(eras_like(5), tmp_path / "a.csv").rename(tmp_path / "a.doc"), RAW)
    with pytest.raises(UsageError, match="There is no file"):
        initialise(tmp_path / "nowhere.csv", RAW)


@pytest.mark.parametrize("kind", ["xlsx", "parquet", "csv.gz"])
def test_a_damaged_export_is_told(tmp_path, kind):
    path = tmp_path / f"a.{kind}"
    path.write_bytes(b"PK\x03\x04 nothing of the kind")
    with pytest.raises(RawDataError) as raised:
        initialise(path, RAW)
    assert raised.value.problems[0].rule == "cohort-damaged"
    assert not (tmp_path / "a.yml").exists()


def test_a_ragged_row_is_named_by_its_line(tmp_path):
    path = write(eras_like(30), tmp_path / "a.csv")
    lines = path.read_text().splitlines()
    lines[4] += f";{SECRET};x"
    path.write_text("\n".join(lines) + "\n")
    with pytest.raises(RawDataError) as raised:
        initialise(path, RAW)
    (problem,) = raised.value.problems
    assert (problem.rule, problem.row) == ("ragged-row", 5)
    assert SECRET not in str(problem)


def test_a_crash_quotes_nothing(tmp_path, monkeypatch):
    def crash(*_):
        raise ValueError(SECRET)

    monkeypatch.setattr("recalib.cohorts.own_file.propose", crash)
    with pytest.raises(RawDataError) as raised:
        initialise(write(eras_like(30), tmp_path / "a.csv"), RAW)
    assert SECRET not in str(raised.value)
    assert "ValueError" in str(raised.value)


def test_a_key_that_a_run_makes_is_told(tmp_path):
    raw = make_raw(tmp_path, key="")
    store(people(200), raw, "csv")
    assert "numbers of ours are blurred" in keys_to_make(raw.path)
    secret_of(raw.path)
    assert keys_to_make(raw.path) == ""
