"""Every rule of a cohort fires, at the right place, and tells nothing of a person."""

import gzip
import os
import re
import shutil
import subprocess
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from raw_cohorts import COVARIATES, GOOD, HEADER, PROVENANCE, make_raw, people, store
from recalib.cohorts import fingerprint, identify, keys, lines, query, read
from recalib.sources import RULES
from recalib.sources.labels import Labels

SECRET = "Xanthippe"
CSV = "cohorts/ours.csv"
FULL = f"{HEADER},{COVARIATES}"
WIDE = f"{GOOD},no,0,5,6"

# rule, header, second row, column, a piece of the message; the first row is fine
CELLS = [
    ("cohort-blank", HEADER, ",Dermatology,us_img,245,2,1,1", "cycle", "nothing"),
    ("cohort-blank", HEADER, "2026,  ,us_img,245,2,1,1", "specialty", "nothing"),
    ("cohort-blank", HEADER, "2026,Dermatology,,245,2,1,1", "applicant_group", "nothing"),
    ("cohort-blank", HEADER, "2026,Dermatology,us_img,,2,1,1", "step2_ck", "nothing"),
    ("cycle-format", HEADER, "26,Dermatology,us_img,245,2,1,1", "cycle", "no cycle"),
    ("unknown-specialty", HEADER, "2026,Drematology,us_img,245,2,1,1", "specialty", '"Dermatology'),
    ("unknown-group", HEADER, "2026,Dermatology,us img,245,2,1,1", "applicant_group", '"us_img"'),
    ("score-range", HEADER, "2026,Dermatology,us_img,0,2,1,1", "step2_ck", "outside 1-300"),
    ("score-range", HEADER, "2026,Dermatology,us_img,301,2,1,1", "step2_ck", "outside"),
    ("cohort-scores", HEADER, "2026,Dermatology,us_img,1,2,1,1", "step2_ck", "below 100"),
    ("cohort-scores", HEADER, "2026,Dermatology,us_img,99,2,1,1", "step2_ck", "below 100"),
    ("cycle-format", HEADER, "2026.5,Dermatology,us_img,245,2,1,1", "cycle", "no cycle"),
    ("cohort-number", HEADER, "2026,Dermatology,us_img,245.5,2,1,1", "step2_ck", "no whole"),
    ("cohort-number", HEADER, "2026,Dermatology,us_img,high,2,1,1", "step2_ck", "no whole"),
    ("cohort-number", HEADER, "2026,Dermatology,us_img,245,2.5,1,1", "n_applications", "no whole"),
    ("cohort-number", HEADER, "2026,Dermatology,us_img,245,2,one,1", "n_interviews", "no whole"),
    ("cohort-number", HEADER, "2026,Dermatology,us_img,245,2,nan,1", "n_interviews", "no whole"),
    ("count-negative", HEADER, "2026,Dermatology,us_img,245,-2,,1", "n_applications", "below 0"),
    ("count-negative", HEADER, "2026,Dermatology,us_img,245,2,-1,1", "n_interviews", "below 0"),
    ("cohort-range", HEADER, "2026,Dermatology,us_img,245,10001,1,1", "n_applications", "10,000"),
    ("cohort-range", HEADER, f"2026,Dermatology,us_img,245,{9**99},1,1", "n_applications", "10,"),
    ("cohort-range", HEADER, "2026,Dermatology,us_img,245,20000.5,1,1", "n_applications", "10,"),
    *(
        ("cohort-number", HEADER, f"2026,Dermatology,us_img,{cells},1", column, "no whole")
        for odd in (
            "20_0",
            "2e1",
            "+20",
            "20.",
            ".5",
            "1e99",
            "inf",
            "0x14",
            "20d",
            "2 0",
            "\u0662",
        )
        for cells, column in [
            (f"245,{odd},1", "n_applications"),
            (f"245,,{odd}", "n_interviews"),
            (f"{odd},20,1", "step2_ck"),
        ]
    ),
    ("cohort-matched", HEADER, "2026,Dermatology,us_img,245,2,1,+1", "matched", "something else"),
    ("cohort-matched", HEADER, "2026,Dermatology,us_img,245,2,1,1e0", "matched", "something else"),
    ("cohort-interviews", HEADER, "2026,Dermatology,us_img,245,2,3,1", "n_interviews", "more"),
    ("cohort-interviews", HEADER, "2026,Dermatology,us_img,245,0,1,1", "n_interviews", "more"),
    ("cohort-matched", HEADER, "2026,Dermatology,us_img,245,2,1,2", "matched", "something else"),
    ("cohort-matched", HEADER, "2026,Dermatology,us_img,245,2,1,0.5", "matched", "else"),
    ("cohort-matched", HEADER, "2026,Dermatology,us_img,245,2,1,yes", "matched", "else"),
    ("cohort-visa", FULL, f"{GOOD},maybe,0,5,6", "needs_visa", "something else"),
    ("cohort-number", FULL, f"{GOOD},yes,some,5,6", "step1_failures", "no whole"),
    ("count-negative", FULL, f"{GOOD},yes,-1,5,6", "step1_failures", "below 0"),
    ("cohort-range", FULL, f"{GOOD},yes,0,2019,6", "years_since_graduation", "above 80"),
    ("cohort-range", FULL, f"{GOOD},yes,0,5,601", "us_clinical_months", "above 600"),
    ("cohort-identifying", HEADER, f"2026,{SECRET}@x.org,us_img,245,2,1,1", "specialty", "e-mail"),
    ("cohort-identifying", HEADER, "2026,Dermatology,us_img,245,12345678,1,1", None, "long num"),
    ("cohort-identifying", HEADER, "1990-02-28,Dermatology,us_img,245,2,1,1", "cycle", "birth"),
    ("ragged-row", HEADER, f"{GOOD},1", None, "more cells"),
    ("ragged-row", HEADER, "2026,Dermatology", None, "fewer cells"),
    ("csv-syntax", HEADER, f'"{GOOD}', None, "quote"),
]


