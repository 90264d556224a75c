"""The `calib` command: what it prints and the code it ends with."""

from __future__ import annotations

import csv
import io
import json
import os
import runpy
import shlex
import subprocess
import sys
from collections.abc import Iterator
from importlib.metadata import EntryPoint, entry_points
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import calib
import calib.__main__
from calib import cli
from calib.cli import _printed, main

pytestmark = pytest.mark.usefixtures("edition")
KEY = ("surgery", "--group", "non_us_img")
LOOK_UPS = [
    ("bands", *KEY),
    ("band", "255", *KEY),
    ("probability", "255", *KEY),
    ("standing", "240", *KEY),
    ("score-for", "0.4", *KEY),
    ("gain", "240", "250", *KEY),
    ("explain", "255", *KEY),
]


def said(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, str, str]:
    code = main(words)
    out, err = capsys.readouterr()
    return code, out, err


@pytest.mark.parametrize("words", LOOK_UPS, ids=lambda words: words[0])
def test_a_number_never_stands_without_what_qualifies_it(
    capsys: pytest.CaptureFixture[str], words: tuple[str, ...]
) -> None:
    code, out, err = said(capsys, *words)
    assert (code, err) == (0, "")
    for part in ("95 % interval", "grade A", "status", "2026", "300", "not a promise"):
        assert part in out, part
    assert out.isascii()
    if words[0] != "explain":
        for part in ("ranked_first", "made_up_a, made_up_b", "edition synthetic.1", "n 300"):
            assert part in out, part


def test_the_table_is_aligned(capsys: pytest.CaptureFixture[str]) -> None:
    _, out, _ = said(capsys, "bands", *KEY)
    lines = out.splitlines()[:5]
    at = lines[0].index("status")
    assert [line[at:] for line in lines[1:]] == ["unreachable", "ok", "ok", "ok"]
    assert [line.split()[0] for line in lines[1:]] == [
        "highly_competitive",
        "competitive",
        "borderline",
        "low",
    ]


@pytest.mark.parametrize("words", LOOK_UPS, ids=lambda words: words[0])
def test_json_and_csv_hold_the_same_answer(
    capsys: pytest.CaptureFixture[str], words: tuple[str, ...]
) -> None:
    code, out, _ = said(capsys, *words, "--json")
    assert code == 0
    found = json.loads(out)
    first = found[0] if isinstance(found, list) else found
    code, out, _ = said(capsys, *words, "--csv")
    assert code == 0
    row = next(csv.DictReader(io.StringIO(out)))
    assert set(row) == set(first) - {"available"}
    if words[0] != "explain":
        assert row["sources"] == "made_up_a|made_up_b"
        assert first["sources"] == ["made_up_a", "made_up_b"]
        assert row["edition"] == first["edition"] == calib.EDITION


def test_keywords_reach_the_curve(capsys: pytest.CaptureFixture[str]) -> None:
    words = ("probability", "250", "medicine", "--group", "img", "--outcome", "interview")
    _, out, _ = said(capsys, *words, "--needs-visa", "yes", "--json")
    assert json.loads(out)["needs_visa"] == "yes"
    _, out, _ = said(capsys, *words, "--needs-visa", "no")
    assert "img, needs no visa: interview 2024, denominator applications" in out
    keywords = ("--cycle", "2020-2024", "--denominator", "ranked_first", "--scheme", "chance")
    _, out, _ = said(capsys, "bands", *KEY, *keywords, "--json")
    found = json.loads(out)
    assert [(row["cycle"], row["scheme"]) for row in found] == [("2020-2024", "chance")] * 4


def test_an_answer_without_evidence_lists_what_there_is(
    capsys: pytest.CaptureFixture[str],
) -> None:
    code, out, _ = said(capsys, "probability", "250", "surgery", "--group", "us_img")
    assert code == 0
    assert "status no_evidence" in out
    assert "  non_us_img match 2026 ranked_first (ok)" in out
    words = ("probability", "250", "medicine", "--group", "img", "--outcome", "interview")
    _, out, _ = said(capsys, *words)
    assert "  img interview 2024 applications needs_visa yes (ok)" in out
    _, out, _ = said(capsys, "bands", "plastics", "--group", "us_img")
    assert "No edge is claimed: most of the slope is lent by other specialties." in out
    _, out, _ = said(capsys, "bands", "imaging", "--group", "non_us_img")
    assert "\nMade up: the data cannot tell, so no edge is claimed.\n" in out
    _, out, _ = said(capsys, "score-for", "0.5", "nuclear", "--group", "non_us_img")
    assert "nor any other of nuclear" in out


