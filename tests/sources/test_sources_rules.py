"""Every rule of the catalogue fires, at the right place."""

import bz2
import gzip
import io
import os
import zipfile

import pandas as pd
import pytest
from test_sources_unlikely import SLIPS

from recalib.raw import check_raw, read_raw
from recalib.sources import RULES
from recalib.sources.questions import summed

Q = "published/tiny.step2ck.quantiles.csv"
T = "published/tiny.totals.csv"
B = "published/crowd.interviews.bins.csv"
M = "published/older.means.csv"
P = "published/curve.probabilities.csv"
F = "published/fixed.means.csv"
C = "corrections/fixed.yml"
Y = "published/tiny.yml"
R = "guides/readings.yml"
GB = "guides/guide_bands.csv"
GR = "guides/guide_rules.csv"
SP = "specialties.csv"
DERM = "2026,Dermatology,non_us_img,match,not_matched,19,232,237,253,261,275,250.5,14"
MATCHED = "2026,Surgery-General,non_us_img,match,matched,102,216,244,256,264,275,253,13"
BIN = "non_us_img,,interview,240,249,15,40,2348,3.9"

# rule, file, what is replaced, by what, row, column, a piece of the message
EDITS = [
    ("delimiter", SP, "specialty,label,tier,aliases", "specialty;label;tier", 1, None, "semicolon"),
    ("csv-syntax", GB, '"printed, about"', '"printed, about', 3, None, "split"),
    ("ragged-row", T, "5,30", "5,30,", 3, None, "8 cells and the header 7"),
    ("empty-row", T, "2026,Derm", ",,,,,,\n2026,Derm", 3, None, "blank"),
    ("missing-column", Q, ",mean,", ",average,", 1, "mean", '"mean" is missing'),
    ("unknown-column", Q, ",median,", ",medain,", 1, "medain", 'nearest known is "median"'),
    ("repeated-column", Q, ",q1,", ",q3,", 1, "q3", "twice"),
    ("blank-cell", T, ",30", ",", 3, "n_total", "n_total is blank"),
    ("blank-cell", Q, "2024,Dermatology", "2024,", 6, "specialty", "specialty is blank"),
    ("not-a-number", Q, ",102,", ',"1,102",', 2, "n", '"1,102"'),
    ("not-a-number", Q, ",258,", ",NA,", 6, "median", '"NA"'),
    ("not-a-number", Q, ",258,", ",nan,", 6, "median", '"nan"'),
    ("not-a-number", Q, ",258,", ",None,", 6, "median", '"None"'),
    ("not-a-number", Q, ",258,", ",inf,", 6, "median", '"inf"'),
    ("not-a-number", Q, ",258,", ",2.58e2,", 6, "median", '"2.58e2"'),
    ("not-a-number", Q, ",258,", ",+258,", 6, "median", '"+258"'),
    ("not-a-number", Q, ",258,", ",２５８,", 6, "median", '"２５８"'),
    ("not-a-number", Q, ",258,", ",2_58,", 6, "median", '"2_58"'),
    ("count-negative", T, "5,30", "-5,30", 3, "n_success", "n_success is -5"),
    ("count-fraction", T, "5,30", "5,30.5", 3, "n_total", "n_total is 30.5"),
    ("count-too-large", T, "5,30", "5,30000000", 3, "n_total", "n_total is 30000000"),
    ("count-too-large", T, "5,30", "5," + "9" * 400, 3, "n_total", "n_total is inf"),
    ("score-range", Q, ",258,", ",2580,", 6, "median", "median is 2580"),
    ("score-range", Q, ",258,", ",0,", 6, "median", "median is 0"),
    ("score-range", GB, "251,", "301,", 5, "score_min", "score_min is 301"),
    ("score-scale", Q, ",102,216,244,256,264,275,253", ",102,,,1,,,", 2, "median", "median 1"),
    ("score-scale", Q, ",250.5,", ",25.5,", 5, "mean", "mean is 25.5"),
    ("score-scale", M, ",247", ",47", 3, "mean", "mean is 47"),
    ("unseen-character", Q, ",258,", ",258\u200b,", 6, "median", '"258" holds ZERO WIDTH SPACE (U'),
    ("unseen-character", Q, "2024,Derm", "2024,Der\u00adm", 6, "specialty", "SOFT HYPHEN (U+00AD)"),
    (
        "unseen-character",
        T,
        "n_total\n",
        "n_total\ufeff\n",
        1,
        "n_total",
        "SPACE (U+FEFF)",
    ),
    ("unseen-character", GB, ",high,", ",high\u2060,", 2, "label", '"high" holds WORD JOINER'),
    ("unseen-character", SP, "|Surgery (", "|\u202eSurgery (", 2, "aliases", "RIGHT-TO-LEFT"),
    ("unseen-character", Y, "rights: none", "rights\u200b: none", 5, None, "ZERO WIDTH SPACE"),
    ("unseen-character", C, "Surgery-General", "Surgery-\u200dGeneral", 12, None, "JOINER"),
    ("cycle-format", Q, "2024,D", "2020\u20132024,D", 6, "cycle", "It holds EN DASH (U+2013)."),
    ("cycle-format", Q, "2024,D", "2024.5,D", 6, "cycle", '"2024.5"'),
    ("cycle-format", Q, "2024,D", "1492.0,D", 6, "cycle", '"1492.0"'),
    ("not-a-number", T, ",30", ",\u221230", 3, "n_total", "It holds MINUS SIGN (U+2212)."),
    ("unknown-group", Q, "us_md_senior", "us_md_seni\u043er", 6, None, "CYRILLIC SMALL LETTER O"),
    ("unknown-specialty", Q, "2024,Derm", "2024,D\u0435rm", 6, None, "CYRILLIC SMALL LETTER IE"),
    ("yml-syntax", Y, "rights: none", "rights:\u00a0none", None, None, "There is NO-BREAK SPACE"),
    ("yml-cut", Y, "rights: none", "rights: Table #3 of none", 5, None, 'reads only "Table" here'),
    ("yml-cut", Y, "rights: none", "rights: Table # 3", 5, None, '"# 3" is a comment'),
    ("yml-cut", Y, "rights: none", "rights: #3", 5, None, "YAML reads nothing here"),
    ("yml-cut", Y, "rights: none", "rights: &Sons Limited", 5, None, "&Sons names a value"),
    ("yml-cut", Y, "rights: none", "rights: !none of all", 5, None, "tells a type"),
    ("yml-cut", C, "reason: few people", "reason: few #1", 15, None, 'only "few"'),
    ("score-fraction", B, ",239,11", ",239.5,11", 2, "score_max", "score_max is 239.5"),
    ("cycle-format", Q, "2024,D", "24,D", 6, "cycle", '"24"'),
    ("cycle-format", Q, "2024,D", "1492,D", 6, "cycle", '"1492"'),
    ("cycle-format", Q, "2024,D", "2024-2020,D", 6, "cycle", '"2024-2020"'),
    ("cycle-format", Q, "2024,D", "2024-2024,D", 6, "cycle", '"2024-2024"'),
    ("cycle-format", Q, "2024,D", "2023-24,D", 6, "cycle", '"2023-24"'),
    ("unknown-specialty", Q, "2024,Derm", "2024,Drem", 6, "specialty", '"Dermatology" (dermat'),
    ("unknown-specialty", GB, "tier:highly_", "tier:hihgly_", 5, "specialty", "tier:highly_comp"),
    ("unknown-group", Q, "us_md_senior", "us_md_seniors", 6, "applicant_group", '"us_md_senior"'),
    ("unknown-outcome", B, "interview,,239", "interveiw,,239", 2, "outcome", '"interview"'),
    ("unknown-denominator", T, "first,5", "frist,5", 3, "denominator", '"ranked_first"'),
    ("unknown-result", Q, "matched,314", "mached,314", 6, "result", '"matched"'),
    ("unknown-visa", B, ",yes,", ",y,", 5, "needs_visa", "Known are yes, no"),
    ("denominator-outcome", T, "ranked_first,5", "applications,5", 3, "denominator", "match and"),
    ("quantiles-ordered", Q, ",244,", ",257,", 2, "q1", "q1 is 257 and median is 256"),
    ("quantiles-ordered", Q, ",216,244,256,264,275", ",276,,,,275", 2, "min", "max is 275"),
    ("mean-range", Q, ",250.5,", ",231.5,", 5, "mean", "The mean is 231.5, min is 232"),
    ("sd-positive", Q, ",253,13", ",253,0", 2, "sd", "sd is 0"),
    ("sd-positive", Q, ",253,13", ",253,-13", 2, "sd", "sd is -13"),
    ("sd-range", Q, ",253,13", ",253,169", 2, "sd", "span 59 points"),
    ("statistics-need-people", Q, ",314,", ",0,", 6, "median", "n is 0 and median is given"),
    ("statistics-need-people", Q, ",314,,,258,,,,", ",1,,,258,,,,9", 6, "sd", "n is 1"),
    ("statistics-need-people", Q, ",314,,,258,,,,", ",1,,,258,,260,,", 6, "median", "differ"),
    ("success-exceeds-total", T, "5,30", "31,30", 3, "n_success", "31 and n_total 30"),
    ("success-exceeds-total", B, "40,2348", "2349,2348", 3, "n_success", "2349"),
    ("bin-bounds-order", B, BIN, BIN.replace("240,249", "249,240"), 3, "score_min", "249"),
    ("bins-open-inside", B, ",240,249,", ",240,,", 3, "score_max", "240 and above"),
    ("bins-open-inside", B, ",240,249,", ",,249,", 3, "score_min", "up to 249"),
    ("bins-overlap", B, ",240,249,", ",239,249,", 3, "score_min", "up to 239"),
    ("bins-hole", B, ",240,249,", ",242,249,", 3, "score_min", "This bin is 242-249"),
    ("people-in-bin", B, ",15,40,", ",2349,40,", 3, "n_applicants", "n_applicants 2349"),
    ("people-in-bin", B, ",249,,0,0", ",249,3,0,0", 6, "n_applicants", "n_total 0"),
    ("dispersion-range", B, "2348,3.9", "2348,0.9", 3, "dispersion", "dispersion is 0.9"),
    ("dispersion-range", B, "2348,3.9", "2348,3900", 3, "dispersion", "dispersion is 3900"),
    ("repeated-key", Q, DERM, f"{DERM}\n{DERM}", 6, None, f"{Q}, row 5"),
    ("repeated-key", B, BIN, f"{BIN}\n2025,General Surgery,{BIN}", 4, None, "row 3"),
    ("repeated-key", GR, "above_average,,", "typical_matched_score,General Surgery,", 3, None, "2"),
    ("repeated-key", GB, "target,2,", "target,1,", 3, None, "row 2"),
    ("repeated-key", SP, "dermatology,", "general_surgery,", 3, "specialty", "row 2"),
    ("sample-exceeds-totals", Q, ",4,,", ",6,,", 3, "n_success", "6 who succeeded"),
    ("sample-exceeds-totals", Q, ",19,", ",26,", 3, "n_total", "26 who did not"),
    ("blank-cell", M, ",,247", ",300,", 3, "mean", "mean is blank"),
    ("statistics-need-people", M, ",158,", ",0,", 2, "mean", "n is 0 and mean is given"),
    ("score-range", M, ",240", ",2400", 2, "mean", "mean is 2400"),
    ("count-fraction", M, ",158,", ",158.5,", 2, "n", "n is 158.5"),
    ("unknown-result", M, "matched,,", "all,,", 3, "result", "Known are matched, not_matched"),
    ("repeated-key", M, "2022,Surgery-General", "2013,General Surgery", 3, None, "row 2"),
    ("blank-cell", P, "ranked_first,251", ",251", 4, "denominator", "denominator is blank"),
    ("denominator-outcome", P, "ranked_first,251", "applications,251", 4, None, "match and"),
    ("probability-range", P, ",0.15,", ",15,", 3, "probability", "probability is 15."),
    ("probability-range", P, ",0.15,", ",1,", 3, "probability", "probability is 1."),
    ("probability-range", P, ",0.15,", ",0,", 3, "probability", "probability is 0."),
    ("reading-error-range", P, "0.15,0.02", "0.15,0.5", 3, "reading_error", "error is 0.5."),
    ("reading-error-range", P, "0.15,0.02", "0.15,0", 3, "reading_error", "error is 0."),
    ("bin-bounds-order", P, "231,240", "240,231", 3, "score_min", "score_min is 240"),
    ("bins-overlap", P, "231,240", "230,240", 3, "score_min", "This range is 230-240"),
    ("bins-open-inside", P, "231,240", ",240", 3, "score_min", "up to 240"),
    ("score-fraction", P, "231,240", "231,240.5", 3, "score_max", "score_max is 240.5"),
    ("repeated-key", P, "251,,0.211", "231,240,0.211", 4, None, "row 3"),
    ("correction-action", C, "action: drop", "action: delete", 2, "action", "Known are drop"),
    ("correction-action", C, "action: drop", "action: override", 2, "action", "no value"),
    ("correction-action", C, "action: override", "action: flag", 8, "value", "there is a value"),
    ("correction-column", C, "{mean: 246}", "mean 246", 14, "expect", "expect is no mapping"),
    ("correction-column", C, "{mean: 246}", "{}", 14, "expect", "expect is no mapping"),
    ("correction-column", C, "{mean: 246}", "{mean: [246]}", 14, "expect", "no mapping"),
    ("correction-column", C, "n: 12}", "people: 12}", 12, "where", f'"people", no column of {F}'),
    ("correction-column", C, "{mean: 246}", "{maen: 246}", 14, "expect", 'known is "mean"'),
    ("correction-column", C, "{mean: 243", "{median: 243", 8, "value", '"median", no column'),
    (
        "correction-where",
        C,
        "n: 12}",
        "n: 13}",
        12,
        "where",
        f"No row of {F} has specialty general",
    ),
    (
        "correction-where",
        C,
        ", applicant_group: us_img",
        "",
        1,
        "where",
        f"{F}, row 2; {F}, row 3.",
    ),
    (
        "correction-where",
        C,
        "{specialty: Surgery-General, n: 12}",
        "{mean: 219}",
        12,
        "where",
        "row 1",
    ),
    ("correction-expect", C, "{mean: 219}", "{mean: 218}", 3, "expect", "has mean 219, not 218."),
    (
        "correction-expect",
        C,
        "{mean: 219}",
        "{n: 9}",
        3,
        "expect",
        f"{F}, row 2, has n blank, not 9",
    ),
    ("correction-expect", F, ",12,246", ",12,247", 14, "expect", "has mean 247, not 246."),
    ("unknown-specialty", C, "Surgery-General", "Surgery-Genral", 12, "where", "Surgery-General"),
    ("unknown-group", C, "us_img}", "us_igm}", 1, "where", '"us_img"'),
    ("not-a-number", C, "n: 12}", "n: twelve}", 12, "where", '"twelve" is not a number'),
    ("score-range", C, "{mean: 243, n", "{mean: 2430, n", 8, "value", 'mean is "2430"'),
    ("count-fraction", C, 'n: ""', "n: 30.5", 8, "value", 'n is "30.5"'),
    ("blank-cell", C, "{mean: 243, n", "{mean: ~, n", 8, "value", "mean is blank"),
    (
        *(
            "repeated-key",
            C,
            "{mean: 243, n",
            "{applicant_group: us_img, specialty: Surgery-General, n",
        ),
        *(4, None, f"(The table is read with {C}.)"),
    ),
    ("yml-missing-key", C, "error\n  provider: a test", "error", 1, "provider", "is missing"),
    ("yml-unknown-key", C, "reason: few", "why: few", 15, "why", "not a key"),
    ("yml-value", C, "reason: few people", "reason: ~", 15, "reason", "reason is blank"),
    ("yml-syntax", Y, "rights: none", "rights: [none", None, None, "YAML"),
    ("yml-syntax", Y, "rights: none", "title: none", 5, None, "twice"),
    ("yml-missing-key", Y, "rights: none\n", "", None, "rights", '"rights" is missing'),
    ("yml-unknown-key", Y, "notes:", "notes:\nnote:", 9, "note", "not a key"),
    ("yml-value", Y, "rights: none", "rights: ~", 5, "rights", "rights is blank"),
    ("yml-value", Y, "rights: none", "rights: [none]", 5, "rights", "no text"),
    ("yml-value", Y, "notes:", "notes: {a: b}", 8, "notes", "notes is no text"),
    ("yml-value", "published/crowd.yml", "[]", "none", 9, "anchors", "no list"),
    ("trust-level", Y, '"high: made up"', "hihg", 6, "trust", 'nearest known is "high"'),
    (
        "anchor-form",
        Y,
        "statistic: q1,\n     value",
        "statistic: q1, vlaue",
        10,
        "anchors",
        "vlaue",
    ),
    (
        "typed-twice-form",
        Y,
        "rights: none",
        "rights: none\ntyped_twice: [{table: totals}]",
        6,
        "typed_twice",
        "other keys",
    ),
    (
        "typed-twice-form",
        Y,
        "rights: none",
        "rights: none\ntyped_twice:\n  - {table: totls, sha256: a}",
        7,
        "typed_twice",
        "nearest",
    ),
    ("anchor-form", Y, "statistic: q1", "statistic: q9", 10, "anchors", "q1"),
    ("anchor-form", Y, "step2ck.quantiles", "step1.quantiles", 10, "anchors", "nearest"),
    ("anchor-form", Y, "step2ck.quantiles", "step2ck.quartiles", 10, "anchors", "quantiles"),
    ("anchor-form", Y, "specialty: General Surgery, ", "", 10, "anchors", "picks 3 rows"),
    ("anchor-form", Y, "specialty: General", "specialty: Genral", 10, "anchors", "General Surg"),
    ("anchor-value", Y, "result: matched", "result: mached", 10, "anchors", "no such row"),
    (
        "anchor-form",
        Y,
        "summary: sum, value: 463",
        "summary: total, value: 463",
        12,
        "anchors",
        "Known are sum",
    ),
    ("anchor-form", Y, "summary: highest, at: Surgery-General", "summary: highest", 14, None, "at"),
    ("anchor-form", Y, "value: 463", "value: about 463", 12, "anchors", "not a number"),
    ("anchor-form", Y, "463", "464, known_difference: -1", 12, "anchors", "reason"),
    (
        "question-open",
        Y,
        "title: A tiny report",
        'title: "? A tiny report"',
        1,
        "title",
        "A tiny report",
    ),
    ("question-open", Y, "notes:", 'notes: ["? Why"]', 8, "notes", '"Why"'),
    (
        "question-open",
        Y,
        "value: 244",
        'value: "?"',
        10,
        "anchors",
        "Surgery, matched, q1 is still",
    ),
    ("printed-figures-few", Y, "notes:", "added: [step2ck.quantiles]\nnotes:", 10, "anchors", "1 "),
    ("printed-figures-few", Y, "notes:", "added: [total]\nnotes:", 8, "added", '"totals"'),
    (
        "sums-few",
        Y,
        "notes:",
        "added: [step2ck.quantiles]\nnotes:",
        10,
        "anchors",
        "n, not_matched, of step2ck.quantiles has no sum",
    ),
    ("yml-value", Y, "notes:", "added: totals\nnotes:", 8, "added", "no list of tables"),
    ("anchor-value", Y, "value: 244", "value: 243", 10, "anchors", f"{Q} gives 244"),
    ("anchor-value", Y, "value: 463", "value: 464", 12, "anchors", "gives 463"),
    ("anchor-value", Y, "value: 27.9", "value: 27.8", 13, "anchors", "gives 27.86"),
    ("anchor-value", Y, "at: Surgery-General", "at: Dermatology", 14, "anchors", "no such value"),
    ("anchor-value", Y, "463", "463, known_difference: -1, reason: x", 12, "anchors", "462"),
    ("edition-form", "edition.yml", '"2026.1"', '"2026 / 1"', 1, "edition", "2026 / 1"),
    ("specialty-name", SP, "preliminary_surgery", "Preliminary-Surgery", 4, "specialty", "snake"),
    (
        "specialty-ambiguous",
        SP,
        "competitive,",
        "competitive,General Surgery",
        3,
        "aliases",
        "row 2",
    ),
    (
        *("specialty-stands-alone", SP, "Surgery (Categorical)", "Surgery-Primary", 2, "aliases"),
        "primary track",
    ),
    ("unknown-tier", SP, "highly_competitive", "highly_competitve", 3, "tier", "nearest"),
    ("label-unsafe", GB, ",1,high,", ",1,<b>,", 2, "label", '"<b>" holds <.'),
    ("label-unsafe", GB, ",1,high,", ",1,=cmd(),", 2, "label", "begins with =."),
    ("label-unsafe", SP, ",General Surgery,", ",<i>,", 2, "label", "holds <"),
    ("label-unsafe", SP, "|Surgery (C", "|@Surgery (C", 2, "aliases", "begins with @"),
    ("guide-rank", GB, "target,3,low", "target,0,low", 4, "rank", "rank is 0"),
    ("guide-rank", GB, "target,3,low", "target,2.5,low", 4, "rank", "rank is 2.5"),
    ("guide-bounds", GB, "240,249", "249,240", 3, "score_min", "score_min is 249"),
    ("guide-bounds", GB, ",,239,,", ",,,,", 4, "score_min", "both blank"),
    ("guide-bounds", GR, "240,,", ",,", 3, "value_min", "both blank"),
    ("guide-edge", GB, "249,middle", "249,center", 3, "edge", "Known are top"),
    ("guide-edge", GB, ",,239,,", ",,239,bottom,", 4, "edge", "no score_min"),
    ("guide-edges-ordered", GB, "240,249", "250,259", 3, "edge", "row 2 has top at 250"),
    ("guide-edges-ordered", GB, "249,middle", "249,top", 3, "edge", "top"),
    ("guide-readings", R, "least: 0.5,", "least: 0.8,", 1, "words", "0.75, 0.8, 0.25"),
    ("guide-readings", R, "least: 0.5,", "least: 50 %,", 1, "words", "competitive lacks least"),
    ("guide-readings", R, "least: 0.5, reason: test", "least: 0.5", 1, "words", "its reason"),
    ("guide-readings", R, "  low: {least: 0, reason: test}\n", "", 1, "words", "words has"),
    ("guide-readings", R, "middle: comp", "midle: comp", 6, "guides", 'nearest known is "middle"'),
    ("guide-readings", R, "middle: competitive", "middle: fair", 6, "guides", "which is no word"),
    ("guide-readings", R, "surgery_img: {", "urgery_img: {", 6, "guides", "No row is of the guide"),
    ("yml-missing-key", R, "guides:\n", "lists:\n", None, "guides", "missing"),
    ("missing-provenance", GB, "surgery_img,tier", "surgrey_img,tier", 5, "guide", "surgery_img.y"),
]
# These edits are fine: they show where a rule ends.
ALLOWED = [
    (Q, ",258,", ", 258 ,"),
    (M, ",158,", ",,"),
    (C, "{mean: 219}", "{mean: 219.0, n: ~, applicant_group: us_img}"),
    (C, "action: drop", "action: drop\n  value:"),
    (P, "231,240", "235,240"),
    (P, "0.15,0.02", "0.999,0.499"),
    (Q, ",102,", ",102.0,"),
    (Q, DERM, DERM.replace("14", "")),
    (Q, f"{DERM}\n", f"{DERM}\n\n"),
    (Q, "2026,Surgery-General,non_us_img,match,matched", "2026,Surgery (Categorical),non_us_img,"
     "match,matched"),
    (Q, "2024,Dermatology", "2024,Dermatology (Integrated)"),
    (Q, "2024,Dermatology", "2020-2024,dermatology"),
    (B, BIN, BIN.replace("40,2348", "0,2348")),
    (Y, "notes:", "notes: one sentence"),
    (Y, "notes:", "notes: Is it? Nobody knows."),
    (Y, "notes:", "added: [totals]\nnotes:"),
    (Y, "notes:", "added: [a.means]\nnotes:"),
    (Q, "2024,Dermatology", "2024,\u00a0Dermatology\u2003"),
    (Q, "Surgery-General,non_us_img,match,matched", "General  Surgery,non_us_img,match,matched"),
    (Q, "Surgery-General,non_us_img,match,m", "General\u00a0Surgery,non_us_img,match,m"),
    (Q, "Surgery-General,non_us_img,match,m", '"General\r\n Surgery",non_us_img,match,m'),
    (Q, ",258,", ",258\u00a0,"),
    (Q, ",median,", ",\u2009median\u00a0,"),
    (Q, "2024,D", "2024.0,D"),
    (Q, "2024,D", "2024.00,D"),
    (SP, "|Surgery (Categorical)", "|Surgery\u00a0 (Categorical)"),
    (GB, "surgery_img,General Surgery,", "surgery_img,General\tSurgery,"),
    (C, "{specialty: Surgery-General, n", "{specialty: 'General\u00a0Surgery', cycle: 2022.0, n"),
    (Y, "specialty: General Surgery,", "specialty: General \u00a0Surgery, cycle: 2026.0,"),
    (Y, '"high: made up"', '"high: #1 &c. !"'),
    (Y, "rights: none", "rights: >-\n  Table #3\n  & more"),
    (Y, "rights: none", "rights: none##"),
    (Y, '"high: made up"', "made up for tests"),
    (Y, "rights: none", "rights: none # a comment"),
    (Y, "463", "464, known_difference: -1, reason: a misprint"),
    ("guides/readings.yml", "least: 0.5,", "least: 0.500,"),
    ("published/crowd.yml", "shape_only, made up", "Shape only, made up"),
    ("edition.yml", '"2026.1"', "2026.10"),
    (GB, "240,249", "240,255"),
]  # fmt: skip


