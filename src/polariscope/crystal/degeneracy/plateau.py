"""Where an estimate does not depend on the setting it was made with: the plateau of a scan."""

from dataclasses import dataclass
from math import sqrt

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import chdtri

from polariscope.errors import PolariscopeError

_TAIL = 0.05  # a run whose spread is beyond this quantile of chi-squared is not one value
_SHARE = 0.05  # a rise from end to end below this share of the mean matters to nobody,
_ERRORS = 2.0  # and one below so many standard errors is not known to be there


@dataclass(frozen=True)
class Plateau:
    """Consecutive settings of a scan whose values are statistically one.

    Args:
        start: Index of the first.
        stop: Index after the last, as in a slice.
        value: Mean of their values, weighted by 1/error^2.
        standard_error: Of it, 1/sqrt(sum 1/error^2): the settings' errors are independent.
    """

    start: int
    stop: int
    value: float
    standard_error: float


@dataclass(frozen=True)
class _Run:
    plateau: Plateau
    excess: float
    holds: bool


def plateau(values: ArrayLike, errors: ArrayLike, usable: ArrayLike, *, least: int = 3) -> Plateau | None:
    """Find the longest run of usable settings with one value v: chi^2 = sum (v_i - v)^2/e_i^2 is small.

    It is not beyond the 95 % quantile of chi-squared with one degree less than settings, and the straight
    line fitted to the run, weighted alike, rises from its first setting to its last by at most 5 % of v or by
    at most 2 of its own standard errors. Of runs of one length the one with the smallest chi^2 is taken.

    Errors are taken as known: where each is a spread over few chains, chi^2 comes out too large too often,
    and a plateau may be cut short. Settings count as evenly spaced, such as powers of ten.

    >>> plateau([9.0, 5.1, 5.0, 4.9, 2.0], [0.1] * 5, [True] * 5).value.__round__(9)
    5.0
    >>> plateau([1.0, 2.0, 3.0, 4.0], [0.1] * 4, [True] * 4) is None
    True

    Args:
        values: One a setting, settings ascending, (n,).
        errors: Their standard errors, (n,).
        usable: Which settings gave a number to be believed, (n,). One whose value or error is not finite, or
            whose error is 0 (chains that never moved), is not used either.
        least: Fewest settings of a plateau. Default: 3, the fewest in which a bend can show.

    Returns:
        The plateau; None where no run of `least` settings is one.

    Raises:
        PolariscopeError: Lengths differ, an error is negative, or `least` is no whole number of 2 or more.
    """
    if isinstance(least, bool) or not isinstance(least, int) or least < 2:
        raise PolariscopeError("least", "a whole number, 2 or more", least, "leave it out for 3")
    heights, spreads, used = _checked(values, errors, usable)
    for length in range(len(heights), least - 1, -1):
        starts = [i for i in range(len(heights) - length + 1) if used[i : i + length].all()]
        runs = [_measure(heights, spreads, start, start + length) for start in starts]
        flat = [run for run in runs if run.holds]
        if flat:
            return min(flat, key=lambda run: run.excess).plateau
    return None


def _checked(
    values: ArrayLike, errors: ArrayLike, usable: ArrayLike
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.bool_]]:
    heights, spreads = np.asarray(values, np.float64), np.asarray(errors, np.float64)
    used = np.asarray(usable, np.bool_)
    shapes = (heights.shape, spreads.shape, used.shape)
    if len(set(shapes)) != 1 or heights.ndim != 1:
        cure = "give one value, one error and one flag a setting"
        raise PolariscopeError("values", "values, errors and usable have one length", f"shapes {shapes}", cure)
    if (spreads < 0).any():
        value = spreads[spreads < 0][0]
        raise PolariscopeError("errors", "standard errors of 0 or more", value, "give nan where none is known")
    return heights, spreads, used & np.isfinite(heights) & np.isfinite(spreads) & (spreads > 0)


def _measure(values: NDArray[np.float64], errors: NDArray[np.float64], start: int, stop: int) -> _Run:
    heights, spreads, places = values[start:stop], errors[start:stop], np.arange(start, stop, dtype=np.float64)
    sharpest = float(spreads.min())
    weights = (sharpest / spreads) ** 2  # at most 1: no overflow, however small the errors are
    mean = float(weights @ heights / weights.sum())
    error = sharpest / sqrt(float(weights.sum()))
    with np.errstate(over="ignore"):  # a value that has run away is no part of any run, however far it ran
        excess = float((((heights - mean) / spreads) ** 2).sum())
    apart = places - weights @ places / weights.sum()
    leverage = float(weights @ apart**2)  # 0 where one error is all that counts: there is no line then
    length = stop - start - 1
    rise = length * abs(float(weights @ (apart * heights)))
    allowed = max(_SHARE * abs(mean) * leverage, _ERRORS * length * sharpest * sqrt(leverage))
    holds = excess <= float(chdtri(length, _TAIL)) and rise <= allowed
    return _Run(Plateau(start, stop, mean, error), excess, holds)
