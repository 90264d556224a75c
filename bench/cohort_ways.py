"""A cohort's raw folder and a way to read it in; its curves or counts, times and memory out.

    python bench/cohort_ways.py WAY FOLDER

One way a process: what is imported, read and kept by one must not help or burden another. The
result is a line of JSON. Seconds begin when the libraries are imported.
"""

from __future__ import annotations

import hashlib
import json
import resource
import sys
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

#: (specialty, applicant group, outcome) -> intercept at 245 and slope per 10 points.
Curves = dict[str, tuple[float, float]]
_KEY = "cycle, specialty, applicant_group, step2_ck"
_COVARIATES = "needs_visa, step1_failures, years_since_graduation, us_clinical_months"
_MATCHES = "count(matched), sum(matched)"
_INTERVIEWS = (
    "sum(n_applications) FILTER (n_interviews IS NOT NULL), "
    "sum(n_interviews) FILTER (n_applications IS NOT NULL)"
)
_SQUARES = (
    "count(*), count(n_interviews / nullif(n_applications, 0)), "
    "sum(n_interviews::INT * n_interviews / nullif(n_applications, 0)), "
    "sum(n_applications::INT * n_applications) FILTER (n_interviews IS NOT NULL)"
)


class Watch:
    """Seconds by step, since the libraries were imported."""

    def __init__(self) -> None:
        self.steps: dict[str, float] = {}
        self._begun = self._last = time.perf_counter()
        self._cpu = time.process_time()

    def lap(self, name: str) -> None:
        """End a step."""
        now = time.perf_counter()
        self.steps[name] = now - self._last
        self._last = now

    def total(self) -> dict[str, Any]:
        """All of it, as it goes out."""
        usage = resource.getrusage(resource.RUSAGE_SELF)
        return {
            "seconds": self._last - self._begun,
            "cpu": time.process_time() - self._cpu,
            "steps": self.steps,
            "peak_mib": usage.ru_maxrss / 1024,
        }


def _file(folder: Path) -> Path:
    (path,) = (folder / "cohorts").glob("*.parquet")
    return path


def calib(folder: Path, engine: str = "duckdb") -> dict[str, Any]:
    """This project: read, check, count, and fit each curve alone."""
    import ibis.backends.sql.compilers  # noqa: F401  # else with the first query

    from recalib.cohorts.read import load_cohorts
    from recalib.privacy.score_fit import counts_of, raw_fit
    from recalib.raw import _specialties
    from recalib.sources.catalogue import Findings
    from recalib.sources.files import Folder, take_inventory

    watch = Watch()
    files = Folder(folder, Findings())
    inventory = take_inventory(files)
    _, known = _specialties(files, inventory)
    (cohort,) = load_cohorts(inventory, files, known, engine)
    watch.lap("read and count")
    curves: Curves = {}
    for counts in counts_of(cohort):
        found = raw_fit(counts)
        assert found is not None
        key = counts.key
        name = f"{key.specialty} {key.applicant_group} {key.outcome}"
        curves[name] = (found[0].intercept, found[0].slope)
    watch.lap("fit")
    tables = [cohort.counts] if cohort.covariates is None else [cohort.counts, cohort.covariates]
    text = "".join(table.to_csv(index=False) for table in tables)
    counted = hashlib.sha256(text.encode()).hexdigest()
    return watch.total() | {"curves": curves, "counts": counted}


def spark(folder: Path) -> dict[str, Any]:
    """The same, counted by Spark on this machine; its session is started before the clock."""
    import contextlib

    from recalib.cohorts import read
    from recalib.cohorts.spark import Spark

    begun = time.perf_counter()
    with Spark("local[*]") as session:
        session._start()
        started = time.perf_counter() - begun
        read.Spark = lambda engine: contextlib.nullcontext(session)
        found = calib(folder, "local[*]")
    return found | {"started": started, "peak_mib": None, "cpu": None}


def _bare(folder: Path, *queries: str) -> dict[str, Any]:
    import duckdb

    watch = Watch()
    with duckdb.connect() as connection:
        for query in queries:
            sql = f"SELECT {query} FROM read_parquet('{_file(folder)}') GROUP BY ALL"
            connection.execute(sql).fetchall()
    watch.lap("count")
    return watch.total()