def test_the_valid_folder_has_no_problem(raw):
    assert raw.problems() == []


@pytest.mark.parametrize(("rule", "file", "old", "new", "row", "column", "words"), EDITS)
def test_an_edit_breaks_its_rule(raw, rule, file, old, new, row, column, words):
    raw.keep_for(file)
    raw.edit(file, old, new)
    found = [problem for problem in raw.problems() if problem.rule == rule]
    assert found, raw.problems()
    assert any(words in problem.message for problem in found), found
    if row is not None:
        assert row in {problem.row for problem in found}
    if column is not None:
        assert column in {problem.column for problem in found}


@pytest.mark.parametrize(("file", "old", "new"), ALLOWED)
def test_an_edit_is_allowed(raw, file, old, new):
    raw.keep_for(file)
    raw.edit(file, old, new)
    assert raw.problems() == []


def _without(name):
    return lambda raw: raw.remove(name)


def _write(name, content):
    return lambda raw: raw.write(name, content)


def _no_tables(raw):
    for name in (Q, T, B, M, P, F):
        raw.remove(name)


def _directory(name):
    return lambda raw: (raw.path / name).mkdir(parents=True)


def _other(make, name):
    """Something else in the place of a file."""

    def change(raw):
        (raw.path / name).unlink(missing_ok=True)
        make(raw.path / name)

    return change


