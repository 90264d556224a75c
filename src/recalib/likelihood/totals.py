"""Binomial likelihood of a base rate, from a count of successes without scores."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from recalib.likelihood.model import State, Term


@dataclass(frozen=True)
class Total:
    """`n_success` of `n_total` people succeeded.

    Where all or none did, half a person is added to either side: the maximum of the likelihood
    would otherwise lie at infinity.
    """

    n_success: float
    n_total: float

    @property
    def successes(self) -> float:
        """Successes as they enter the likelihood."""
        edge = self.n_success in (0, self.n_total)
        return self.n_success + 0.5 if edge else self.n_success

    @property
    def people(self) -> float:
        """People as they enter the likelihood."""
        return self.n_total + 1.0 if self.n_success in (0, self.n_total) else self.n_total


def term(total: Total, at: State) -> Term:
    """Return log-likelihood, score and expected information of the binomial for the base rate."""
    gradient = at.rate_gradient()
    variance = at.rate * (1 - at.rate)
    score = (total.successes - total.people * at.rate) / variance * gradient
    return Term(value(total, at), score, total.people / variance * np.outer(gradient, gradient))


def value(total: Total, at: State) -> float:
    """Return the binomial log-likelihood up to a constant."""
    return float(
        total.successes * np.log(at.rate) + (total.people - total.successes) * np.log1p(-at.rate)
    )