def bare_matches(folder: Path) -> dict[str, Any]:
    """DuckDB alone: what the curves of matches are fitted to."""
    return _bare(folder, f"{_KEY}, {_MATCHES}")


def bare_both(folder: Path) -> dict[str, Any]:
    """DuckDB alone: what all curves are fitted to."""
    return _bare(folder, f"{_KEY}, {_MATCHES}, {_INTERVIEWS}")


def bare_all(folder: Path) -> dict[str, Any]:
    """DuckDB alone: the same, and the squares that tell how interviews cluster."""
    return _bare(folder, f"{_KEY}, {_MATCHES}, {_INTERVIEWS}, {_SQUARES}")


def bare_covariates(folder: Path) -> dict[str, Any]:
    """DuckDB alone: `bare_all`, and the same by covariates."""
    sums = f"{_MATCHES}, {_INTERVIEWS}, {_SQUARES}"
    return _bare(folder, f"{_KEY}, {sums}", f"{_KEY}, {_COVARIATES}, {sums}")


class Rows:
    """Rows sorted by population, as numbers; read as a careful user of these libraries would.

    One model of all 96 curves would need a column a coefficient. What takes these libraries least
    time and memory is one population after the other; `by_specialty` gives both groups of a
    specialty at once, in a model with the group's own intercept and slope.
    """

    def __init__(self, folder: Path) -> None:
        import numpy as np
        import pyarrow.parquet as pq

        words = ["specialty", "applicant_group"]
        names = [*words, "step2_ck", "n_applications", "n_interviews", "matched"]
        table = pq.read_table(_file(folder), columns=names, read_dictionary=words)
        table = table.unify_dictionaries().combine_chunks()
        self.specialties, self.groups = (
            table[name].chunk(0).dictionary.to_pylist() for name in words
        )
        codes = [table[name].chunk(0).indices.to_numpy() for name in words]
        code = codes[0].astype(np.uint16) * len(self.groups) + codes[1].astype(np.uint16)
        order = np.argsort(code, kind="stable")
        code = code[order]
        self.group = (code % len(self.groups)).astype(np.int8)
        self.score = ((table["step2_ck"].to_numpy() - 245.0) / 10.0)[order]
        # Blanks as -1: floats with NaN would take eight times the memory.
        self.asked, self.invited, self.matched = (
            table[name].fill_null(-1).to_numpy()[order] for name in names[3:]
        )
        most = len(self.specialties) * len(self.groups)
        self.places = np.searchsorted(code, np.arange(most + 1)).tolist()

    def units(self, by_specialty: bool) -> Iterator[tuple[str, list[str], slice]]:
        """Specialties or populations: name, groups and rows of each."""
        many = len(self.groups)
        for at, specialty in enumerate(self.specialties):
            bounds = self.places[at * many : (at + 1) * many + 1]
            if by_specialty:
                yield specialty, self.groups, slice(bounds[0], bounds[-1])
                continue
            for group, begin, end in zip(self.groups, bounds, bounds[1:], strict=False):
                if begin < end:
                    yield specialty, [group], slice(begin, end)

    def design(self, rows: slice, groups: int, known: Any) -> Any:
        """Score; with two groups, whether it is the second, and the score if so."""
        import numpy as np

        score = self.score[rows][known]
        if groups == 1:
            return score[:, None]
        other = self.group[rows][known].astype(float)
        return np.column_stack([score, other, other * score])


#: Fits (design, results) and (design, invitations, applications): intercept and coefficients.
Fit = Callable[..., tuple[float, Any]]


