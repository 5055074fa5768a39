"""Dots with whiskers, one row for each thing compared, against a reference."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import isfinite
from typing import Any

from polariscope.reports.svg import CATEGORIES, INK, drawing, svg_text
from polariscope.reports.text import percent

_WIDTH, _ROW, _TOP, _BOTTOM = 420.0, 40.0, 46.0, 46.0
_LEFT, _RIGHT = 122.0, 56.0
_APART = 0.2
"""Distance of two marks of a row from its middle, in rows."""


@dataclass(frozen=True)
class Mark:
    """A value with its interval, and a wider one drawn thin.

    Args:
        value: The value; nan draws nothing and says so.
        low: Lower end of the interval.
        high: Upper end.
        outer: The ends of the wider interval, if there is one.
    """

    value: float
    low: float
    high: float
    outer: tuple[float, float] | None = None


@dataclass(frozen=True)
class Row:
    """One row of the figure.

    Args:
        label: What is measured.
        marks: One or two values; the first is drawn filled, the second open.
        category: Which of ``CATEGORIES`` colours it.
    """

    label: str
    marks: tuple[Mark, ...]
    category: int = 0


def intervals(
    rows: Sequence[Row],
    *,
    reference: float,
    reference_label: str,
    axis: str,
    title: str,
    marks: tuple[str, ...] = (),
    shown: Callable[[float], str] = percent,
) -> str:
    """Draw rows of values with their intervals against a reference.

    Args:
        rows: One or more, from top to bottom.
        reference: Where a dashed line stands.
        reference_label: Its name.
        axis: What the axis measures, with its unit.
        title: What the figure shows, for screen readers.
        marks: What the first and the second mark of a row are, where rows have two.
        shown: Writes a value.

    Returns:
        An ``<svg>`` element.
    """
    with drawing(_WIDTH, _TOP + _ROW * len(rows) + _BOTTOM) as figure:
        axes = _axes(figure, len(rows))
        axes.set_xlim(*_limits(rows, reference))
        axes.set_xlabel(axis)
        axes.xaxis.set_major_formatter(lambda value, _: shown(value).replace(".0%", "%"))
        axes.axvline(reference, color=INK, linewidth=1, dashes=(4, 3))
        axes.text(reference, -0.62, reference_label, ha="center", va="bottom", fontsize=11)
        for place, row in enumerate(rows):
            _draw_row(axes, place, row, shown)
        if len(marks) > 1:
            _key(figure, marks)
        return svg_text(figure, title, _told(rows, reference, reference_label, shown))


def _axes(figure: Any, rows: int) -> Any:
    height = figure.get_figheight() * 72
    box = (_LEFT / _WIDTH, _BOTTOM / height, 1 - (_LEFT + _RIGHT) / _WIDTH, _ROW * rows / height)
    axes = figure.add_axes(box)
    axes.set_ylim(rows - 0.5, -0.5)
    axes.set_yticks([])
    axes.tick_params(axis="x", length=4, labelsize=11)
    axes.locator_params(axis="x", nbins=6)
    return axes


def _limits(rows: Sequence[Row], reference: float) -> tuple[float, float]:
    """All that is drawn, with a little room: a dot has no area, so its axis need not begin at zero."""
    ends = [reference]
    for mark in (mark for row in rows for mark in row.marks if isfinite(mark.value)):
        ends += [mark.value, mark.low, mark.high, *(mark.outer or ())]
    finite = [end for end in ends if isfinite(end)]
    room = 0.06 * (max(finite) - min(finite)) or 0.05
    return min(finite) - room, max(finite) + room


def _draw_row(axes: Any, place: int, row: Row, shown: Callable[[float], str]) -> None:
    colour = CATEGORIES[row.category % len(CATEGORIES)]
    left, right = axes.get_xlim()
    per_px = (right - left) / (_WIDTH - _LEFT - _RIGHT)
    axes.text(left - _LEFT * per_px, place, row.label, va="center", ha="left")
    for index, mark in enumerate(row.marks):
        y = place + (_APART * (2 * index - 1) if len(row.marks) > 1 else 0)
        size = {"fontsize": 12 if index == 0 else 11, "alpha": 1 if index == 0 else 0.75}
        axes.text(right + _RIGHT * per_px, y, shown(mark.value), va="center", ha="right", **size)
        if isfinite(mark.value):
            _draw_mark(axes, y, mark, colour, open_=index > 0)


def _draw_mark(axes: Any, y: float, mark: Mark, colour: str, *, open_: bool) -> None:
    if mark.outer is not None:
        axes.plot(mark.outer, (y, y), color=colour, linewidth=1)
    axes.plot((mark.low, mark.high), (y, y), color=colour, linewidth=3)
    face = "none" if open_ else colour
    axes.plot(
        mark.value, y, "o", markersize=8, markerfacecolor=face, markeredgecolor=colour, markeredgewidth=2,
    )  # fmt: skip


def _key(figure: Any, marks: Sequence[str]) -> None:
    height = figure.get_figheight() * 72
    axes = figure.add_axes((0, 1 - 18 / height, 1, 18 / height))
    axes.set_axis_off()
    axes.set_xlim(0, _WIDTH)
    axes.set_ylim(0, 18)
    for index, (name, x) in enumerate(zip(marks, (6.0, _LEFT + 6), strict=False)):
        face = INK if index == 0 else "none"
        axes.plot(x, 9, "o", markersize=7, markerfacecolor=face, markeredgecolor=INK, markeredgewidth=1.6)
        axes.text(x + 9, 9, name, va="center", ha="left", fontsize=11)


def _told(rows: Sequence[Row], reference: float, reference_label: str, shown: Callable[[float], str]) -> str:
    told = [f"{reference_label} ({shown(reference)})"]
    for row in rows:
        values = (f"{shown(m.value)} [{shown(m.low)}, {shown(m.high)}]" for m in row.marks)
        told.append(f"{row.label}: {'; '.join(values)}")
    return ". ".join(told) + "."
