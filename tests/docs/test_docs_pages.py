"""What the pages print is what their examples print today, and what the edition holds."""

from __future__ import annotations

import csv
import json
import re
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import pytest

from recalib.contract.tables import LAYOUTS
from recalib.contract.vocabulary import DENOMINATORS, GROUPS, OUTCOMES, RESULTS, VISA
from recalib.sources.catalogue import RULES

Script = Callable[[str], ModuleType]
ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
RENEW = "run `make pages` and read what changed"

EXAMPLE = """Before.

```python
print(open("edition.json").read()[:1])
```

```text
old
```

```sh
not run
```

After.

```text
kept
```
"""


@pytest.mark.parametrize("name", ["index.md", "use.md", "files.md"])
def test_examples_print_what_the_page_shows(script: Script, name: str) -> None:
    page = (DOCS / name).read_text(encoding="utf-8")
    assert script("examples").renewed(page) == page, RENEW


def test_every_page_with_an_example_is_tested(script: Script) -> None:
    assert {page.name for page in script("examples").pages()} == {"index.md", "use.md", "files.md"}


def test_only_an_example_with_an_output_is_run(script: Script) -> None:
    assert script("examples").renewed(EXAMPLE) == EXAMPLE.replace("old", "{")


@pytest.mark.parametrize(
    ("language", "code"),
    [
        ("python", "raise SystemExit(1)\n"),
        ("python", "import warnings\nprint(1)\nwarnings.warn('old')\n"),
        ("python", "pass\n"),
        ("sh", "echo one\nfalse\necho two\n"),
        ("sh", "python -c 'print(1)' || true\n"),  # nothing but calib and the system's tools
    ],
)
def test_an_example_that_fails_warns_or_is_silent_is_an_error(
    script: Script, language: str, code: str
) -> None:
    with pytest.raises(RuntimeError, match="should print something"):
        script("examples").output_of(language, code)


def test_an_example_cannot_touch_the_edition(script: Script) -> None:
    before = (ROOT / "data" / "processed" / "curves.csv").read_bytes()
    script("examples").output_of("sh", "rm curves.csv; ls\n")
    assert (ROOT / "data" / "processed" / "curves.csv").read_bytes() == before


def test_the_read_off_of_a_band_is_the_edition(script: Script) -> None:
    page = (DOCS / "read-a-band.md").read_text(encoding="utf-8")
    assert script("read_a_band").page() == page, RENEW


def test_the_read_off_of_a_band_is_the_published_row() -> None:
    """Against the JSON form, which the script does not read numbers from."""
    table = json.loads((ROOT / "data" / "processed" / "band_table.json").read_text("utf-8"))
    newest = max(
        (
            curve
            for curve in table["curves"]
            if (curve["specialty"], curve["applicant_group"]) == ("general_surgery", "non_us_img")
            and (curve["outcome"], curve["needs_visa"]) == ("match", None)
            and curve["denominator"] == "ranked_first"
        ),
        key=lambda curve: curve["cycle"],
    )
    (band,) = (band for band in newest["bands"] if band["guide_label"] == "competitive")
    page = (DOCS / "read-a-band.md").read_text(encoding="utf-8")
    assert f"{band['score_min']} to {band['score_max']}: whole scores" in page
    ends = f"{band['boundary_low']:.1f} to {band['boundary_high']:.1f}"
    assert f"{band['boundary']:.1f}, 95 % interval {ends}." in page
    assert f"{100 * band['probability']:.1f} % (" in page


def test_the_read_off_tells_two_doubts_apart_and_counts_every_curve() -> None:
    """Against the tables themselves."""
    page = " ".join((DOCS / "read-a-band.md").read_text(encoding="utf-8").split())

    def rows(name: str) -> list[dict[str, str]]:
        with (ROOT / "data" / "processed" / name).open(encoding="utf-8", newline="") as file:
            return list(csv.DictReader(file))

    (at,) = (
        row
        for row in rows("guide_audit.csv")
        if (row["guide"], row["guide_scheme"], row["curve_group"], row["rank"])
        == ("general_surgery_img", "target", "non_us_img", "1")
    )
    assert at["score_min"] == "250"
    value, low, high, next_low, next_high = (
        f"{100 * float(at[name]):.1f} %"
        for name in ("probability_at_edge", "edge_low", "edge_high", "next_low", "next_high")
    )
    assert f"{value} of the people of {at['cycle']} matched by the curve" in page
    assert f"({low} to {high})" in page
    assert f"expect {next_low} to {next_high}:" in page
    counts = Counter(row["status"] for row in rows("curves.csv"))
    for status, count in counts.items():
        assert f"| `{status}` | {count} |" in page


def test_every_status_and_grade_is_explained() -> None:
    page = (DOCS / "read-a-band.md").read_text(encoding="utf-8")
    schema = json.loads((ROOT / "data" / "processed" / "band_table.schema.json").read_text("utf-8"))
    columns = schema["$defs"]["curve"]["properties"] | schema["$defs"]["band"]["properties"]
    firsts = set(re.findall(r"^\| `?(\w+)`?[^|]*\|", page, flags=re.MULTILINE))
    for column in ("status", "denominator", "grade"):
        values = {value for value in columns[column]["enum"] if value}
        assert values <= firsts, column


def test_the_makefile_renews_every_page_that_a_script_makes() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    (recipe,) = re.findall(r"^pages:.*\n((?:\t.*\n)+)", makefile, flags=re.MULTILINE)
    makers = {path.name for path in DOCS.glob("*.py")} - {
        "conf.py",
        "make_site.py",
        "whole_site.py",
        "site_address.py",
    }
    assert set(re.findall(r"docs/(\w+\.py)", recipe)) == makers


def test_the_columns_that_errors_point_to_are_those_that_are_read() -> None:
    page = (DOCS / "add-a-cycle.md").read_text(encoding="utf-8")

    def named(cell: str) -> tuple[str, ...]:
        return tuple(re.findall(r"`([^`]+)`", cell))

    rows = [line.strip("|").split("|") for line in page.splitlines() if line.startswith("| `")]
    cells = {named(first)[0]: rest for first, *rest in rows}
    for kind, layout in LAYOUTS.items():
        (told,) = (rest for name, rest in cells.items() if name.endswith(f"{kind}.csv"))
        assert [named(cell) for cell in told] == [layout.required, layout.optional]
    words = {"applicant_group": GROUPS, "outcome": OUTCOMES, "denominator": DENOMINATORS}
    words |= {"result": RESULTS, "needs_visa": VISA}
    for column, values in words.items():
        assert named(cells[column][0])[: len(values)] == values
    for rule in ("missing-column", "unknown-column", "repeated-column"):
        pages = re.findall(r"docs/[\w-]+\.md", RULES[rule].fix)
        assert pages
        assert all((ROOT / page).is_file() for page in pages)


def test_the_news_are_what_the_kept_editions_tell(script: Script) -> None:
    page = (DOCS / "editions.md").read_text(encoding="utf-8")
    assert page == script("news_page").page().rstrip() + "\n", RENEW
