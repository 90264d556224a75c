"""What look-ups answer: small immutable objects that carry all that qualifies a number."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass, field
from operator import attrgetter
from typing import Any, Self

from calib.line import Line, after_drift
from calib.names import WHOSE


class Record:
    """Equality, hash, repr and `as_dict` by named fields."""

    __slots__ = ()

    @classmethod
    def names(cls) -> tuple[str, ...]:
        """Return the names of the fields, in the order of `as_dict`: an answer's own come first."""
        own = [f.name for f in dataclasses.fields(cls) if f.repr]  # type: ignore[arg-type]  # each subclass is a dataclass
        shared = Answer.__slots__ if issubclass(cls, Answer) else ()
        return (*(n for n in own if n not in shared), *(n for n in own if n in shared))

    @classmethod
    def of(cls, values: Mapping[str, Any], **further: Any) -> Self:
        """Return the record with these values; names that it has not are left out."""
        known = {f.name for f in dataclasses.fields(cls)}  # type: ignore[arg-type]  # as above
        return cls(**{name: values[name] for name in values if name in known} | further)

    def as_dict(self) -> dict[str, object]:
        """Return every field by name for JSON, nested records as dicts and tuples as lists."""
        return {name: plain(getattr(self, name)) for name in self.names()}

    def __repr__(self) -> str:
        shown = ", ".join(f"{name}={_short(getattr(self, name))}" for name in self.names())
        return f"{type(self).__name__}({shown})"

    def _repr_html_(self) -> str:
        """Return a small table for notebooks: what is known, and whose chances these are."""
        from html import escape  # only notebooks ask

        told = [(name, _told(getattr(self, name))) for name in self.names()]
        rows = "".join(
            f'<tr><th scope="row">{escape(name)}</th><td>{escape(text)}</td></tr>'
            for name, text in told
            if text
        )
        # A guide's row has no outcome: guides speak of a match.
        whose = f" ({WHOSE})" if getattr(self, "outcome", "match") == "match" else ""
        return f"<table><caption>{type(self).__name__}{whose}</caption>{rows}</table>"


def plain(value: object) -> object:
    """Return records as dicts and tuples as lists, for JSON."""
    if isinstance(value, Record):
        return value.as_dict()
    if isinstance(value, tuple | list):
        return [plain(item) for item in value]
    return value


def _told(value: object) -> str:
    """Return a value as a table tells it; blank for None and for nothing."""
    if isinstance(value, tuple):
        return "; ".join(map(_told, value))
    if isinstance(value, Record):
        return " ".join(filter(None, (_told(getattr(value, name)) for name in value.names())))
    if value is None:
        return ""
    return f"{value:.4g}" if isinstance(value, float) else str(value)


def _short(value: object) -> str:
    return f"{value:.6g}" if isinstance(value, float) else repr(value)


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class CurveKey(Record):
    """What identifies a curve, with its status: an entry of `available`."""

    cycle: str
    specialty: str
    applicant_group: str
    needs_visa: str | None
    outcome: str
    denominator: str
    status: str


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Curve(Record):
    """P(x) = expit(intercept + slope * (x - 245) / 10) of one key, with its uncertainty.

    A chance of a match is that of those who had interviews enough to rank it. Standard errors are
    total (sampling, printing, pooling, borrowing); the next cycle's level has moved by `drift_sd`
    on the logit. A key without evidence has status ``no_evidence``, None for every number, and in
    `available` the keys of the same specialty that have a curve.
    """

    edition: str
    cycle: str | None
    specialty: str
    applicant_group: str
    needs_visa: str | None
    outcome: str
    denominator: str | None
    intercept: float | None = None
    slope: float | None = None
    intercept_se: float | None = None
    slope_se: float | None = None
    correlation: float | None = None
    own_share: float | None = None
    drift_sd: float | None = None
    bend_sd: float | None = None
    score_low: float | None = None
    score_high: float | None = None
    base_rate: float | None = None
    n: int | None = None
    grade: str | None = None
    status: str
    sources: tuple[str, ...] = ()
    available: tuple[CurveKey, ...] = ()

    @property
    def line(self) -> Line | None:
        """The curve's mathematics (see `calib.line`), or None where it has no numbers."""
        numbers = (self.intercept, self.slope, self.intercept_se, self.slope_se)
        if None in numbers:
            return None
        return Line(*numbers, self.correlation or 0.0)  # type: ignore[arg-type]  # none is None

    @property
    def next_line(self) -> Line | None:
        """The same with the next cycle's uncertainty, or None where the drift is not told."""
        if self.line is None or self.drift_sd is None:
            return None
        return after_drift(self.line, self.drift_sd)

    def outside(self, score: float) -> bool:
        """Return whether a score lies outside the 1st to 99th percentile of the fitted ones."""
        low, high = self.score_low, self.score_high
        return (low is not None and score < low) or (high is not None and score > high)


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Answer(Record):
    """What every answer carries beside its number: the curve and what qualifies it."""

    curve: Curve = field(repr=False, compare=False)
    status: str
    grade: str | None
    n: int | None
    specialty: str
    applicant_group: str
    needs_visa: str | None
    outcome: str
    cycle: str | None
    denominator: str | None
    sources: tuple[str, ...]
    edition: str
    available: tuple[CurveKey, ...]

    @classmethod
    def to(cls, curve: Curve, **values: Any) -> Self:
        """Return an answer of a curve; it speaks for the curve where `values` say nothing else."""
        return cls(
            **dict(zip(_OF_CURVE, _of_curve(curve), strict=True)) | {"curve": curve} | values
        )

    @property
    def available_groups(self) -> tuple[str, ...]:
        """Applicant groups in `available`, each once, in its order."""
        return tuple(dict.fromkeys(key.applicant_group for key in self.available))


