"""t E[K] of a regular model: a quadratic loss under a Gaussian localization."""

import numpy as np
from numpy.typing import ArrayLike

from polariscope.crystal.degeneracy.exact.exact_value import ExactValue
from polariscope.crystal.degeneracy.exact.positive import positive
from polariscope.errors import PolariscopeError

_EPS, _UNDERFLOW = float(np.finfo(np.float64).eps), float(np.finfo(np.float64).tiny)


def quadratic_value(eigenvalues: ArrayLike, *, t: float, localization: float = 1.0) -> ExactValue:
    """Half a ridge's degrees of freedom, t E[K] = (1/2) sum t l_i/(t l_i + gamma), K = (1/2) sum l_i w_i^2.

    >>> quadratic_value([1.0, 3.0, 0.0], t=1.0).value
    0.625

    Args:
        eigenvalues: l_i of the Hessian, (d,). A negative one is held by the localization, as long as
            t l_i + gamma > 0, and counts negative.
        t: n beta, above 0.
        localization: gamma, above 0, a precision about the minimum. Default: 1, a unit Gaussian.

    Returns:
        From 0 to d/2 at a minimum; its error is rounding.

    Raises:
        PolariscopeError: Eigenvalues that are no vector of finite numbers, or too negative to be localized;
            t or localization not above 0, or beyond doubles with the eigenvalues.
    """
    t, gamma = positive("t", t), positive("localization", localization)
    with np.errstate(over="ignore"):
        pulls = t * _finite(eigenvalues)
        stiffness = pulls + gamma
    if not np.isfinite(stiffness).all():
        rule = "t times an eigenvalue, plus the localization, within doubles"
        raise PolariscopeError("t", rule, t, "choose units in which they are near 1")
    lowest = float(pulls.min())
    if not lowest + gamma > 0:
        rule = f"above -t times the lowest eigenvalue, {-lowest:g}, or there is no posterior"
        raise PolariscopeError("localization", rule, gamma, "localize more, or start from a minimum")
    halves = 0.5 * pulls / stiffness
    # One rounding in each product, sum and quotient; the sum of opposite signs magnifies the first two.
    magnified = np.abs(halves) * (3 + (np.abs(pulls) + gamma) / stiffness)
    rounding = _EPS * (magnified.sum() + halves.size * np.abs(halves).sum()) + _UNDERFLOW * halves.size
    return ExactValue(float(halves.sum()), float(rounding))


def _finite(eigenvalues: ArrayLike) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    try:
        values = np.asarray(eigenvalues, dtype=np.float64)
    except (TypeError, ValueError):
        values = np.empty(0)
    if values.ndim != 1 or not values.size or not np.isfinite(values).all():
        rule = "a vector of finite numbers, at least one"
        raise PolariscopeError("eigenvalues", rule, eigenvalues, "give the Hessian's eigenvalues as a list")
    return values