def _link(goal, name):
    return _other(lambda path: path.symlink_to(goal), name)


def _sparse(name, size):
    return lambda raw: os.truncate(raw.write(name, "a"), size)


def _misname(raw):
    (raw.path / C).rename(raw.path / "corrections" / "fixd.yml")
    raw.edit("corrections/fixd.yml", "{mean: 219}", "{mean: 218}")
    raw.edit("corrections/fixd.yml", "n: 31, mean: 2430", "n: 32")


A = "drift_approvals.yml"
APPROVAL = """- edition: "1"
  table: curves
  key: 2026/a
  kind: status_changed
  old: ok
  new: weak
  reason: r
"""
ODS = "application/vnd.oasis.opendocument.spreadsheet"


def _zipped(name, text="made up"):
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr(name, text)
    return packed.getvalue()


# rule, what is done to the folder, file that is blamed, row, a piece of the message
FILES = [
    ("no-tables", _no_tables, "raw", None, "holds no table"),
    ("missing-file", _without(SP), SP, None, "missing"),
    ("missing-file", _without("edition.yml"), "edition.yml", None, "missing"),
    ("file-kind", _write("published/new.quantile.csv", "a"), None, None, "new.quantiles.csv"),
    ("file-kind", _write("published/new.csv", "a"), "published/new.csv", None, "No file of this"),
    ("file-kind", _write("published/new.bins.tsv", "a"), None, None, "new.bins.csv"),
    ("file-kind", _write("published/new.yaml", "a"), None, None, "new.yml"),
    ("file-kind", _write("published/tiny.totals.yml", "a: b"), None, None, "tiny.yml"),
    ("file-kind", _write("x.totals.csv", "a"), "x.totals.csv", None, "published/x.totals.csv"),
    ("file-kind", _write("publshed/tiny.totals.csv", "a"), "publshed", None, "is published"),
    ("file-kind", _directory("published/more"), "published/more", None, "No folder"),
    ("file-kind", _directory("guides/more"), "guides/more", None, "No folder"),
    ("file-kind", _write("guides/guide_band.csv", "a"), None, None, "guide_bands.csv"),
    ("file-kind", _write("corrections/fixed.means.csv", "a"), None, None, "name is fixed.yml"),
    ("file-kind", _write("correctons/fixed.yml", "a"), "correctons", None, "is corrections"),
    ("correction-source", _misname, "corrections/fixd.yml", 12, f"fits {F}, row 4."),
    ("yml-syntax", _write(C, "a: b"), C, 1, "not a list"),
    ("yml-syntax", _write(C, "# none\n"), C, 1, "not a list"),
    ("yml-syntax", _write(C, "- {a: b}\n- c"), C, 2, "The item is not a mapping"),
    ("approval-kind", _write(A, APPROVAL.replace("curves", "curve")), A, 2, "no table 'curve'"),
    ("approval-kind", _write(A, APPROVAL.replace("status_", "stats_")), A, 4, "no kind 'stats_"),
    ("approval-pattern", _write(A, APPROVAL.replace("2026/a", '"*/*"')), A, 3, "every key"),
    ("approval-range", _write(A, APPROVAL.replace("old: ok", "old: 5 to 4")), A, 5, "old is no"),
    ("yml-missing-key", _write(A, APPROVAL.replace("  new: weak\n", "")), A, None, '"new" is'),
    ("yml-syntax", _write(A, "a: b"), A, 1, "not a list"),
    ("file-unreadable", _write(A, b"\xff\xfe"), A, None, "cannot be read"),
    ("file-name", _write("published/a|b.totals.csv", "a"), "published/a|b.totals.csv", None, "a|b"),
    ("file-name", _write("guides/a b.yml", "a: b"), "guides/a b.yml", None, "a b"),
    ("file-name", _write(f"guides/{'a' * 101}.yml", "a: b"), None, None, "not a usable name"),
    ("file-name", _write("guides/a\x1b\nb.yml", "a"), None, None, "(U+001B)"),
    ("file-too-large", _sparse(T, 1 << 30), T, None, "5,000,000"),
    ("file-too-large", _sparse(Y, 1 << 30), Y, None, "200,000"),
    ("file-too-large", _write(A, "#" * 200_001), A, None, "200,000"),
    ("too-many-lines", _write(T, "a,b\n" * 50_001), T, None, "50,000"),
    ("line-too-long", _write(T, "a,b\n" + "," * 100_001), T, None, "Line 2"),
    ("too-many-columns", _write(T, ",".join(f"a{at}" for at in range(101))), T, 1, "101"),
    ("file-empty", _write(T, ""), T, None, "empty"),
    ("file-empty", _write(T, b"\xef\xbb\xbf\r\n"), T, None, "empty"),
    ("file-empty", _write(Y, "\n"), Y, None, "empty"),
    ("not-utf8", _write(T, b"cycle\nM\xfcller"), T, 2, "Byte 8"),
    ("not-utf8", _write(T, "cycle".encode("utf-16")), T, 1, "UTF-16"),
    ("not-utf8", _write(T, b"PK\x03\x04\x14\0"), T, None, "an Excel or zip file"),
    ("not-utf8", _write(T, gzip.compress(b"cycle")), T, None, "a gzip file, whatever its name; as"),
    ("not-utf8", _write(T, b"PAR1\x15\0PAR1"), T, None, "called published/tiny.totals.parquet"),
    ("not-utf8", _write(T, _zipped("xl/workbook.xml")), T, None, "an Excel workbook"),
    ("not-utf8", _write(T, _zipped("tables.csv")), T, None, "is called published/tiny.totals.zip"),
    ("not-utf8", _write(T, _zipped("mimetype", ODS)), T, None, "an OpenDocument spreadsheet"),
    ("not-utf8", _write(T, bz2.compress(b"cycle")), T, None, "published/tiny.totals.csv.bz2"),
    ("not-utf8", _write(Y, b"%PDF-1.7\n"), Y, None, "a PDF file"),
    ("not-utf8", _write(Y, b"\xd0\xcf\x11\xe0"), Y, None, "an Excel or zip file"),
    ("nul-byte", _write(T, b"cycle\n\0"), T, 2, "NUL"),
    ("missing-column", _write(T, "<html>\n<body>"), T, 1, "names none of cycle"),
    ("no-rows", _write(T, "cycle,specialty,applicant_group,outcome\n"), T, None, "only a header"),
    ("missing-provenance", _without(Y), Q, None, "published/tiny.yml"),
    ("missing-provenance", _without("guides/surgery_img.yml"), GB, 2, "surgery_img.yml"),
    ("yml-syntax", _write(Y, "- a\n- b\n"), Y, 1, "not a mapping"),
    ("yml-syntax", _write(Y, "a: &x [1]\nb: *x\n"), Y, 2, "reference"),
    ("yml-syntax", _write(Y, "a: {[b]: c}\n"), Y, 1, "not plain text"),
    ("yml-syntax", _write(Y, "a: " + "[" * 100_000), Y, 1, "nested"),
    ("yml-syntax", _write(Y, "a: \x07"), Y, None, "YAML cannot"),
    ("anchor-form", _write("published/crowd.yml", "anchors: [text]"), None, 1, "not a mapping"),
]  # fmt: skip