_OF_CURVE = Answer.__slots__[1:]
_of_curve = attrgetter(*_OF_CURVE)


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Probability(Answer):
    """Chance of the outcome at one score, with 95 % intervals.

    A chance of a match is that of those who had interviews enough to rank it. `low`, `high` are for
    the curve's own cycle; `next_low`, `next_high` for the next one, the edition's newest match year
    + 1, whose level may have moved. `extrapolated` is True outside the 1st to 99th percentile of
    the fitted scores, and None where there is no curve.
    """

    score: float
    value: float | None = None
    low: float | None = None
    high: float | None = None
    next_low: float | None = None
    next_high: float | None = None
    extrapolated: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Standing(Answer):
    """Shares of those who matched, and of those who did not, that are at or below a score.

    Each with its 95 % interval, for the curve's own cycle and people, who all had interviews enough
    to rank the specialty. All are None where no standing is told: for a borrowed curve and without
    evidence (`status` says so), and outside the fitted scores (``unreachable``).
    """

    score: float
    matched: float | None = None
    matched_low: float | None = None
    matched_high: float | None = None
    not_matched: float | None = None
    not_matched_low: float | None = None
    not_matched_high: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Band(Answer):
    """One label on one curve, with its scores and the chance within it.

    `label` is the word of the scheme that was asked for, `chance_label` and `guide_label` those of
    both; the guides have none for interviews. A chance of a match is that of those who had
    interviews enough to rank it. `boundary` is the unrounded lower edge; ``*_low``, ``*_high`` are
    95 % intervals of the curve's own cycle, ``*_next_*`` and ``next_*`` of the next one (a None end
    is unbounded). The standing is that of `score_min` (see `Standing`). Bounds are None where no
    edge is claimed; `status` says why. `extrapolated` is True for the answer to one score outside
    the 1st to 99th percentile of the fitted scores: bands may cover 1-300, and the label is not
    supported there. It is False for a row of `calib.bands`, which describes a range, and where
    there is no curve.
    """

    label: str | None = None
    chance_label: str | None = None
    guide_label: str | None = None
    score_min: int | None = None
    score_max: int | None = None
    boundary: float | None = None
    boundary_low: float | None = None
    boundary_high: float | None = None
    boundary_next_low: float | None = None
    boundary_next_high: float | None = None
    probability: float | None = None
    probability_low: float | None = None
    probability_high: float | None = None
    next_low: float | None = None
    next_high: float | None = None
    standing_matched: float | None = None
    standing_not_matched: float | None = None
    guide_edge: float | None = None
    shift: float | None = None
    scheme: str
    rank: int | None = None
    suppressed: str | None = None
    extrapolated: bool = False


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Boundary(Answer):
    """Score at which the curve reaches a chance `p`, with 95 % intervals.

    A chance of a match is that of those who had interviews enough to rank it. `score` is None
    unless status is ``ok``: within the fitted scores, and known to 40 points or less. `low`, `high`
    are for the curve's own cycle; `next_low`, `next_high` for the next one, where a None end is
    unbounded: it lies outside 185-300, where no table has a score.
    """

    p: float
    score: float | None = None
    low: float | None = None
    high: float | None = None
    next_low: float | None = None
    next_high: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Gain(Answer):
    """Difference in chance between two scores on one curve, with its 95 % interval.

    A chance of a match is that of those who had interviews enough to rank it. `value`, `low`,
    `high` are differences in probability, `odds_ratio` the odds at `to_score` over those at
    `from_score`. A difference between people with these scores, not the effect of points. It has no
    interval for the next cycle: it lies in the curve's slope, and what is known to move is the
    level.
    """

    from_score: float
    to_score: float
    value: float | None = None
    low: float | None = None
    high: float | None = None
    odds_ratio: float | None = None
    odds_ratio_low: float | None = None
    odds_ratio_high: float | None = None
    extrapolated: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class AuditRow(Record):
    """One printed band of a guide beside what the data give it.

    A chance is that of those who had interviews enough to rank it. `reading` is what the label
    stands for, `data_label` what the data would call the band, `verdict` how the two compare in the
    next cycle, and `reason` why, in a sentence.
    """

    edition: str
    guide: str
    guide_scheme: str
    specialty: str
    applicant_group: str
    curve_group: str | None
    cycle: str | None
    denominator: str | None
    rank: int
    label: str
    reading: str | None
    data_label: str | None
    score_min: float | None
    score_max: float | None
    edge: str | None
    probability_at_edge: float | None
    edge_low: float | None
    edge_high: float | None
    next_low: float | None
    next_high: float | None
    probability_in_band: float | None
    band_low: float | None
    band_high: float | None
    standing_matched: float | None
    standing_not_matched: float | None
    calibrated_edge: float | None
    shift: float | None
    verdict: str | None
    reason: str | None
    status: str | None
    grade: str | None
