"""Tests that hold for any edition: what is claimed is in the table, and nothing else is claimed."""

from __future__ import annotations

import contextlib
import io
import tempfile
import unittest
from pathlib import Path

import calib
from advisor import CAVEAT, advise
from advisor.__main__ import main


def newest(status: str) -> tuple[str, str]:
    """A specialty and a group that `calib` answers with this status."""
    for specialty in calib.specialties():
        for group in ("non_us_img", "us_img", "us_md_senior", "us_do_senior", "img"):
            if calib.probability(245, specialty, group).status == status:
                return specialty, group
    raise unittest.SkipTest(f"no curve of this edition is {status}")


class Advise(unittest.TestCase):
    def test_a_number_carries_what_qualifies_it(self) -> None:
        specialty, group = newest("ok")
        wanted = calib.probability(245, specialty, group)
        said = advise(245, specialty, group)
        self.assertTrue(said.startswith(f"{wanted.value:.0%} of those who ranked it matched"), said)
        for part in (
            f"next cycle {wanted.next_low:.0%} to {wanted.next_high:.0%}",
            f"95 % interval {wanted.low:.0%} to {wanted.high:.0%}",
            f"grade {wanted.grade}",
            f"{wanted.n} people, {wanted.denominator}",
            f"match {wanted.cycle}, edition {calib.EDITION}",
            *wanted.sources,
        ):
            self.assertIn(part, said)

    def test_no_number_where_the_table_claims_no_edge(self) -> None:
        for status in ("flat", "weak", "borrowed", "no_evidence"):
            with self.subTest(status):
                said = advise(245, *newest(status))
                self.assertTrue(said.startswith("no number: "), said)
                self.assertIn(f"status {status}", said)
                self.assertFalse(any(letter.isdigit() for letter in said), said)

    def test_no_number_outside_the_fitted_scores(self) -> None:
        said = advise(1, *newest("ok"))
        self.assertEqual(said, "no number: the table has hardly anybody with such a score")

    def test_a_wrong_name_is_an_error(self) -> None:
        with self.assertRaises(calib.UnknownNameError):
            advise(245, "general_surgry", "non_us_img")


class Command(unittest.TestCase):
    def run_on(self, text: str | bytes) -> tuple[int, str, str]:
        out, err = io.StringIO(), io.StringIO()
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder, "scores.csv")
            path.write_bytes(text if isinstance(text, bytes) else text.encode())
            with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
                code = main([str(path)])
        # The folder's random name may hold any digits.
        return code, out.getvalue(), err.getvalue().replace(folder, "")

    def test_a_line_each_and_the_caveat(self) -> None:
        specialty, group = newest("ok")
        head = "reference,step2_ck,specialty,applicant_group,note\n"
        rows = f"a,245,{specialty},{group},x\nb,250.5,{specialty.replace('_', ' ')},{group},\n"
        code, out, err = self.run_on(head + rows)
        first, second, last = out.splitlines()
        self.assertEqual((code, err, last), (0, "", CAVEAT))
        self.assertEqual(first, f"a: {advise(245, specialty, group)}")
        self.assertEqual(second, f"b: {advise(250.5, specialty, group)}")

    def test_what_cannot_be_used_is_told_without_a_value(self) -> None:
        head = "reference,step2_ck,specialty,applicant_group\n"
        for text, words in (
            ("reference,step2_ck\na,245\n", "the columns specialty, applicant_group are missing"),
            ("", "the columns reference"),
            (
                head + "a,245,general_surgery,non_us_img\nb,677,general_surgery,img\n",
                "line 3, column",
            ),
            (
                head + "a,67x7,general_surgery,non_us_img\n",
                "line 2, column step2_ck: write a number",
            ),
            (
                head + "a,nan,general_surgery,non_us_img\n",
                "line 2, column step2_ck: write a number",
            ),
            (head + "a,,general_surgery,non_us_img\n", "line 2, column step2_ck: write a number"),
            (head + "a,245,general_surgry,non_us_img\n", "line 2: Unknown specialty"),
            (head + "a,245,general_surgery\n", "line 2: "),
            (head.encode() + b"\xff\xfe", "cannot be read as CSV in UTF-8"),
        ):
            with self.subTest(text):
                code, out, err = self.run_on(text)
                self.assertEqual((code, out), (2, ""))
                self.assertIn(words, err)
                self.assertNotIn("67", err)

    def test_a_missing_file_is_told(self) -> None:
        err = io.StringIO()
        with contextlib.redirect_stderr(err):
            self.assertEqual(main(["gone.csv"]), 2)
        self.assertIn("gone.csv cannot be read", err.getvalue())


if __name__ == "__main__":
    unittest.main()