# the same, of systems that have pipes and links
NO_FILES = [
    ("not-a-file", _other(lambda path: os.mkfifo(path), T), T, None, "a named pipe"),
    ("not-a-file", _other(lambda path: os.mkfifo(path), Y), Y, None, "a named pipe"),
    ("not-a-file", _other(lambda path: os.mkfifo(path), A), A, None, "a named pipe"),
    ("not-a-file", _other(lambda path: os.mkfifo(path), "edition.yml"), None, None, "a named pipe"),
    ("not-a-file", _link("/dev/zero", T), T, None, "a device"),
    ("file-unreadable", _link("tiny.totals.csv", T), T, None, "cannot be read"),
    ("file-unreadable", _link("nothing.yml", A), A, None, "cannot be read"),
]  # fmt: skip


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="there are no pipes")
@pytest.mark.parametrize(("rule", "change", "file", "row", "words"), NO_FILES)
def test_what_is_no_file_is_not_opened(raw, rule, change, file, row, words):
    test_a_file_breaks_its_rule(raw, rule, change, file, row, words)


@pytest.mark.parametrize(("rule", "change", "file", "row", "words"), FILES)
def test_a_file_breaks_its_rule(raw, rule, change, file, row, words):
    change(raw)
    found = [problem for problem in raw.problems() if problem.rule == rule]
    assert any(words in problem.message for problem in found), raw.problems()
    assert file is None or file in {problem.file for problem in found}
    assert row is None or row in {problem.row for problem in found}


