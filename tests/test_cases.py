"""Cases from the field, and the tests that hold them: what met somebody once meets nobody again."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

TESTS = Path(__file__).parent
#: What happened, and where it is held: files of tests, with names of tests.
CASES = {
    "S01: bins of nearly the same people as two printed means": {
        "likelihood/test_likelihood_joined.py": ["test_nearly_the_same_people_are_one_sample"]
    },
    "W01: scores that went round in eight bits": {
        "cohorts/test_cohorts_rules.py": ["test_scores_that_went_round_in_eight_bits"]
    },
    "Y01: an unquoted value cut off at ' #'": {
        "sources/test_sources_rules.py": ["test_an_edit_breaks_its_rule", "test_an_edit_is_allowed"]
    },
    "F01: a folder in a lower layer cannot be renamed": {
        "publish/test_publish_odd_disks.py": [
            "test_a_folder_that_cannot_be_renamed_gets_its_files_one_by_one",
            "test_a_repository_in_the_lower_layer_of_an_overlay",
        ]
    },
    "F03: a file system without locks": {
        "publish/test_publish_odd_disks.py": ["test_a_disk_without_locks_is_told_and_no_other_run"]
    },
    "F04: no fsync of folders, no modes": {
        "publish/test_publish_odd_disks.py": [
            "test_a_disk_that_knows_no_modes_and_forces_no_folders_is_written"
        ]
    },
    "F05: an error while several folders are swapped": {
        "publish/test_publish_odd_disks.py": [
            "test_where_one_of_several_goals_fails_all_are_as_they_were",
            "test_what_can_be_neither_published_nor_taken_back_is_completed_by_the_next_start",
        ]
    },
    "P01: modules of the user's in the working folder": {
        "run/test_run_job.py": [
            "test_paths_hold_anything_and_files_of_the_user_are_never_imported"
        ],
        "test_cli_surroundings.py": ["test_files_of_the_working_folder_are_not_imported"],
    },
    "P02: braces in paths": {
        "run/test_run_job.py": ["test_paths_hold_anything_and_files_of_the_user_are_never_imported"]
    },
    "P03: names beyond ASCII under another locale": {
        "test_cli_surroundings.py": ["test_names_beyond_ascii_under_another_locale"]
    },
    "M01: pip told to install for the user": {
        "test_environment.py": ["test_packages_go_into_the_environment_whatever_pip_is_told"]
    },
    "T01: closed standard streams": {
        "test_cli_surroundings.py": [
            "test_closed_streams_leave_no_traceback_and_the_same_code",
            "test_a_run_with_closed_streams_writes_into_no_file_of_its_own",
            "test_progress_without_a_standard_error",
        ],
        "calib/test_calib_commands.py": ["test_closed_streams_give_no_traceback"],
    },
    "E01: few files may be open": {
        "run/test_run_job.py": ["test_a_run_that_may_open_few_files_says_so_before_any_notebook"],
        "test_cli_surroundings.py": ["test_the_limit_of_open_files_is_raised_where_it_may_be"],
    },
    "U01: odd spaces, and characters that cannot be seen": {
        "sources/test_sources_rules.py": [
            "test_the_values_of_odd_spaces_and_years_are_those_of_plain_ones"
        ],
        "cohorts/test_cohorts_rules.py": ["test_any_white_space_is_a_space_and_a_float_a_year"],
    },
    "U03: packed files under the name .csv": {
        "sources/test_sources_rules.py": ["test_a_file_breaks_its_rule"]
    },
    "U04: a cycle 2026.0": {
        "sources/test_sources_rules.py": [
            "test_the_values_of_odd_spaces_and_years_are_those_of_plain_ones"
        ],
        "cohorts/test_cohorts_rules.py": ["test_any_white_space_is_a_space_and_a_float_a_year"],
    },
    "N02: scalars of NumPy and pandas": {
        "calib/test_calib_lookup.py": [
            "test_any_real_number_is_a_score",
            "test_a_cycle_is_a_year_however_a_program_keeps_it",
            "test_a_visa_is_a_boolean_of_any_library",
        ],
        "calib/test_calib_hostile.py": ["test_hostile_objects"],
    },
    "K01: a container's quota of processors and memory": {
        "run/test_run_capacity.py": [
            "test_quotas_of_a_container_limit_the_jobs",
            "test_a_small_machine_runs_fewer_notebooks_than_it_has_cores",
        ]
    },
}


@pytest.mark.parametrize("case", CASES)
def test_a_case_is_held(case: str) -> None:
    for name, tests in CASES[case].items():
        tree = ast.parse((TESTS / name).read_text(encoding="utf-8"))
        there = {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}
        assert tests
        assert set(tests) <= there, name