def test_no_edge_and_an_unbounded_one_look_different(
    capsys: pytest.CaptureFixture[str], synthetic: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    _, out, _ = said(capsys, "score-for", "0.99", *KEY)
    assert out.splitlines()[1].split() == ["0.99", "-", "-", "-"]
    assert "status unreachable" in out
    _, out, _ = said(capsys, "bands", *KEY)
    assert "256.0 to unbounded" in out  # the next cycle's
    _, out, _ = said(capsys, "score-for", "0.5", "children", "--group", "non_us_img")
    assert out.splitlines()[1].split() == ["0.5", "-", "-", "-"]
    assert "No edge is claimed: the interval of the edge, or of one above it, is open or" in out
    _, out, _ = said(capsys, "bands", "children", "--group", "non_us_img")
    assert "wide: the interval of the edge, or of one above it, is open or wider than 40" in out
    synthetic.replace(
        "band_table.csv", "made_up_a|made_up_b,", "made_up_a|made_up_b,too few people"
    )
    synthetic.sign()
    synthetic.serve(monkeypatch)
    _, out, _ = said(capsys, "bands", *KEY)
    assert "[c]" in out.splitlines()[1]


def test_a_label_outside_the_fitted_scores_is_not_supported(
    capsys: pytest.CaptureFixture[str],
) -> None:
    _, out, _ = said(capsys, "band", "150", *KEY)
    sentence = "lies outside the scores of the table (215-275), so the label is not supported there"
    assert f"The score {sentence}.\n" in out
    _, out, _ = said(capsys, "band", "150", *KEY, "--json")
    assert json.loads(out)["extrapolated"] is True
    _, out, _ = said(capsys, "bands", *KEY, "--csv")
    assert {row["extrapolated"] for row in csv.DictReader(io.StringIO(out))} == {"False"}
    for words in (("band", "250", *KEY), ("band", "290", "plastics", "--group", "us_img")):
        _, out, _ = said(capsys, *words)
        assert "not supported" not in out


INTERVIEW = (*KEY, "--outcome", "interview")


@pytest.mark.parametrize("words", [("bands",), ("band", "250"), ("explain", "250")])
def test_interviews_have_no_guide_labels(
    capsys: pytest.CaptureFixture[str], words: tuple[str, ...]
) -> None:
    advice = "The guides have words for a match only; for interviews use --scheme chance"
    _, out, _ = said(capsys, *words, *INTERVIEW)
    assert advice in out
    assert "No table gives this curve" not in out
    for other in ((*INTERVIEW, "--scheme", "chance"), KEY):
        _, out, _ = said(capsys, *words, *other)
        assert advice not in out


@pytest.mark.parametrize(
    "words", [words for words in LOOK_UPS if words[0] != "standing"], ids=lambda words: words[0]
)
def test_what_applicants_report_themselves_is_marked(
    capsys: pytest.CaptureFixture[str], words: tuple[str, ...]
) -> None:
    warning = "Self-reported by applicants: the level of the chance is not to be trusted"
    _, out, _ = said(capsys, *words, "--outcome", "interview")
    assert warning in out
    _, out, _ = said(capsys, *words)
    assert warning not in out


@pytest.mark.parametrize(
    ("p", "side"), [("0.99", "below 99 %"), ("0.125", "above 12.5 %"), ("0.01", "above 1 %")]
)
def test_an_edge_out_of_reach_says_on_which_side_the_chance_lies(
    capsys: pytest.CaptureFixture[str], p: str, side: str
) -> None:
    words = ("score-for", p, "surgery", "--group", "us_md_senior")
    _, out, _ = said(capsys, *words)
    assert f"No edge is claimed: the chance is {side} at every fitted score." in out


def test_labels_out_of_reach_say_on_which_side_the_chance_lies(
    capsys: pytest.CaptureFixture[str],
) -> None:
    _, out, _ = said(capsys, "bands", *INTERVIEW, "--scheme", "chance")
    assert "The chance is below 25 % at every fitted score." in out
    _, out, _ = said(capsys, "bands", *KEY)
    assert "The chance is below 75 % at every fitted score." in out
    _, out, _ = said(capsys, "bands", "surgery", "--group", "us_md_senior")
    assert "The chance is above 25 % at every fitted score." in out
    for other in ("children", "villages"):
        _, out, _ = said(capsys, "bands", other, "--group", "non_us_img")
        assert "at every fitted score" not in out


def test_all_specialties_are_a_table_with_a_legend(capsys: pytest.CaptureFixture[str]) -> None:
    words = ("243", "--group", "non_us_img")
    _, out, _ = said(capsys, "explain", *words)
    table, notes = out.removesuffix("\n").split("\n\n")
    text = calib.explain(243, None, "non_us_img").split("\n\n")
    assert text == [notes.splitlines()[0], table, "\n".join(notes.splitlines()[1:])]
    assert said(capsys, "chances", *words)[1] == out
    _, out, _ = said(capsys, "explain", *words, "--scheme", "chance")
    assert out.splitlines()[1].split()[5] == "likely"
    _, out, _ = said(capsys, "explain", *words, "--json")
    assert json.loads(out) == [{"explanation": "\n\n".join(text)}]
    _, out, _ = said(capsys, "chances", *words, "--json")
    assert json.loads(out) == [one.as_dict() for one in calib.chances(243, "non_us_img")]
    _, out, _ = said(capsys, "chances", "243", "--group", "us_do", "--csv")
    assert out.startswith("score,value,low,high,next_low,next_high,extrapolated,status")
    assert "available" not in out
    assert said(capsys, "chances", "243", "--group", "us_do")[1].startswith("No specialty has a")


def test_a_band_says_the_chance_and_the_standing_at_the_score_itself(
    capsys: pytest.CaptureFixture[str],
) -> None:
    _, out, _ = said(capsys, "band", "250", *KEY)
    header, row = out.splitlines()[:2]
    assert row[header.index("mean chance in band") :].startswith("0.500")
    assert row[header.index("matched at or below its lower end") :].startswith("0.25")
    at = "Of non-U.S. citizen IMGs with a Step 2 CK score of 250 who had interviews enough to rank"
    assert (
        f"\n{at} surgery first, about 32 % matched in it: next cycle (2028) likely 20-47 %" in out
    )
    assert "\nIn 2026, 41 % of those who matched and 70 % of those who did not had that" in out
    assert "score of 250" not in said(capsys, "bands", *KEY)[1]
    assert "score of 250" not in said(capsys, "band", "250", "surgery", "--group", "us_img")[1]


@pytest.mark.parametrize(
    "words", [words for words in LOOK_UPS if words[0] != "explain"], ids=lambda words: words[0]
)
def test_an_interval_says_which_cycle_it_is_of(
    capsys: pytest.CaptureFixture[str], words: tuple[str, ...]
) -> None:
    header = said(capsys, *words, "--cycle", "2020-2024")[1].splitlines()[0]
    own = header.count("95 % interval")
    assert own == header.count("95 % interval, 2020-2024 alone") >= 1
    assert header.count("next cycle") == header.count("next cycle (2028)")
    assert ("next cycle" in header) is (words[0] not in ("standing", "gain"))


def test_a_gain_says_what_its_interval_does_not_hold(capsys: pytest.CaptureFixture[str]) -> None:
    sentence = "neither the drift of levels to another cycle nor a change of the slope."
    for words in LOOK_UPS:
        assert (sentence in said(capsys, *words)[1]) is (words[0] == "gain")


def test_help_says_the_groups_in_words(capsys: pytest.CaptureFixture[str]) -> None:
    for command in ("bands", "specialties"):
        _, out, _ = said(capsys, command, "--help")
        assert "us_img (U.S. citizen IMGs), non_us_img" in " ".join(out.split())


def test_a_standing_is_told_or_why_not(capsys: pytest.CaptureFixture[str]) -> None:
    _, out, _ = said(capsys, "standing", "250", *KEY)
    assert out.splitlines()[0].count("matched at or below") == 2
    assert out.splitlines()[1].split() == [
        *("250", "0.41", "0.36", "to", "0.46", "0.70", "0.68", "to", "0.70"),
    ]
    _, out, _ = said(capsys, "standing", "290", *KEY)
    assert "No standing is told: the score lies outside those that the curve was fitted on." in out
    _, out, _ = said(capsys, "standing", "250", "plastics", "--group", "us_img")
    assert "No standing is told: most of the slope is lent by other specialties." in out
    assert "--outcome" in said(capsys, "standing", "250", *KEY, "--outcome", "interview")[2]


@pytest.mark.parametrize(
    ("low", "high", "text"),
    [
        (230.0, 249.0, "230-249"),
        (250.0, None, "250 and above"),
        (None, 229.0, "up to 229"),
        (None, None, None),
    ],
)
def test_printed_scores(low: float | None, high: float | None, text: str | None) -> None:
    assert _printed(low, high) == text


def test_lists(capsys: pytest.CaptureFixture[str]) -> None:
    _, out, _ = said(capsys, "specialties")
    assert out.splitlines()[-2].split(maxsplit=1) == ["surgery", "us_md_senior, non_us_img"]
    _, out, _ = said(capsys, "specialties", "--group", "us_img", "--json")
    assert json.loads(out) == [{"specialty": "plastics", "applicant_groups": ["us_img"]}]
    _, out, _ = said(capsys, "specialties", "--group", "us_do")
    assert out == "No specialty has a curve for this group.\n"
    _, out, _ = said(capsys, "specialties", "--group", "us_do", "--csv")
    assert out == "specialty,applicant_groups\n"
    _, out, _ = said(capsys, "specialties", "--csv")
    assert "surgery,us_md_senior|non_us_img\n" in out
    _, out, _ = said(capsys, "guides")
    assert out.split() == ["guide", "all_guide", "surgery_guide"]


def test_audit(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = said(capsys, "audit", "surgery_guide", "--group", "non_us_img")
    assert code == 0
    for part in (
        "0.321",
        "0.250 to 0.400",
        "0.190 to 0.480",
        "non_us_img 2026 ranked_first",
        "overstates",
        "below half.",
        " 250 and above ",
        "edition synthetic.1",
    ):
        assert part in out
    words = ("audit", "surgery_guide", "--specialty", "medicine")
    _, out, _ = said(capsys, *words)
    assert out.startswith("This guide has no printed band there.\nedition synthetic.1\n")
    _, out, _ = said(capsys, *words, "--csv")
    assert out.startswith("edition,guide,guide_scheme,")
    assert out.count("\n") == 1
    _, out, _ = said(capsys, "audit", "surgery_guide", "--specialty", "surgery", "--json")
    assert [row["curve_group"] for row in json.loads(out)] == ["non_us_img", "us_img"]


def test_a_lowest_printed_band_shows_the_chance_in_it(
    capsys: pytest.CaptureFixture[str], synthetic: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    edge, inside = "0.321,0.250,0.400,0.190,0.480,,,,", ",,,0.190,0.480,0.271,0.200,0.350,"
    synthetic.replace("guide_audit.csv", edge, inside)
    synthetic.sign()
    synthetic.serve(monkeypatch)
    _, out, _ = said(capsys, "audit", "surgery_guide", "--group", "non_us_img")
    header, row = out.splitlines()[:2]
    at = header.index("chance at edge")
    assert " ".join(row[at:].split()[:9]) == "0.271 in band 0.190 to 0.480 0.200 to 0.350"
    (told,) = calib.guide_audit("surgery_guide", applicant_group="non_us_img")
    assert (told.probability_at_edge, told.probability_in_band) == (None, 0.271)


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("probability", "301", *KEY), "calib: score must lie between 1 and 300, not 301\n"),
        (("band", "-1", *KEY), "calib: score must lie between 1 and 300, not -1\n"),
        (("gain", "250", "3e2000", *KEY), "calib: score must lie between 1 and 300, not inf\n"),
        (("probability", "nan", *KEY), "calib: score must lie"),
        (("probability", "-5", *KEY), "calib: score must lie"),
        (("probability", "high", *KEY), "'high' is not a number. Write a score such as 250."),
        (("score-for", "50%", *KEY), "'50%' is not a number. Write a chance between 0 and 1"),
        (("band", "255", *KEY, "--needs-visa", "maybe"), "'maybe'. Known: yes, no or blank."),
        (("score-for", "1", *KEY), "calib: p must lie between 0 and 1 (both excluded), not 1\n"),
        (("bands", "surgry", "--group", "non_us_img"), "Did you mean surgery?"),
        (("bands", "surgery", "--group", "non_us"), "Did you mean non_us_img"),
        (("bands", "surgery"), "required: --group"),
        (("bands", *KEY, "--json", "--csv"), "not allowed with"),
        (("audit", "surgry_guide"), "Did you mean surgery_guide"),
        (("band",), "required"),
        (("bandage",), "Unknown command 'bandage'. Did you mean band or bands?"),
        (("--wrong",), "unrecognized arguments"),
    ],
)
def test_wrong_use_ends_with_2_and_a_sentence(
    capsys: pytest.CaptureFixture[str], words: tuple[str, ...], message: str
) -> None:
    code, out, err = said(capsys, *words)
    assert (code, out) == (2, "")
    assert message in err
    assert "Traceback" not in err


