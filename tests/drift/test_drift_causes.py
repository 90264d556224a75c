from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest

from edition_samples import CURVE as ROW
from edition_samples import FACT
from recalib import drift
from recalib.drift import causes
from recalib.drift.causes import with_causes
from recalib.publish import opened

Folder = Callable[..., Path]
Frames = dict[str, pd.DataFrame]


def setting(evidence: list[dict[str, object]], **curve: object) -> Callable[[Frames], None]:
    def change(frames: Frames) -> None:
        frames["evidence"] = pd.DataFrame(evidence)
        frames["curves"] = frames["curves"].assign(**curve)

    return change


def explained(
    edition_folder: Folder, evidence: list[dict[str, object]], **curve: object
) -> tuple[str, str]:
    """Cause and rows of the status that changes beside this evidence."""
    old = edition_folder("old", setting([FACT], **curve))
    new = edition_folder("new", setting(evidence, status="weak", **curve))
    tables = opened(old).tables(), opened(new).tables()
    changes = with_causes(drift.compare(*tables), *tables)
    (row,) = changes[changes["kind"] == "status_changed"].to_dict("records")
    return str(row["cause"]), str(row["rows"])


MEAN = FACT | {"statistic": "mean", "row": 3}
ELSEWHERE = {"specialty": "pathology", "file": "published/two.quantiles.csv", "source": "two"}


def test_own_rows_that_changed_are_named(edition_folder: Folder) -> None:
    changed = FACT | {"value": 254.0}
    told = explained(edition_folder, [changed, MEAN])
    assert told == (
        causes.OWN,
        "published/one.quantiles.csv row 2 (changed); published/one.quantiles.csv row 3 (new)",
    )


def test_a_row_that_only_moved_within_its_file_explains_nothing(edition_folder: Folder) -> None:
    moved = FACT | {"row": 9, "fitted": 250.0, "z": 1.5}
    assert explained(edition_folder, [moved]) == (causes.METHOD, "")


def test_a_new_cycle_in_the_pool_is_told_apart(edition_folder: Folder) -> None:
    joined = FACT | ELSEWHERE | {"cycle": "2027", "row": 4}
    assert explained(edition_folder, [FACT, joined]) == (
        causes.NEW_CYCLE,
        "2027: published/two.quantiles.csv row 4 (new)",
    )


def test_the_specialtys_own_new_cycle_is_the_pools_to_an_old_curve(edition_folder: Folder) -> None:
    joined = FACT | {"cycle": "2027", "row": 4, "file": "published/n.quantiles.csv", "source": "n"}
    cause, rows = explained(edition_folder, [FACT, joined])
    assert cause == causes.NEW_CYCLE
    assert rows.startswith("2027: published/n.quantiles.csv")


def test_other_rows_of_the_pool_are_told(edition_folder: Folder) -> None:
    joined = FACT | ELSEWHERE | {"row": 4}
    assert explained(edition_folder, [FACT, joined])[0] == causes.POOL


@pytest.mark.parametrize(
    "other",
    [
        {"applicant_group": "us_img"},
        {"kind": "means"},
        {"outcome": "interview", "denominator": "applications"},
    ],
)
def test_rows_that_no_slope_of_the_pool_rests_on_explain_nothing(
    edition_folder: Folder, other: dict[str, object]
) -> None:
    joined = FACT | ELSEWHERE | other
    assert explained(edition_folder, [FACT, joined]) == (causes.OTHERS, "")


def test_a_cohorts_rows_are_not_published(edition_folder: Folder) -> None:
    cause, rows = explained(edition_folder, [FACT], sources="cohort:dean")
    assert cause == causes.COHORT
    assert "not published" in rows


def test_a_fact_that_is_gone_is_named_where_it_stood(edition_folder: Folder) -> None:
    old = edition_folder("old", setting([FACT, MEAN]))
    new = edition_folder("new", setting([FACT]))
    facts = drift.changed_facts(opened(old).tables(), opened(new).tables())
    assert facts[["change", "file", "row"]].to_dict("records") == [
        {"change": "gone", "file": "published/one.quantiles.csv", "row": 3}
    ]


def test_released_figures_that_changed_or_went_are_drift(edition_folder: Folder) -> None:
    old = opened(edition_folder("old", setting([FACT, MEAN]))).tables()
    new = opened(edition_folder("new", setting([FACT | {"value": FACT["value"] + 1}]))).tables()
    changes = with_causes(drift.compare(old, new), old, new).set_index("kind")
    told = changes.loc["figure_changed"]
    assert float(told["new"].split(" of ")[0]) == float(told["old"].split(" of ")[0]) + 1
    assert f"published/one.quantiles.csv row {FACT['row']} (changed)" in told["rows"]
    assert changes.loc["figure_gone", "key"].endswith(f"{MEAN['statistic']}/-/-/{MEAN['source']}")


@pytest.mark.parametrize(
    ("table", "key", "curve"),
    [
        (
            "curves",
            "2026/a/us_img/-/match/ranked_first",
            ("2026", "a", "us_img", "-", "match", "ranked_first"),
        ),
        (
            "band_table",
            "2026/a/us_img/yes/match/ranked_first/2",
            ("2026", "a", "us_img", "yes", "match", "ranked_first"),
        ),
        (
            "guide_audit",
            "g/target/a/img/us_img/ranked_first/1",
            ("-", "a", "us_img", "-", "match", "ranked_first"),
        ),
        (
            "adjustments",
            "2024/a/img/interview/applications/needs_visa/yes",
            ("2024", "a", "img", "-", "interview", "applications"),
        ),
    ],
)
def test_the_key_of_a_drift_tells_its_curve(table: str, key: str, curve: tuple[str, ...]) -> None:
    assert causes.curve_of(table, key) == curve


def test_a_printed_edge_is_the_guides(edition_folder: Folder) -> None:
    def moved(frames: Frames) -> None:
        frames["guide_audit"] = frames["guide_audit"].assign(score_min=245)

    tables = opened(edition_folder("old")).tables(), opened(edition_folder("new", moved)).tables()
    (row,) = with_causes(drift.compare(*tables), *tables).to_dict("records")
    assert (row["cause"], row["rows"]) == (causes.GUIDE, "guides/guide_bands.csv")
    assert ROW["specialty"] == "general_surgery"
