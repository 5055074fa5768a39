"""Every value as a dot, stacked where they meet: a small distribution that hides nothing."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from polariscope.reports.svg import CATEGORIES, INK, drawing, svg_text
from polariscope.reports.text import number

_WIDTH, _ROW, _TOP, _BOTTOM = 420.0, 78.0, 24.0, 46.0
_LEFT, _RIGHT = 122.0, 16.0
_DOT = 6.0
_Dots = tuple[NDArray[np.float64], NDArray[np.intp]]


@dataclass(frozen=True)
class Strip:
    """One row of dots.

    Args:
        label: What they are.
        values: The values; nan is left out and counted in the label.
        category: Which of ``CATEGORIES`` colours them.
    """

    label: str
    values: tuple[float, ...]
    category: int = 0


def strips(
    rows: Sequence[Strip],
    *,
    limits: tuple[float, float],
    reference: float,
    reference_label: str,
    axis: str,
    title: str,
    shown: Callable[[float], str] = number,
) -> str:
    """Draw rows of stacked dots with their means against a reference.

    Args:
        rows: One or more, from top to bottom.
        limits: Ends of the axis; values lie within.
        reference: Where a dashed line stands.
        reference_label: Its name.
        axis: What the axis measures, with its unit.
        title: What the figure shows, for screen readers.
        shown: Writes a mean.

    Returns:
        An ``<svg>`` element.
    """
    height = _TOP + _ROW * len(rows) + _BOTTOM
    with drawing(_WIDTH, height) as figure:
        box = (_LEFT / _WIDTH, _BOTTOM / height, 1 - (_LEFT + _RIGHT) / _WIDTH, _ROW * len(rows) / height)
        axes = figure.add_axes(box)
        axes.set(xlim=limits, ylim=(_ROW * len(rows), 0), xlabel=axis, yticks=[])
        axes.tick_params(axis="x", length=4, labelsize=11)
        axes.axvline(reference, color=INK, linewidth=1, dashes=(4, 3))
        axes.text(reference, -6, reference_label, ha="center", va="bottom", fontsize=11)
        per_px = (limits[1] - limits[0]) / (_WIDTH - _LEFT - _RIGHT)
        stacks = [stack(_known(row), _DOT * per_px) for row in rows]
        tallest = max((int(level.max(initial=0)) + 1 for _, level in stacks), default=1)
        for place, (row, dots) in enumerate(zip(rows, stacks, strict=True)):
            floor = _ROW * (place + 1) - 8
            _name(axes, limits[0] - _LEFT * per_px, floor, row, shown)
            _draw(axes, floor, row, dots, min(_DOT, (_ROW - 22) / tallest))
        return svg_text(figure, title, _told(rows, shown))


def _name(axes: Any, edge: float, floor: float, row: Strip, shown: Callable[[float], str]) -> None:
    axes.text(edge, floor - 28, row.label, va="center", ha="left")
    axes.text(edge, floor - 11, _summary(row, shown), va="center", ha="left", fontsize=11, alpha=0.75)


def _draw(axes: Any, floor: float, row: Strip, dots: _Dots, size: float) -> None:
    (x, level), colour = dots, CATEGORIES[row.category % len(CATEGORIES)]
    if not len(x):
        return
    style = {"color": colour, "linewidth": 0, "markeredgewidth": 0}
    axes.plot(x, floor - 4 - level * size, "o", markersize=0.85 * size, **style)
    axes.plot(_known(row).mean(), floor + 4, marker=(3, 0, 0), markersize=8, **style)


def stack(values: NDArray[np.float64], width: float) -> _Dots:
    """Dots of a histogram: each value moved to its bin's middle, and its height in that bin.

    >>> x, level = stack(np.array([0.1, 0.9, 0.15]), 0.5)
    >>> x.tolist(), level.tolist()
    ([0.25, 0.75, 0.25], [0, 0, 1])

    Args:
        values: Shape ``(k,)``.
        width: Of a bin, in the units of the values.

    Returns:
        Places and heights, counted from 0; shape ``(k,)`` each.
    """
    bins = np.floor(values / width).astype(int)
    level = np.array([int((bins[:k] == b).sum()) for k, b in enumerate(bins)], dtype=np.intp)
    return (bins + 0.5) * width, level


def _known(row: Strip) -> NDArray[np.float64]:
    values: NDArray[np.float64] = np.array(row.values, dtype=np.float64)
    return values[~np.isnan(values)]


def _summary(row: Strip, shown: Callable[[float], str]) -> str:
    values = _known(row)
    lost = len(row.values) - len(values)
    mean = shown(float(values.mean())) if len(values) else "not a number"
    return f"mean {mean}, n = {len(values)}" + (f", {lost} not a number" if lost else "")


def _told(rows: Sequence[Strip], shown: Callable[[float], str]) -> str:
    return ". ".join(f"{row.label}: {_summary(row, shown)}" for row in rows) + "."
