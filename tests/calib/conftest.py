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

COLUMNS = {
    file: [word.partition("/")[0] for word in columns.split()]
    for file, columns in _edition.tables().values()
}
CURVES = COLUMNS["curves.csv"]

LABELS = {
    "guide": ("highly_competitive", "competitive", "borderline", "low"),
    "chance": ("very_likely", "likely", "possible", "unlikely"),
}
EDGES = (0.75, 0.5, 0.25)

#: The specialty whose edge at an even chance is wide, and one that is flat at a known level.
WIDE, KNOWN = "children", "villages"
CHANCES = {"probability": "0.500", "probability_low": "0.400", "probability_high": "0.600"}
CHANCES |= {"next_low": "0.300", "next_high": "0.700", "standing_matched": "0.250"}
REASON = "Made up: about 32 of 100 matched there, and next cycle's whole interval is below half."
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
    "2026,children,non_us_img,,match,ranked_first,0.4,0.5,0.3,0.2,0.1,210,280,120,A,ok",
    "2026,villages,non_us_img,,match,ranked_first,0.6,0.02,0.05,0.02,0,205,265,900,A,flat",
]


def _curves() -> list[dict[str, Any]]:
    names = "cycle specialty applicant_group needs_visa outcome denominator intercept slope"
    names += " intercept_se slope_se correlation score_low score_high n grade status"
    rows = []
    for line in ROWS:
        row: dict[str, Any] = dict.fromkeys(CURVES, "")
        row |= dict(zip(names.split(), line.split(","), strict=True))
        row |= (
            {"own_share": "0.900", "drift_sd": "0.3000", "bend_sd": "0.1000"}
            if row["slope"]
            else {}
        )
        rows.append(row | {"edition": "synthetic.1", "sources": "made_up_a|made_up_b"})
    return rows


def _edge(curve: dict[str, Any], p: float) -> float:
    return 245 + 10 * (math.log(p / (1 - p)) - float(curve["intercept"])) / float(curve["slope"])


def _bands(curve: dict[str, Any]) -> list[dict[str, Any]]:
    """Rows with bounds from 300 down to the first edge that is within reach and `WIDE`."""
    shared = {name: curve[name] for name in (*CURVES[:7], "grade", "n", "sources")}
    top, wide = 300, False
    rows = []
    for rank in range(1, 5):
        row: dict[str, Any] = dict.fromkeys(COLUMNS["band_table.csv"], "") | shared
        row |= {"rank": rank, "label": LABELS["chance"][rank - 1], "status": curve["status"]}
        row |= {"guide_label": LABELS["guide"][rank - 1] if curve["outcome"] == "match" else ""}
        rows.append(row)
        if row["specialty"] == KNOWN and rank == 2:
            row |= {"score_min": 1, "score_max": 300, **CHANCES}
        if curve["status"] != "ok":
            continue
        edge = _edge(curve, EDGES[rank - 1]) if rank < 4 else 0.0
        last = edge < float(curve["score_low"])
        wide |= curve["specialty"] == WIDE and EDGES.index(0.5) == rank - 1
        if wide or top == 0 or edge > float(curve["score_high"]):
            row["status"] = "wide" if wide else "unreachable"
            continue
        row |= {"score_min": 1 if last else math.ceil(edge), "score_max": top, **CHANCES}
        if not last:
            row |= {"boundary": f"{edge:.1f}", "guide_edge": "250.0", "shift": "1.5"}
            row |= {"boundary_low": f"{edge - 5:.1f}", "boundary_high": f"{edge + 6:.1f}"}
            row |= {"boundary_next_low": f"{edge - 9:.1f}"}
        top = 0 if last else math.ceil(edge) - 1
    return rows