@pytest.mark.parametrize(("rule", "header", "row", "column", "words"), CELLS)
def test_a_row_breaks_its_rule(raw, rule, header, row, column, words):
    raw.csv(WIDE if header == FULL else GOOD, row, header=header)
    found = [problem for problem in raw.problems() if problem.rule == rule]
    assert any(words in problem.message for problem in found), raw.problems()
    assert CSV in {problem.file for problem in found}
    assert rule == "cohort-identifying" or 3 in {problem.row for problem in found}
    assert column is None or column in {problem.column for problem in found}


@pytest.mark.parametrize(
    ("rule", "column", "value"),
    [
        ("cohort-blank", "step2_ck", None),
        ("score-range", "step2_ck", 301),
        ("score-range", "step2_ck", 0),
        ("cohort-number", "step2_ck", 245.5),
        ("cohort-number", "n_applications", 20.5),
        ("count-negative", "n_applications", -1),
        ("cohort-range", "n_applications", 2**62),
        ("cohort-range", "n_interviews", 2**62),
        ("cohort-range", "n_interviews", float("inf")),
        ("cohort-interviews", "n_interviews", 21),
        ("cohort-matched", "matched", 2),
        ("cohort-range", "us_clinical_months", 700),
        ("unknown-specialty", "specialty", "Drematology"),
        ("cohort-blank", "specialty", None),
        ("cycle-format", "cycle", 1492),
    ],
)
def test_a_row_of_typed_columns_breaks_its_rule(raw, rule, column, value):
    row = {
        "cycle": 2026,
        "specialty": "Dermatology",
        "applicant_group": "us_img",
        "step2_ck": 245,
        "n_applications": 20,
        "n_interviews": 3,
        "matched": 1,
        "us_clinical_months": 2,
    }
    rows = [dict(row) for _ in range(30)]
    rows[16][column] = value
    table = pa.table({name: [one[name] for one in rows] for name in row})
    pq.write_table(table, raw.path / PARQUET, row_group_size=7)
    found = raw.problems()
    assert (PARQUET, 17, column, rule) in {
        (problem.file, problem.row, problem.column, problem.rule) for problem in found
    }, found


def test_rows_are_named_by_part(raw):
    rows = people(30)
    rows.loc[[4, 14, 15], "step2_ck"] = 999
    store(rows, raw, "parts")
    (problem,) = raw.problems()
    assert (problem.file, problem.row) == ("cohorts/ours.parquet/part-0.parquet", 5)
    rows_told = "3 rows (rows part-0.parquet row 5, part-1.parquet row 5, 6) hold"
    assert problem.message.startswith(rows_told)


def test_the_first_twenty_rows_and_their_number_are_told(raw):
    bad = GOOD.replace("245", "301")
    raw.csv(*[GOOD, bad] * 5000)
    (problem,) = raw.problems()
    listed = ", ".join(str(row) for row in range(3, 42, 2))
    assert problem.message.startswith(f"5,000 rows (rows {listed} and 4,980 more) hold a number")


@pytest.mark.parametrize("packed", [False, True])
def test_rows_are_lines_as_an_editor_counts_them(raw, packed):
    text = "\n".join([HEADER, "", GOOD.replace("Derm", '"Derm').replace(",non", '\n",non'), "", ""])
    text += "\n" + GOOD.replace("245", "999") + "\n"
    if packed:
        raw.write(f"{CSV}.gz", gzip.compress(text.encode()))
    else:
        raw.write(CSV, text)
    assert [problem.row for problem in raw.problems()] == [7]


