"""The contract's data files agree with one another, and `calib` speaks their words."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from calib import frames, names
from recalib.contract import vocabulary
from recalib.contract.schema import contract_file, words
from recalib.contract.store import empty_table, read_table, write_tables
from recalib.contract.tables import CURVE_KEY, LAYOUTS, RUN_TABLES, TABLES
from recalib.problems import RecalibError
from recalib.sources import RULES
from recalib.sources.values import typed

SPECIFICATION = contract_file("tables.yml")
WORDS = contract_file("words.yml")


def entries() -> list[dict[str, object]]:
    """Every column that is described in tables.yml, by itself or shared."""
    groups = [SPECIFICATION[group] for group in ("published", "run", "raw")]
    tables = [table["columns"] for group in groups for table in group.values()]
    return [
        entry
        for columns in [SPECIFICATION["columns"], *tables]
        for entry in columns.values()
        if entry != "shared"
    ]


def test_every_list_of_words_is_used_and_has_no_word_twice() -> None:
    used = {"default_denominator", "outcome_of_denominator", "tiers", "trust_levels"}
    used |= {"correction_actions"}
    for entry in entries():
        lists = entry.get("words", [])
        used |= {lists} if isinstance(lists, str) else set(lists)
    assert used == set(WORDS)
    for name, listed in WORDS.items():
        assert len(set(listed)) == len(listed), name
        assert all(isinstance(word, str) for word in listed), name  # an unquoted yes is True


def test_kinds_are_those_that_somebody_reads() -> None:
    published = {column.kind for table in TABLES.values() for column in table.columns}
    assert published <= {"text", "int", "number", *SPECIFICATION["decimals"]}
    raw = {column.kind for table in LAYOUTS.values() for column in table.columns}
    words = {"text", "cycle", "specialty", "specialty_or_tier"}
    assert raw - words == set(SPECIFICATION["checks"])


def test_every_rule_of_a_raw_table_is_a_rule_of_the_check() -> None:
    rules = {column.rule for table in LAYOUTS.values() for column in table.columns} - {""}
    rules |= {rule for checks in SPECIFICATION["checks"].values() for rule in checks}
    assert rules <= set(RULES)
    for table in LAYOUTS.values():
        for column in table.columns:
            assert bool(column.rule) == bool(column.allowed), (table.name, column.name)


@pytest.mark.parametrize("kind", sorted(LAYOUTS))
def test_the_key_of_a_raw_table_is_among_its_columns(kind: str) -> None:
    frame = typed(pd.DataFrame(), kind)
    assert set(LAYOUTS[kind].key) <= set(frame.columns)
    for column in LAYOUTS[kind].columns:
        assert column.blank or not column.optional, "a column that may be missing may be blank"


def test_what_a_denominator_counts() -> None:
    assert set(vocabulary.OUTCOME_OF_DENOMINATOR) == set(vocabulary.DENOMINATORS)
    assert set(vocabulary.DEFAULT_DENOMINATOR) == set(vocabulary.OUTCOMES)
    for outcome, denominator in vocabulary.DEFAULT_DENOMINATOR.items():
        assert vocabulary.OUTCOME_OF_DENOMINATOR[denominator] == outcome


def test_curves_of_all_tables_have_one_key() -> None:
    for name in ("curves", "curve_notes"):
        assert TABLES[name].key == CURVE_KEY
    for name in ("band_table", "evidence"):
        assert TABLES[name].key[: len(CURVE_KEY)] == CURVE_KEY


def test_a_table_of_a_run_is_read_as_it_was_written(tmp_path: Path) -> None:
    key = dict.fromkeys(CURVE_KEY, "") | {"cycle": "2026", "specialty": "dermatology"}
    key |= {"applicant_group": "img", "outcome": "match", "denominator": "ranked_first"}
    frame = pd.DataFrame([key | {"score": 9, "density": 0.1}, key | {"score": 10, "density": 1e-8}])
    write_tables({"score_distributions": frame.iloc[::-1]}, tmp_path)
    again = read_table(tmp_path / "score_distributions.csv", "score_distributions")
    assert list(again["score"]) == [9, 10]
    assert list(again["density"]) == [0.1, 1e-8]
    assert list(again.columns) == list(empty_table("score_distributions").columns)
    assert not set(RUN_TABLES) & set(TABLES)
    with pytest.raises(RecalibError, match=r"score_distributions\.csv: column score has a missing"):
        write_tables({"score_distributions": frame.assign(score=None)}, tmp_path)


def test_calib_speaks_the_words_of_the_contract() -> None:
    # calib is stdlib only and may not read the workshop's files: it has a copy of what it needs.
    assert tuple(names.GROUPS) == words("applicant_groups")
    assert tuple(names.OUTCOMES) == words("outcomes")
    assert tuple(names.DENOMINATORS) == words("denominators")
    assert names.LABELS["guide"] == words("guide_labels")
    assert names.LABELS["chance"] == words("chance_labels")
    assert words("curve_statuses") == frames.CURVE_STATUS
