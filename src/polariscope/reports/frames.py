"""Axes placed in px on a figure, and what is drawn over them: bands with gaps, and rows of upright lines."""

from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from polariscope.reports.keys import LINE, SMALL, fitted, width_of
from polariscope.reports.scales import significant
from polariscope.reports.thinning import envelope


def canvas(figure: Any) -> Any:
    """Axes over the whole of a figure, in px from its upper left corner.

    Returns:
        Axes of matplotlib, without lines of their own.
    """
    width, height = figure.get_size_inches() * 72
    axes = figure.add_axes((0, 0, 1, 1), zorder=3)
    axes.set_axis_off()
    axes.set(xlim=(0, width), ylim=(height, 0))
    return axes


def frame(figure: Any, left: float, top: float, width: float, height: float) -> Any:
    """Axes at a place in px from the upper left corner of a figure, with a line at their left and bottom.

    Returns:
        Axes of matplotlib.
    """
    whole = figure.get_size_inches() * 72
    box = (left / whole[0], 1 - (top + height) / whole[1], width / whole[0], height / whole[1])
    axes = figure.add_axes(box)
    axes.spines["left"].set_visible(True)
    axes.tick_params(length=4, labelsize=SMALL)
    return axes


def nothing(axes: Any) -> None:
    """Say within a frame that there is nothing in it."""
    axes.text(0.5, 0.7, "no number to draw", transform=axes.transAxes, ha="center", va="center", alpha=0.75)


def in_px(axes: Any, x: ArrayLike, y: ArrayLike) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Where points of axes stand on the page, in px from the lower left corner of the figure.

    Returns:
        Places and heights, as many as points.
    """
    points = axes.transData.transform(np.column_stack((np.asarray(x, float), np.asarray(y, float))))
    points *= 72 / axes.figure.dpi
    return points[:, 0], points[:, 1]


def make_room(axes: Any) -> None:
    """Move the left end of axes to the right, as far as the labels of its height need it."""
    wide = max((width_of(label.get_text()) for label in axes.get_yticklabels()), default=0.0)
    box, whole = axes.get_position(), axes.figure.get_figwidth() * 72
    left = max(box.x0, (wide + 10) / whole)
    axes.set_position((left, box.y0, box.x1 - left, box.height))


def finite(values: ArrayLike) -> NDArray[np.float64]:
    """The values that are finite numbers, ascending.

    >>> finite([2.0, np.nan, 1.0, np.inf]).tolist()
    [1.0, 2.0]

    Returns:
        Shape ``(k,)``.
    """
    array = np.asarray(values, float).ravel()
    return np.sort(array[np.isfinite(array)])


def numbers(values: ArrayLike) -> NDArray[np.float64]:
    """Values with nan for each that is not finite.

    >>> numbers([1.0, np.inf]).tolist()
    [1.0, nan]

    Returns:
        An array of the same shape.
    """
    array = np.asarray(values, float)
    return np.where(np.isfinite(array), array, np.nan)


def runs(*values: NDArray[np.float64]) -> Iterator[slice]:
    """The stretches in which all values are finite.

    >>> list(runs(np.array([1.0, np.nan, 2.0, 3.0])))
    [slice(0, 1, None), slice(2, 4, None)]

    Yields:
        Slices, in order.
    """
    known = np.isfinite(np.vstack(values)).all(axis=0)
    edges = np.flatnonzero(np.diff(np.r_[False, known, False].astype(int)))
    for first, end in edges.reshape(-1, 2):
        yield slice(int(first), int(end))


def line(axes: Any, x: ArrayLike, y: ArrayLike, **style: Any) -> None:
    """A line with its gaps, in which a point that has no neighbour is a dot."""
    at, heights = np.asarray(x, float), np.asarray(y, float)
    lone = [part.start for part in runs(at, heights) if part.stop - part.start == 1]
    axes.plot(at, heights, **style, markevery=lone, marker="o" if lone else None, markersize=3)


def band(axes: Any, x: ArrayLike, low: ArrayLike, high: ArrayLike, colour: str, name: str) -> None:
    """Fill between two lines, leaving out where either is not finite; a lone place has an upright bar."""
    at, under, over = (np.asarray(each, float) for each in (x, low, high))
    for count, part in enumerate(runs(at, under, over)):
        around = (np.r_[at[part], at[part][::-1]], np.r_[under[part], over[part][::-1]])
        if part.stop - part.start == 1:
            ticks(
                axes,
                at[part],
                under[part],
                over[part],
                color=colour,
                alpha=0.5,
                linewidth=3,
                gid=f"{name}-{count}",
            )
            continue
        axes.fill(*around, color=colour, alpha=0.22, linewidth=0, gid=f"{name}-{count}")


def ticks(axes: Any, x: ArrayLike, low: ArrayLike, high: ArrayLike, **style: Any) -> None:
    """One upright line at each place, from one height to another, all in one path."""
    at = np.asarray(x, float)
    gap = np.full(len(at), np.nan)
    heights = np.column_stack((*np.broadcast_arrays(np.asarray(low, float), np.asarray(high, float), at)[:2], gap))
    axes.plot(np.repeat(at, 3), heights.ravel(), solid_capstyle="butt", **style)


def thinned(axes: Any, x: ArrayLike, *heights: ArrayLike, step: float = 1.0) -> NDArray[np.intp]:
    """Points of lines over the same places that are enough for the same picture, in columns of so many px.

    Returns:
        Ascending indices.
    """
    at = in_px(axes, x, np.full(len(np.asarray(x)), axes.get_ylim()[0]))[0]
    return np.unique(np.concatenate([envelope(at, each, step) for each in heights]))


def name_axis(on: Any, middle: float, bottom: float, label: str, room: float, linear: float | None = None) -> None:
    """Write the name of a horizontal axis in the last lines of a `canvas`, and what kind of scale it has."""
    if linear is not None:
        told = f"linear within about ±{significant(linear)}, logarithmic beyond"
        on.text(middle, bottom - LINE / 2, told, ha="center", va="center", fontsize=SMALL, alpha=0.75)
        bottom -= LINE
    on.text(middle, bottom - LINE / 2 - 1, fitted(label, room, 12), ha="center", va="center", fontsize=12)
