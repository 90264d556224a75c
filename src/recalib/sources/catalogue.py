"""Every check of the raw tables: in goes a rule's id and what was found, out comes a Problem.

The rules stand in one place so that the documentation can list them (`RULES`) and a test can ask
for each of them. A message is what was found followed by the rule's sentence.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import ParamSpec, TypeVar

from recalib.problems import Problem

_SOURCE = "Compare the row with the source and correct it."
_HEADER = (
    "Use the column names of docs/add-a-cycle.md (of a cohort: docs/cohorts.md), each once; their"
    " order is free."
)
_RESAVE = "Open the file where it was made and save it again as UTF-8 CSV."


_Given = ParamSpec("_Given")
_Result = TypeVar("_Result")


@dataclass(frozen=True)
class Rule:
    """One check.

    Parameters
    ----------
    id : str
        Identifier shown with every problem.
    sentence : str
        What must hold.
    fix : str
        What to do when it does not.
    """

    id: str
    sentence: str
    fix: str


def _catalogue(*rules: Rule) -> dict[str, Rule]:
    by_id = {rule.id: rule for rule in rules}
    assert len(by_id) == len(rules), "a rule id is used twice"
    return by_id


RULES: dict[str, Rule] = _catalogue(
    # the folder and its files
    Rule("raw-folder", "The raw tables are in one folder.", "Give the path of that folder."),
    Rule(
        "no-tables",
        "A raw folder holds at least one table published/<source>.quantiles.csv, .bins.csv or"
        " .totals.csv, or a cohort cohorts/<name>.csv, .csv.gz, .parquet or .arrow.",
        "Put a table there, named by its kind.",
    ),
    Rule(
        "missing-file",
        "specialties.csv and edition.yml belong to every raw folder.",
        "Copy the file from the project's data/raw and adapt it.",
    ),
    Rule(
        "file-kind",
        "Every file in a raw folder is read: tables are published/<source>[.<part>].quantiles.csv,"
        " .bins.csv or .totals.csv with published/<source>.yml; guides are guides/guide_bands.csv,"
        " guide_rules.csv and <guide>.yml; cohorts are cohorts/<name>.csv, .csv.gz, .parquet (a"
        " file or a folder of parts) or .arrow with cohorts/<name>.yml.",
        "Rename or move the file, or take it out of the folder.",
    ),
    Rule(
        "file-name",
        "A source or guide name is made of letters, digits, _ and -.",
        "Rename the file and the .yml beside it.",
    ),
    Rule(
        "file-unreadable",
        "Every file in a raw folder can be opened and read.",
        "Check that it is a file and that you may read it.",
    ),
    Rule("check-crashed", "A check ends with a verdict.", "Report this as a bug of the checks."),
    # the text of a file
    Rule(
        "file-empty",
        "Every file in a raw folder has content.",
        "Fill it, or take it out of the folder.",
    ),
    Rule("not-utf8", "Files are UTF-8 text.", _RESAVE),
    Rule("nul-byte", "A text file holds no NUL characters.", _RESAVE),
    Rule(
        "delimiter",
        "Columns are separated by commas.",
        "Save the table with a comma between columns and a point in decimals.",
    ),
    Rule(
        "csv-syntax",
        "A CSV file closes every quote that it opens.",
        "Look for a stray or missing double quote in or above this row.",
    ),
    Rule(
        "cohort-line-ends",
        "The lines of a cohort's CSV file end alike.",
        "Save the file anew from one program; files of Windows and others were joined perhaps.",
    ),
    Rule("no-rows", "A table has rows under its header.", "Add rows, or take the file out."),
    Rule(
        "ragged-row",
        "Every row has as many cells as the header.",
        'Look for a missing or extra comma; put text with a comma in it in "quotes".',
    ),
    Rule("empty-row", "A row says something.", "Delete the row of empty cells."),
    # the header
    Rule("missing-column", "Every column of this kind of table is there.", _HEADER),
    Rule("unknown-column", "Only columns of this kind of table are there.", _HEADER),
    Rule("repeated-column", "No column is there twice.", _HEADER),
    # single cells
    Rule(
        "blank-cell",
        "Only statistics, score bounds, notes and optional columns may be blank.",
        "Fill the cell, or leave the row out and say so in the notes of the provenance file.",
    ),
    Rule(
        "not-a-number",
        "Numbers are plain decimals such as 243 or 243.5, and blank where nothing is published.",
        "Write the plain number, or leave the cell blank.",
    ),
    Rule("count-negative", "A count is 0 or more.", _SOURCE),
    Rule("count-fraction", "A count is a whole number.", _SOURCE),
    Rule(
        "count-too-large",
        "A count in a published table is at most 1,000,000.",
        "Look for digits that ran together.",
    ),
    Rule("score-range", "A Step 2 CK score lies between 1 and 300.", _SOURCE),
    Rule(
        "score-fraction",
        "The bounds of a score bin are whole numbers.",
        "Write the lowest and the highest score that the bin includes.",
    ),
    Rule(
        "cycle-format",
        "A cycle is a match year such as 2026 or a span of years such as 2020-2024, from 1993 to"
        " 2099.",
        "Write the year of the match.",
    ),
    Rule(
        "unknown-specialty",
        "Every specialty is a label of specialties.csv.",
        "Correct the spelling, or add the label to specialties.csv if it means that specialty.",
    ),
    Rule(
        "unknown-group",
        "applicant_group is one of the names of docs/add-a-cycle.md.",
        "Use a name of the list.",
    ),
    Rule("unknown-outcome", "outcome is match or interview.", "Use one of the two."),
    Rule(
        "unknown-denominator",
        "denominator is one of the names of docs/add-a-cycle.md.",
        "Use a name of the list.",
    ),
    Rule("unknown-result", "result is matched or not_matched.", "Use one of the two."),
    Rule("unknown-visa", "needs_visa is yes, no or blank (everyone).", "Use one of the three."),
    # rows of published tables
    Rule(
        "denominator-outcome",
        "A match is counted among ranked_first or ranked_any_pgy1, an interview among"
        " applications.",
        "Correct the outcome or the denominator, or leave the denominator blank.",
    ),
    Rule(
        "quantiles-ordered",
        "Printed statistics rise: min <= q1 <= median <= q3 <= max.",
        "Compare the row with the source: two statistics may have changed places.",
    ),
    Rule("mean-range", "The mean lies between min and max.", _SOURCE),
    Rule(
        "sd-positive",
        "A standard deviation is above 0.",
        "Correct it, or leave the cell blank if the source prints none.",
    ),
    Rule(
        "sd-range",
        "A standard deviation is at most half the range of scores, times sqrt(n / (n - 1)).",
        "Compare min, max and sd with the source: a variance or a wrong column may stand there.",
    ),
    Rule(
        "statistics-need-people",
        "Score statistics describe people: none for n = 0, one value and no sd for n = 1.",
        "Correct n, or leave the statistics blank.",
    ),
    Rule("success-exceeds-total", "n_success is at most n_total.", _SOURCE),
    Rule(
        "bin-bounds-order",
        "The lower bound of a bin is at most its upper bound.",
        "Compare the bounds with the source: they may have changed places.",
    ),
    Rule(
        "bins-open-inside",
        "Only the lowest bin of a key may lack a lower bound and only the highest an upper one.",
        "Fill in the bound, or remove the bin that repeats these scores.",
    ),
    Rule(
        "bins-overlap",
        "The bins of one key do not overlap; both bounds belong to the bin.",
        "End each bin one point below the next.",
    ),
    Rule(
        "bins-hole",
        "The bins of one key leave no score out between the lowest and the highest bin.",
        "Add the missing bin (counts of 0 are allowed) or correct the bounds.",
    ),
    Rule(
        "people-in-bin",
        "n_applicants agrees with n_total: equal to it for match, at most it for interview, and 0"
        " only where it is 0.",
        _SOURCE,
    ),
    Rule(
        "dispersion-range",
        "dispersion lies between 1 and 1,000.",
        "Leave it blank where it is unknown; use 1 for plain binomial spread.",
    ),
    # several rows and tables
    Rule(
        "repeated-key",
        "A key occurs once, over all files of a kind and whatever label its specialty bears.",
        "Remove one of the rows, or correct its key.",
    ),
    Rule(
        "sample-exceeds-totals",
        "A totals row counts at least the people whom the other tables count for the same key.",
        "Compare both tables with their source: cycle, denominator or a count differs.",
    ),
    # provenance and other .yml files
    Rule(
        "missing-provenance",
        "Every table has its source's published/<source>.yml, every guide its guides/<guide>.yml"
        " and every cohort its cohorts/<name>.yml.",
        "Write that file; the ones in the project's data/raw show its keys.",
    ),
    Rule(
        "yml-syntax",
        "A .yml file is a plain YAML mapping, each key once, without references.",
        "Correct the YAML near this row; put text with a colon in it in quotes.",
    ),
    Rule("yml-missing-key", "All keys of this kind of file are there.", "Add the key."),
    Rule("yml-unknown-key", "Only keys of this kind of file are there.", "Rename or remove it."),
    Rule(
        "yml-value",
        "Each value is text that is not blank; notes is text or a list of texts and may be empty;"
        " anchors is a list.",
        "Fill in the value.",
    ),
    Rule(
        "trust-level",
        "A level of trust is written high, good, fair or shape_only, followed by the reason.",
        "Begin the text with one of these words, or with another word that resembles none.",
    ),
    Rule(
        "anchor-form",
        "An anchor names table, statistic and value, and picks the rows of its table by columns"
        " or by summary (sum, pooled, mean, highest with at, lowest with at).",
        "Write it like the anchors in the project's data/raw.",
    ),
    Rule(
        "anchor-value",
        "The tables reproduce every anchor as printed, save for a known_difference that has a"
        " reason.",
        "Compare the table with the source; correct whichever was mistyped.",
    ),
    Rule(
        "edition-form",
        'An edition is a short name such as "2026.1": letters, digits, point, _ and -.',
        "Correct the value.",
    ),
    # cohorts: files with a row per person, whose values no message repeats
    Rule(
        "cohort-identifying",
        "A cohort holds nothing that could identify a person.",
        "Make a new file with the columns of docs/cohorts.md only, and keep the original"
        " elsewhere.",
    ),
    Rule(
        "cohort-repeated",
        "A cohort is one file or one folder of parts.",
        "Keep one of them, or give each a name and a .yml of its own.",
    ),
    Rule(
        "cohort-parts",
        "A folder of parts holds Parquet files with the same columns and types, and no folders.",
        "Write all parts from one table.",
    ),
    Rule(
        "cohort-damaged",
        "A cohort file is whole and of the kind that its name says.",
        "Copy or export it again.",
    ),
    Rule(
        "cohort-changed",
        "A cohort file stays as it is while it is read.",
        "Wait until whatever writes it is done, then start again.",
    ),
    Rule(
        "cohort-memory",
        "A cohort is counted in bounded memory and nothing of it is written to disk.",
        "Look for a column whose values hardly ever repeat; round years and months, or leave such"
        " a column out.",
    ),
    Rule(
        "cohort-blank",
        "cycle, specialty, applicant_group and step2_ck are filled in every row.",
        "Fill the cell, or leave the row out and say so in the notes of the .yml.",
    ),
    Rule(
        "cohort-number",
        "Scores, counts, years and months in a cohort are whole numbers.",
        "Write the plain whole number; leave the cell blank where it is unknown.",
    ),
    Rule(
        "cohort-range",
        "n_applications and n_interviews are at most 10,000, step1_failures at most 20,"
        " years_since_graduation at most 80 and us_clinical_months at most 600.",
        "Look for another column's values, an identifier or digits that ran together.",
    ),
    Rule(
        "cohort-interviews",
        "n_interviews is at most n_applications.",
        "Compare the rows with their source: the two may have changed places.",
    ),
    Rule("cohort-matched", "matched is 1, 0 or blank (unknown).", "Use one of the three."),
    Rule("cohort-visa", "needs_visa is yes, no or blank (unknown).", "Use one of the three."),
    Rule(
        "cohort-no-results",
        "Some row of a cohort has matched, or n_applications above 0 with n_interviews.",
        "Fill one of them in; without a result there is nothing to fit.",
    ),
    Rule("cohort-flag", "synthetic is true or false.", "Write synthetic: true or leave it out."),
    # specialties.csv
    Rule(
        "specialty-name",
        "A canonical specialty name is snake_case, such as general_surgery.",
        "Write it in small letters with _ between words.",
    ),
    Rule(
        "specialty-ambiguous",
        "A name, label or alias belongs to one specialty only.",
        "Remove it from one of the two.",
    ),
    Rule(
        "specialty-stands-alone",
        "Primary, preliminary and transitional tracks are specialties of their own, never aliases"
        " of another.",
        "Give the track a row of its own.",
    ),
    Rule(
        "unknown-tier",
        "A tier is highly_competitive, moderately_competitive, broad_access or blank.",
        "Use a name of the list.",
    ),
    # guides
    Rule("guide-rank", "A rank is a whole number from 1 (highest).", _SOURCE),
    Rule(
        "guide-bounds",
        "A guide's band has at least one bound and a rule at least one value, the lower one not"
        " above the upper one.",
        "Compare the row with the guide.",
    ),
    Rule(
        "guide-edge",
        "edge is top, middle, bottom or blank; a row with an edge has a score_min.",
        "Correct the edge or fill in score_min.",
    ),
    Rule(
        "guide-edges-ordered",
        "Within one scheme the edges occur once each and fall: top > middle > bottom.",
        "Compare the rows with the guide.",
    ),
    Rule(
        "guide-anchors",
        "Anchor probabilities lie between 0 and 1 and fall: top > middle > bottom.",
        "Recompute the anchors, or remove the file to have them computed.",
    ),
    # after the checks
    Rule(
        "cycle-empty",
        "Some row belongs to the chosen match year or an earlier one.",
        "Choose a later cycle.",
    ),
)


@dataclass
class Findings:
    """What the checks have found so far."""

    problems: list[Problem] = field(default_factory=list)

    def add(
        self,
        rule: str,
        file: str,
        found: str,
        *,
        row: int | None = None,
        column: str | None = None,
        fix: str | None = None,
    ) -> None:
        """Note one problem.

        Parameters
        ----------
        rule : str
            Id of a rule of `RULES`.
        file : str
            Path relative to the raw folder.
        found : str
            What was found there: a sentence.
        row, column : int, str, optional
            Line of the file as an editor counts it, and name of the column.
        fix : str, optional
            A fix that knows more than the rule's own.
        """
        known = RULES[rule]
        self.problems.append(
            Problem(file, row, column, rule, f"{found} {known.sentence}", fix or known.fix)
        )

    def guard(
        self,
        file: str,
        otherwise: _Result,
        check: Callable[_Given, _Result],
        *args: _Given.args,
        **kwargs: _Given.kwargs,
    ) -> _Result:
        """Run a check; where the check itself crashes, note that and let the others go on.

        Parameters
        ----------
        file : str
            The file that is checked.
        otherwise : object
            The result where the check crashes.
        check : callable
            What to run, with its arguments.

        Returns
        -------
        object
            The check's result, or `otherwise`.
        """
        try:
            return check(*args, **kwargs)
        except Exception as error:
            reason = " ".join(f"{type(error).__name__}: {error}".split())
            self.add("check-crashed", file, f"A check stopped with {reason}.")
            return otherwise