def test_a_line_that_fills_the_memory_ends_the_search_of_lines(tmp_path):
    path = tmp_path / "long.csv"
    path.write_bytes(b"a\nb\n" + b"x" * (3 << 20) + b"\nc\r\n")
    assert lines.lines_of_records(path, [1, 3]) == {1: 2, 3: 4}
    assert lines.odd_end(path) is None
    path.write_bytes(b"a\nb\nc\r\n")
    assert lines.odd_end(path) == 3


def test_unknown_words_are_told_apart_by_the_nearest_known_one(raw):
    rows = [
        GOOD.replace("Dermatology", name) for name in ("Drematology", "Genral Surgery", "?", "!")
    ]
    raw.csv(*rows, rows[0])
    told = {problem.row: problem.message for problem in raw.problems()}
    assert set(told) == {2, 3, 4}
    assert told[2].startswith("2 rows (rows 2, 6) hold a specialty")
    assert '"Dermatology" (dermatology)' in told[2]
    assert '"General Surgery" (general_surgery)' in told[3]
    assert "nearest" not in told[4]


def test_very_many_unknown_words_are_one_problem_and_free_text(raw):
    raw.csv(GOOD, *[GOOD.replace("Dermatology", f"{SECRET} no {i:05}") for i in range(3000)])
    problems = {problem.rule: problem for problem in raw.problems()}
    assert set(problems) == {"unknown-specialty", "cohort-identifying"}
    assert problems["unknown-specialty"].message.startswith("3,000 rows (rows 3, 4, 5,")
    told = problems["cohort-identifying"].message
    counts = re.findall(r"hardly ever repeats \(about ([\d,]+) in ([\d,]+) values", told)
    ((different, filled),) = ([int(n.replace(",", "")) for n in pair] for pair in counts)
    assert different <= filled == 3001


def test_a_known_word_after_very_many_unknown_ones_is_known():
    words = [f"{SECRET} no {i}" for i in range(keys.MOST_ODD + 5)]
    frame = pd.DataFrame({"applicant_group": [*words, "us_img"]})
    clean, (odd,) = keys.read_keys(frame, ["applicant_group"], Labels({}))
    assert clean["applicant_group"].to_list() == ["us_img"]
    assert (odd.values, odd.others, odd.rule) == (["us_img"], True, "unknown-group")


# header in place of the good one, rule, column, a piece of the message
HEADERS = [
    (HEADER.replace("matched", "matchd"), "unknown-column", "matchd", 'nearest known is "matched"'),
    (HEADER.replace(",matched", ""), "missing-column", "matched", '"matched" is missing'),
    (HEADER.replace("cycle", "matched"), "repeated-column", "matched", "twice"),
    (HEADER.replace(",", ";"), "delimiter", None, "semicolons"),
    ("2025,Dermatology,us_img,245,2,1,1", "missing-column", None, "fewer than two"),
    (f"{HEADER},", "unknown-column", None, "Column 8 is not"),
    (f"{HEADER},{SECRET}@example.org", "unknown-column", None, "Column 8 is not"),
    (f"{HEADER},Last Name", "cohort-identifying", "Last Name", "a person's name"),
    (f"{HEADER},E-Mail", "cohort-identifying", "E-Mail", "an e-mail address"),
    (f"{HEADER},AAMC_ID", "cohort-identifying", "AAMC_ID", "an identity number"),
    (f"{HEADER},ecfmgId", "cohort-identifying", "ecfmgId", "an identity number"),
    (f"{HEADER},USMLE", "cohort-identifying", "USMLE", "an identity number"),
    (f"{HEADER},nrmp.id", "cohort-identifying", "nrmp.id", "an identity number"),
    (f"{HEADER},applicant_id", "cohort-identifying", "applicant_id", "an identity number"),
    (f"{HEADER},SSN", "cohort-identifying", "SSN", "an identity number"),
    (f"{HEADER},dateOfBirth", "cohort-identifying", "dateOfBirth", "a date of birth"),
    (f"{HEADER},DOB", "cohort-identifying", "DOB", "a date of birth"),
    (f"{HEADER},Home-Address", "cohort-identifying", "Home-Address", "an address"),
    (f"{HEADER},ZIPCode", "cohort-identifying", "ZIPCode", "an address"),
    (f"{HEADER},Phone2", "cohort-identifying", "Phone2", "a telephone number"),
    (f"{HEADER},comments", "cohort-identifying", "comments", "free text"),
]


