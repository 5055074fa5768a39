"""Fewer points for the same picture: what falls on the same px once, what lies outside not at all."""

import numpy as np
from numpy.typing import ArrayLike, NDArray

_COLUMN, _SQUARE = 1.0, 0.5
"""In px: narrower than a line and than half a mark, so that no eye tells the thinned picture from the whole."""


def envelope(x: ArrayLike, y: ArrayLike, step: float = _COLUMN) -> NDArray[np.intp]:
    """First, lowest, highest and last point of a line in every column of so many px.

    >>> envelope([0, 0.1, 0.2, 0.3, 0.4, 5], [1, 2, 9, 0, 3, 4]).tolist()
    [0, 2, 3, 4, 5]

    Args:
        x: Ascending places in px, shape ``(k,)``.
        y: Heights, shape ``(k,)``; nan is a gap and stays one.
        step: Width of a column, in px.

    Returns:
        Ascending indices of the points to draw.
    """
    column = np.floor(np.asarray(x, float) / step)
    heights = np.asarray(y, float)
    gap = ~np.isfinite(heights)
    if not len(heights):
        return np.array([], np.intp)
    begins = np.flatnonzero(np.r_[True, (np.diff(column) != 0) | (gap[1:] != gap[:-1])])
    kept: set[int] = set()
    for first, end in zip(begins, np.r_[begins[1:], len(heights)], strict=True):
        within = heights[first:end]
        extreme = (0, 0) if gap[first] else (int(within.argmin()), int(within.argmax()))
        kept |= {int(first), int(first) + extreme[0], int(first) + extreme[1], int(end) - 1}
    return np.array(sorted(kept), np.intp)


def cells(x: ArrayLike, y: ArrayLike, step: float = _SQUARE) -> NDArray[np.intp]:
    """The first point in every square of so many px.

    >>> cells([0.1, 0.2, 7.0], [1.1, 1.2, 1.1]).tolist()
    [0, 2]

    Args:
        x: Places in px, shape ``(k,)``.
        y: Heights in px, shape ``(k,)``.
        step: Side of a square, in px.

    Returns:
        Ascending indices of the points to draw.
    """
    squares = np.floor(np.column_stack((np.asarray(x, float), np.asarray(y, float))) / step)
    _, first = np.unique(squares, axis=0, return_index=True)
    return np.sort(first)


def evenly(count: int, most: int) -> NDArray[np.intp]:
    """Indices of so many things evenly chosen of a row, the first and the last among them.

    >>> evenly(10, 4).tolist(), evenly(2, 4).tolist()
    ([0, 3, 6, 9], [0, 1])

    Args:
        count: Things in the row.
        most: How many are chosen at most, 2 or more.

    Returns:
        Ascending; all of them where there are no more.
    """
    return np.unique(np.linspace(0, count - 1, min(count, most)).round().astype(np.intp))


def cut(x: ArrayLike, y: ArrayLike, low: float, high: float) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """A line with what lies outside of a range of heights taken out, ended exactly where it leaves the range.

    >>> at, heights = cut([0.0, 1.0, 2.0], [0.0, 4.0, 1.0], 0.0, 2.0)
    >>> at.round(2).tolist(), heights.tolist()
    ([0.0, 0.5, 1.0, 1.67, 2.0], [0.0, 2.0, nan, 2.0, 1.0])

    Args:
        x: Places, shape ``(k,)``.
        y: Heights, shape ``(k,)``; nan is a gap.
        low: Lower end of the range.
        high: Upper end.

    Returns:
        Places and heights, with the points of crossing added, and nan for the heights outside.
    """
    at, heights = np.asarray(x, float), np.asarray(y, float)
    heights = np.where(np.isfinite(heights), heights, np.nan)
    order, found_at, found = [np.arange(len(at), dtype=float)], [at], [heights]
    for bound in (low, high):
        away = heights - bound
        with np.errstate(invalid="ignore"):
            first = np.flatnonzero(away[:-1] * away[1:] < 0)
        share = away[first] / (away[first] - away[first + 1])
        order.append(first + share)
        found_at.append(at[first] + share * (at[first + 1] - at[first]))
        found.append(np.full(len(first), bound))
    sequence = np.argsort(np.concatenate(order), kind="stable")
    places, values = np.concatenate(found_at)[sequence], np.concatenate(found)[sequence]
    with np.errstate(invalid="ignore"):
        return places, np.where((values >= low) & (values <= high), values, np.nan)
