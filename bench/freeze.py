"""What the rebuild must not change: freeze it at one version, compare it at another.

    python bench/freeze.py FOLDER [--reports DIR]

writes every public answer of the look-ups, the text of the commands, the visible text of the pages
in DIR and the edition's tables, hashed, into FOLDER. Two folders, made by two versions of the code,
are compared by `diff -r`. It goes when the rebuild is done.
"""

import argparse
import contextlib
import hashlib
import html
import io
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import calib
from calib.__main__ import main

SCORES = (200, 215.5, 230, 243, 250, 265, 290)
CHANCES = (0.25, 0.5, 0.75)
TABLES = (
    "bands",
    "curves",
    "guide_audit",
    "standing",
    "curve_notes",
    "adjustments",
    "evidence",
)
COMMANDS = """
specialties
specialties --group non_us_img
guides
audit general_surgery_img
audit all_specialties_img --json
bands general_surgery --group non_us_img
bands internal_medicine --group non_us_img --json
bands pediatrics --group us_img
band 251 general_surgery --group non_us_img
band 251 general_surgery --group non_us_img --csv
probability 251 general_surgery --group non_us_img
probability 251 dermatology --group us_md_senior --json
score-for 0.5 anesthesiology --group non_us_img
gain 240 250 neurology --group non_us_img
explain 250 family_medicine --group non_us_img
explain 231 internal_medicine --group non_us_img
band 999 general_surgery --group non_us_img
band 250 dermatolgy --group non_us_img
band x general_surgery --group non_us_img
bands plastic_surgery --group us_img --csv
probability 250 internal_medicine --group non_us_img --outcome interview --needs-visa yes
"""


def plain(value: Any) -> Any:
    """What an answer holds, as JSON can hold it."""
    if isinstance(value, tuple | list):
        return [plain(each) for each in value]
    if hasattr(value, "as_dict"):
        return plain(value.as_dict())
    if isinstance(value, dict):
        return {key: plain(each) for key, each in value.items()}
    return value


def answers() -> Iterator[list[Any]]:
    """Every public answer, with what was asked."""
    for specialty in calib.specialties():
        for group in calib.applicant_groups():
            for outcome in ("match", "interview"):
                asked = [specialty, group, outcome]
                at = {"outcome": outcome}
                for chance in CHANCES:
                    yield ["score_for", *asked, chance, calib.score_for(chance, *asked[:2], **at)]
                for scheme in ("guide", "chance"):
                    bands = calib.bands(*asked[:2], scheme=scheme, **at)
                    yield ["bands", *asked, scheme, bands]
                for score in SCORES:
                    chance = calib.probability(score, *asked[:2], **at)
                    yield ["probability", *asked, score, chance]
                    if score + 10 <= 300:
                        more = calib.gain(score, score + 10, *asked[:2], **at)
                        yield ["gain", *asked, score, more]
                    for scheme in ("guide", "chance"):
                        band = calib.band(score, *asked[:2], scheme=scheme, **at)
                        text = calib.explain(score, *asked[:2], scheme=scheme, **at)
                        yield ["band", *asked, score, scheme, band, text]
    for row in calib.table("curves"):
        key = {name: row[name] for name in ("outcome", "cycle", "denominator") if row[name]}
        key["needs_visa"] = row["needs_visa"] or None
        asked = [row["specialty"], row["applicant_group"]]
        yield ["keyed", *asked, key, calib.probability(250, *asked, **key)]
        yield ["keyed", *asked, key, calib.score_for(0.5, *asked, **key)]
    for guide in calib.guides():
        yield ["guide_audit", guide, calib.guide_audit(guide)]
    for name in TABLES:
        yield ["table", name, calib.table(name)]


def command(words: str) -> str:
    """What a command prints, with its exit code."""
    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        code = main(words.split())
    return f"$ calib {words}\n{out.getvalue()}{err.getvalue()}exit {code}\n"


def visible(page: str) -> str:
    """Words of a page, a line each: tags, styles, scripts and pictures left out."""
    body = re.sub(r"(?s)<(style|script|svg|head)\b.*?</\1>", " ", page)
    body = re.sub(r"(?s)<!--.*?-->", " ", body)
    words = html.unescape(re.sub(r"<[^>]+>", " ", body)).split()
    return "\n".join(words) + "\n"


def freeze(folder: Path, reports: Path | None) -> None:
    """Write everything into a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    lines = [json.dumps(plain(each), ensure_ascii=False, default=str) for each in answers()]
    text = "\n".join(lines) + "\n"
    (folder / "answers.jsonl").write_text(text, encoding="utf-8")
    print(len(lines), "answers", hashlib.sha256(text.encode()).hexdigest())
    asked = [line for line in COMMANDS.splitlines() if line]
    (folder / "commands.txt").write_text("\n".join(map(command, asked)), encoding="utf-8")
    for page in sorted(reports.rglob("*.html")) if reports else []:
        goal = folder / "pages" / page.relative_to(reports).with_suffix(".txt")
        goal.parent.mkdir(parents=True, exist_ok=True)
        goal.write_text(visible(page.read_text(encoding="utf-8")), encoding="utf-8")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--reports", type=Path)
    given = parser.parse_args()
    freeze(given.folder, given.reports)