@pytest.mark.parametrize(("header", "rule", "column", "words"), HEADERS)
def test_a_header_breaks_its_rule(raw, header, rule, column, words):
    raw.csv(GOOD + "," * (header.count(",") - HEADER.count(",")), header=header)
    found = [problem for problem in raw.problems() if problem.rule == rule]
    assert any(words in problem.message for problem in found), raw.problems()
    assert (1, column) in {(problem.row, problem.column) for problem in found}
    assert not any(SECRET in str(problem) for problem in raw.problems())


@pytest.mark.parametrize("name", ["sameness", "cidade", "identical", "rename", "cellular"])
def test_harmless_names_are_merely_unknown(raw, name):
    raw.csv(f"{GOOD},1", header=f"{HEADER},{name}")
    assert [problem.rule for problem in raw.problems()] == ["unknown-column"]


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ([f"{SECRET}{i}@example.org" for i in range(30)], "e-mail addresses (30 values)"),
        ([f"{10_000_000 + i}" for i in range(30)], "long numbers"),
        ([f"(555) 01{i:02}-12{i:02}" for i in range(30)], "telephone numbers"),
        ([f"19{i + 50}-02-28" for i in range(30)], "dates"),
        ([f"{SECRET} of town {i}" for i in range(30)], "hardly ever repeats (about"),
    ],
)
@pytest.mark.parametrize(("kind", "most"), [("csv", 100_000), ("parquet", 100_000), ("csv", 9)])
def test_values_that_identify_are_found_in_unknown_columns(
    raw, monkeypatch, kind, most, values, words
):
    monkeypatch.setattr(identify, "MOST_DIFFERENT", most)
    rows = people(30).assign(harmless=values)
    store(rows, raw, kind)
    (found,) = [problem for problem in raw.problems() if problem.rule == "cohort-identifying"]
    assert words in found.message
    assert found.message.startswith("Column 8 holds")
    assert "without column 8" in found.fix
    assert SECRET not in str(found)


@pytest.mark.parametrize("typo", ["2O26", "2020 - 2024", "2024/2020", "1990-02-28", "555-2345678"])
def test_cycles_of_several_years_are_no_telephone_numbers(raw, typo):
    raw.csv(*[GOOD.replace("2026", "2020-2024")] * 30, GOOD.replace("2026", typo))
    found = {problem.rule: problem for problem in raw.problems()}
    assert found.pop("cycle-format").row == 32
    identifying = "1990" in typo or "555" in typo
    assert list(found) == ["cohort-identifying"] * identifying
    assert not identifying or "(1 value)" in found["cohort-identifying"].message


def test_nothing_is_said_of_plain_repeating_values(raw):
    store(people(60).assign(harmless=["north", "south", "west"] * 20), raw, "csv")
    assert [problem.rule for problem in raw.problems()] == ["unknown-column"]


# what is done to the folder, rule, file that is blamed, a piece of the message
def _parquet(raw):
    store(people(300), raw, "parquet")
    return raw.path / "cohorts" / "ours.parquet"


def _cut(raw):
    path = _parquet(raw)
    path.write_bytes(path.read_bytes()[:-100])


def _holed(raw):
    path = _parquet(raw)
    content = path.read_bytes()
    path.write_bytes(content[:4] + b"\xff" * 1500 + content[1504:])


def _packed(change):
    def make(raw):
        content = gzip.compress("\n".join([HEADER, *[GOOD] * 9000]).encode(), compresslevel=0)
        raw.write("cohorts/ours.csv.gz", change(content))

    return make


def _parts(change):
    def make(raw):
        store(people(30), raw, "parts")
        path = raw.path / "cohorts" / "ours.parquet" / "part-1.parquet"
        table = pq.read_table(path)
        pq.write_table(change(table), path)

    return make


def _stored(column, kind, number=None):
    """Store a column in a narrow type, with one number in it."""

    def make(raw):
        path = raw.path / PARQUET
        frame = pd.read_parquet(path)
        if number is not None:
            frame.loc[0, ["n_applications", "n_interviews"]] = number
        frame[column] = frame[column].astype(kind.replace("i", "I").replace("uI", "UI"))
        frame.to_parquet(path)

    return make


def _moved(name, to):
    return lambda raw: (raw.path / name).rename(raw.path / to)


def _csv(*rows):
    return lambda raw: raw.csv(*rows)


def _file(name, content):
    return lambda raw: raw.write(name, content)


def _both(*changes):
    def make(raw):
        for change in changes:
            change(raw)

    return make


def _without_yml(raw):
    raw.csv(GOOD)
    (raw.path / "cohorts" / "ours.yml").unlink()


