"""Values as dots in stacks, and how high a smoothed density says the stacks should be."""

from math import pi, sqrt

import numpy as np
from numpy.typing import ArrayLike, NDArray

from polariscope.reports.keys import spread

SMOOTHED = 16
"""Values from which on they are smoothed: fewer tell no density."""
_SIZES = range(13, 2, -1)
"""Of a dot, in px."""
_Floats = NDArray[np.float64]


def smoothing(values: ArrayLike) -> float:
    """0.9 min(s, q / 1.34) n^(-1/5): the width of a Gaussian to smooth n values by (Silverman 1986, eq. 3.31).

    s is their standard deviation and q the distance of their quartiles.

    >>> values = np.linspace(-1, 1, 32)  # s = 0.606 is less than q / 1.34 = 0.746
    >>> round(smoothing(values) / float(0.9 * values.std(ddof=1)), 6)  # 32^(-1/5)
    0.5

    Args:
        values: Finite, shape ``(n,)``.

    Returns:
        In their unit; where the quartiles are equal, of s alone, and 0 where all values are.
    """
    array = np.asarray(values, float)
    if not len(array) or array.max() == array.min():
        return 0.0
    scale = float(np.abs(array).max())
    scaled = array / scale  # the square of a large value may be none
    deviation, (first, third) = float(scaled.std(ddof=1)), np.quantile(scaled, (0.25, 0.75))
    return float(scale * 0.9 * (min(deviation, (third - first) / 1.34) or deviation) * len(array) ** -0.2)


def is_smoothed(values: ArrayLike) -> bool:
    """Whether there are enough values for a density, and not all equal.

    Returns:
        The answer.
    """
    return np.size(values) >= SMOOTHED and smoothing(values) > 0


def expected_dots(values: ArrayLike, wide: float) -> tuple[_Floats, _Floats]:
    """Density n f of n values, smoothed as of `smoothing`; at least by a px, or it could fall between two places.

    >>> places, density = expected_dots(np.linspace(100, 200, 50), 300)
    >>> places[[0, -1]].tolist(), round(float(density.sum()), 2)
    ([0.0, 300.0], 50.0)

    Args:
        values: In px from the left of a frame, finite, shape ``(n,)``.
        wide: Width of the frame, in px.

    Returns:
        Places, one px apart, and the dots expected in a px there.
    """
    array = np.asarray(values, float)
    width, places = max(smoothing(array), 1.0), np.arange(int(wide) + 1, dtype=float)
    near = np.exp(-(((places[:, None] - array) / width) ** 2) / 2).sum(axis=1)
    return places, near / (width * sqrt(2 * pi))


def stacked(values: ArrayLike, size: float) -> tuple[_Floats, NDArray[np.intp]]:
    """Stack dots that are closer than their size to the first of their stack (Wilkinson 1999, Dot plots).

    A stack stands in the middle of what it holds, moved as little as it takes to leave its neighbours room.

    >>> places, levels = stacked([1.0, 2.0, 40.0], 10.0)
    >>> places.tolist(), levels.tolist()
    ([1.5, 1.5, 40.0], [0, 1, 0])

    Args:
        values: In px, ascending, shape ``(n,)``.
        size: Of a dot, in px.

    Returns:
        Places, and heights counted from 0; shape ``(n,)`` each.
    """
    array, starts = np.asarray(values, float), list[int]()
    for k, place in enumerate(array):
        if not starts or place - array[starts[-1]] >= size:
            starts.append(k)
    counts = np.diff([*starts, len(array)])
    middles = [(array[k] + array[k + count - 1]) / 2 for k, count in zip(starts, counts, strict=True)]
    levels = np.arange(len(array)) - np.repeat(np.array(starts, np.intp), counts)
    return np.repeat(np.array(spread(middles, size), float), counts), levels


def fitting(values: ArrayLike, peak: float, tall: float) -> tuple[float, float]:
    """Find the largest dots with which all stacks, and the density over them, are no higher than a frame.

    >>> fitting([1.0, 2.0, 40.0], 0.0, 30.0), fitting([1.0] * 100, 0.0, 50.0)
    ((13.0, 13.0), (3.0, 0.5))

    Args:
        values: In px, ascending.
        peak: Dots expected in a px, where most are.
        tall: Height of the frame, in px.

    Returns:
        Size of a dot and height of a step in a stack, in px; the steps are lower where no size fits.
    """
    for size in map(float, _SIZES):
        highest = max(float(stacked(values, size)[1].max(initial=0)) + 1, peak * size)
        if highest * size <= tall:
            return size, size
    return size, tall / highest
