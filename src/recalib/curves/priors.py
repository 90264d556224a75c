"""The priors of the fit, in one place, so that the page of criticism can move each of them."""

from __future__ import annotations

from dataclasses import dataclass

from recalib.likelihood.model import SHAPE_PRECISION


@dataclass(frozen=True)
class Normal:
    """A quantity known with a normal error."""

    mean: float
    sd: float


@dataclass(frozen=True)
class Priors:
    """What is assumed before any table is read; slopes are per 10 points.

    Parameters
    ----------
    mean : tuple of (float, float)
        Mean and standard deviation of the normal prior of a group's mean slope.
    specialty_scale : float
        Scale of the half-normal prior of tau, the scale of the specialties' effects.
    cycle_scale : float
        Scale of the half-normal prior of omega, the standard deviation between cycles.
    freedom : float
        Degrees of freedom of the t distribution of specialties' effects; infinite is a normal.
    step_scale : float
        Scale of the half-normal prior of the step that levels take in a year.
    bend_scale : float
        Scale of the half-normal prior of the standard deviation of bends: what the logit one
        standard deviation of the scores away from their mean differs from a straight one.
    shape_precision : tuple of float
        Prior precisions of the five shape parameters of the distribution of scores.
    limits : tuple of (float, float)
        What is pooled is not considered outside these.

    Raises
    ------
    ValueError
        If a standard deviation, a scale or the degrees of freedom are not above 0.
    """

    mean: tuple[float, float] = (0.4, 0.3)
    specialty_scale: float = 0.2
    cycle_scale: float = 0.1
    freedom: float = 4.0
    step_scale: float = 0.2
    bend_scale: float = 0.1
    shape_precision: tuple[float, ...] = tuple(SHAPE_PRECISION)
    limits: tuple[float, float] = (-3.0, 6.0)

    def __post_init__(self) -> None:
        """Refuse what no prior can have."""
        above = {"the standard deviation of the mean slope": self.mean[1]}
        for name in ("specialty_scale", "cycle_scale", "freedom", "step_scale", "bend_scale"):
            above[name] = getattr(self, name)
        for what, value in above.items():
            if not value > 0:
                raise ValueError(f"Of a prior {what} is {value:g}; it must be above 0.")


DEFAULT = Priors()
