"""A second transcription is held against the raw tables cell by cell, and a comparison is kept."""

import random
import shutil
from pathlib import Path

import pytest

from recalib import cli
from recalib.problems import UsageError
from recalib.raw import check_raw
from recalib.typed.against import compare_with

FROZEN = Path(__file__).parents[1] / "frozen" / "raw"
SOURCE = "nrmp_charting_outcomes_2026_non_us_img"
TOTALS = f"{SOURCE}.totals.csv"


@pytest.fixture
def raw(tmp_path):
    """A folder with one source."""
    folder = tmp_path / "raw"
    (folder / "published").mkdir(parents=True)
    published = (f"published/{SOURCE}.yml", f"published/{TOTALS}")
    for name in ("edition.yml", "specialties.csv", *published):
        shutil.copy(FROZEN / name, folder / name)
    return folder


def typed_again(raw, path, edit=lambda text: text):
    """The totals in another order of rows and columns."""
    lines = (raw / "published" / TOTALS).read_text().splitlines()
    head, *rows = [line.split(",") for line in lines]
    order = random.Random(1).sample(range(len(head)), len(head))
    random.Random(2).shuffle(rows)
    text = "\n".join(",".join(cells[at] for at in order) for cells in [head, *rows]) + "\n"
    path.parent.mkdir(exist_ok=True)
    path.write_text(edit(text))
    return path


def test_rows_and_columns_in_any_order_agree(raw, tmp_path, capsys):
    second = typed_again(raw, tmp_path / "second" / "whatever.csv")
    findings, digests = compare_with(raw, second.parent)
    assert findings.problems == []
    assert [*digests] == [f"published/{TOTALS}"]
    assert cli.main(["check", "--raw", str(raw), "--against", str(second)]) == 0
    entry = capsys.readouterr().out.splitlines()[-1]
    provenance = raw / "published" / f"{SOURCE}.yml"
    provenance.write_text(f"{provenance.read_text()}typed_twice:\n{entry}\n")
    assert check_raw(raw) == []
    table = raw / "published" / TOTALS
    table.write_text(table.read_text().replace("3392", "3393"))
    assert "typed-twice-stale" in {one.rule for one in check_raw(raw)}


def test_every_cell_that_differs_is_named_and_every_row_of_one_only(raw, tmp_path, capsys):
    line = (raw / "published" / TOTALS).read_text().splitlines().index
    row = line("2026,Anesthesiology,non_us_img,match,ranked_first,89,230") + 1
    lone = line("2026,Otolaryngology,non_us_img,match,ranked_first,7,17") + 1

    def edit(text):
        assert text.count("230") == text.count("Otolaryngology") == 1
        return text.replace("230", "280").replace("Otolaryngology", "Medicine-Primary")

    second = typed_again(raw, tmp_path / "second.csv", edit)
    problems = compare_with(raw, second)[0].problems
    assert {(one.rule, one.row, one.column) for one in problems} == {
        ("second-cell", row, "n_total"),
        ("second-row", lone, None),
        ("second-row", None, None),
    }
    cell = next(one for one in problems if one.rule == "second-cell")
    assert "n_total is 230 here and 280 in second.csv, row" in cell.message
    assert cli.main(["check", "--raw", str(raw), "--against", str(second)]) == 1
    assert "second.csv, row" in capsys.readouterr().err


def test_a_table_as_people_type_it_is_read_as_add_cycle_reads_it(raw, tmp_path):
    path = tmp_path / TOTALS
    rows = [line.split(",") for line in (raw / "published" / TOTALS).read_text().splitlines()[1:]]
    text = "Specialty;Matched;Total\n" + "\n".join(f"{r[1]};{r[5]};{r[6]}" for r in rows)
    path.write_text(text + "\n")
    assert compare_with(raw, path)[0].problems == []
    path.write_text(text.replace("3392", "3329") + "\n")
    assert [one.column for one in compare_with(raw, path)[0].problems] == ["n_success"]


def test_what_cannot_be_compared_is_refused(raw, tmp_path):
    with pytest.raises(UsageError, match="is the table itself"):
        compare_with(raw, raw / "published" / TOTALS)
    (tmp_path / "empty").mkdir()
    with pytest.raises(UsageError, match="holds no table"):
        compare_with(raw, tmp_path / "empty")
    other = tmp_path / "other.csv"
    other.write_text("Specialty;Matched;Total\nNeurology;1;2\n")
    with pytest.raises(UsageError, match="does not say of which table"):
        compare_with(raw, other)