def _yml(old, new):
    return _both(_csv(GOOD), _file("cohorts/ours.yml", PROVENANCE.replace(old, new)))


def _directory(name):
    return lambda raw: (raw.path / name).mkdir(parents=True)


GZ, PARQUET = "cohorts/ours.csv.gz", "cohorts/ours.parquet"
PART = f"{PARQUET}/part-1.parquet"
FILES = [
    (_file(CSV, ""), "file-empty", CSV, "empty"),
    (_file(CSV, "\n \n"), "file-empty", CSV, "empty"),
    (_file(GZ, b""), "file-empty", GZ, "empty"),
    (_file(GZ, gzip.compress(b"")), "file-empty", GZ, "empty"),
    (_file(PARQUET, b""), "file-empty", PARQUET, "empty"),
    (_directory(PARQUET), "file-empty", PARQUET, "no part"),
    (_csv(), "no-rows", CSV, "no row"),
    (_both(_parquet, lambda raw: store(people(0), raw, "parquet")), "no-rows", PARQUET, "no row"),
    (_csv(GOOD, GOOD.replace("Derm", "D\xfc")), "unknown-specialty", CSV, "Dermatology"),
    (_file(CSV, f"{HEADER}\n{GOOD}\n".encode() + b"M\xfc\n"), "not-utf8", CSV, "not UTF-8"),
    (_file(CSV, f"{HEADER}\n{GOOD}\n{GOOD}\r\n"), "cohort-line-ends", CSV, "otherwise"),
    (_file(CSV, HEADER.encode("utf-16")), "not-utf8", CSV, "UTF-16"),
    (_file(CSV, b"PK\x03\x04\x14"), "not-utf8", CSV, "Excel"),
    (_file(CSV, f"{HEADER}\n\0".encode()), "nul-byte", CSV, "NUL"),
    (_file(CSV, os.urandom(0) + b"\x01\x02\xff" * 999), "missing-column", CSV, "fewer than two"),
    (_packed(lambda content: content[:-5000]), "cohort-damaged", GZ, "too early"),
    (_packed(lambda content: content[:-8] + b"\1" * 8), "cohort-damaged", GZ, "damaged"),
    (_packed(lambda content: content[:500] + b"\1" + content[501:]), "cohort-damaged", GZ, "dam"),
    (_file(GZ, f"{HEADER}\n{GOOD}\n"), "cohort-damaged", GZ, "no gzip"),
    (_cut, "cohort-damaged", PARQUET, "cut off"),
    (_holed, "cohort-damaged", PARQUET, "to the end"),
    (_file(PARQUET, "PAR1 and nothing else"), "cohort-damaged", PARQUET, "columns"),
    (_file(PARQUET, HEADER), "cohort-damaged", PARQUET, "no Parquet"),
    (_parts(lambda t: t.drop_columns("matched")), "cohort-parts", PART, "differ"),
    (_parts(lambda t: t.set_column(3, "step2_ck", t["step2_ck"].cast("int8", safe=False))),
     "cohort-parts", PART, "types"),
    (_both(_parts(lambda t: t), _directory(f"{PARQUET}/more")), "cohort-parts", None, "a folder"),
    (_both(_parts(lambda t: t), _file(f"{PARQUET}/a.csv", "")), "cohort-parts", None, "kind"),
    (_both(_parquet, _stored("step2_ck", "uint8")), "cohort-type", PARQUET, "uint8, which holds"),
    (_both(_parquet, _stored("n_applications", "uint8", 250)), "cohort-type", PARQUET, "255, and"),
    (_both(_parquet, _stored("n_interviews", "int8", 122)), "cohort-type", PARQUET, "ends at 127"),
    (_file(CSV, gzip.compress(f"{HEADER}\n{GOOD}\n".encode())), "not-utf8", CSV, f"called {CSV}."),
    (_both(_parquet, _moved(PARQUET, CSV)), "not-utf8", CSV, f"it is called {PARQUET}"),
    (_both(_parquet, _moved(PARQUET, GZ)), "cohort-damaged", GZ, f"it is called {PARQUET}"),
    (_file(PARQUET, f"{HEADER}\n{GOOD}\n"), "cohort-damaged", PARQUET, f"it is called {CSV}"),
    (_file(GZ, f"{HEADER}\n{GOOD}\n"), "cohort-damaged", GZ, f"it is called {CSV}."),
    (_both(_csv(GOOD), _parquet), "cohort-repeated", PARQUET, f"{CSV} is there too"),
    (_csv("2026,Dermatology,us_img,245,,,"), "cohort-no-results", CSV, "No row has a result"),
    (_without_yml, "missing-provenance", CSV, "cohorts/ours.yml"),
    (lambda raw: None, "file-kind", "cohorts/ours.yml", "There is no cohort"),
    (_file("cohorts/ours.arrow", "A"), "file-kind", "cohorts/ours.arrow", ".csv.gz or .parquet"),
    (_file("cohorts/ours.feather", "a"), "file-kind", "cohorts/ours.feather", "or .parquet"),
    (_file("cohorts/ours.tsv", "a"), "cohort-mapping", "cohorts/ours.yml", "is an export"),
    (_directory("cohorts/ours"), "file-kind", "cohorts/ours", "ours.parquet"),
    (_file("cohorts/o urs.csv", "a"), "file-name", "cohorts/o urs.csv", "o urs"),
    (_yml("trust: fair\n", ""), "yml-missing-key", "cohorts/ours.yml", '"trust"'),
    (_yml("notes:", "note: a\nnotes:"), "yml-unknown-key", "cohorts/ours.yml", "note"),
    (_yml("[]", "[{table: x}]"), "yml-value", "cohorts/ours.yml", "no figures"),
    (_yml("notes:", "denominator: applications\nnotes:"), "unknown-denominator",
     "cohorts/ours.yml", "ranked_first, ranked_any_pgy1"),
    (_yml("notes:", "synthetic: perhaps\nnotes:"), "cohort-flag", "cohorts/ours.yml", "neither"),
]  # fmt: skip