def test_a_missing_folder_is_named(tmp_path):
    (problem,) = check_raw(tmp_path / "nowhere")
    assert problem.rule == "raw-folder"
    assert "nowhere does not exist" in problem.message


def test_a_file_that_is_no_folder(tmp_path):
    path = tmp_path / "raw"
    path.write_text("x")
    (problem,) = check_raw(path)
    assert "is not a folder" in problem.message


def test_a_file_that_cannot_be_opened(raw):
    (raw.path / "published" / "gone.totals.csv").symlink_to(raw.path / "nowhere")
    assert "file-unreadable" in raw.rules()


def test_a_check_that_crashes_is_a_problem_and_the_others_go_on(raw, monkeypatch):
    def crash(*_):
        raise ZeroDivisionError("by hand")

    monkeypatch.setattr("recalib.sources.published.check_quantiles", crash)
    raw.edit(T, "5,30", "31,30")
    problems = raw.problems()
    assert {"check-crashed", "success-exceeds-total"} <= {problem.rule for problem in problems}
    assert any("ZeroDivisionError: by hand" in problem.message for problem in problems)


def test_the_values_of_odd_spaces_and_years_are_those_of_plain_ones(raw):
    plain = read_raw(raw.path).quantiles
    raw.edit(Q, "2024,Dermatology", "2024.0,\u00a0Dermatology\u2003")
    raw.edit(Q, ",258,", ",258\u00a0,")
    pd.testing.assert_frame_equal(read_raw(raw.path).quantiles, plain)


