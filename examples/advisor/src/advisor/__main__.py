"""A CSV of scores comes in; a line for each and the caveat go out, or what is wrong with it."""

from __future__ import annotations

import argparse
import csv
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path

import calib
from advisor import CAVEAT, advise

COLUMNS = ("reference", "step2_ck", "specialty", "applicant_group")


def lines(file: Iterable[str]) -> list[str]:
    """Return what to print about each row of a CSV.

    Parameters
    ----------
    file : iterable of str
        Lines of CSV with a header that has at least the columns of `COLUMNS`.

    Returns
    -------
    list of str
        In the order of the rows.

    Raises
    ------
    ValueError
        If a column is missing or a row cannot be used: its line and column, not its value.
    """
    reader = csv.DictReader(file)
    missing = [name for name in COLUMNS if name not in (reader.fieldnames or ())]
    if missing:
        raise ValueError(f"the columns {', '.join(missing)} are missing")
    found = []
    for row in reader:
        try:
            said = advise(float(row["step2_ck"]), row["specialty"], row["applicant_group"])
        except calib.UnknownNameError as error:
            raise ValueError(f"line {reader.line_num}: {error}") from None
        except (TypeError, ValueError):
            place = f"line {reader.line_num}, column step2_ck"
            raise ValueError(f"{place}: write a number from 1 to 300") from None
        found.append(f"{row['reference']}: {said}")
    return found


def main(words: Sequence[str] | None = None) -> int:
    """Print what the table says about the scores of a file; 0 done, 2 the file cannot be used."""
    parser = argparse.ArgumentParser(prog="advisor", description=CAVEAT)
    parser.add_argument("scores", help=f"CSV with the columns {', '.join(COLUMNS)}")
    path = Path(parser.parse_args(words).scores)
    try:
        with path.open(encoding="utf-8", newline="") as file:
            said = lines(file)
    except (OSError, UnicodeDecodeError, csv.Error):
        return _refuse(f"{path} cannot be read as CSV in UTF-8")
    except ValueError as error:
        return _refuse(f"{path}, {error}")
    print(*said, CAVEAT, sep="\n")
    return 0


def _refuse(why: str) -> int:
    print(f"advisor: {why}.", file=sys.stderr)
    return 2


if __name__ == "__main__":
    sys.exit(main())