@pytest.mark.parametrize(("change", "rule", "file", "words"), FILES)
def test_a_file_breaks_its_rule(raw, change, rule, file, words):
    change(raw)
    found = [problem for problem in raw.problems() if problem.rule == rule]
    assert any(words in problem.message for problem in found), raw.problems()
    assert file is None or file in {problem.file for problem in found}


@pytest.mark.parametrize("cell", ["Dermatolog\xe9", "non_us_\xe9"])
def test_rows_in_latin_1_are_listed_as_that(raw, cell):
    odd = GOOD.replace("Dermatology" if cell[0] == "D" else "non_us_img", cell).encode("latin-1")
    raw.write(CSV, b"\n".join([HEADER.encode(), GOOD.encode(), odd, GOOD.encode(), odd, b""]))
    (problem,) = raw.problems()
    assert (problem.rule, problem.row) == ("not-utf8", 3)
    assert "2 rows in all (rows 3, 5)" in problem.message


@pytest.mark.parametrize("packed", [False, True])
@pytest.mark.parametrize("ends", ["\n\n\r\n\n", "\r\n\r\n\n\n", "\n\n\r", "\n\r\n", "\r\n\n"])
def test_lines_that_end_differently(raw, ends, packed):
    ends = re.findall("\r\n|\n|\r", ends)
    content = "".join(map("".join, zip([HEADER, *[GOOD] * 9], ends, strict=False))).encode()
    path = raw.write(GZ if packed else CSV, gzip.compress(content) if packed else content)
    (problem,) = raw.problems()
    odd = next(row for row, end in enumerate(ends, start=1) if end != ends[0])
    assert (problem.rule, problem.row) == ("cohort-line-ends", odd)
    assert lines.ends_differ(path, packed)


@pytest.mark.parametrize("block", [1, 2, 3, 1 << 20])
def test_line_ends_are_counted_across_blocks(tmp_path, monkeypatch, block):
    monkeypatch.setattr(lines, "_BLOCK", block)
    for content, differ in [
        *((b"a\r\nb\r\n", False), (b"a\nb\n", False), (b"a\rb\r", False), (b"", False)),
        *((b"a\r\nb\n", True), (b"a\nb\r\n", True), (b"a\nb\r", True), (b"a\r\nb\r", True)),
    ]:
        (tmp_path / "x").write_bytes(content)
        assert lines.ends_differ(tmp_path / "x") == differ, content


def test_plain_decimals_are_read(raw):
    raw.csv("2026,Dermatology,us_img, 245.0 ,020,\t3.00 ,1.0", GOOD.replace("20,3", "-0,0"))
    assert raw.problems() == []
    counts = raw.read().cohorts[0].counts
    assert counts[["people", "applications", "interviews", "matched"]].sum().tolist() == [
        2,
        20,
        3,
        2,
    ]


def test_any_white_space_is_a_space_and_a_float_a_year(raw):
    raw.csv(
        "2026.0,Surgery\u00a0\u00a0(Categorical) ,us_img\u2003,245\u00a0,\u202f20,3,\u00a01.0",
        '2026,"General\nSurgery",us_img,250,20,3,\u00a0',
        header=HEADER.replace("matched", "\u00a0matched "),
    )
    assert raw.problems() == []
    counts = raw.read().cohorts[0].counts
    assert counts["specialty"].unique().tolist() == ["general_surgery"]
    assert counts["cycle"].unique().tolist() == ["2026"]
    assert counts[
        ["people", "applications", "interviews", "results", "matched"]
    ].sum().tolist() == [
        *(2, 40, 6),
        *(1, 1),
    ]


