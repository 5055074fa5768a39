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
    values = finite("p", p, 1)
    within("p", values, 0, 1)
    order = np.argsort(values, kind="stable")
    stepped = values[order] * np.arange(len(values), 0, -1)
    adjusted = np.empty_like(values)
    adjusted[order] = np.minimum(np.maximum.accumulate(stepped), 1)
    return adjusted
