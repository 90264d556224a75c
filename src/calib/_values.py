"""In: numbers of one look-up; out: small immutable objects that carry all that qualifies them."""

from __future__ import annotations

from calib._record import Record

_set = object.__setattr__


class CurveKey(Record):
    """What identifies a curve, with its status: an entry of `available`."""

    __slots__ = _fields = (
        "cycle",
        "specialty",
        "applicant_group",
        "needs_visa",
        "outcome",
        "denominator",
        "status",
    )
    cycle: str
    specialty: str
    applicant_group: str
    needs_visa: str | None
    outcome: str
    denominator: str
    status: str


class Curve(Record):
    """P(x) = expit(intercept + slope * (x - 245) / 10) of one key, with its uncertainty.

    Standard errors are total (sampling, printing, pooling, borrowing). A key without evidence has
    status ``no_evidence``, None for every number, and in `available` the keys of the same specialty
    that have a curve.
    """

    __slots__ = _fields = (
        "edition",
        "cycle",
        "specialty",
        "applicant_group",
        "needs_visa",
        "outcome",
        "denominator",
        "intercept",
        "slope",
        "intercept_se",
        "slope_se",
        "correlation",
        "score_low",
        "score_high",
        "base_rate",
        "n",
        "grade",
        "status",
        "sources",
        "available",
    )
    edition: str
    cycle: str | None
    specialty: str
    applicant_group: str
    needs_visa: str | None
    outcome: str
    denominator: str | None
    intercept: float | None
    slope: float | None
    intercept_se: float | None
    slope_se: float | None
    correlation: float | None
    score_low: float | None
    score_high: float | None
    base_rate: float | None
    n: int | None
    grade: str | None
    status: str
    sources: tuple[str, ...]
    available: tuple[CurveKey, ...]


_COMMON = (
    "grade",
    "n",
    "specialty",
    "applicant_group",
    "needs_visa",
    "outcome",
    "cycle",
    "denominator",
    "sources",
    "edition",
    "available",
)


class Answer(Record):
    """What every answer carries beside its number: the curve and what qualifies it."""

    __slots__ = ()
    curve: Curve

    @property
    def edition(self) -> str:
        """Edition of the table, such as ``2026.1``."""
        return self.curve.edition

    @property
    def cycle(self) -> str | None:
        """Match year, or a span such as ``2020-2024``."""
        return self.curve.cycle

    @property
    def specialty(self) -> str:
        """Canonical name of the specialty."""
        return self.curve.specialty

    @property
    def applicant_group(self) -> str:
        """Whom the curve describes."""
        return self.curve.applicant_group

    @property
    def needs_visa(self) -> str | None:
        """``yes``, ``no``, or None for everyone."""
        return self.curve.needs_visa

    @property
    def outcome(self) -> str:
        """``match`` or ``interview``."""
        return self.curve.outcome

    @property
    def denominator(self) -> str | None:
        """Whom the chance counts: ``ranked_first``, ``ranked_any_pgy1`` or ``applications``."""
        return self.curve.denominator

    @property
    def sources(self) -> tuple[str, ...]:
        """Names of the published tables behind the curve."""
        return self.curve.sources

    @property
    def available(self) -> tuple[CurveKey, ...]:
        """Keys of this specialty that have a curve; filled only where this one has none."""
        return self.curve.available

    @property
    def available_groups(self) -> tuple[str, ...]:
        """Applicant groups in `available`, each once, in its order."""
        return tuple(dict.fromkeys(key.applicant_group for key in self.curve.available))


class CurveAnswer(Answer):
    """An answer that speaks for its whole curve, hence with the curve's grade and people."""

    __slots__ = ()

    @property
    def grade(self) -> str | None:
        """Grade of the evidence, A (best) to D (totals only)."""
        return self.curve.grade

    @property
    def n(self) -> int | None:
        """People behind the curve."""
        return self.curve.n


class Probability(CurveAnswer):
    """Chance of the outcome at one score, with its 95 % interval.

    `extrapolated` is True outside the 1st to 99th percentile of the fitted scores, and None where
    there is no curve.
    """

    __slots__ = ("curve", "score", "value", "low", "high", "extrapolated")
    _fields = ("score", "value", "low", "high", "extrapolated", "status", *_COMMON)
    score: float
    value: float | None
    low: float | None
    high: float | None
    extrapolated: bool | None

    def __init__(
        self,
        curve: Curve,
        score: float,
        value: float | None,
        low: float | None,
        high: float | None,
        extrapolated: bool | None,
    ) -> None:
        # The general constructor takes 1 microsecond more, of the 5 that a look-up may take.
        _set(self, "curve", curve)
        _set(self, "score", score)
        _set(self, "value", value)
        _set(self, "low", low)
        _set(self, "high", high)
        _set(self, "extrapolated", extrapolated)

    @property
    def status(self) -> str:
        """``ok``, ``flat``, ``weak``, ``borrowed`` or ``no_evidence``."""
        return self.curve.status