def test_texts_of_a_source_are_read_whole(raw):
    raw.edit(Y, "rights: none", 'rights: "Table  #3\u00a0of none"')
    assert read_raw(raw.path).provenance["tiny"]["rights"] == "Table #3 of none"


def test_every_rule_has_a_test():
    elsewhere = {"raw-folder", "check-crashed"}
    elsewhere |= {"packed-too-tight", "too-many-cells"}  # of spreadsheets and cohorts
    reading = {"cycle-empty"}  # in test_sources_reading.py
    elsewhere |= {"approval-stale"}  # in tests/drift
    elsewhere |= {"second-cell", "second-row", "typed-twice-stale"}  # in test_typed_against.py
    elsewhere |= {case[-1] for case in SLIPS}  # in test_sources_unlikely.py, and those beside it
    elsewhere |= {"row-repeated", "specialty-missing", "result-missing"}
    tested = {case[0] for case in (*EDITS, *FILES, *NO_FILES)} | elsewhere | reading
    # Those of cohorts are tested in tests/cohorts.
    assert tested == {rule for rule in RULES if not rule.startswith("cohort-")}


@pytest.mark.parametrize("rule", RULES.values(), ids=lambda rule: rule.id)
def test_rules_are_written_as_sentences(rule):
    for text in (rule.sentence, rule.fix):
        assert text.endswith(".")
        assert "  " not in text
        assert not text.isupper()


