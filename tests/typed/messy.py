"""Tables as people type them: MADE-UP values, each with what it must be read as or refused with.

A case is a file, what the command was told beside it, and either the rows of the raw table with the
cells that had to be listed as changed, or pieces of the sentence that names cell, reason and fix.
"""

from __future__ import annotations

import io
from dataclasses import dataclass, field
from typing import Any

import openpyxl
from odf.opendocument import OpenDocumentSpreadsheet
from odf.table import Table, TableCell, TableRow
from odf.text import P

Q = "cycle,specialty,applicant_group,outcome,result,n,min,q1,median,q3,max,mean,sd"
T = "cycle,specialty,applicant_group,outcome,denominator,n_success,n_total"
B = "cycle,specialty,applicant_group,outcome,score_min,score_max,n_success,n_total"
M = "cycle,specialty,applicant_group,outcome,result,n,mean"
PR = (
    "cycle,specialty,applicant_group,outcome,denominator,score_min,score_max,"
    "probability,reading_error"
)
LONG = "Specialty,Result,N,Min,Q1,Median,Q3,Max,Mean,SD\n"
WIDE = "Specialty,Matched n,Matched median,Not matched n,Not matched median\n"
TOTAL = "Specialty,Matched,Total\n"
ANE = "2027,Anesthesiology,non_us_img,match,"
PAT = "2027,Pathology,non_us_img,match,"
FIRST = "ranked_first,"


@dataclass(frozen=True)
class Case:
    """One typed file. `says`: pieces of the refusal; else `rows` and the cells to be listed."""

    name: str
    content: bytes
    header: str = ""
    rows: tuple[str, ...] = ()
    changed: str = ""
    says: tuple[str, ...] = ()
    told: tuple[str, ...] = ()
    answers: dict[str, str] = field(default_factory=dict)
    asked: dict[str, str] = field(default_factory=dict)
    file: str = "typed.csv"


def workbook(rows: list[list[Any]], merged: str = "", sheet: str = "Sheet") -> bytes:
    """An .xlsx of one sheet."""
    book = openpyxl.Workbook()
    assert book.active is not None
    book.active.title = sheet
    for row in rows:
        book.active.append(row)
    for cells in merged.split():
        book.active.merge_cells(cells)
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def opendocument(rows: list[list[Any]]) -> bytes:
    """An .ods of one sheet; percentages as pairs of value and text."""
    document = OpenDocumentSpreadsheet()
    table = Table(name="Sheet")
    for row in rows:
        line = TableRow()
        for value in row:
            if isinstance(value, (int, float)):
                cell = TableCell(valuetype="float", value=str(value))
            else:
                cell = TableCell(valuetype="string")
            cell.addElement(P(text=str(value)))
            line.addElement(cell)
        table.addElement(line)
    document.spreadsheet.addElement(table)
    stream = io.BytesIO()
    document.save(stream)
    return stream.getvalue()


def read(
    name: str, content: str | bytes, header: str, *rows: str, changed: str = "", **more: Any
) -> Case:
    """A case that is read."""
    data = content if isinstance(content, bytes) else content.encode()
    return Case(name, data, header, rows, changed, **more)


def refused(name: str, content: str | bytes, *says: str, **more: Any) -> Case:
    """A case that is refused."""
    data = content if isinstance(content, bytes) else content.encode()
    return Case(name, data, says=says, **more)


XLSX = {"file": "typed.xlsx"}
ODS = {"file": "typed.ods"}
MATCHED = "76,212,243,255,262,274,252,14"
TWO = (f"{ANE}matched,76,,,255,,,,", f"{ANE}not_matched,108,,,247,,,,")