@pytest.mark.parametrize(
    ("row", "column"),
    [
        (GOOD.replace("Derm", "Der\u200bm"), "specialty"),
        (GOOD.replace("2026", "2026\u200b"), "cycle"),
        (GOOD.replace(",20,", ",20\u200b,"), "n_applications"),
        (GOOD.replace(",245,", ",245\u200b,"), "step2_ck"),
    ],
)
def test_characters_that_cannot_be_seen_are_named(raw, row, column):
    raw.csv(GOOD, row)
    told = {problem.rule: problem for problem in raw.problems()}
    assert told["unseen-character"].column == column
    assert "ZERO WIDTH SPACE (U+200B)" in told["unseen-character"].message


@pytest.mark.parametrize("kind", ["csv", "parquet"])
def test_a_header_with_what_cannot_be_seen(raw, kind):
    rows = people(30).rename(columns={"matched": "matched\u200b", "cycle": "cycle\u00a0"})
    store(rows, raw, kind)
    (problem,) = raw.problems()
    assert (problem.rule, problem.column) == ("unseen-character", "matched")
    assert '"matched" holds ZERO WIDTH SPACE (U+200B) in its name' in problem.message


def _scores(raw, low, people, cycle="2026"):
    rows = [GOOD.replace("245", "179" if at < low else "180") for at in range(people)]
    raw.csv(*[row.replace("2026", cycle) for row in rows])
    return raw.problems()


def test_a_share_of_scores_that_no_applicants_have(raw):
    (problem,) = _scores(raw, 6, 100)
    assert (problem.rule, problem.column) == ("cohort-scores", "step2_ck")
    assert problem.message.startswith("6% of the scores lie below 180 (6).")


@pytest.mark.parametrize(
    ("low", "people", "cycle"), [(5, 100, "2026"), (2, 4, "2026"), (9, 9, "2009")]
)
def test_few_low_scores_and_those_of_old_are_no_problem(raw, low, people, cycle):
    assert _scores(raw, low, people, cycle) == []


def test_scores_that_went_round_in_eight_bits(raw):
    frame = people(300)
    right = frame.assign(step2_ck=frame["step2_ck"] + 25)
    store(right.assign(step2_ck=(right["step2_ck"] % 256).astype("uint8")), raw, "parquet")
    assert {problem.rule for problem in raw.problems()} == {
        *("cohort-type", "cohort-scores", "score-range"),
    }
    store(right.assign(step2_ck=right["step2_ck"].astype("int16")), raw, "parquet")
    assert raw.problems() == []


def test_narrow_types_that_hold_all_their_numbers_are_fine(raw):
    store(people(300).assign(n_interviews=1), raw, "parquet")
    frame = pd.read_parquet(raw.path / PARQUET)
    frame["n_applications"] = frame["n_applications"].clip(lower=1).astype("UInt8")
    frame.astype({"n_interviews": "int8", "matched": "Int8"}).to_parquet(raw.path / PARQUET)
    assert raw.problems() == []


def test_git_takes_no_rows():
    root = Path(__file__).parents[2]
    if shutil.which("git") is None or not (root / ".git").exists():
        pytest.skip("no git checkout")
    for name in ("ours.csv", "ours.yml", "parts.parquet/part-0.parquet"):
        done = subprocess.run(
            ["git", "check-ignore", "-q", f"data/raw/cohorts/{name}"], cwd=root, check=False
        )
        assert done.returncode == 0, name


def test_a_folder_with_neither_table_nor_cohort(raw):
    (raw.path / "cohorts" / "ours.yml").unlink()
    assert [problem.rule for problem in raw.problems()] == ["no-tables"]


def test_a_file_that_cannot_be_opened(raw):
    (raw.path / CSV).symlink_to(raw.path / "nowhere")
    assert "file-unreadable" in {problem.rule for problem in raw.problems()}


@pytest.mark.parametrize("kind", ["csv", "parts"])
def test_a_file_that_changes_while_it_is_read(raw, monkeypatch, kind):
    store(people(30), raw, kind)
    path = raw.path / (CSV if kind == "csv" else PART)
    frame = query.Query.frame

    def change(self, sql, what=""):
        result = frame(self, sql, what)
        content = path.read_bytes()
        state = path.stat()
        path.write_bytes(content)
        os.utime(path, ns=(state.st_atime_ns, state.st_mtime_ns))  # not even the time tells
        return result

    monkeypatch.setattr(query.Query, "frame", change)
    found = [problem for problem in raw.problems() if problem.rule == "cohort-changed"]
    assert [problem.file for problem in found] == [path.relative_to(raw.path).as_posix()]