def test_problems_are_all_listed_in_one_run_and_sorted(raw):
    raw.edit(Q, ",244,", ",many,")
    raw.edit(T, "5,30", "31,30")
    raw.edit(B, ",yes,", ",perhaps,")
    raw.remove("published/crowd.yml")
    problems = raw.problems()
    assert {"not-a-number", "success-exceeds-total", "unknown-visa", "missing-provenance"} <= {
        problem.rule for problem in problems
    }
    assert problems == sorted(problems, key=lambda problem: (problem.file, problem.row or 0))
    assert all(str(problem).startswith(problem.file) for problem in problems)


def test_one_mistake_is_told_once(damaged):
    problems = damaged(Q, "2024,Dermatology", "2024,Drematology")
    assert [problem.rule for problem in problems] == ["unknown-specialty"]


def test_a_missing_column_is_told_once_not_by_row(damaged):
    problems = damaged(T, "n_success,n_total", "n_succes,n_total")
    rules = [p.rule for p in problems if p.file == T]
    assert sorted(rules) == ["missing-column", "unknown-column"]


def test_a_lost_row_is_not_told_again_by_its_anchors(damaged):
    problems = damaged(Q, ",102,", ",1,02,")
    assert [problem.rule for problem in problems] == ["ragged-row"]


def test_a_damaged_table_is_not_told_again_by_its_anchors(damaged):
    problems = damaged(T, "124,433", "124,433.5")
    assert [(problem.rule, problem.file) for problem in problems] == [("count-fraction", T)]