def _standing() -> list[dict[str, Any]]:
    """Three scores of the newest curve of surgery, and two of a flat one."""
    rows = []
    for key, shares in (
        (ROWS[0], {220: "0.020,0.010,0.030,0.100", 250: "0.410,0.360,0.460,0.700"}),
        (ROWS[0], {270: "0.950,0.930,0.970,0.990"}),
        (ROWS[6], {220: "0.100,0.050,0.150,0.120", 250: "0.500,0.450,0.550,0.520"}),
    ):
        for score, text in shares.items():
            row: dict[str, Any] = dict(zip(CURVES[1:7], key.split(","), strict=False))
            row |= {"edition": "synthetic.1", "score": score}
            *row_shares, other = text.split(",")
            shown = [
                *row_shares,
                other,
                f"{float(other) - 0.02:.3f}",
                f"{float(other) + 0.005:.3f}",
            ]
            rows.append(row | dict(zip(COLUMNS["standing.csv"][8:], shown, strict=True)))
    return rows


def _audit() -> list[dict[str, Any]]:
    rows = []
    for guide, specialty, group in (
        ("surgery_guide", "surgery", "non_us_img"),
        ("surgery_guide", "surgery", "us_img"),
        ("all_guide", "medicine", "non_us_img"),
    ):
        row: dict[str, Any] = dict.fromkeys(COLUMNS["guide_audit.csv"], "")
        row |= {"edition": "synthetic.1", "guide": guide, "guide_scheme": "target"}
        row |= {"specialty": specialty, "applicant_group": "img", "curve_group": group}
        row |= {"rank": 1, "label": "ideal", "score_min": "250.0", "edge": "top"}
        row |= {"verdict": "no_claim", "status": "ok"}
        if group == "non_us_img":
            row |= {"probability_at_edge": "0.321", "edge_low": "0.250", "edge_high": "0.400"}
            row |= {"next_low": "0.190", "next_high": "0.480", "standing_matched": "0.410"}
            row |= {"cycle": "2026", "denominator": "ranked_first", "reading": "competitive"}
            row |= {"data_label": "borderline", "verdict": "overstates", "reason": REASON}
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
        told = [curve for curve in curves if curve["status"] != "no_evidence"]
        bands = [row for curve in told for row in _bands(curve)]
        note = {"kind": "quantiles", "statistic": 'made up, "quoted"', "value": "250", "n": 3}
        rows: dict[str, list[dict[str, Any]]] = {
            "curves.csv": curves,
            "band_table.csv": bands,
            "standing.csv": _standing(),
            "guide_audit.csv": _audit(),
            "evidence.csv": [note | {"row": 2}],
            "curve_notes.csv": [{name: curves[7][name] for name in CURVES[1:7]} | {"note": NOTE}],
            "adjustments.csv": [{"odds_ratio": "0.500", "n": 80}],
        }
        for name, listed in rows.items():
            blank = dict.fromkeys(COLUMNS[name], "") | {"edition": "synthetic.1"}
            self.write(name, _written(COLUMNS[name], [blank | row for row in listed]))
        self.sign()

    def add_cohorts(self, *changed: dict[str, Any]) -> None:
        """Add curves of cohorts, each the first curve but for what is changed, with bands."""
        first = _curves()[0] | {"grade": "C", "note": ""}
        own = [first | each for each in changed]
        bands = [row for curve in own if curve["slope"] for row in _bands(curve)]
        self.write("cohort_curves.csv", _written(COLUMNS["cohort_curves.csv"], own))
        self.write("cohort_bands.csv", _written(COLUMNS["cohort_bands.csv"], bands))
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


@pytest.fixture(autouse=True)
def no_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    """Read a damaged edition again at once, not after a while."""
    monkeypatch.setattr(_edition, "_PAUSES", (0,))


@pytest.fixture
def frozen(monkeypatch: pytest.MonkeyPatch) -> None:
    """Make the look-ups answer from the frozen copy of a real edition, which no new cycle moves."""
    monkeypatch.setattr(_edition, "SHIPPED", Path(__file__).parents[1] / "frozen" / "edition")
