"""A small valid folder of raw tables, which tests copy and then damage."""

from collections.abc import Callable
from pathlib import Path

import pytest

from recalib.problems import Problem
from recalib.raw import check_raw

QUANTILES = "published/tiny.step2ck.quantiles.csv"
TOTALS = "published/tiny.totals.csv"
BINS = "published/crowd.interviews.bins.csv"
MEANS = "published/older.means.csv"
POINTS = "published/curve.probabilities.csv"
FIXED = "published/fixed.means.csv"
CORRECTIONS = "corrections/fixed.yml"
PROVENANCE = """title: A tiny report
publisher: Nobody
citation: Nobody. A tiny report. 2026.
edition: 2026
rights: none
trust: {trust}
transcribed_from: made up for tests
notes:
anchors: {anchors}
"""
ANCHORS = """
  - {table: step2ck.quantiles, specialty: General Surgery, result: matched, statistic: q1,
     value: 244}
  - {table: totals, statistic: n_total, summary: sum, value: 463}
  - {table: totals, statistic: rate_percent, summary: pooled, value: 27.9}
  - {table: totals, statistic: rate_percent, summary: highest, at: Surgery-General, value: 28.6}
  - {table: totals, statistic: rate_percent, summary: lowest, at: dermatology, value: 16.7}
  - {table: totals, statistic: n_success, summary: sum, value: 129}"""

FILES = {
    QUANTILES: """cycle,specialty,applicant_group,outcome,result,n,min,q1,median,q3,max,mean,sd
2026,Surgery-General,non_us_img,match,matched,102,216,244,256,264,275,253,13
2026,Surgery-General,non_us_img,match,not_matched,230,209,238,247,256,280,246,14
2026,Dermatology,non_us_img,match,matched,4,,,,,,,
2026,Dermatology,non_us_img,match,not_matched,19,232,237,253,261,275,250.5,14
2024,Dermatology,us_md_senior,match,matched,314,,,258,,,,
""",
    TOTALS: """cycle,specialty,applicant_group,outcome,denominator,n_success,n_total
2026,Surgery-General,non_us_img,match,ranked_first,124,433
2026,Dermatology,non_us_img,match,ranked_first,5,30
""",
    BINS: """cycle,specialty,applicant_group,needs_visa,outcome,score_min,score_max,n_applicants,\
n_success,n_total,dispersion
2025,General Surgery,non_us_img,,interview,,239,11,27,1599,3.9
2025,General Surgery,non_us_img,,interview,240,249,15,40,2348,3.9
2025,General Surgery,non_us_img,,interview,250,,16,67,2598,3.9
2025,General Surgery,img,yes,interview,200,249,11,28,1599,
2025,General Surgery,img,no,interview,200,249,,0,0,
2025,General Surgery,us_img,,interview,,,27,124,3993,2.8
""",
    MEANS: """cycle,specialty,applicant_group,outcome,result,n,mean
2013,Surgery-General,non_us_img,match,matched,158,240
2022,Surgery-General,non_us_img,match,matched,,247
""",
    POINTS: """cycle,specialty,applicant_group,outcome,denominator,score_min,score_max,\
probability,reading_error
2024-2026,Dermatology,us_img,match,ranked_first,,230,0.131,0.02
2024-2026,Dermatology,us_img,match,ranked_first,231,240,0.15,0.02
2024-2026,Dermatology,us_img,match,ranked_first,251,,0.211,0.02
""",
    FIXED: """cycle,specialty,applicant_group,outcome,result,n,mean
2022,Dermatology,us_img,match,matched,,219
2022,Dermatology,non_us_img,match,matched,31,2430
2022,General Surgery,us_img,match,matched,12,246
""",
    CORRECTIONS: """- where: {cycle: 2022, specialty: Dermatology, applicant_group: us_img}
  action: drop
  expect: {mean: 219}
  reason: a typing error
  provider: a test
- where: {applicant_group: non_us_img, mean: 2430}
  action: override
  value: {mean: 243, n: ""}
  expect: {n: 31, mean: 2430}
  reason: digits that ran together
  provider: a test
- where: {specialty: Surgery-General, n: 12}
  action: flag
  expect: {mean: 246}
  reason: few people
  provider: a test
""",
    "published/fixed.yml": PROVENANCE.format(trust="made up", anchors="[]"),
    "published/older.yml": PROVENANCE.format(trust="made up", anchors="[]"),
    "published/curve.yml": PROVENANCE.format(trust="made up", anchors="[]"),
    "published/tiny.yml": PROVENANCE.format(trust='"high: made up"', anchors=ANCHORS),
    "published/crowd.yml": PROVENANCE.format(trust="shape_only, made up", anchors="[]"),
    "guides/guide_bands.csv": """guide,specialty,applicant_group,guide_scheme,rank,label,score_min,\
score_max,edge,note
surgery_img,general_surgery,img,target,1,high,250,,top,
surgery_img,general_surgery,img,target,2,middle,240,249,middle,"printed, about"
surgery_img,General Surgery,img,target,3,low,,239,,
surgery_img,tier:highly_competitive,img,target,1,realistic,251,,,
""",
    "guides/guide_rules.csv": """guide,rule,specialty,applicant_group,value_min,value_max,unit,note
surgery_img,typical_matched_score,general_surgery,img,245,255,score,
surgery_img,above_average,,img,240,,score,
""",
    "guides/surgery_img.yml": "title: A guide\npublisher: Nobody\ncitation: Nobody. A guide.\n",
    "guides/readings.yml": """words:
  highly_competitive: {least: 0.75, reason: test}
  competitive: {least: 0.5, reason: test}
  borderline: {least: 0.25, reason: test}
  low: {least: 0, reason: test}
guides:
  surgery_img: {high: highly_competitive, middle: competitive, low: low}
""",
    "specialties.csv": """specialty,label,tier,aliases
general_surgery,General Surgery,,Surgery-General|Surgery (Categorical)
dermatology,Dermatology,highly_competitive,
preliminary_surgery,Preliminary Surgery,,Surgery-Preliminary (PGY-1 Only)
""",
    "edition.yml": 'edition: "2026.1"\n',
}