def test_a_file_that_goes_away_while_it_is_read(raw, monkeypatch):
    store(people(30), raw, "parquet")
    take = fingerprint.take

    def take_and_remove(path, gzip=False):
        found = take(path, gzip)
        path.unlink()
        return found

    monkeypatch.setattr("recalib.cohorts.open.take", take_and_remove)
    assert "cohort-damaged" in {problem.rule for problem in raw.problems()}


def test_memory_that_does_not_suffice(raw, monkeypatch):
    rows = people(40_000)
    rows["specialty"] = [f"specialty {i:06}" for i in range(len(rows))]
    store(rows, raw, "csv")
    monkeypatch.setattr(query, "MEMORY", "4MB")
    (problem,) = raw.problems()
    assert problem.rule == "cohort-memory"


def test_more_combinations_than_are_counted(raw, monkeypatch):
    store(people(500), raw, "csv")
    monkeypatch.setattr(read, "MOST_GROUPS", 50)
    (problem,) = raw.problems()
    assert problem.rule == "cohort-memory"


def test_a_crash_is_told_without_its_words(raw, monkeypatch):
    raw.csv(GOOD)

    def crash(*_):
        raise ValueError(SECRET)

    monkeypatch.setattr(read, "read_keys", crash)
    (problem,) = raw.problems()
    assert problem.rule == "check-crashed"
    assert "ValueError" in problem.message
    assert SECRET not in str(problem)


def test_everything_is_told_in_one_run(raw):
    raw.csv(
        GOOD.replace("245", "0"), GOOD.replace("20,3", "3,20"), GOOD.replace("Derm", "Drem"),
        header=f"{HEADER}",
    )  # fmt: skip
    raw.write("cohorts/theirs.csv", f"{HEADER},name\n{GOOD},x\n")
    raw.write("published/tiny.totals.csv", "cycle\n")
    rules = {problem.rule for problem in raw.problems()}
    assert {
        *("score-range", "cohort-interviews", "unknown-specialty", "cohort-identifying"),
        *("missing-provenance", "missing-column"),
    } <= rules


# A secret in every place that a message could quote.
LEAKS = [
    GOOD.replace("Dermatology", SECRET),
    GOOD.replace("2026", SECRET),
    GOOD.replace("non_us_img", SECRET),
    GOOD.replace("245", SECRET),
    GOOD.replace(",20,", f",{SECRET},"),
    GOOD.replace(",3,", f",{SECRET},"),
    GOOD[:-1] + SECRET,
    f"{GOOD},{SECRET}",
    SECRET,
    f"{GOOD.replace('Dermatology', chr(34) + SECRET)}",
    f'{GOOD}"{SECRET}"x',
]


@pytest.mark.parametrize("row", LEAKS)
@pytest.mark.parametrize("first", [False, True])
def test_no_message_quotes_a_row(raw, row, first, capfd):
    raw.csv(*((row, GOOD) if first else (GOOD, row)))
    problems = raw.problems()
    assert problems
    assert not any(SECRET in str(problem) for problem in problems)
    assert SECRET not in "".join(capfd.readouterr())


@pytest.mark.parametrize("row", LEAKS)
def test_no_message_quotes_a_file_without_header(raw, row):
    raw.write(CSV, f"{row}\n{GOOD}\n")
    problems = raw.problems()
    assert problems
    assert not any(SECRET in str(problem) for problem in problems)


def test_no_message_quotes_a_typed_value(raw):
    secret = 8_123_456_789
    frame = pd.DataFrame([GOOD.split(",")] * 3, columns=HEADER.split(","))
    for column in frame:
        odd = frame.copy()
        odd.loc[1, column] = str(secret)
        path = make_raw(raw.path / column)
        store(odd, path, "parquet")
        problems = path.problems()
        assert problems
        assert not any("8123456789" in str(problem).replace(",", "") for problem in problems)


def test_every_rule_of_cohorts_has_a_case():
    elsewhere = {"cohort-changed", "cohort-memory"}
    # In test_cohorts_mapping.py:
    elsewhere |= {"cohort-mapping", "cohort-value", "cohort-key", "cohort-same-people"}
    tested = {case[0] for case in CELLS} | {case[1] for case in FILES} | elsewhere
    assert {rule for rule in RULES if rule.startswith("cohort-")} <= tested