def test_whole_names_are_compared_for_the_nearest(damaged):
    (problem,) = damaged(T, "Dermatology,non_us_img", "Dermatology,non-us-img")
    assert 'nearest known is "non_us_img"' in problem.message


def test_unusable_specialties_do_not_make_every_label_unknown(raw):
    raw.remove(SP)
    assert raw.rules() == ["missing-file"]


def test_line_numbers_count_lines_as_an_editor_does(damaged):
    problems = damaged(GB, '"printed, about"\n', '"printed\nover two lines"\n\n')
    assert problems == []


def test_line_numbers_after_a_cell_of_two_lines(raw):
    raw.edit(GB, '"printed, about"\n', '"printed\nover two lines"\n\n')
    raw.edit(GB, "target,3,", "target,0,")
    (problem,) = raw.problems()
    assert problem.row == 6


def test_a_sum_that_picks_what_a_table_has_not_holds_nothing(raw):
    raw.edit(Y, "notes:", "added: [totals]\nnotes:")
    raw.edit(
        Y,
        "statistic: n_success, summary: sum",
        "statistic: n_success, result: matched, summary: sum",
    )
    assert {"anchor-form", "sums-few"} <= {problem.rule for problem in raw.problems()}


def test_a_score_alone_in_its_rows_is_added_up_in_the_source():
    rows = pd.DataFrame(
        {
            "result": ["matched", "not_matched", "matched", "not_matched"],
            "n": [10, 8, 20, 9],
            "q1": [240, None, 238, None],
            "median": [250, 240, 249, 239],
        }
    )
    assert summed(rows) == [("n", "matched"), ("n", "not_matched"), ("median", "not_matched")]
    assert summed(rows[["n", "q1", "median"]]) == [("n", "")]
