"""Says where a cohort has too few people, looking at counts only to withhold.

A band of fewer people than the rule asks for is joined with its neighbour, and a band of a guide
gets no probability. Nobody is counted aloud: 0 people and 10 look alike.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import pandas as pd

from recalib.cohorts.counts import Cohort
from recalib.cohorts.labels import source_name
from recalib.contract.keys import KEY_COLUMNS
from recalib.privacy.redact import tells_no_count
from recalib.privacy.score_fit import Counts, counts_of, one_tells_of

#: What `suppressed` says of a curve that is withheld, and of a band that is joined.
FEW_IN_RESULT = "too few people in one of the results, or scores"
ONE_TELLS = "one person would move the curve by more than its standard error"
FEW_IN_BAND = "too few people: joined with {label}"


class Crowds:
    """People behind the curves of cohorts, by source and curve key."""

    @tells_no_count
    def __init__(self, cohorts: Iterable[Cohort] = ()) -> None:
        self._counts: Mapping[tuple[str, ...], Counts] = {
            (source_name(cohort.name, synthetic=cohort.synthetic), *counts.key): counts
            for cohort in cohorts
            for counts in counts_of(cohort)
        }

    def _of(self, curve: pd.Series) -> Counts | None:
        key = (str(curve["sources"]), *(str(curve[name]) for name in KEY_COLUMNS))
        return self._counts.get(key)

    @tells_no_count
    def withholds(self, curve: pd.Series) -> str:
        """Say why a curve is withheld; "" where it is not."""
        counts = self._of(curve)
        if counts is None:
            return ""
        if not counts.enough:
            return FEW_IN_RESULT
        return ONE_TELLS if one_tells_of(counts) else ""

    @tells_no_count
    def are_enough(self, curve: pd.Series, low: float, high: float) -> bool:
        """Whether enough people have scores from `low` to `high`; always, for printed curves."""
        counts = self._of(curve)
        if counts is None:
            return True
        inside = (counts.score >= low) & (counts.score <= high)
        return float(counts.people[inside].sum()) >= counts.threshold