def _on_rows(folder: Path, match: Fit, interview: Fit, by_specialty: bool) -> dict[str, Any]:
    watch = Watch()
    rows = Rows(folder)
    watch.lap("read and sort")
    curves: Curves = {}

    def note(specialty: str, groups: list[str], outcome: str, found: tuple[float, Any]) -> None:
        intercept, coefficients = found
        for at, group in enumerate(groups):
            height = intercept + (coefficients[1] if at else 0.0)
            slope = coefficients[0] + (coefficients[2] if at else 0.0)
            curves[f"{specialty} {group} {outcome}"] = (float(height), float(slope))

    for specialty, groups, place in rows.units(by_specialty):
        known = rows.matched[place] >= 0
        found = match(rows.design(place, len(groups), known), rows.matched[place][known])
        note(specialty, groups, "match", found)
        known = (rows.asked[place] > 0) & (rows.invited[place] >= 0)
        if known.any():
            own = (each[place][known].astype(float) for each in (rows.invited, rows.asked))
            found = interview(rows.design(place, len(groups), known), *own)
            note(specialty, groups, "interview", found)
    watch.lap("fit")
    return watch.total() | {"curves": curves}


def glum(folder: Path, by_specialty: bool = False) -> dict[str, Any]:
    """Rows by glum."""
    from glum import GeneralizedLinearRegressor

    def fit(design: Any, share: Any, weight: Any = None) -> tuple[float, Any]:
        # With a tighter tolerance its line search fails in large populations.
        model = GeneralizedLinearRegressor(family="binomial", alpha=0, gradient_tol=1e-7)
        model.fit(design, share, sample_weight=weight)
        return model.intercept_, model.coef_

    def interview(design: Any, hit: Any, asked: Any) -> tuple[float, Any]:
        return fit(design, hit / asked, asked)

    return _on_rows(folder, fit, interview, by_specialty)


def sklearn(folder: Path, by_specialty: bool = False) -> dict[str, Any]:
    """Rows by scikit-learn, in Newton steps; an applicant with invitations is two weighted rows."""
    import numpy as np
    from sklearn.linear_model import LogisticRegression

    def fit(design: Any, result: Any, weight: Any = None) -> tuple[float, Any]:
        model = LogisticRegression(C=np.inf, solver="newton-cholesky", tol=1e-11)
        model.fit(design, result, sample_weight=weight)
        return model.intercept_[0], model.coef_[0]

    def interview(design: Any, hit: Any, asked: Any) -> tuple[float, Any]:
        result = np.repeat(np.array([1, 0], dtype=np.int8), len(design))
        return fit(np.tile(design, (2, 1)), result, np.concatenate([hit, asked - hit]))

    return _on_rows(folder, fit, interview, by_specialty)


def statsmodels(folder: Path, by_specialty: bool = False) -> dict[str, Any]:
    """Rows by statsmodels: Logit for matches, GLM for interviews."""
    import numpy as np
    import statsmodels.api as sm

    def match(design: Any, result: Any) -> tuple[float, Any]:
        found = sm.Logit(result, sm.add_constant(design)).fit(disp=0)
        return found.params[0], found.params[1:]

    def interview(design: Any, hit: Any, asked: Any) -> tuple[float, Any]:
        counts = np.column_stack([hit, asked - hit])
        found = sm.GLM(counts, sm.add_constant(design), family=sm.families.Binomial()).fit()
        return found.params[0], found.params[1:]

    return _on_rows(folder, match, interview, by_specialty)


def scan(folder: Path) -> dict[str, Any]:
    """The search for identifying content in a column of text and one of numbers; apart."""
    from recalib.cohorts.identify import scan_content
    from recalib.cohorts.query import Query

    watch = Watch()
    with Query() as query:
        query.rows(f"CREATE VIEW cohort_rows AS SELECT * FROM read_parquet('{_file(folder)}')")
        scan_content(query, "cohort_rows", "specialty", text=True)
        watch.lap("text")
        scan_content(query, "cohort_rows", "step2_ck", text=False)
        watch.lap("numbers")
    return watch.total()


PEERS = (glum, sklearn, statsmodels)
WAYS: dict[str, Callable[[Path], dict[str, Any]]] = {
    each.__name__: each
    for each in (calib, bare_matches, bare_both, bare_all, bare_covariates, *PEERS, spark, scan)
} | {f"{each.__name__}_by_specialty": partial(each, by_specialty=True) for each in PEERS}


if __name__ == "__main__":
    print(json.dumps(WAYS[sys.argv[1]](Path(sys.argv[2]))))