class Band(Answer):
    """One label of a scheme on one curve, with its scores and the chance within it.

    `boundary` is the unrounded lower edge with its 95 % interval (a None end is unbounded). Bounds
    are None where no edge is claimed; `status` says why. `extrapolated` is True for the answer to
    one score outside the 1st to 99th percentile of the fitted scores: bands cover 1-300, and the
    label is not supported there. It is False for a row of `calib.bands`, which describes a range,
    and where there is no curve.
    """

    __slots__ = (
        "curve",
        "scheme",
        "rank",
        "label",
        "score_min",
        "score_max",
        "boundary",
        "boundary_low",
        "boundary_high",
        "probability",
        "probability_low",
        "probability_high",
        "guide_edge",
        "shift",
        "suppressed",
        "status",
        "grade",
        "n",
        "extrapolated",
    )
    _fields = (
        "label",
        "score_min",
        "score_max",
        "boundary",
        "boundary_low",
        "boundary_high",
        "probability",
        "probability_low",
        "probability_high",
        "guide_edge",
        "shift",
        "scheme",
        "rank",
        "suppressed",
        "extrapolated",
        "status",
        *_COMMON,
    )
    scheme: str
    rank: int | None
    label: str | None
    score_min: int | None
    score_max: int | None
    boundary: float | None
    boundary_low: float | None
    boundary_high: float | None
    probability: float | None
    probability_low: float | None
    probability_high: float | None
    guide_edge: float | None
    shift: float | None
    suppressed: str | None
    status: str
    grade: str | None
    n: int | None
    extrapolated: bool


Answered = CurveAnswer | Band
"""Any answer of a look-up."""


class Boundary(CurveAnswer):
    """Score at which the curve reaches a chance `p`, with its 95 % interval.

    `score` is None unless status is ``ok``; a None end of a claimed interval is unbounded: it lies
    outside 185-300, where no table has a score.
    """

    __slots__ = ("curve", "p", "score", "low", "high", "status")
    _fields = ("p", "score", "low", "high", "status", *_COMMON)
    p: float
    score: float | None
    low: float | None
    high: float | None
    status: str


class Gain(CurveAnswer):
    """Difference in chance between two scores on one curve, with its 95 % interval.

    `value`, `low`, `high` are differences in probability, `odds_ratio` the odds at `to_score` over
    those at `from_score`. A difference between people with these scores, not the effect of points.
    """

    __slots__ = (
        "curve",
        "from_score",
        "to_score",
        "value",
        "low",
        "high",
        "odds_ratio",
        "odds_ratio_low",
        "odds_ratio_high",
        "extrapolated",
    )
    _fields = (*__slots__[1:], "status", *_COMMON)
    from_score: float
    to_score: float
    value: float | None
    low: float | None
    high: float | None
    odds_ratio: float | None
    odds_ratio_low: float | None
    odds_ratio_high: float | None
    extrapolated: bool | None

    @property
    def status(self) -> str:
        """``ok``, ``flat``, ``weak``, ``borrowed`` or ``no_evidence``."""
        return self.curve.status


class AuditRow(Record):
    """One printed band of a guide beside what the data give it."""

    __slots__ = _fields = (
        "edition",
        "guide",
        "guide_scheme",
        "specialty",
        "applicant_group",
        "curve_group",
        "denominator",
        "rank",
        "label",
        "score_min",
        "score_max",
        "edge",
        "probability_at_edge",
        "edge_low",
        "edge_high",
        "probability_in_band",
        "band_low",
        "band_high",
        "calibrated_edge",
        "shift",
        "verdict",
        "status",
        "grade",
    )
    edition: str
    guide: str
    guide_scheme: str
    specialty: str
    applicant_group: str
    curve_group: str | None
    denominator: str | None
    rank: int
    label: str
    score_min: float | None
    score_max: float | None
    edge: str | None
    probability_at_edge: float | None
    edge_low: float | None
    edge_high: float | None
    probability_in_band: float | None
    band_low: float | None
    band_high: float | None
    calibrated_edge: float | None
    shift: float | None
    verdict: str | None
    status: str | None
    grade: str | None
