"""`calib add-cycle` writes what it showed, all of it or nothing, and nothing unasked."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from recalib import cli
from recalib.problems import RecalibError
from recalib.raw import check_raw
from recalib.typed import Planned, write_files
from recalib.typed.write import planned

GROUP = ["--group", "non_us_img"]
TOTALS = "Specialty,Matched,Total\nAnesthesiology,93,241\nPathology,300,700\n"
SOURCE = "nrmp_charting_outcomes_2027_non_us_img"
Said = Callable[[], tuple[int, str, str]]
Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def typed(tmp_path: Path, raw: Path) -> Path:
    path = tmp_path / "typed.csv"
    path.write_text(TOTALS)
    return path


@pytest.fixture
def add(raw: Path, capsys: pytest.CaptureFixture[str]) -> Run:
    def run(*words: object) -> tuple[int, str, str]:
        code = cli.main(["add-cycle", "2027", "--raw", str(raw), *map(str, words)])
        shown = capsys.readouterr()
        return code, shown.out, shown.err

    return run


def files(raw: Path) -> dict[str, bytes]:
    return {str(path): path.read_bytes() for path in raw.rglob("*") if path.is_file()}


def test_without_a_yes_nothing_is_written(raw: Path, typed: Path, add: Run) -> None:
    before = files(raw)
    code, out, err = add(typed, *GROUP)
    assert code == 1
    assert f"{SOURCE}.totals.csv (new, 2 rows)" in out
    assert "Nothing was written; --yes writes what is shown." in err
    assert files(raw) == before


def test_a_doubt_writes_nothing_even_with_a_yes(raw: Path, typed: Path, add: Run) -> None:
    before = files(raw)
    typed.write_text(TOTALS.replace("Anes", "Anse"))
    code, _, err = add(typed, *GROUP, "--yes")
    assert code == 1
    assert "1 thing cannot be known; nothing was written." in err
    assert files(raw) == before


def test_what_is_shown_is_written_and_the_check_asks_its_questions(
    raw: Path, typed: Path, add: Run
) -> None:
    before = (raw / "edition.yml").read_text().split('"')[1]
    code, out, _ = add(typed, *GROUP, "--yes")
    assert code == 0
    assert f"edition {before} becomes 2027.1" in out
    table = raw / "published" / f"{SOURCE}.totals.csv"
    assert table.read_text().splitlines() == [
        "cycle,specialty,applicant_group,outcome,denominator,n_success,n_total",
        "2027,Anesthesiology,non_us_img,match,ranked_first,93,241",
        "2027,Pathology,non_us_img,match,ranked_first,300,700",
    ]
    assert (raw / "edition.yml").read_text() == 'edition: "2027.1"\n'
    rules = {problem.rule for problem in check_raw(raw)}
    assert rules == {"question-open", "printed-figures-few"}


def test_an_answered_provenance_passes_and_a_wrong_figure_does_not(
    raw: Path, typed: Path, add: Run
) -> None:
    add(typed, *GROUP, "--yes")
    path = raw / "published" / f"{SOURCE}.yml"
    text = "\n".join(
        line.replace('"?', '"good, answered. ') if line[0] != " " else line
        for line in path.read_text().splitlines()
        if not line.startswith('  - "?')
    ).replace("notes:\n", "notes: []\n")
    for value in ("393", "941", "93", "241", "700"):  # two sums and three cells
        text = text.replace('value: "?"', f"value: {value}", 1)
    path.write_text(text)
    found = [problem for problem in check_raw(raw) if problem.column == "anchors"]
    (problem,) = found  # the third is n_success of Pathology, and 700 is its n_total
    assert "Pathology n_success is 700 in the source" in problem.message
    right = text.replace("value: 700", "value: 300")
    path.write_text(right)
    assert check_raw(raw) == []
    table = raw / "published" / f"{SOURCE}.totals.csv"
    table.write_text(table.read_text().replace("93,241", "39,241"))
    (problem,) = [one for one in check_raw(raw) if "sum" in one.message]
    assert problem.rule == "anchor-value"
    # Without the sum it would pass for any other count.
    path.write_text(re.sub(r"  - .*n_success, summary: sum.*\n", "", right))
    assert "n_success of totals has no sum" in "".join(one.message for one in check_raw(raw))


def test_a_table_that_is_there_is_replaced_only_when_told(raw: Path, typed: Path, add: Run) -> None:
    add(typed, *GROUP, "--yes")
    assert add(typed, *GROUP, "--yes")[1].endswith("Everything is there already.\n")
    typed.write_text(TOTALS.replace("93", "94"))
    before = files(raw)
    code, _, err = add(typed, *GROUP, "--yes")
    assert (code, files(raw)) == (1, before)
    assert "already; nothing was written. --overwrite replaces it" in err
    assert add(typed, *GROUP, "--yes", "--overwrite")[0] == 0
    assert ",94,241" in (raw / "published" / f"{SOURCE}.totals.csv").read_text()


def test_a_second_table_keeps_the_answers_and_adds_its_own_questions(
    raw: Path, typed: Path, add: Run
) -> None:
    add(typed, *GROUP, "--yes")
    path = raw / "published" / f"{SOURCE}.yml"
    answered = path.read_text().replace('title: "?', 'title: "Answered.')
    path.write_text(answered)
    typed.write_text(
        "Specialty,Matched n,Matched median,Not matched n,Not matched median\n"
        "Anesthesiology,76,256,108,247\nPathology,250,244,300,232\n* Made up.,,,,\n"
    )
    code, out, _ = add(typed, *GROUP, "--yes")
    assert code == 0
    assert f"{SOURCE}.yml (changed, questions of the new tables added)" in out
    text = path.read_text()
    assert 'title: "Answered.' in text
    assert "added: [totals, step2ck.quantiles]" in text
    # Sums of n and of a median alone in its rows, by result, and three cells.
    assert text.count("{table: step2ck.quantiles") == 2 + 2 + 3
    assert "* Made up." in text
    assert {line for line in answered.splitlines() if "table: totals" in line} <= set(
        text.splitlines()
    )
    rules = {problem.rule for problem in check_raw(raw)}
    assert rules == {"question-open", "printed-figures-few"}


def test_figures_far_from_the_cycle_before_become_questions(
    raw: Path, typed: Path, add: Run
) -> None:
    """MADE UP: a median with turned digits, a count with a digit too many, a mean beside it."""
    typed.write_text(
        "Specialty,Result,N,Median,Mean\nAnesthesiology,matched,760,225,252\n"
        "Anesthesiology,not matched,110,248,247\nUrology,matched,20,250,250\n".replace(
            "Urology", "Radiation Oncology"
        )
    )
    code, out, _ = add(typed, *GROUP, "--yes")
    assert code == 0
    said = " ".join(out.split())
    assert "Anesthesiology, matched: n is 760, and was 76 in 2026." in said
    assert "Anesthesiology, matched: median is 225, and was 255 in 2026." in said
    assert "Anesthesiology, matched: the mean is 252 and the median 225." in said
    assert "not_matched: n is" not in said
    assert "Gone since 2026 (quantiles of non_us_img): child_neurology, dermatology" in said
    text = (raw / "published" / f"{SOURCE}.yml").read_text()
    assert text.count('  - "? Anesthesiology, matched') == 3


def test_figures_printed_in_two_files_have_to_agree(raw: Path, tmp_path: Path, add: Run) -> None:
    one, other = tmp_path / "table5.csv", tmp_path / "chart.csv"
    one.write_text("Specialty,Result,N,Median\nAnesthesiology,matched,76,256\n")
    other.write_text(
        "Specialty,Median of the matched\nAnesthesiology,256\n".replace(
            "Median of the matched", "Matched median"
        )
    )
    code, out, _ = add(one, other, *GROUP, "--yes")
    assert code == 0
    assert "chart.csv: 1 figure is printed twice, and agree." in out
    other.write_text("Specialty,Matched median\nAnesthesiology,265\n")
    code, _, err = add(one, other, *GROUP)
    assert code == 1
    assert "chart.csv, cell B2: median of Anesthesiology, matched is 265 here and 256 in" in err


def test_totals_hold_the_people_of_the_other_tables(raw: Path, tmp_path: Path, add: Run) -> None:
    scores, totals = tmp_path / "scores.csv", tmp_path / "totals.csv"
    scores.write_text("Specialty,Result,N,Median\nAnesthesiology,matched,98,256\n")
    totals.write_text(TOTALS)
    code, _, err = add(scores, totals, *GROUP)
    assert code == 1
    assert "totals.csv, cell B2: Quantiles rows count 98 who succeeded for this key" in err


def test_rows_below_a_printed_total_are_a_question(raw: Path, typed: Path, add: Run) -> None:
    typed.write_text(TOTALS + "All specialties,400,941\n")
    assert add(typed, *GROUP, "--yes")[0] == 0
    text = (raw / "published" / f"{SOURCE}.yml").read_text()
    assert "The rows add up to 393, the row of totals (Matched) says 400: say why" in text
    assert "{table: totals, statistic: n_total, summary: sum, value: 941}" in text


def test_blank_tables_are_laid_out_and_refused_until_they_are_filled(raw: Path, add: Run) -> None:
    code, out, _ = add("--from", "2026", *GROUP, "--yes")
    assert code == 0
    assert out.count("are laid out, figures blank.") == 2
    old = (raw / "published" / "nrmp_charting_outcomes_2026_non_us_img.totals.csv").read_text()
    new = (raw / "published" / f"{SOURCE}.totals.csv").read_text()
    bare = [",".join(line.split(",")[1:5]) for line in old.splitlines()[1:]]
    assert new.splitlines()[1:] == [f"2027,{line},," for line in bare]
    problems = check_raw(raw)
    blank = [problem for problem in problems if problem.rule == "blank-cell"]
    assert len(blank) == 2 * 24 + 48
    assert f"published/{SOURCE}.totals.csv" in {problem.file for problem in blank}


@pytest.mark.parametrize(
    ("words", "says"),
    [
        ([], "Name the files to read, or the cycle"),
        (["--from", "2023"], "There is no table of 2023 to start from; the folder has"),
        (["--from", "2027"], "--from 2027 is no cycle before 2027"),
        (["--from", "2026", "--group", "us_imgs"], 'The nearest known is "us_img"'),
        (["--from", "2026", "--kind", "quantile"], 'The nearest known is "quantiles"'),
        (["--from", "2026", "--group", "img"], "There is no table of 2026 of img to lay out"),
        (["--from", "2026", "--source", "one"], "Tables of 2026 are of several sources"),
        (["--from", "2026", "--answer", "nonsense"], "--answer nonsense is no KEY=VALUE"),
        (["--from", "2026", "--answer", "D7=5"], "Nothing was asked that --answer D7 answers"),
    ],
)
def test_wrong_use_is_a_sentence(add: Run, words: list[str], says: str) -> None:
    code, _, err = add(*words)
    assert code == 2
    assert says in err


def test_a_wrong_cycle_and_a_missing_file_are_sentences(
    raw: Path, add: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.main(["add-cycle", "27", "x.csv", "--raw", str(raw)]) == 2
    assert '"27" is not a cycle' in capsys.readouterr().err
    code, _, err = add("nowhere.xlsx")
    assert code == 1
    assert "nowhere.xlsx: The file cannot be read: No such file or directory." in err


def test_an_answer_that_is_none_is_refused(typed: Path, add: Run) -> None:
    typed.write_text(TOTALS.replace("Anes", "Anse"))
    code, _, err = add(typed, *GROUP, "--answer", "Ansethesiology=Urology")
    assert code == 2
    assert "Possible are: Anesthesiology, leave out." in err


def test_all_files_are_written_or_none(raw: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    edition = raw / "edition.yml"
    wanted = [
        planned(raw / "published" / "a.totals.csv", "a\n", table=True),
        planned(edition, 'edition: "2027.1"\n'),
        planned(raw / "published" / "a.yml", "b\n"),
    ]
    before = files(raw)
    replace = Path.replace

    def fail(self: Path, target: Path) -> Path:
        if target.name == "a.yml":
            raise OSError(28, "No space left on device", str(target))
        return replace(self, target)

    monkeypatch.setattr(Path, "replace", fail)
    with pytest.raises(RecalibError, match="Nothing was written: No space left on device"):
        write_files(wanted)
    assert files(raw) == before
    monkeypatch.undo()
    write_files(wanted)
    assert len(files(raw)) == len(before) + 2


def test_a_file_that_changed_meanwhile_is_not_written_over(raw: Path) -> None:
    path = raw / "edition.yml"
    there = path.read_bytes()
    with pytest.raises(RecalibError, match="has changed meanwhile"):
        write_files([Planned(path, b"new\n", b"as it was read\n")])
    assert path.read_bytes() == there


@pytest.mark.skipif(os.name != "posix", reason="a terminal of POSIX")
@pytest.mark.parametrize(("last", "code"), [("y", 0), ("n", 1)])
def test_at_a_terminal_it_asks(raw: Path, typed: Path, last: str, code: int) -> None:
    typed.write_text(TOTALS.replace("Anes", "Anse").replace("700", "7OO"))
    words = [sys.executable, "-m", "calib", "add-cycle", "2027", str(typed), *GROUP]
    out, ended = at_a_terminal([*words, "--raw", str(raw)], ["x", "a", "710", last])
    assert ended == code, out
    assert "That is none of the answers." in out
    assert "Traceback" not in out
    table = raw / "published" / f"{SOURCE}.totals.csv"
    assert table.exists() == (code == 0)
    if code == 0:
        assert table.read_text().splitlines()[2].endswith(",300,710")


def at_a_terminal(words: list[str], answers: list[str]) -> tuple[str, int]:
    """Run a command in a terminal of its own, and answer each of its questions."""
    import pty

    child, terminal = pty.fork()
    if child == 0:
        os.execv(words[0], words)
    out, todo = "", list(answers)
    while True:
        try:
            out += os.read(terminal, 4096).decode("utf-8", "replace")
        except OSError:
            break
        if out.endswith((") ", "] ")):
            # Enter where no answer is left: a question too many must not wait for ever.
            os.write(terminal, f"{todo.pop(0) if todo else ''}\n".encode())
    return out, os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