CASES = [
    # separators, encodings, decimals
    read("clean", f"{LONG}Anesthesiology,matched,{MATCHED}\n", Q, f"{ANE}matched,{MATCHED}"),
    read(
        "semicolons and decimal commas",
        "Specialty;Result;N;Median;SD\nAnesthesiology;matched;76;255,5;14,2\n",
        Q,
        f"{ANE}matched,76,,,255.5,,,,14.2",
        changed="D2 E2",
        told=("semicolons",),
    ),
    read(
        "tabs",
        f"{WIDE}Anesthesiology,76,255,108,247\n".replace(",", "\t"),
        Q,
        *TWO,
        told=("tabs",),
    ),
    read("bars", f"{WIDE}Anesthesiology,76,255,108,247\n".replace(",", "|"), Q, *TWO),
    read(
        "byte order mark",
        f"\ufeff{WIDE}Anesthesiology,76,255,108,247\n",
        Q,
        *TWO,
        told=("byte order mark",),
    ),
    read(
        "UTF-16",
        f"{WIDE}Anesthesiology,76,255,108,247\n".encode("utf-16"),
        Q,
        *TWO,
        told=("UTF-16",),
    ),
    read(
        "UTF-16 without a mark",
        f"{WIDE}Anesthesiology,76,255,108,247\n".encode("utf-16-le"),
        Q,
        *TWO,
        told=("UTF-16",),
    ),
    read(
        "Windows-1252 with an en dash for nothing",
        f"{WIDE}Anesthesiology,76,\x96,108,247\n".encode("latin-1"),
        Q,
        f"{ANE}matched,76,,,,,,,",
        TWO[1],
        changed="C2",
        told=("Windows-1252",),
    ),
    read(
        "sep= in the first line",
        f"sep=;\n{WIDE}A".replace(",", ";").replace("\nA", "\nAnesthesiology;76;255;108;247\n"),
        Q,
        *TWO,
    ),
    read(
        "thousands in quotes",
        f'{TOTAL}Anesthesiology,"1,089","2,230"\n',
        T,
        f"{ANE}{FIRST}1089,2230",
        changed="B2 C2",
    ),
    read(
        "thousands by points where decimals have commas",
        "Specialty;Matched;Total;Match rate\nAnesthesiology;1.089;2.230;48,8\n",
        T,
        f"{ANE}{FIRST}1089,2230",
        changed="B2 C2 D2",
    ),
    read(
        "thousands by no-break spaces and apostrophes",
        f"{TOTAL}Anesthesiology,1\u00a0089,2'230\n",
        T,
        f"{ANE}{FIRST}1089,2230",
        changed="B2 C2",
    ),
    refused(
        "a point in a count and nothing that says what it means",
        f"{TOTAL}Anesthesiology,89,2.230\n",
        "cell C2",
        '"2.230" is no whole number; it can be 2230',
        "Fix: Write the plain number",
        "--answer 'C2=2230'",
    ),
    read(
        "the same, answered",
        f"{TOTAL}Anesthesiology,89,2.230\n",
        T,
        f"{ANE}{FIRST}89,2230",
        changed="C2",
        answers={"C2": "2230"},
    ),
    refused(
        "a comma in a count of a sheet with decimal commas",
        "Specialty;Matched;Total;Match rate\nAnesthesiology;1,089;2,230;48,8\n",
        "cell B2",
        '"48,8" in this sheet says otherwise',
    ),
    refused(
        "a comma in a score",
        f'{WIDE}Anesthesiology,76,"2,549",108,247\n',
        "cell C2",
        '"2,549" can be 2549 or 2.549',
        "without a separator",
    ),
    refused(
        "a comma inside a number without quotes",
        f"{LONG}Internal Medicine,matched,2,649,209,243,255,262,274,252,14\n",
        "cell K2",
        "goes beyond the last heading",
        "separator inside a number",
    ),
    refused(
        "a row that ends early",
        f"{LONG}Anesthesiology,matched,76,212\n",
        "cell E2",
        "ends after 4 of 10 columns",
        "--answer 'E2=blank'",
    ),
    refused("a quote never closed", f'{TOTAL}"Anesthesiology,89,230\n', "never closed", "Fix:"),
    # marks, signs for nothing
    read(
        "footnote marks",
        f"{WIDE}Anesthesiology†,76,255.0*,108²,247[a]\n",
        Q,
        f"{ANE}matched,76,,,255.0,,,,",
        TWO[1],
        changed="A2 C2 D2 E2",
    ),
    read(
        "statistics that are not printed",
        "Specialty,Result,N,Min,Q1,Median,Q3,Max,Mean,SD\n"
        "Anesthesiology,matched,76,<200,*,–,N/A,..,n.r.,\n",
        Q,
        f"{ANE}matched,76,,,,,,,",
        changed="D2 E2 F2 G2 H2 I2",
    ),
    refused(
        "a count printed as fewer than five",
        f"{WIDE}Anesthesiology,<5,255,108,247\n",
        "cell B2",
        'n of Anesthesiology, matched is not printed ("<5")',
        "--answer 'B2=leave out'",
    ),
    read(
        "the same, left out",
        f"{WIDE}Anesthesiology,<5,255,108,247\n",
        Q,
        TWO[1],
        changed="B2",
        answers={"B2": "leave out"},
    ),
    read(
        "a result of which nothing is printed",
        f"{WIDE}Anesthesiology,–,–,108,247\n",
        Q,
        TWO[1],
        changed="B2 C2",
    ),
    refused("percent in a count", f"{TOTAL}Anesthesiology,89%,230\n", "cell B2", "is a percentage"),
    refused(
        "a mean with its deviation in brackets",
        "Specialty,Matched n,Matched mean\nAnesthesiology,76,252 (14)\n",
        "cell C2",
        '"252 (14)" is no number',
        "Put each figure into a cell of its own",
    ),
    read(
        "a count with its share in brackets",
        f"{TOTAL}Anesthesiology,89 (38.7%),230\n",
        T,
        f"{ANE}{FIRST}89,230",
        changed="B2",
    ),
    refused(
        "a letter for a digit",
        f"{WIDE}Anesthesiology,76,2S5,108,247\n",
        "cell C2",
        "Letters look like digits",
        "--answer 'C2=255'",
    ),
    read(
        "full-width digits",
        f"{WIDE}Anesthesiology,７６,255,108,247\n",
        Q,
        *TWO,
        changed="B2",
    ),
    refused(
        "a score that a spreadsheet stores as no number",
        opendocument([WIDE.strip().split(","), ["Anesthesiology", 76, float("nan"), 108, 247]]),
        '"nan" is no number, where a score is expected.',
        "--answer 'C2=blank'",
        **ODS,
    ),
    refused(
        "a score of two digits",
        f"{WIDE}Anesthesiology,76,25,108,247\n",
        "cell C2",
        "lies outside 150 to 300",
        "--answer 'C2=as printed'",
    ),
    refused(
        "quartiles that changed places",
        f"{LONG}Anesthesiology,matched,76,212,262,255,243,274,252,14\n",
        "cell E2",
        "q1 is 262 and median is 255",
        "[quantiles-ordered]",
    ),
    refused(
        "one answer does not answer what is asked of the cell next",
        f"{LONG}Anesthesiology,matched,76,212,2G2,255,243,274,252,14\n",
        "cell E2",
        "q1 is 262 and median is 255",
        answers={"E2": "262"},
    ),
    read(
        "both answered",
        f"{LONG}Anesthesiology,matched,76,212,2G2,255,243,274,252,14\n",
        Q,
        f"{ANE}matched,76,212,262,255,243,274,252,14",
        changed="E2 F2",
        answers={"E2": "262|as printed", "F2": "as printed"},
    ),
    # who the figures are of
    read(
        "year as a decimal",
        "Year,Specialty,Matched,Total\n2027.0,Anesthesiology,89,230\n",
        T,
        f"{ANE}{FIRST}89,230",
        changed="A2",
    ),
    refused(
        "another year among the rows",
        "Year,Specialty,Matched,Total\n2027,Anesthesiology,89,230\n2026,Pathology,9,30\n",
        "cell A3",
        "The cycle is 2026 here",
        "--answer 'year 2026=leave out'",
    ),
    refused(
        "the title of another year",
        f"Table 1. Match of 2026,,\n{TOTAL}Anesthesiology,89,230\n",
        "The title speaks of 2026, not of 2027",
    ),
    read(
        "the title of the season",
        f"Season 2026-27,,\n{TOTAL}Anesthesiology,89,230\n",
        T,
        f"{ANE}{FIRST}89,230",
    ),
    read(
        "groups and results as people write them",
        "Applicant type,Specialty,Result,N,Median\n"
        "Non-U.S. Citizen IMGs,anesthesiology,Matched,76,255\n"
        "non-US IMG,ANESTHESIOLOGY,Did not match,108,247\n",
        Q,
        *TWO,
        changed="A2 A3 B2 B3 C2 C3",
        asked={"group": ""},
    ),
    read(
        "a column that asks whether they matched",
        "Specialty,Matched?,N,Median\nAnesthesiology,Yes,76,255\nAnesthesiology,No,108,247\n",
        Q,
        *TWO,
        changed="B2 B3",
    ),
    read(
        "matched as one and zero",
        "Specialty,Matched,N,Median\nAnesthesiology,1,76,255\nAnesthesiology,0,108,247\n",
        Q,
        *TWO,
        changed="B2 B3",
    ),
    refused(
        "a specialty misspelt",
        f"{TOTAL}Anesthesiolgy,89,230\n",
        "cell A2",
        'The nearest known is "Anesthesiology"',
        "--answer 'Anesthesiolgy=Anesthesiology'",
    ),
    read(
        "the same, answered",
        f"{TOTAL}Anesthesiolgy,89,230\n",
        T,
        f"{ANE}{FIRST}89,230",
        changed="A2",
        answers={"Anesthesiolgy": "Anesthesiology"},
    ),
    refused(
        "a preliminary year is no alias",
        f"{TOTAL}Medicine (Preliminary),89,230\n",
        "cell A2",
        "is not a known specialty",
    ),
    refused(
        "nobody says among whom the matched are counted",
        f"{TOTAL}Anesthesiology,89,230\n",
        "Nothing says among whom the matched are counted",
        "--answer 'denominator=ranked_any_pgy1'",
    ),
    refused(
        "nobody says whose figures they are",
        f"{TOTAL}Anesthesiology,89,230\n",
        "Nothing says whose figures these are",
        "--group",
        asked={"group": ""},
    ),
    refused(
        "the title speaks of another group",
        f"U.S. Citizen IMGs,,\n{TOTAL}Anesthesiology,89,230\n",
        "The title speaks of us_img, and --group says non_us_img",
    ),
    refused(
        "nobody says who matched",
        "Specialty,N,Median\nAnesthesiology,76,255\n",
        "Nothing says whether these people matched",
    ),
    # layouts
    read(
        "merged header over two rows, title above, total and notes below",
        workbook(
            [
                ["Made up: Non-U.S. IMGs, 2027 Match"],
                [],
                ["Specialty", "Matched", None, "Not matched", None],
                [None, "N", "Median", "N", "Median"],
                ["Anesthesiology", 76, 255, 108, 247],
                ["Pathology", "2,100", 244, 900, 233],
                ["All specialties", 2176, None, 1008, None],
                ["Note: made up."],
            ],
            "B3:C3 D3:E3 A3:A4",
        ),
        Q,
        *TWO,
        f"{PAT}matched,2100,,,244,,,,",
        f"{PAT}not_matched,900,,,233,,,,",
        changed="B6 A7",
        told=('column B ("Matched N"): 2 rows add up to 2,176, as the total row says',),
        asked={"group": ""},
        **XLSX,
    ),
    read(
        "the same header in CSV, where nothing says how far it reaches",
        "Specialty,Matched,,Not matched,\n,N,Median,N,Median\nAnesthesiology,76,255,108,247\n",
        Q,
        *TWO,
    ),
    read(
        "results as rows under each specialty",
        "Specialty,N,Median\nAnesthesiology,,\nMatched,76,255\nNot matched,108,247\n",
        Q,
        *TWO,
        changed="A3 A4",
    ),
    read(
        "blocks by result",
        "Specialty,N,Median\nMatched,,\nAnesthesiology,76,255\nNot matched,,\n"
        "Anesthesiology,108,247\n",
        Q,
        *TWO,
        changed="A2 A4",
    ),
    read(
        "a specialty merged over its rows",
        f"{LONG}Anesthesiology,matched,{MATCHED}\n,not matched,108,,,247,,,,\n",
        Q,
        f"{ANE}matched,{MATCHED}",
        TWO[1],
        changed="A3 B3",
    ),
    read(
        "the header again on a new page, and an empty line",
        f"{TOTAL}Anesthesiology,89,230\n,,\n{TOTAL}Pathology,300,600\n",
        T,
        f"{ANE}{FIRST}89,230",
        f"{PAT}{FIRST}300,600",
        told=("repeats the header",),
    ),
    refused(
        "totals above the sum of their rows are not, below it they can be",
        f"{TOTAL}Anesthesiology,89,230\nTotal,80,230\n",
        "cell B3",
        "1 row adds up to 89, the total row says 80",
    ),
    refused(
        "matched and not matched that are not the total",
        "Specialty,Matched,Not matched,Total\nAnesthesiology,89,141,320\n",
        "cell D2",
        "89 and 141 are not 320",
    ),
    refused(
        "a rate that its counts do not give",
        "Specialty,Matched,Total,% matched\nAnesthesiology,89,320,38.7\n",
        "cell D2",
        "89 of 320 are 27.8 %",
    ),
    read(
        "matched and not matched without a total",
        "Specialty,Matched,Unmatched\nAnesthesiology,89,141\n",
        T,
        f"{ANE}{FIRST}89,230",
        changed="A2",
    ),
    refused(
        "a median printed twice that differs",
        "Specialty,Matched n,Matched median,Median matched score\nAnesthesiology,76,255,225\n",
        "cell D2",
        "median is 225 here and 255 in typed.csv, cell C2",
    ),
    refused(
        "a row twice",
        f"{TOTAL}Anesthesiology,89,230\nanesthesiology,89,230\n",
        "cell B3",
        "is there twice",
    ),
    refused(
        "a heading that nobody knows",
        "Specialty,Matched,Total,Quorum\nAnesthesiology,89,230,7\n",
        "cell D1",
        "is no heading known here",
        "--answer 'column D=leave out'",
    ),
    refused(
        "a second table below the first",
        f"{TOTAL}Anesthesiology,89,230\n,,\nSpecialty,Result,N\nPathology,matched,3\n",
        "cell A4",
        "A second table begins in row 4",
    ),
    read(
        "units below the headings, percentiles in signs",
        "Specialty,Status,N,25%,50th %ile,75th %ile\n,,people,points,points,points\n"
        "Anesthesiology,matched,76,243,255,262\n",
        Q,
        f"{ANE}matched,76,,243,255,262,,,",
        told=("row 2 is left out",),
    ),
    read(
        "groups side by side, of which one is asked for",
        "Specialty,U.S. IMG,,Non-U.S. IMG,\n,Matched,Total,Matched,Total\n"
        "Anesthesiology,47,177,84,221\n",
        T,
        f"{ANE}{FIRST}84,221",
        told=('column B ("U.S. IMG Matched") is left out',),
    ),
    refused(
        "years side by side",
        "Specialty,2026 matched,2026 total,2027 matched,2027 total\nAnesthesiology,47,177,84,221\n",
        "cell B1",
        "The cycle is 2026 here",
    ),
    refused(
        "statistics as rows",
        "Specialty,Statistic,Matched,Not matched\nAnesthesiology,N,76,108\n"
        "Anesthesiology,Median,255,247\n",
        "cell B1",
        "is no heading known here",
    ),
    refused("no header at all", "Anesthesiology,89,230\nPathology,300,600\n", "No row names two"),
    # bins, means, probabilities
    read(
        "ranges of scores",
        "Specialty,Score range,Matched,Total\nAnesthesiology,< 220,1,10\n"
        "Anesthesiology,220 – 229,3,12\nAnesthesiology,230 or higher,30,50\n",
        B,
        f"{ANE},219,1,10",
        f"{ANE}220,229,3,12",
        f"{ANE}230,,30,50",
        changed="B2 B3 B4",
    ),
    refused(
        "a hole between ranges",
        "Specialty,Score range,Matched,Total\nAnesthesiology,210-219,1,10\n"
        "Anesthesiology,230-239,3,12\n",
        "cell",
        "[bins-hole]",
    ),
    refused(
        "numbers of rows under a heading of counts",
        "No.,Specialty,Result,Median\n1,Anesthesiology,matched,255\n2,Pathology,matched,244\n",
        "cell A1",
        "runs from 1 to 2: row numbers, or counts?",
        "--answer 'column A=leave out'",
    ),
    refused(
        "a column under neither result",
        "Specialty,N,Matched median,Not matched median\nAnesthesiology,184,255,247\n",
        "cell B1",
        "stands under neither result",
    ),
    read(
        "means",
        "Specialty,Matched mean\nAnesthesiology,252\n",
        M,
        f"{ANE}matched,,252",
    ),
    read(
        "probabilities in percent",
        "Specialty,Score range,Probability (%),Reading error\n"
        "Anesthesiology,220-229,5.5,0.02\nAnesthesiology,230-239,12%,0.02\n",
        PR,
        f"{ANE}{FIRST}220,229,0.055,0.02",
        f"{ANE}{FIRST}230,239,0.12,0.02",
        changed="C2 C3",
    ),
    # spreadsheets
    read(
        "an .ods with numbers and text",
        opendocument([WIDE.strip().split(","), ["Anesthesiology", 76.0, "255†", 108, 247.0]]),
        Q,
        *TWO,
        changed="C2",
        **ODS,
    ),
    refused(
        "a formula that was never calculated",
        workbook([TOTAL.strip().split(","), ["Anesthesiology", 89, "=B2+141"]]),
        "cell C2",
        "a formula that was never calculated",
        **XLSX,
    ),
    refused(
        "an error value",
        workbook([TOTAL.strip().split(","), ["Anesthesiology", 89, "#DIV/0!"]]),
        "cell C2",
        "an error value of the spreadsheet",
        **XLSX,
    ),
    refused(
        "a count that became a decimal",
        workbook([TOTAL.strip().split(","), ["Anesthesiology", 89, 2.23]]),
        "cell C2",
        "no whole number",
        "--answer 'C2=2230'",
        **XLSX,
    ),
    read(
        "text under the name of a spreadsheet",
        f"{TOTAL}Anesthesiology,89,230\n",
        T,
        f"{ANE}{FIRST}89,230",
        **XLSX,
    ),
    read(
        "a spreadsheet under the name of a text",
        workbook([TOTAL.strip().split(","), ["Anesthesiology", 89, 230]]),
        T,
        f"{ANE}{FIRST}89,230",
    ),
    refused("a damaged spreadsheet", b"PK\x03\x04 nothing", "cannot be read as a table", **XLSX),
    refused("a gzip file", b"\x1f\x8b nothing", "it is a gzip file, whatever its name"),
    refused("an empty file", b"\xef\xbb\xbf\r\n", "it is empty"),
    # all at once
    read(
        "mixed: UTF-16, semicolons, title, two header rows, marks, thousands, total, notes",
        (
            "Made up: non-U.S. citizen IMGs, 2027;;;;\n;;;;\nPreferred specialty;Matched;;"
            "Did not match;\n;Number;Median score;Number;Median score\n"
            "  anesthesiology ¹;76;255,0†;1.108;247,5\nPathology;*;*;1 900;233\n"
            "Total;76;;3.008;\n† Made up.;;;;\n"
        ).encode("utf-16"),
        Q,
        f"{ANE}matched,76,,,255.0,,,,",
        f"{ANE}not_matched,1108,,,247.5,,,,",
        f"{PAT}not_matched,1900,,,233,,,,",
        changed="A5 C5 D5 E5 B6 C6 D6 A7 D7",
        asked={"group": ""},
    ),
    refused(
        "mixed: three faults in one file are told together",
        "Specialty;Matched n;Matched median;Not matched n;Not matched median\n"
        "Anesthesiolgy;76;255;108;247\nPathology;<5;244;10O;233\n",
        "cell A2",
        "cell B3",
        "cell D3",
    ),
]