class RawFolder:
    """A valid folder, and ways to damage it."""

    def __init__(self, path: Path) -> None:
        self.path = path
        for name, text in FILES.items():
            self.write(name, text)

    def write(self, name: str, content: str | bytes) -> Path:
        target = self.path / name
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content.encode() if isinstance(content, str) else content)
        return target

    def edit(self, name: str, old: str, new: str) -> None:
        text = (self.path / name).read_text()
        assert text.count(old) == 1, f"{old!r} occurs {text.count(old)} times in {name}"
        self.write(name, text.replace(old, new))

    def remove(self, name: str) -> None:
        (self.path / name).unlink()

    def keep_for(self, name: str) -> None:
        """Remove what has nothing to do with a file, so that a test is quick."""
        related = {QUANTILES: {QUANTILES, TOTALS}, TOTALS: {QUANTILES, TOTALS}}
        related |= {alone: {alone} for alone in (BINS, MEANS, POINTS, FIXED)}
        related[CORRECTIONS] = {FIXED}
        tables = {QUANTILES, TOTALS} if name == "published/tiny.yml" else {TOTALS}
        keep = related.get(name, tables) | {name, "specialties.csv", "edition.yml"}
        for other in FILES:
            guide = other.startswith("guides/") and name.startswith("guides/")
            if other not in keep and not other.endswith(".yml") and not guide:
                self.remove(other)

    def problems(self) -> list[Problem]:
        return check_raw(self.path)

    def rules(self) -> list[str]:
        return [problem.rule for problem in self.problems()]


@pytest.fixture
def raw(tmp_path: Path) -> RawFolder:
    return RawFolder(tmp_path / "raw")


@pytest.fixture(scope="session")
def valid_files() -> dict[str, str]:
    return dict(FILES)


@pytest.fixture
def damaged(raw: RawFolder) -> Callable[[str, str, str], list[Problem]]:
    """Replace one text in one file of the valid folder, and give the problems found."""

    def damage(name: str, old: str, new: str) -> list[Problem]:
        raw.edit(name, old, new)
        return raw.problems()

    return damage
