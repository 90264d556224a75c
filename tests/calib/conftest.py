"""A synthetic edition on disk: made-up numbers in the contract's columns."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import math
from pathlib import Path
from typing import Any

import pytest

from calib import edition as _edition


def _words(text: str) -> list[str]:
    return text.split(",")


CURVES = _words(
    "edition,cycle,specialty,applicant_group,needs_visa,outcome,denominator,intercept,slope,"
    "intercept_se,slope_se,correlation,intercept_raw,slope_raw,slope_raw_se,p_slope_positive,"
    "score_low,score_high,base_rate,n,grade,status,sources"
)
BANDS = _words(
    "edition,cycle,specialty,applicant_group,needs_visa,outcome,denominator,scheme,rank,label,"
    "score_min,score_max,boundary,boundary_low,boundary_high,probability,probability_low,"
    "probability_high,status,guide_edge,shift,grade,n,sources,suppressed"
)
AUDIT = _words(
    "edition,guide,guide_scheme,specialty,applicant_group,curve_group,denominator,rank,label,"
    "score_min,score_max,edge,probability_at_edge,edge_low,edge_high,probability_in_band,band_low,"
    "band_high,calibrated_edge,shift,verdict,status,grade"
)
EVIDENCE = _words(
    "edition,cycle,specialty,applicant_group,needs_visa,outcome,denominator,kind,result,statistic,"
    "score_min,score_max,value,n,fitted,standard_deviation,z,source,file,row"
)
ANCHORS = _words(
    "edition,edge,guide,specialty,printed_edge,probability,anchor,anchor_without_own,"
    "calibrated_edge,calibrated_edge_without_own"
)
NOTES = _words("edition,cycle,specialty,applicant_group,needs_visa,outcome,denominator,status,note")
ADJUSTMENTS = _words(
    "edition,cycle,specialty,applicant_group,outcome,denominator,covariate,level,odds_ratio,"
    "odds_ratio_low,odds_ratio_high,points,points_low,points_high,grade,n,sources,suppressed,"
    "reference,status,note"
)

LABELS = {
    "guide": ("highly_competitive", "competitive", "borderline", "low"),
    "chance": ("very_likely", "likely", "possible", "unlikely"),
}
EDGES = {"guide": (0.55, 0.40, 0.30), "chance": (0.75, 0.50, 0.25)}

NOTE = "Made up: the data cannot tell, so no edge is claimed."

# cycle, specialty, group, visa, outcome, denominator,
# intercept, slope, their se, correlation, score_low, score_high, n, grade, status
ROWS = [
    "2026,surgery,non_us_img,,match,ranked_first,-1,0.5,0.1,0.08,0.2,215,275,300,A,ok",
    "2024,surgery,non_us_img,,match,ranked_first,-1.1,0.45,0.1,0.08,0.2,215,275,280,A,ok",
    "2020-2024,surgery,non_us_img,,match,ranked_first,-1.2,0.4,0.05,0.04,0.1,215,275,999,A,ok",
    "2027,surgery,non_us_img,,match,ranked_any_pgy1,-1.3,0.3,0.4,0.2,0,205,270,900,D,borrowed",
    "2026,surgery,us_md_senior,,match,ranked_first,0.5,0.6,0.1,0.05,-0.1,220,278,1500,A,ok",
    "2025,surgery,non_us_img,,interview,applications,-3,0.3,0.1,0.1,0,225,272,57,C,ok",
    "2026,family_practice,non_us_img,,match,ranked_first,0.1,-0.02,0.1,0.05,0,212,262,1400,A,flat",
    "2026,imaging,non_us_img,,match,ranked_first,-0.3,0.2,0.2,0.15,0,220,270,90,B,weak",
    "2024,medicine,img,yes,interview,applications,-3,0.3,0.2,0.1,0,230,270,57,C,ok",
    "2024,medicine,img,no,interview,applications,-2.5,0.3,0.2,0.1,0,230,270,60,C,ok",
    "2025,plastics,us_img,,match,ranked_any_pgy1,-2,0.3,0.8,0.2,0.1,205,270,15,D,borrowed",
    "2026,nuclear,non_us_img,,match,ranked_first,,,,,,,,0,,no_evidence",
    "2025,nuclear,non_us_img,,match,ranked_first,,,,,,,,0,,no_evidence",
]


def _curves() -> list[dict[str, Any]]:
    names = "cycle specialty applicant_group needs_visa outcome denominator intercept slope"
    names += " intercept_se slope_se correlation score_low score_high n grade status"
    rows = []
    for line in ROWS:
        row: dict[str, Any] = dict.fromkeys(CURVES, "")
        row |= dict(zip(names.split(), line.split(","), strict=True))
        rows.append(row | {"edition": "synthetic.1", "sources": "made_up_a|made_up_b"})
    return rows


def _bands(curve: dict[str, Any], scheme: str) -> list[dict[str, Any]]:
    shared = {name: curve[name] for name in (*CURVES[:7], "grade", "n", "sources")}
    top = 300
    rows = []
    for rank, label in enumerate(LABELS[scheme], start=1):
        row: dict[str, Any] = dict.fromkeys(BANDS, "") | shared
        row |= {"scheme": scheme, "rank": rank, "label": label, "status": curve["status"]}
        if curve["outcome"] == "interview" and scheme == "guide":
            row["status"] = "no_evidence" if curve["status"] == "ok" else curve["status"]
        elif curve["status"] == "ok":
            row |= {"probability": "0.500", "probability_low": "0.400", "probability_high": "0.600"}
            edge = None
            if rank < 4:
                p = EDGES[scheme][rank - 1]
                a, b = float(curve["intercept"]), float(curve["slope"])
                edge = 245 + 10 * (math.log(p / (1 - p)) - a) / b
            if edge is None and top > 0:
                row |= {"score_min": 1, "score_max": top}
            elif edge and float(curve["score_low"]) <= edge <= float(curve["score_high"]):
                row |= {"score_min": math.ceil(edge), "score_max": top, "boundary": f"{edge:.1f}"}
                row |= {"boundary_low": f"{edge - 5:.1f}", "guide_edge": "250.0", "shift": "1.5"}
                top = math.ceil(edge) - 1
            elif edge and top > 0 and edge < float(curve["score_low"]):
                row |= {"score_min": 1, "score_max": top}
                top = 0
            else:
                row["status"] = "unreachable"
                row |= {"probability": "", "probability_low": "", "probability_high": ""}
        rows.append(row)
    return rows


def _audit() -> list[dict[str, Any]]:
    rows = []
    for guide, specialty, group in (
        ("surgery_guide", "surgery", "non_us_img"),
        ("surgery_guide", "surgery", "us_img"),
        ("all_guide", "medicine", "non_us_img"),
    ):
        row: dict[str, Any] = dict.fromkeys(AUDIT, "")
        row |= {"edition": "synthetic.1", "guide": guide, "guide_scheme": "target"}
        row |= {"specialty": specialty, "applicant_group": "img", "curve_group": group}
        row |= {"rank": 1, "label": "ideal", "score_min": "250.0", "edge": "top"}
        row |= {"verdict": "cannot_tell", "status": "ok"}
        if group == "non_us_img":
            row |= {"probability_at_edge": "0.321", "edge_low": "0.250", "edge_high": "0.400"}
        rows.append(row)
    return rows


def _written(columns: list[str], rows: list[dict[str, Any]]) -> bytes:
    text = io.StringIO()
    writer = csv.DictWriter(text, columns, lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue().encode()


class SyntheticEdition:
    """A folder with a made-up edition that a test may damage; `sign` renews the hashes."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        curves = _curves()
        bands = [
            row
            for curve in curves
            if curve["status"] != "no_evidence"
            for scheme in LABELS
            for row in _bands(curve, scheme)
        ]
        note = {"edition": "synthetic.1", "kind": "quantiles", "statistic": 'made up, "quoted"'}
        evidence = [dict.fromkeys(EVIDENCE, "") | note | {"value": "250", "n": 3, "row": 2}]
        anchor = {"edition": "synthetic.1", "edge": "top", "guide": "surgery_guide"}
        anchors = [dict.fromkeys(ANCHORS, "") | anchor | {"probability": "0.321"}]
        self.write("curves.csv", _written(CURVES, curves))
        self.write("band_table.csv", _written(BANDS, bands))
        self.write("guide_audit.csv", _written(AUDIT, _audit()))
        self.write("evidence.csv", _written(EVIDENCE, evidence))
        self.write("guide_anchors.csv", _written(ANCHORS, anchors))
        noted = {name: curves[7][name] for name in NOTES if name != "note"} | {"note": NOTE}
        self.write("curve_notes.csv", _written(NOTES, [noted]))
        adjustment = {"edition": "synthetic.1", "odds_ratio": "0.500", "n": 80}
        adjustments = [dict.fromkeys(ADJUSTMENTS, "") | adjustment]
        self.write("adjustments.csv", _written(ADJUSTMENTS, adjustments))
        self.sign()

    def write(self, name: str, content: bytes) -> None:
        (self.folder / name).write_bytes(content)

    def replace(self, name: str, old: str, new: str) -> None:
        text = (self.folder / name).read_text(encoding="utf-8")
        assert old in text
        self.write(name, text.replace(old, new).encode())

    def serve(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """Make the look-ups answer from this edition as it is now."""
        monkeypatch.setattr(_edition, "SHIPPED", self.folder)
        _edition._opened.cache_clear()

    def sign(self) -> None:
        """Write edition.json with the hashes of the tables as they are now."""
        tables = {
            path.name: {"sha256": hashlib.sha256(path.read_bytes()).hexdigest(), "rows": 0}
            for path in sorted(self.folder.glob("*.csv"))
        }
        described = {"edition": "synthetic.1", "package_version": "0", "tables": tables}
        text = json.dumps(described | {"inputs": {}, "counts": {"curves": 13}}, indent=1)
        self.write("edition.json", text.encode())


@pytest.fixture
def synthetic(tmp_path: Path) -> SyntheticEdition:
    """Return a fresh synthetic edition that the test may damage."""
    return SyntheticEdition(tmp_path)


@pytest.fixture(scope="session")
def synthetic_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of an undamaged synthetic edition."""
    return SyntheticEdition(tmp_path_factory.mktemp("edition")).folder


@pytest.fixture
def edition(synthetic_folder: Path, monkeypatch: pytest.MonkeyPatch) -> _edition.Edition:
    """Make the look-ups answer from the synthetic edition."""
    monkeypatch.setattr(_edition, "SHIPPED", synthetic_folder)
    return _edition.current()


@pytest.fixture
def frozen(monkeypatch: pytest.MonkeyPatch) -> None:
    """Make the look-ups answer from the frozen copy of a real edition, which no new cycle moves."""
    monkeypatch.setattr(_edition, "SHIPPED", Path(__file__).parents[1] / "frozen" / "edition")