def test_a_damaged_edition_ends_with_1(
    capsys: pytest.CaptureFixture[str], synthetic: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    synthetic.write("curves.csv", b"")
    synthetic.serve(monkeypatch)
    code, out, err = said(capsys, "bands", *KEY)
    assert (code, out) == (1, "")
    assert "SHA-256" in err


def test_help_and_version(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    code, out, _ = said(capsys)
    assert code == 2
    for name in (
        "bands",
        "probability",
        "score-for",
        "specialties",
        "recalibrate",
        "check",
        "diff",
    ):
        assert name in out
    assert said(capsys, "--help")[0] == 0
    assert said(capsys, "bands", "--help")[0] == 0
    code, out, _ = said(capsys, "--version")
    assert (code, out) == (0, f"calib {calib.__version__}, edition synthetic.1\n")
    monkeypatch.setattr(sys, "argv", ["calib", "guides"])
    assert main() == 0


@pytest.fixture
def elsewhere(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Another package brings the command `further`."""
    point = EntryPoint("further", "workshop.commands:main", cli.FURTHER)
    monkeypatch.setattr(cli, "entry_points", lambda group: [point] if group == cli.FURTHER else [])
    yield
    for name in ("workshop", "workshop.commands"):
        sys.modules.pop(name, None)


@pytest.mark.usefixtures("elsewhere")
def test_other_packages_carry_out_their_commands(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    called: list[list[str]] = []
    workshop = ModuleType("workshop.commands")
    workshop.main = lambda words: called.append(words) or 1  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "workshop", ModuleType("workshop"))
    monkeypatch.setitem(sys.modules, "workshop.commands", workshop)
    assert main(["further", "old", "new"]) == 1
    assert called == [["further", "old", "new"]]
    assert "further" in said(capsys, "--help")[1]
    assert "Did you mean further?" in said(capsys, "furthest")[2]


@pytest.mark.usefixtures("elsewhere")
def test_without_the_workshop_its_commands_say_where_it_is(
    capsys: pytest.CaptureFixture[str],
) -> None:
    code, out, err = said(capsys, "further", "--help")
    assert (code, out) == (2, "")
    assert 'pip install -e ".[recalibrate]"' in err
    assert "which is not installed here." in err


@pytest.mark.usefixtures("elsewhere")
def test_what_the_workshop_lacks_is_named(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "workshop").mkdir()
    (tmp_path / "workshop" / "commands.py").write_text("import a_missing_library\n")
    monkeypatch.syspath_prepend(tmp_path)
    code, out, err = said(capsys, "further")
    assert (code, out) == (2, "")
    assert "which cannot be loaded here (No module named 'a_missing_library')" in err


def test_the_repository_brings_the_workshop() -> None:
    points = {point.name: point.value for point in entry_points(group=cli.FURTHER)}
    assert points == dict.fromkeys(
        ("recalibrate", "check", "diff", "approve", "demo-cohort"), "recalib.cli:main"
    )


def test_the_package_does_not_know_the_workshop() -> None:
    for path in Path(calib.__file__).parent.glob("*.py"):
        assert "recalib." not in path.read_text(), path
        assert "import recalib" not in path.read_text(), path


@pytest.mark.skipif(os.name == "nt", reason="asks a POSIX shell to close streams")
@pytest.mark.parametrize(
    ("words", "streams", "code"),
    [
        ("guides", ">&-", 1),
        ("guides", "2>&-", 0),
        ("guides", ">&- 2>&-", 1),
        ("bandage", "2>&-", 2),
        ("bands surgery", "2>&-", 2),
        ("bandage", "2>/dev/full", 2),
        ("--help", ">&-", 1),
        ("--help", "2>&-", 0),
    ],
)
def test_closed_streams_give_no_traceback(words: str, streams: str, code: int) -> None:
    command = f"{shlex.quote(sys.executable)} -m calib {words} {streams}"
    done = subprocess.run(command, shell=True, capture_output=True, text=True, check=False)
    assert done.returncode == code
    assert "Traceback" not in done.stderr
    if streams == ">&-":
        closed = "calib: the answer cannot be written: standard output is closed.\n"
        assert done.stderr == closed


@pytest.mark.parametrize("closed", ["stdout", "stderr"])
def test_a_stream_that_is_none_is_no_error(monkeypatch: pytest.MonkeyPatch, closed: str) -> None:
    monkeypatch.setattr(sys, closed, None)
    assert main(["guides" if closed == "stdout" else "bandage"]) == (1 if closed == "stdout" else 2)


def test_a_reader_that_stops_early_is_no_error(synthetic_folder: Path) -> None:
    code = (
        "import pathlib, sys; from calib import edition; from calib.cli import main;"
        f"edition.SHIPPED = pathlib.Path({str(synthetic_folder)!r});"
        "sys.exit(main(['specialties']))"
    )
    reader, writer = os.pipe()
    os.close(reader)
    with os.fdopen(writer, "w") as closed:
        done = subprocess.run(
            [sys.executable, "-c", code],
            stdout=closed,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
        )
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no device that is always full here")
def test_a_full_disk_is_told_in_a_sentence(synthetic_folder: Path) -> None:
    code = (
        "import pathlib, sys; from calib import edition; from calib.cli import main;"
        f"edition.SHIPPED = pathlib.Path({str(synthetic_folder)!r});"
        "sys.exit(main(['guides']))"
    )
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(
            [sys.executable, "-c", code],
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
        )
    assert done.returncode == 1
    assert done.stderr.startswith("calib: the answer cannot be written: ")
    assert done.stderr.count("\n") == 1


def test_what_cannot_be_written_is_told(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    class FullDisk(io.StringIO):
        def flush(self) -> None:
            raise OSError(28, "No space left on device")

        def fileno(self) -> int:
            return os.dup(2)

    monkeypatch.setattr(sys, "stdout", FullDisk())
    assert main(["guides"]) == 1
    message = "calib: the answer cannot be written: No space left on device.\n"
    assert capsys.readouterr().err == message


def test_a_closed_pipe_is_left_quietly(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    class ClosedPipe(io.StringIO):
        def flush(self) -> None:
            raise BrokenPipeError

        def fileno(self) -> int:
            return target.fileno()

    with (tmp_path / "pipe").open("w") as target:
        monkeypatch.setattr(sys, "stdout", ClosedPipe())
        assert main(["guides"]) == 0
        target.write("lost")
    # Later writes to the pipe go nowhere.
    assert (tmp_path / "pipe").read_text() == ""


def test_the_module_is_the_command(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert calib.__main__.main is main
    monkeypatch.setattr(sys, "argv", ["calib", "guides"])
    monkeypatch.delitem(sys.modules, "calib.__main__", raising=False)
    with pytest.raises(SystemExit) as ended:
        runpy.run_module("calib", run_name="__main__")
    assert ended.value.code == 0
    assert "surgery_guide" in capsys.readouterr().out


def test_python_m_calib_runs_the_command() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "calib", "bandage"], capture_output=True, text=True, check=False
    )
    assert done.returncode == 2
    assert done.stderr.startswith("calib: Unknown command 'bandage'. Did you mean band")


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(words=st.lists(st.sampled_from(["bands", "band", "250", *KEY, "--json"]) | st.text()))
def test_any_words_end_with_a_code(words: list[str]) -> None:
    if not words or words[0] not in ("recalibrate", "check", "diff"):
        assert main(words) in (0, 1, 2)
