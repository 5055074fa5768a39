"""Adjusted p-values, for who looks at many cells at once."""

import numpy as np
from numpy.typing import ArrayLike, NDArray

from polariscope.statistics._checks import finite, within

_Floats = NDArray[np.float64]


def holm(p: ArrayLike) -> _Floats:
    """min(1, max_{i <= k} (m - i + 1) p_(i)) for the k-th smallest of m p-values (Holm 1979).

    Rejecting what lies below a keeps the chance of any false rejection below a, however the p-values depend
    on each other.

    >>> holm([0.01, 0.04, 0.03, 0.005]).round(6).tolist()
    [0.03, 0.06, 0.06, 0.02]

    Args:
        p: p-values. Shape ``(m,)``.

    Returns:
        Adjusted p-values, in the given order. Shape ``(m,)``.

    Raises:
        PolariscopeError: If one is not in [0, 1], or there is none.
    """
    values = _p_values(p)
    order = np.argsort(values, kind="stable")
    stepped = values[order] * np.arange(len(values), 0, -1)
    return _in_order(np.maximum.accumulate(stepped), order)


def benjamini_hochberg(p: ArrayLike) -> _Floats:
    """min(1, min_{i >= k} (m / i) p_(i)) for the k-th smallest of m p-values (Benjamini and Hochberg 1995).

    Rejecting what lies below a keeps the expected share of false ones among the rejected below a, for
    p-values that are independent or positively dependent.

    >>> benjamini_hochberg([0.01, 0.04, 0.03, 0.005]).round(6).tolist()
    [0.02, 0.04, 0.04, 0.02]

    Args:
        p: p-values. Shape ``(m,)``.

    Returns:
        Adjusted p-values, in the given order. Shape ``(m,)``.

    Raises:
        PolariscopeError: If one is not in [0, 1], or there is none.
    """
    values = _p_values(p)
    order = np.argsort(values, kind="stable")
    stepped = values[order] * len(values) / np.arange(1, len(values) + 1)
    return _in_order(np.minimum.accumulate(stepped[::-1])[::-1], order)


def _p_values(p: ArrayLike) -> _Floats:
    values = finite("p", p, 1)
    within("p", values, 0, 1)
    return values


def _in_order(adjusted: _Floats, order: NDArray[np.intp]) -> _Floats:
    back = np.empty_like(adjusted)
    back[order] = np.minimum(adjusted, 1)
    return back
